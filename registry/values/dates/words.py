"""Dates in words, in three languages: as nouns, spans and after a preposition."""

import re
from functools import lru_cache
from typing import cast

from .. import bodies
from ..remembered import remembered
from ..texts import LANGUAGES, reader_language
from .edtf import _DATE, Date, Span, parse

NOMINATIVE, GENITIVE, ACCUSATIVE = range(3)


def span_as_card(span: Span) -> bodies.Date:
    """A date that may be a span, in the shape of a date: no bound on a side that has none."""
    return {
        "edtf": span.edtf,
        "earliest": span.start.earliest.isoformat() if span.start and span.start.earliest else None,
        "latest": span.end.latest.isoformat() if span.end and span.end.latest else None,
        "text": span_text(span),
    }


def as_card(known: Date | None, side: str = "end") -> bodies.Date | None:
    """The shape of a date in a card; null where nothing is known."""
    if known is None:
        return None
    return {
        "edtf": known.edtf,
        "earliest": known.earliest.isoformat() if known.earliest else None,
        "latest": known.latest.isoformat() if known.latest else None,
        "text": date_text(known, side),
    }


def span_text(span: Span) -> bodies.TextObject:
    """For each language: "February to October 2016", "since 2013", "4–5 March 2016".

    A side that is open is left out ("since 2013"); one that is not known is said to be so. Years
    are bare numbers in all three (21 лістапада 2015, not 2015 г.).
    """
    said = {language: _span_said(span, language) for language in LANGUAGES}
    return cast(bodies.TextObject, said)


def date_text(known: Date, side: str = "end") -> bodies.TextObject:
    """In words, for each language; an open side is "ongoing" as end and "earlier" as start."""
    if known.edtf == "..":
        return cast(bodies.TextObject, dict(_OPEN[side]))
    said = {language: _said(known, language) for language in LANGUAGES}
    return cast(bodies.TextObject, said)


def lasting_text(span: Span) -> dict[str, str]:
    """The same of a beginning and an end that are two dates of their own.

    Of these "until 2015" or "from 2010" says enough; with both sides open there is nothing to say.
    """
    return {language: _lasting_said(span, language) for language in LANGUAGES}


def stored_text(edtf: str) -> str:
    """A stored date in the reader's words; what an old version may hold and is no date, itself."""
    return _in_words(edtf, reader_language())


@remembered(maxsize=2000)
def _in_words(edtf, language):
    try:
        return _span_said(parse(edtf), language)
    except ValueError:
        return edtf


# The twelve months and the four seasons, in the three cases that dates need.
_NAMES = {
    "en": (
        "January February March April May June July August September October November December"
        " spring summer autumn winter",
    )
    * 3,
    "be": (
        "студзень люты сакавік красавік май чэрвень ліпень жнівень верасень кастрычнік лістапад"
        " снежань вясна лета восень зіма",
        "студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада"
        " снежня вясны лета восені зімы",
        "студзень люты сакавік красавік май чэрвень ліпень жнівень верасень кастрычнік лістапад"
        " снежань вясну лета восень зіму",
    ),
    "ru": (
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
        " весна лето осень зима",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
        " весны лета осени зимы",
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь"
        " весну лето осень зиму",
    ),
}


_DECADES = {
    "en": ("{}s", "{}s", "{}s"),
    "be": ("{}-я", "{}-х", "{}-я"),
    "ru": ("{}-е", "{}-х", "{}-е"),
}


_WORDS = {
    "en": {
        "about": "about",
        "uncertain": "uncertain",
        "no year": "year not stated",
        "since": "since",
        "begun": "from",
        "from": "",
        "to": "to",
        "until": "until",
        "end unknown": "end not stated",
        "start unknown": "start not stated",
    },
    "be": {
        "about": "каля",
        "roughly": "прыкладна",
        "uncertain": "пад пытаннем",
        "no year": "год не пазначаны",
        "since": "з",
        "begun": "з",
        "from": "з",
        "to": "па",
        "until": "да",
        "end unknown": "канец не пазначаны",
        "start unknown": "пачатак не пазначаны",
    },
    "ru": {
        "about": "около",
        "roughly": "примерно",
        "uncertain": "под вопросом",
        "no year": "год не указан",
        "since": "с",
        "begun": "с",
        "from": "с",
        "to": "по",
        "until": "до",
        "end unknown": "окончание не указано",
        "start unknown": "начало не указано",
    },
}


