"""Dates, spans and hours in the words of the reader."""

import re
from datetime import date, datetime

from babel.dates import format_date
from django import template
from django.utils import translation
from django.utils.translation import get_language, gettext

from registry.cards.clock import day_in_minsk, today
from registry.values.dates.edtf import lasting
from registry.values.dates.words import lasting_text

register = template.Library()


# As reference books abbreviate them; CLDR cuts each after its third letter.
BELARUSIAN_MONTHS = [
    "студз.",
    "лют.",
    "сак.",
    "крас.",
    "май",
    "чэрв.",
    "ліп.",
    "жн.",
    "вер.",
    "кастр.",
    "ліст.",
    "снеж.",
]


DAY = re.compile(
    r"(?:(?P<year>[0-9]{4})|XXXX)(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-9]{2}))?)?"
)


@register.filter
def long_date(iso):
    """A day given as 2026-11-22, or that of a moment in Minsk, in words."""
    if not iso:
        return ""
    text = str(iso)
    is_moment = "T" in text
    when = day_in_minsk(datetime.fromisoformat(text)) if is_moment else date.fromisoformat(text)
    return format_date(when, "d MMMM y", locale=translation.get_language())


@register.filter
def is_over(card):
    """Whether its last possible day has passed; nothing undated is ever over."""
    last = _last_day(card)
    return bool(last) and last < today().isoformat()


@register.filter
def is_coming(card):
    """Whether its last possible day is still to come; nothing undated ever is."""
    last = _last_day(card)
    return bool(last) and last >= today().isoformat()


def _last_day(card):
    sides = (card["end"], card["start"])
    return next((side["latest"] for side in sides if side and side["latest"]), None)


@register.filter
def date_block(card):
    """What stands in the date block of an event: {"top", "bottom", "datetime"}, or None. The top
    `is_word` where no day is known.

    Nothing is filled in: a month is shown without a day, and a day without a year. HTML has no
    way to write a month without a year: then `datetime` is empty.
    """
    start, end = card["start"], card["end"]
    match = start and DAY.fullmatch(start["edtf"])
    if not match:
        return None
    year, month, day = match["year"], match["month"], match["day"]
    if not month:
        return {"top": year, "bottom": "", "datetime": year}
    bottom = short_month(int(month), with_day=bool(day))
    if not day:
        known = f"{year}-{month}" if year else ""
        return {"top": bottom, "bottom": year or "", "datetime": known, "is_word": True}
    top = str(int(day))
    last = end and is_span(card) and DAY.fullmatch(end["edtf"])
    if last and last["day"] and end["edtf"][:-2] == start["edtf"][:-2] and last["day"] != day:
        top = f"{top}–{int(last['day'])}"
    return {
        "top": top,
        "bottom": f"{bottom} {year}" if year else bottom,
        "datetime": f"{year}-{month}-{day}" if year else f"{month}-{day}",
    }


def short_month(month, with_day):
    """Dec, снеж., дек.: as it stands alone, or after a day (5 мая)."""
    language = translation.get_language()
    if language == "be":
        name = BELARUSIAN_MONTHS[month - 1]
        return "мая" if with_day and name == "май" else name
    # In CLDR LLL is the name that stands alone, and MMM its form beside a day.
    return format_date(date(2000, month, 1), "MMM" if with_day else "LLL", locale=language)


@register.filter
def hours(card):
    """When an event begins and ends, by the clock of its zone: 10:00, 18:30–20:00, or over
    midnight."""
    begins, ends = card["start"]["time"], card["end"] and card["end"]["time"]
    if not ends:
        return clock(begins)
    said = f"{clock(begins)}–{clock(ends)}"
    if is_span(card) or ends[:10] == begins[:10]:
        return said
    return gettext("%(hours)s the next day") % {"hours": said}


def is_span(card):
    """Whether it is recorded for two dates, and not for one that its hours may run out of."""
    return "/" in card["dates"]["edtf"]


def clock(moment):
    """The hour of an RFC 3339 moment: 10:00."""
    return moment[11:16]


@register.simple_tag
def period(start, end):
    """ "2010–2015", "until 2015", "from 2010", in the grammar of the language.

    Each side is a date of a card, or its EDTF text, or nothing.
    """
    sides = (side["edtf"] if isinstance(side, dict) else side or "" for side in (start, end))
    return lasting_text(lasting(*sides))[get_language()]
