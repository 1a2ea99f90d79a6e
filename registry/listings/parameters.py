"""The parameters of lists: how each is read from an address, and what it asks of cards.

A parameter takes the values that were given, refuses what means nothing, with a sentence, and
gives a condition on cards. Names of parameters and values are those of the public contract.
"""

import re
from datetime import UTC, date, datetime, timedelta

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from registry.cards.index import LANGUAGES, NONE, spoken
from registry.cards.models import CardPoint, CardTerm

from . import statuses
from .facets import CodeFacet, PlaceFacet, RoleFacet, StatusFacet, WordFacet, YearFacet
from .search import MOST_LETTERS, MOST_WORDS, Search

MOST_VALUES = 100
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.IGNORECASE)


class Given(forms.TextInput):
    """All the values given for a parameter; a page writes its own controls."""

    def value_from_datadict(self, data, files, name):
        return data.getlist(name)


class ParameterField(forms.Field):
    widget = Given

    def __init__(self, parameter, **options):
        self.parameter = parameter
        super().__init__(**options)

    def clean(self, values):
        given = [value.strip() for value in values if value.strip()]
        if len(given) > 1 and not self.parameter.repeats:
            raise ValidationError(_("This can be given once only."))
        distinct = list(dict.fromkeys(given))
        if len(distinct) > MOST_VALUES:
            raise ValidationError(
                _("At most %(count)s values can be chosen at once.") % {"count": MOST_VALUES}
            )
        for value in distinct:
            if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise ValidationError(_("This holds a character that is part of no text."))
            if len(value) > self.parameter.longest:
                raise ValidationError(
                    _("At most %(count)s characters can be given.")
                    % {"count": self.parameter.longest}
                )
        return self.parameter.clean(distinct) if distinct else None


class Parameter(django_filters.Filter):
    repeats = False
    longest = MOST_LETTERS
    group = None  # of the terms of cards
    name = ""  # that of the parameter, set by the listing
    title = ""  # its label, unless it is given another
    facet = None  # or a method that lists the values with their counts
    shares_count = False  # whether the terms of its group are counted with those of others
    is_term = False  # whether its condition is one of terms
    word_type = None  # of the cards that are its values

    @property
    def field(self):
        if not hasattr(self, "_field"):
            self._field = ParameterField(
                self, label=self.label, help_text=self.extra.get("help_text", ""), required=False
            )
        return self._field

    @property
    def label(self):
        return self._label or self.title

    @label.setter
    def label(self, value):
        self._label = value

    def texts(self, value):
        """A value in words, in each language."""
        if value == NONE:
            return in_each_language(lambda: _("not recorded"))
        return dict.fromkeys(LANGUAGES, value)

    def spoken(self, value, language):
        return spoken(self.texts(value), language)

    def clean(self, values):
        """What the given values (at least one, without repetition) mean."""
        return values[0]

    def condition(self, value):
        """What cards must meet."""
        return Q()

    def allowed(self):
        """The values that can be given, or None where they are no list."""

    def filter(self, qs, value):
        return qs if value is None else qs.filter(self.condition(value))


def in_each_language(words):
    """A text object of what the function says in each language."""
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = str(words())
    return texts


class TermParameter(Parameter):
    """Values of one group of the terms of cards."""

    repeats = True
    shares_count = True
    is_term = True

    def __init__(self, group=None, **options):
        super().__init__(**options)
        self._group = group

    @property
    def group(self):
        return self._group or self.name

    def terms(self, value):
        """The values of the terms that stand for the parameter's."""
        return value

    def condition(self, value):
        terms = CardTerm.objects.filter(
            type=self.parent.card_type, group=self.group, value__in=self.terms(value)
        )
        return Q(pk__in=terms.values("card"))


class CodeParameter(CodeFacet, TermParameter):
    """Codes that the registry itself defines; `none` where cards may lack one."""

    def __init__(self, codes, none=False, **options):
        super().__init__(**options)
        self.codes = codes
        self.none = none

    def texts(self, value):
        if value not in self.codes.values:
            return super().texts(value)
        return in_each_language(lambda: self.codes(value).label)

    def allowed(self):
        return [*self.codes.values, NONE] if self.none else list(self.codes.values)

    def clean(self, values):
        unknown = [value for value in values if value not in self.allowed()]
        if unknown:
            raise ValidationError(_("“%s” is not one of the values.") % unknown[0][:60])
        return values