_OPEN = {
    "start": {"en": "earlier", "be": "раней", "ru": "раньше"},
    "end": {"en": "ongoing", "be": "працягваецца", "ru": "продолжается"},
}


def _span_said(span, language):
    start, end = span.start, span.end
    words = _WORDS[language]
    if start == end:
        return _said(start, language)
    if end is None:
        return f"{_after('since', start, language, GENITIVE)}, {words['end unknown']}"
    if start is None:
        return f"{_after('until', end, language, GENITIVE)}, {words['start unknown']}"
    if end.edtf == "..":
        return _after("since", start, language, GENITIVE)
    if start.edtf == "..":
        return _after("until", end, language, GENITIVE)
    return _between(start, end, language)


def _lasting_said(span, language):
    start, end = ({"..": None}.get(side and side.edtf, side) for side in (span.start, span.end))
    if start and end:
        return _span_said(span, language)
    if end:
        return _after("until", end, language, GENITIVE)
    if start:
        return _after("since" if span.end else "begun", start, language, GENITIVE)
    return ""


def _parts(known):
    match = _DATE.fullmatch(known.edtf)
    assert match is not None, known.edtf
    return match


def _between(start, end, language):
    """The year is said once where it is the same, and so is the month."""
    first, second = _parts(start), _parts(end)
    if start.edtf.isdigit() and end.edtf.isdigit():
        return f"{_phrase(start, language)}–{_phrase(end, language)}"
    same_year = (
        first["month"]
        and second["month"]
        and not (first["mark"] or second["mark"])
        and _year(first, language) == _year(second, language)
    )
    if same_year and first["day"] and second["day"] and first["month"] == second["month"]:
        return f"{int(first['day'])}–{_phrase(end, language)}"
    begun = _after("from", start, language, GENITIVE, with_year=not same_year)
    return f"{begun} {_after('to', end, language, ACCUSATIVE)}"


@lru_cache(maxsize=4096)
def _said(known, language):
    mark = _parts(known)["mark"]
    phrase = _phrase(known, language, NOMINATIVE)
    if mark in ("~", "%"):
        phrase = f"{_WORDS[language]['about']} {_phrase(known, language, GENITIVE)}"
    return _doubted(phrase, mark, language)


def _after(preposition, known, language, case, with_year=True):
    """The date after a preposition. "About" follows that in English and precedes it elsewhere."""
    words = _WORDS[language]
    if language == "en":
        said = _said(known, language) if with_year else _phrase(known, language, case, False)
        return f"{words[preposition]} {said}".lstrip()
    phrase = f"{words[preposition]} {_phrase(known, language, case, with_year)}"
    if language == "be":
        phrase = re.sub("^з (?=с[тн])", "са ", phrase)  # са студзеня, са снежня
    if language == "ru":
        phrase = re.sub("^с (?=2 )", "со ", phrase)  # со второго
    mark = _parts(known)["mark"]
    if mark in ("~", "%"):
        phrase = f"{words['roughly']} {phrase}"
    return _doubted(phrase, mark, language)


def _doubted(phrase, mark, language):
    return f"{phrase} ({_WORDS[language]['uncertain']})" if mark in ("?", "%") else phrase


def _phrase(known, language, case=NOMINATIVE, with_year=True):
    """The bare date: 21 November 2015, autumn 2013, 2010s."""
    match = _parts(known)
    month, day = int(match["month"] or 0), match["day"]
    phrase = ""
    if month:
        names = _NAMES[language][GENITIVE if day else case].split()
        phrase = names[month - 1 if month <= 12 else month - 21 + 12]
    if day:
        phrase = f"{int(day)} {phrase}"
    if not with_year:
        return phrase
    year = _year(match, language, case)
    separator = ", " if match["year"] == "XXXX" else " "
    return f"{phrase}{separator}{year}" if phrase else year


def _year(match, language, case=NOMINATIVE):
    if match["year"] == "XXXX":
        return _WORDS[language]["no year"]
    if match["year"].endswith("X"):
        return _DECADES[language][case].format(int(match["year"].replace("X", "0")))
    year = int(match["year"])
    if match["month"] == "24":
        following = year + 1
        return f"{year}/{following % 100:02}" if following % 100 else f"{year}/{following}"
    return f"{year:04}"  # 0099 is read back as that, and not as 1999
