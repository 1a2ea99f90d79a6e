"""Parameters of time and space: years, days, moments, boxes of degrees."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from functools import reduce
from operator import or_

from babel.dates import format_date
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards import statuses
from registry.cards.declarations import declared
from registry.cards.index import LONGER, NONE, SPAN
from registry.cards.models import CardSpan, CardTerm
from registry.values.texts import LANGUAGES, in_all_languages

from ..facet_kinds import YearFacet
from .base import Parameter

MOST_YEARS = 1  # of which each month is asked for by itself


class YearParameter(Parameter):
    """Years in which something was going on; `none`: no year is known."""

    title = gettext_lazy("Year")
    about = "Active in that year; `none` = no year is known."
    example = "2015"
    look = {"pattern": "^([0-9]{4}|none)$"}
    facet = YearFacet()
    in_sets = True
    repeats = excludable = has_few_values = True

    def clean(self, values):
        for value in values:
            if value != NONE and (not re.fullmatch("[0-9]{4}", value) or value == "0000"):
                raise ValidationError(
                    _("Enter a year as four digits, such as 2015, or “none” for what has no year.")
                )
        return values

    def condition(self, value):
        asked = Q()
        for year in value:
            if year == NONE:
                asked |= statuses.undated(*sides(self.listing))
            else:
                days = date(int(year), 1, 1), date(int(year), 12, 31)
                asked |= going_on(self.listing, *days)
        return asked

    def want_sets(self, sets, value):
        sets.want_years()

    def set_in(self, sets, value):
        years = (sets.of_no_year if year == NONE else sets.in_year(int(year)) for year in value)
        return reduce(or_, years)


def sides(listing):
    """The columns of the time of a card: with that of its parts, or its own."""
    return ("start", "end") if listing.own_only else ("active_start", "active_end")


def going_on(listing, first, last):
    """Active at some time from the first day to the last, in a span and not in a gap."""
    start, end = sides(listing)
    within = Q(**{f"{start}__lte": last, f"{end}__gte": first})
    if listing.own_only:
        return within
    spans = CardSpan.objects.filter(card=OuterRef("pk"), start__lte=last, end__gte=first)
    return within & (Q(gaps=False) | Exists(spans))


def in_units(card_type, first, last):
    """The condition that it can be going on in these days, by the month or year that holds it: it
    begins with keys, of which there are no more than in the years of these days."""
    months = (last.year - first.year) * 12 + last.month - first.month
    units = {f"{year:04}" for year in range(first.year, last.year + 1)} | {LONGER}
    for number in range(first.month - 1, first.month + months):
        units.add(f"{first.year + number // 12:04}-{number % 12 + 1:02}")
    terms = CardTerm.stored.filter(type=card_type, group=SPAN, value__in=sorted(units))
    return Q(pk__in=terms.values("card"))


class DayParameter(Parameter):
    """A day, month or year: its first day, or its last where it ends a span.

    `by_units`: its cards have the month or year that holds them among their terms.
    """

    look = {"pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
    has_few_values = asks_columns = True

    def __init__(self, ends=False, by_units=False, **options):
        super().__init__(**options)
        self.ends, self.by_units = ends, by_units
        side, self.example = ("before", "2016") if ends else ("later", "2015-03")
        self.about = f"Active on this day or {side}: YYYY, YYYY-MM or YYYY-MM-DD."

    @property
    def gives_keys(self):
        first, last = map(self.listing.cleaned.get, ("from", "to"))
        asked = self.by_units and self.ends and first and last
        return bool(asked and last.year - first.year <= MOST_YEARS)

    def clean(self, values):
        match = re.fullmatch("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", values[0])
        try:
            year, month, day = (match and match.groups()) or ("0", None, None)
            first = date(int(year), int(month or 1), int(day or 1))
            if not self.ends or day:
                return first
            return last_day(first) if month else date(first.year, 12, 31)
        except ValueError:
            raise ValidationError(_("Enter a date such as 2015, 2015-03 or 2015-03-21.")) from None

    def condition(self, value):
        """With both ends given, the first of them asks for the span between."""
        first, last = (self.listing.cleaned.get(name) for name in ("from", "to"))
        asked = going_on(self.listing, first or date.min, last or date.max) & statuses.dated(
            *sides(self.listing)
        )
        if self.gives_keys:
            asked &= in_units(self.listing.card_type, first, last)
        return asked

    @property
    def in_sets(self):
        # Days of parts may have gaps between them.
        return self.listing.own_only or not declared[self.listing.card_type].parts

    def want_sets(self, sets, value):
        if self.in_sets:
            sets.want_days()

    def set_in(self, sets, value):
        if not self.in_sets:
            return super().set_in(sets, value)
        first, last = map(self.listing.cleaned.get, ("from", "to"))
        return sets.going_on(first or date.min, last or date.max)


class UpcomingParameter(Parameter):
    in_sets = True
    about = "`true`: not over yet. `false`: over."
    has_few_values = True

    def texts(self, value):
        words = {"true": gettext_lazy("upcoming"), "false": gettext_lazy("past")}.get(value)
        return in_all_languages(lambda: words) if words else super().texts(value)

    def allowed(self):
        return ["true", "false"]

    def clean(self, values):
        if values[0] not in self.allowed():
            raise ValidationError(_("Use true for what is not over yet, false for what is."))
        return values[0]

    def condition(self, value):
        today = self.listing.today
        asked = Q(end__gte=today) if value == "true" else Q(end__lt=today)
        return asked & statuses.dated()

    def want_sets(self, sets, value):
        sets.want_days()

    def set_in(self, sets, value):
        over, _ = sets.compared("end", self.listing.today)
        return over if value == "false" else sets.dated & ~over


class PastParameter(Parameter):
    """Whether a calendar holds all that is past: without, it leaves out what has long been over."""

    title = gettext_lazy("What is past in a calendar")

    def allowed(self):
        return ["all"]

    def clean(self, values):
        if values != ["all"]:
            raise ValidationError(_("Use all to include what has long been over."))
        return values[0]


class MonthParameter(Parameter):
    """A month of the calendar, as in 2026-12: what goes on in it."""

    title = gettext_lazy("Month")
    in_sets = True
    gives_keys = True
    has_few_values = True

    # A calendar shows days of the months beside it, and no date has a year beyond 9999.
    month = re.compile("(?!0|9999)[0-9]{4}-(?:0[1-9]|1[0-2])")

    def clean(self, values):
        if self.month.fullmatch(values[0]):
            return date.fromisoformat(f"{values[0]}-01")
        raise ValidationError(_("Enter a month such as 2026-12."))

    def condition(self, value):
        last = last_day(value)
        days = Q(start__lte=last, end__gte=value) & statuses.dated()
        return days & in_units(self.listing.card_type, value, last)

    def want_sets(self, sets, value):
        sets.want_days()

    def set_in(self, sets, value):
        return sets.going_on(value, last_day(value))

    def texts(self, value):
        if not self.month.fullmatch(value):
            return super().texts(value)
        day = date.fromisoformat(f"{value}-01")
        return {code: format_date(day, "LLLL y", locale=code) for code in LANGUAGES}


def last_day(month):
    """The last day of the month that begins on this day."""
    return date(month.year, month.month, monthrange(month.year, month.month)[1])


class SinceParameter(Parameter):
    asks_columns = True
    about = "Changed at this moment (RFC 3339) or later."
    example = "2026-11-22T09:00:00+03:00"
    look = {"format": "date-time"}
    shape = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
        r"(?:Z|[+-][0-9]{2}:[0-9]{2})",
        re.ASCII | re.IGNORECASE,
    )

    def clean(self, values):
        # In an address a plus that was not encoded has become a space.
        text = re.sub(r" (?=[0-9]{2}:[0-9]{2}$)", "+", values[0]).upper()
        try:
            moment = parse_datetime(text) if self.shape.fullmatch(text) else None
            if moment:
                # Not the first of all days: in another zone that may lie before the calendar.
                return max(moment.astimezone(UTC), datetime(1, 1, 2, tzinfo=UTC))
        except (ValueError, OverflowError):
            pass
        raise ValidationError(
            _("Enter a time with its time zone, such as 2026-11-22T09:00:00+03:00.")
        )

    def condition(self, value):
        return Q(updated_at__gte=value)