class StatusParameter(StatusFacet, CodeParameter):
    """The status that follows from the dates."""

    title = gettext_lazy("Status")
    shares_count = is_term = False

    def __init__(self, **options):
        super().__init__(statuses.Status, **options)

    def condition(self, value):
        conditions = statuses.conditions(self.parent.today)
        asked = Q()
        for status in value:
            asked |= conditions[status]
        return asked


class WordParameter(WordFacet, TermParameter):
    """Values that are public cards themselves: places and terms of the vocabulary."""

    def texts(self, value):
        word = None if value == NONE else self.word(value)
        return word.name if word else super().texts(value)

    def clean(self, values):
        for value in values:
            if value != NONE and self.word(value) is None:
                raise ValidationError(self.unknown(value[:60]))
        return values

    def terms(self, value):
        return [NONE if one == NONE else self.word(one).slug for one in value]


class PlaceParameter(PlaceFacet, WordParameter):
    """A place and all that is in it, by its slug or ISO 3166 code."""

    title = gettext_lazy("Place")
    shares_count = False  # of thousands of places only some are offered
    word_type = "location"
    code = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")

    def wanted(self, values):
        """What to look up: (type, slugs, codes)."""
        slugs = {value for value in values if SLUG.fullmatch(value)} - {NONE}
        return "location", slugs, {value for value in slugs if self.code.fullmatch(value)}

    def word(self, value):
        return self.parent.vocabulary.place(value)

    def allowed(self):
        codes = CardTerm.objects.filter(type="location", group="code").order_by("sort")
        return [*codes.values_list("value", flat=True)[:49], NONE]

    def unknown(self, value):
        return _(
            "“%s” is no place of the registry. Give the code of a country or region, as in BY-MA, "
            "or the last part of a place's address; all are listed under /api/v1/locations/."
        ) % (value,)


class WithinParameter(PlaceParameter):
    """The places that lie in one."""

    title = gettext_lazy("Inside")
    facet = None

    def allowed(self):
        return super().allowed()[:-1]

    def clean(self, values):
        if NONE in values:
            raise ValidationError(self.unknown(NONE))
        return super().clean(values)


class VocabularyParameter(WordParameter):
    """Terms of one scheme of the vocabulary; a term stands for its children as well."""

    word_type = "term"

    def __init__(self, scheme, **options):
        super().__init__(**options)
        self.scheme = scheme

    def wanted(self, values):
        return "term", {value for value in values if SLUG.fullmatch(value)} - {NONE}, set()

    def word(self, value):
        return self.parent.vocabulary.term(value, self.scheme)

    def allowed(self):
        slugs = CardTerm.objects.filter(type="term", group="scheme", value=self.scheme)
        return [*slugs.order_by("sort").values_list("card__slug", flat=True)[:49], NONE]

    def unknown(self, value):
        return _("“%(value)s” is not known here; all are listed under /api/v1/codes/.") % {
            "value": value
        }


class ReferenceParameter(TermParameter):
    """A record by its slug. What is hidden and what never was look alike: they find nothing."""

    def __init__(self, card_type, repeats=False, **options):
        super().__init__(**options)
        self.card_type = card_type
        self.repeats = repeats

    def wanted(self, values):
        """Only its name is looked up, to be shown."""
        return self.card_type, {value for value in values if SLUG.fullmatch(value)}, set()

    def clean(self, values):
        return values

    def texts(self, value):
        word = self.parent.vocabulary.slugs.get((self.card_type, value))
        return word.name if word else super().texts(value)

    def terms(self, value):
        # No "none" and no "role:slug" among them: only what can be the slug of a record.
        return [one for one in value if SLUG.fullmatch(one) and one != NONE]


class RoleParameter(RoleFacet, CodeParameter):
    """Somebody has the role; with `organisation`, that organisation has it."""

    title = gettext_lazy("Role")

    @property
    def shares_count(self):
        return not self.holders

    is_term = shares_count

    @property
    def holders(self):
        return self.parent.form.cleaned_data.get("organisation")

    def condition(self, value):
        if not self.holders:
            return super().condition(value)
        pairs = [f"{role}:{slug}" for role in value for slug in self.holders]
        terms = CardTerm.objects.filter(
            type=self.parent.card_type, group="organisation_role", value__in=pairs
        )
        return Q(pk__in=terms.values("card"))


