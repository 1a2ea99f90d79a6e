"""Dates as exactly as they are known: read from EDTF; `words` says them.

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
