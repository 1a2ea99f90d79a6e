"""Dates as exactly as they are known: read from EDTF, said in three languages.

EDTF is ISO 8601-2 and https://www.loc.gov/standards/datetime/; the part that the registry accepts
is named in `parse`. The edtf package is not used for it: it accepts 29 February in any year and
spans that end before they begin, gives the years 0 and 9999 where none is known, 2023 as the end of
`2013/`, and fails on `..`. What is accepted here is EDTF to it too (a test holds this), but for a
decade beside an open side.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

LANGUAGES = ("en", "be", "ru")

ALLOWED = (
    "Write a date as 2016, 2016-02, 2016-02-29, 2013-21 to 2013-24 (spring to winter), 201X, or"
    " XXXX-03-21 if the year is not known. Add ~ for about, ? for uncertain, % for both."
    " Put / between two dates, and .. where there is no end, as in 2016-02/2016-10 or 2013/.."
)

_DATE = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|XXXX)(-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?(?P<mark>[~?%]?)"
)


@dataclass(frozen=True)
class Date:
    """A date, or one side of a span. No bound is known without a year, nor on an open side (..)."""

    edtf: str
    earliest: date | None
    latest: date | None

    @property
    def day(self) -> date | None:
        """The day, if it is known as one: none of a month, of "about" or of what is in doubt."""
        exact = self.earliest is not None and self.edtf == self.earliest.isoformat()
        return self.earliest if exact else None

    @classmethod
    def of(cls, day: date) -> "Date":
        return cls(day.isoformat(), day, day)

    def text(self, side: str = "end") -> dict[str, str]:
        """In words, for each language; an open side is "ongoing" as end and "earlier" as start."""
        if self.edtf == "..":
            return dict(_OPEN[side])
        return {language: _said(self, language) for language in LANGUAGES}


@dataclass(frozen=True)
class Span:
    """A date or an interval as it was written. A single date is its own start and end.

    A side that is open (..) is a Date without bounds, a side that is not known (empty) is None.
    """

    edtf: str
    start: Date | None
    end: Date | None


@lru_cache(maxsize=4096)  # of the dates in many records few are different
def parse(text: str) -> Span:
    """Read a date or a span of the kinds named in ALLOWED; a ValueError says what is wrong.

    A span either has a year on both sides or on neither, and one side at least is a date.
    """
    if len(text) > 40:
        raise ValueError(ALLOWED)
    if "/" not in text:
        single = _date(text)
        return Span(text, single, single)

    start, end = (_side(side) for side in text.split("/", 1))
    dated = [side for side in (start, end) if side and side.edtf != ".."]
    if not dated or (len(dated) == 1 and dated[0].earliest is None):
        raise ValueError(ALLOWED)
    if len(dated) == 2:
        if (start.earliest is None) != (end.earliest is None):
            raise ValueError(
                "Give both dates of a span a year, or neither, as in XXXX-03-04/XXXX-03-05."
            )
        if _is_reversed(start, end):
            raise ValueError(
                f"{text} ends before it begins. Write the earlier date first, as in 2015/2016."
            )
    return Span(text, start, end)


def lasting(first: str, last: str) -> Span:
    """The span of two texts, a beginning and an end.

    Either may be the whole of it, as somebody writes "../2015" where only the end is asked for;
    "" is not known.
    """
    begun, ended = ([_side(side) for side in text.split("/", 1)] for text in (first, last))
    start = begun[0] or (ended[0] if len(ended) == 2 else None)
    end = ended[-1] or (begun[1] if len(begun) == 2 else None)
    return Span(f"{start.edtf if start else ''}/{end.edtf if end else ''}", start, end)


def span_as_card(span: Span) -> dict:
    """A date that may be a span, in the shape of a date: no bound on a side that has none."""
    return {
        "edtf": span.edtf,
        "earliest": span.start and span.start.earliest and span.start.earliest.isoformat(),
        "latest": span.end and span.end.latest and span.end.latest.isoformat(),
        "text": span_text(span),
    }


def as_card(known: Date | None, side: str = "end") -> dict | None:
    """The shape of a date in a card; null where nothing is known."""
    if known is None:
        return None
    return {
        "edtf": known.edtf,
        "earliest": known.earliest and known.earliest.isoformat(),
        "latest": known.latest and known.latest.isoformat(),
        "text": known.text(side),
    }


def _side(text):
    if text == "":
        return None
    if text == "..":
        return Date("..", None, None)
    return _date(text)


def _date(text):
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(ALLOWED)
    year, month, day, mark = match["year"], int(match["month"] or 0), match["day"], match["mark"]
    season = month if month in _SEASON_MONTHS else None
    if (
        (year == "XXXX" and (not month or season or mark))
        or (year.endswith("X") and year != "XXXX" and match["month"])
        or (season and (day or mark))
        or (match["month"] and not season and not 1 <= month <= 12)
    ):
        raise ValueError(ALLOWED)
    try:
        return Date(text, *_bounds(year, month, day))
    except ValueError:
        raise ValueError(f"There is no such date as {text}. Write a date as 2016-02-29.") from None


# Winter is the one that begins in December of the year and ends in the next: EDTF numbers it after
# autumn, so this alone keeps the four in order, and the words say both years (winter 2013/14).
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}


def _bounds(year, month, day):
    """The first and the last possible day. ValueError where there is no such date."""
    if year == "XXXX":
        date(2000, month, int(day or 1))  # a leap year: 29 February is possible
        return None, None
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    first_month, last_month = _SEASON_MONTHS.get(month, (month or 1, month or 12))
    if last_month < first_month:
        last_year += 1
    first = date(first_year, first_month, int(day or 1))
    last_day = int(day or calendar.monthrange(last_year, last_month)[1])
    return first, date(last_year, last_month, last_day)


def _is_reversed(start, end):
    if start.earliest:
        return start.earliest > end.latest
    # Without a year it may well go over the New Year, but not from the 5th to the 4th of a month.
    return start.edtf[:7] == end.edtf[:7] and start.edtf[8:] > (end.edtf[8:] or "99")


def span_text(span: Span) -> dict[str, str]:
    """For each language: "February to October 2016", "since 2013", "4–5 March 2016".

    A side that is open is left out ("since 2013"); one that is not known is said to be so. Years
    are bare numbers in all three (21 лістапада 2015, not 2015 г.).
    """
    return {language: _span_said(span, language) for language in LANGUAGES}


def lasting_text(span: Span) -> dict[str, str]:
    """The same of a beginning and an end that are two dates of their own.

    Of these "until 2015" or "from 2010" says enough; with both sides open there is nothing to say.
    """
    return {language: _lasting_said(span, language) for language in LANGUAGES}


NOMINATIVE, GENITIVE, ACCUSATIVE = range(3)

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


def _between(start, end, language):
    """The year is said once where it is the same, and so is the month."""
    first, second = _DATE.fullmatch(start.edtf), _DATE.fullmatch(end.edtf)
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
    mark = _DATE.fullmatch(known.edtf)["mark"]
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
    mark = _DATE.fullmatch(known.edtf)["mark"]
    if mark in ("~", "%"):
        phrase = f"{words['roughly']} {phrase}"
    return _doubted(phrase, mark, language)


def _doubted(phrase, mark, language):
    return f"{phrase} ({_WORDS[language]['uncertain']})" if mark in ("?", "%") else phrase


def _phrase(known, language, case=NOMINATIVE, with_year=True):
    """The bare date: 21 November 2015, autumn 2013, 2010s."""
    match = _DATE.fullmatch(known.edtf)
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
    return str(year)