class YearParameter(YearFacet, Parameter):
    """Years in which something was going on; `none`: no year is known."""

    title = gettext_lazy("Year")
    repeats = True

    def clean(self, values):
        for value in values:
            if value != NONE and (not re.fullmatch("[0-9]{4}", value) or value == "0000"):
                raise ValidationError(
                    _("A year has four digits, as in 2015; “none” finds what has no year.")
                )
        return values

    def condition(self, value):
        asked = Q()
        for year in value:
            if year == NONE:
                asked |= statuses.undated()
            else:
                asked |= Q(start__lte=date(int(year), 12, 31), end__gte=date(int(year), 1, 1))
        return asked


class DayParameter(Parameter):
    """A day, month or year: its first day, or its last where it ends a span."""

    def __init__(self, ends=False, **options):
        super().__init__(**options)
        self.ends = ends

    def clean(self, values):
        match = re.fullmatch("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", values[0])
        try:
            year, month, day = (match and match.groups()) or ("0", None, None)
            first = date(int(year), int(month or 1), int(day or 1))
            if not self.ends or day:
                return first
            if not month or month == "12":
                return date(first.year, 12, 31)
            return date(first.year, first.month + 1, 1) - timedelta(days=1)
        except ValueError:
            raise ValidationError(
                _("A date is written as in 2015, 2015-03 or 2015-03-21.")
            ) from None

    def condition(self, value):
        asked = Q(start__lte=value) if self.ends else Q(end__gte=value)
        return asked & statuses.dated()


class UpcomingParameter(Parameter):
    def allowed(self):
        return ["true", "false"]

    def clean(self, values):
        if values[0] not in self.allowed():
            raise ValidationError(_("Give true for what is not over yet, false for what is."))
        return values[0]

    def condition(self, value):
        today = self.parent.today
        asked = Q(end__gte=today) if value == "true" else Q(end__lt=today)
        return asked & statuses.dated()


class BoxParameter(Parameter):
    """A box of degrees on the points as shown."""

    number = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?")

    def clean(self, values):
        parts = [part.strip() for part in values[0].split(",")]
        if len(parts) != 4 or not all(self.number.fullmatch(part) for part in parts):
            raise ValidationError(
                _("Four numbers of degrees with commas between: west, south, east, north.")
            )
        west, south, east, north = box = tuple(map(float, parts))
        if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
            raise ValidationError(
                _("Degrees go from -180 to 180 (west, east) and from -90 to 90 (south, north).")
            )
        if west > east or south > north:
            raise ValidationError(_("West comes before east, and south before north."))
        return box

    def condition(self, value):
        west, south, east, north = value
        points = CardPoint.objects.filter(lon__range=(west, east), lat__range=(south, north))
        return Q(pk__in=points.values("card"))


class SinceParameter(Parameter):
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
                return max(moment.astimezone(UTC), datetime(1, 1, 2, tzinfo=UTC))
        except (ValueError, OverflowError):
            pass
        raise ValidationError(
            _("A moment is written with its time zone, as in 2026-11-22T09:00:00+03:00.")
        )

    def condition(self, value):
        return Q(updated_at__gte=value)


class SearchParameter(Parameter):
    title = gettext_lazy("Search")

    def clean(self, values):
        search = Search(values[0], self.parent.card_type)
        if len(search.words) > MOST_WORDS:
            raise ValidationError(
                _("At most %(count)s words can be searched for.") % {"count": MOST_WORDS}
            )
        search.places = self.parent.vocabulary.called
        return search

    def condition(self, value):
        return value.condition()


class ChoiceParameter(Parameter):
    """One of a few words that do not filter: the order, the language, the format."""

    def __init__(self, choices, **options):
        super().__init__(**options)
        self.choices = choices  # a function of the listing

    def allowed(self):
        return list(self.choices(self.parent))

    def clean(self, values):
        if values[0] not in self.allowed():
            raise ValidationError(_("“%s” is not one of the values.") % values[0][:60])
        return values[0]


class FieldsParameter(ChoiceParameter):
    """Names of keys, with commas between or repeated."""

    repeats = True
    longest = 2000

    def clean(self, values):
        names = [name.strip() for value in values for name in value.split(",")]
        for name in filter(None, names):
            super().clean([name])
        return list(dict.fromkeys(filter(None, names))) or None


class NumberParameter(Parameter):
    def __init__(self, highest, **options):
        super().__init__(**options)
        self.highest = highest

    def clean(self, values):
        if re.fullmatch("[0-9]{1,9}", values[0]) and 1 <= int(values[0]) <= self.highest:
            return int(values[0])
        raise ValidationError(_("A whole number from 1 to %(most)s.") % {"most": self.highest})
