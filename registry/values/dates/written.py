"""Dates as people write them, in English, Belarusian and Russian: read into EDTF.

Whatever `words` says of a date is read back as the same date, in all three languages, and so are
other ways of writing it: 19.05.2018, May 19th 2018, 03.2014, осенью 2013, II квартал 2024, с 2016,
каля 2015, 12–14 марта 2016. Days, months and years are read by dateparser; what a register needs
beside them stands here: seasons, quarters, decades, "about", and spans with their open sides.
"""

import calendar
import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from dateparser.date import DateDataParser
from django.utils.translation import gettext_lazy as _

from .edtf import Span, parse
from .words import _NAMES

NOT_READ = _(
    "This date cannot be read. Write it as 21 November 2015, 03.2014, autumn 2013, about 2015,"
    " 2013 to 2016, since 2016 or until 2016; and 21 March if the year is not known."
)
NO_SUCH_DAY = _("There is no such day. Check the day and the month.")
REVERSED = _("This ends before it begins. Write the earlier date first, as in 2015 to 2016.")
HAS_TIME = _("Enter only the date here. The time of day has its own field.")

LONGEST = 100

_ABOUT = (
    r"(?:about|around|roughly|approximately|approx\.?|circa|ca\.?|c\.|каля|прыкладна|прыблізна"
    r"|около|примерно|приблизительно|прибл\.?|ок\.?)"
)
_SINCE = r"(?:since|from|starting|пачынаючы з|начиная с|з|са|ад|с|со|от)"
_DATED = r"(?:dated|ад|от)"  # of a full day: the date of a paper
_UNTIL = r"(?:until|till|up to|to|да|па|до|по)"
_BEFORE = r"(?:before|earlier than|раней за|перад|ранее|раньше|перед)"
_IN = r"(?:in the|in|the|on|у|ў|ва|в|во)"
_ONGOING = (
    r"(?:ongoing|present|now|today|the present|працягваецца|цяпер|гэты час|цяперашні час|сёння"
    r"|продолжается|настоящее время|наст\. время|сегодня|н\.? ?в\.?|\.\.)"
)
_UNCERTAIN = r"\(?(?:\?|uncertain|пад пытаннем|под вопросом)\)?"
_NO_YEAR = r",? \(?(?:year not stated|год не пазначаны|год не указан)\)?"
_END_UNKNOWN = r",? (?:end not stated|канец не пазначаны|окончание не указано)"
_START_UNKNOWN = r",? (?:start not stated|пачатак не пазначаны|начало не указано)"
# After a year, a span of years or a decade: 2015 г., 2010-я гады; it adds nothing.
_YEARS = r"(?:гг\.?|годы|годов|годах|гады|гадоў|гадах|years)"
_YEAR_WORD = (
    r"(?:(?<=[0-9]{4})|(?<=[/–-][0-9]{2})|(?<=0s)|(?<=-[яех])|(?<=-[ы][ехя]))\s?"
    rf"(?:{_YEARS}|г\.?|год(?:а|у|зе)?|year)(?=\W|$)"
)

_SEASONS = {
    21: "spring вясна вясны вясну вясне вясной вясною увесну весна весны весну весне весной весною",
    22: "summer лета летам улетку лето лете летом",
    23: "autumn fall восень восені восенню увосень осень осени осенью",
    24: "winter зіма зімы зіму зіме зімой зімою узімку зима зимы зиму зиме зимой зимою",
}
_SEASON_OF = {word: number for number, words in _SEASONS.items() for word in words.split()}
# After "in", which dateparser does not know: у сакавіку, в марте.
_IN_MONTHS = (
    "студзені лютым сакавіку красавіку маі чэрвені ліпені жніўні верасні кастрычніку лістападзе"
    " снежні",
    "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре",
)
_MONTH_OF = {
    word: number for words in _IN_MONTHS for number, word in enumerate(words.split(), start=1)
}
# The words of a date: what is cut off begins one of these, and days of the week begin like those.
_NAMED = [name for cases in _NAMES.values() for words in cases for name in words.casefold().split()]
_NAMED += ["травень", "траўня", *(day.casefold() for day in calendar.day_name)]
_WEEKDAYS = (
    *("панядзел", "аўтор", "серад", "чацвер", "пятніц", "субот", "нядзел"),
    *("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресен"),
)
_ORDINALS = {
    "1": "1 i 1st first першы першае першым першага первый первое первом первого",
    "2": "2 ii 2nd second другі другое другім другога второй второе втором второго",
    "3": "3 iii 3rd third трэці трэцім трэцяга третий третьем третьего",
    "4": "4 iv 4th fourth чацвёрты чацвёртым чацвёртага четвёртый четвёртом четвёртого четвертый",
}
_ORDINAL_OF = {word: int(number) for number, words in _ORDINALS.items() for word in words.split()}
_PART_OF_YEAR = re.compile(
    r"(?:(?P<number>\w+)(?:-(?:ы|і|й|ый|ой|ий|е|ае|ое))? "
    r"(?P<what>quarter|кв\.?|квартала?|квартале|half|паўгоддз[еіяю]|полугоди[еяию])"
    r"|q(?P<q>[1-4])),? ?(?:of |of the )?(?P<year>[0-9]{4})"
)
_SHORT_YEARS = re.compile(r"(?P<first>[0-9]{2}(?P<start>[0-9]{2})) ?[-/–] ?(?P<end>[0-9]{2})")
_DECADE = re.compile(r"(?P<decade>[0-9]{3})0(?:'?s|-?(?:я|х|е|ыя|ых|ые))")
_MIDDLE = re.compile(rf"(?P<dash> ?[–-] ?)| (?:(?P<about>{_ABOUT}) )?{_UNTIL} ")
_BOTH = re.compile("(?:between|паміж|между) (?P<first>.+?) (?:and|і|и) (?P<last>.+)")
_DAY_AND_MONTH = re.compile(r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})")
_NUMBERS = re.compile(
    r"[0-9]{1,2}(?P<one>[./-])[0-9]{1,2}(?P=one)([0-9]{2}){1,2}|[0-9]{1,2}[./][0-9]{4}"
    r"|[0-9]{4}(?P<other>[./-])[0-9]{1,2}((?P=other)[0-9]{1,2})?"
)


class Parts(NamedTuple):
    """What of a date was written: year is four characters, month 1 to 12 or a season 21 to 24."""

    year: str | None
    month: int | None = None
    day: int | None = None
    mark: str = ""

    @property
    def edtf(self):
        month = f"-{self.month:02}" if self.month else ""
        day = f"-{self.day:02}" if self.day else ""
        return f"{self.year or 'XXXX'}{month}{day}{self.mark}"


def read(text: str) -> Span:
    """The date or span that a text says, EDTF included; a ValueError says what would do."""
    plain = _tidy(text)
    if not plain or len(plain) > LONGEST:
        raise ValueError(NOT_READ)
    try:
        return parse(text.strip())
    except ValueError:
        found = _span(plain)
    if found is None:
        raise ValueError(_what_is_wrong(plain))
    try:
        return parse(found)
    except ValueError:
        raise ValueError(REVERSED if "/" in found else NOT_READ) from None


# What somebody else would read as another date. Of 03/04/2016 and 10/11 the day comes first here; a
# year of two digits may be of either century, or a day; 2020-21 is a season in EDTF, and may be two
# years, as 2011/12 is here; a winter is the one that begins in its year.
_DOUBTFUL = re.compile(
    r"\b(?P<day>[0-9]{1,2})[/-](?!(?P=day)\b)(0?[1-9]|1[0-2])[/-][0-9]{4}\b"
    r"|\b[0-9]{1,2}(?P<same>[./-])[0-9]{1,2}(?P=same)[0-9]{2}\b"
    r"|^(0?[1-9]|1[0-2])[./](0?[1-9]|1[0-2])$"
    r"|[^\W\d]{3}\.? [0-9]{2}$"
    r"|^[0-9]{4}-2[1-4]$|^[0-9]{4}/(0[1-9]|1[0-2])$"
    rf"|\b({'|'.join(_SEASONS[24].split())})\b.* [0-9]{{4}}$"
)


def is_doubtful(text: str) -> bool:
    """Whether the same text may be meant as another date than the one that is read."""
    found = _DOUBTFUL.search(_tidy(text))
    return found is not None and not (found["day"] and int(found["day"]) > 12)


def _tidy(text):
    """In small letters, with single spaces and one kind of dash; without "г." after a year."""
    plain = " ".join(text.casefold().split()).strip(" .,;") if text.strip() != ".." else ""
    plain = re.sub("[–—−‒]", "–", plain)  # noqa: RUF001 they look alike, and are dashes
    # "Years" says that 2010-12 is no December.
    plain = re.sub(rf"([0-9]{{4}}) ?- ?([0-9]{{2}})(?= ?{_YEARS})", r"\1–\2", plain)
    return " ".join(re.sub(_YEAR_WORD, "", plain).split()).strip(" ,;")


def _span(text):
    """The EDTF of a text, or None. A single date is tried first: its parts may hold dashes."""
    without_year = re.search(f"{_NO_YEAR}$", text)
    if without_year:
        text = text[: without_year.start()]
    for ending, shape in ((_END_UNKNOWN, ("", "/")), (_START_UNKNOWN, ("/", ""))):
        if unknown := re.search(f"{ending}$", text):
            side = _date(_after(f"{_SINCE}|{_UNTIL}", text[: unknown.start()]))
            return side and side.edtf.join(shape)
    if school_year := _school_year(text):
        return school_year
    single = _date(text)
    found = (single and single.edtf) or _short(text)
    if found or _NUMBERS.fullmatch(text):  # 2016-02-30 is no span from 2016 on
        return found
    if both := _BOTH.fullmatch(text):
        text = f"{both['first']} – {both['last']}"
    return _between(text) or _open(text)


def _school_year(text):
    """2011/12 is two years that follow each other, and no month."""
    years = _SHORT_YEARS.fullmatch(text)
    if not years or "/" not in text or (int(years["start"]) + 1) % 100 != int(years["end"]):
        return None
    return f"{years['first']}/{int(years['first']) + 1}"


def _short(text):
    """Parts of a year, and school years: II квартал 2024, 2023/24."""
    if years := _SHORT_YEARS.fullmatch(_without(_IN, text)):
        following = int(years["end"]) - int(years["start"])
        return f"{years['first']}/{int(years['first']) + following}" if following > 0 else None
    if part := _PART_OF_YEAR.fullmatch(_without(_IN, text)):
        number = int(part["q"] or _ORDINAL_OF.get(part["number"], 0))
        months = 6 if (part["what"] or "").startswith(("half", "паў", "полу")) else 3
        if 1 <= number <= 12 // months:
            last = number * months
            return f"{part['year']}-{last - months + 1:02}/{part['year']}-{last:02}"
    return None


def _between(text):
    """Two dates with a dash or a word between them; the one may leave to the other what both share:
    12–14 March 2016, March 12–14, February to October 2016."""
    for found in _MIDDLE.finditer(text):
        left, right = text[: found.start()], text[found.end() :]
        left = _side(_after(_SINCE, left))
        if left is not None and re.fullmatch(_ONGOING, right):
            return f"{left.edtf}/.." if left.year else None
        right = _side(f"about {right}" if found["about"] else right)
        if left is None or right is None:
            continue
        shared = _shared(left, right, found["dash"])
        if shared:
            return "/".join(side.edtf for side in shared)
    return None


def _shared(left, right, dash):
    """Both sides with what the other says for both; None where it is not clear what they share."""
    if left.month is None and left.day:  # 12–14 March
        left = left._replace(month=right.month)
    elif right.month is None and right.day and left.day:  # March 12–14
        right = right._replace(month=left.month)
    if any(side.day and side.month is None for side in (left, right)):
        return None  # Mar-12
    if right.month is None and left.month and (dash or left.year is None):
        return None  # 5 May – 2016, summer 2015–2016
    if left.year is None and left.month:
        left = left._replace(year=right.year)
    decade = re.fullmatch("[0-9]{3}X", right.year or "")
    if decade and dash and re.fullmatch("[0-9]{3}0", left.year or ""):  # 2010–2020-е
        left = left._replace(year=f"{left.year[:3]}X")
    return left, right


def _open(text):
    """One date and an open side: since 2013, until 2016, before 2016 (of which it is no part)."""
    paper = _date(_without(_DATED, text))
    if paper and paper.day:
        return paper.edtf
    for words, shape in ((_SINCE, "{}/.."), (_UNTIL, "../{}"), (_BEFORE, "../{}")):
        said = _after(words, text)
        side = _date(said) if said != text else None
        if side is not None and words == _BEFORE:
            side = _one_before(side)
        if side is not None and side.year is not None:
            return shape.format(side.edtf)
    if ended := re.fullmatch(rf"(.+?) ?[–-] ?({_ONGOING})?", text):
        side = _date(ended[1])
        return side and side.year and f"{side.edtf}/.."
    return None


def _one_before(side):
    """The last date before this one, as exactly as this one is given."""
    start = parse(side._replace(mark="").edtf).start
    if start is None or start.earliest in (None, date.min):  # without a year, or the first day
        return None
    last = start.earliest - timedelta(days=1)
    month = last.month if side.month else None
    return Parts(f"{last.year:04}", month, last.day if side.day else None, side.mark)


def _side(text):
    """A date, or the day alone of one whose month stands on the other side: 14; 14, 2016."""
    if alone := re.fullmatch("([0-9]{1,2})(?:,? ([0-9]{4}))?", text):
        return Parts(alone[2], None, int(alone[1])) if 1 <= int(alone[1]) <= 31 else None
    return _date(text)


def _date(text):
    """One date, with what is said of how sure it is."""
    text, uncertain = re.subn(rf" ?{_UNCERTAIN}$", "", text)
    text, about = re.subn(rf"^{_ABOUT} |^~ ?|~$", "", text)
    found = _bare(_without(_IN, text.strip()))
    if found is None:
        return None
    mark = {(0, 0): "", (1, 0): "~", (0, 1): "?", (1, 1): "%"}[bool(about), bool(uncertain)]
    return found._replace(mark=mark)


def _bare(text):
    if re.fullmatch("[0-9]{4}", text):
        return Parts(text)
    if decade := _DECADE.fullmatch(text):
        return Parts(f"{decade['decade']}X")
    text = re.sub(r"^([^\W\d]+) ?[–-] ?([0-9]{4})$", r"\1 \2", text)  # март-2016
    words = text.replace(",", " ").split()
    season = [word for word in words if word in _SEASON_OF]
    if len(season) > 1:
        return None
    if season:
        return _season(_SEASON_OF[season[0]], [word for word in words if word not in season])
    if day := _DAY_AND_MONTH.fullmatch(text):
        return _checked(Parts(None, int(day["month"]), int(day["day"])))
    named = [str(_MONTH_OF[word]) for word in words if word in _MONTH_OF]
    if named:
        text = ".".join([*named, *(word for word in words if word not in _MONTH_OF)])
    return _parsed(text)


def _season(number, rest):
    """Of a winter both years may be said: winter 2013/14."""
    years = [word for word in rest if word != "of"]
    if not years:
        return Parts(None, number)
    said = re.fullmatch("([0-9]{4})(?:[/–-]([0-9]{2}|[0-9]{4}))?", years[0])
    if len(years) > 1 or not said or (said[2] and number != 24):
        return None
    if said[2] and (int(said[1]) + 1) % 100 != int(said[2]) % 100:
        return None
    return Parts(said[1], number)


def _checked(parts):
    """None where no year has this day."""
    try:
        parse(parts.edtf)
    except ValueError:
        return None
    return parts


# What was not written dateparser takes from a day that it is given: what is the same whichever day
# that is was written. Both are of leap years, so that 29 February is found.
_DAYS = (datetime(2000, 1, 1), datetime(2004, 12, 31))  # noqa: DTZ001 days, of no zone
_SETTINGS = {
    "DATE_ORDER": "DMY",
    "PREFER_LOCALE_DATE_ORDER": False,
    "PARSERS": ["absolute-time"],  # not "tomorrow", nor the seconds of a clock
    "RETURN_TIME_AS_PERIOD": True,
}


@lru_cache(maxsize=1)
def _parsers():
    return [
        DateDataParser(languages=["en", "be", "ru"], settings=_SETTINGS | {"RELATIVE_BASE": day})
        for day in _DAYS
    ]


def _parsed(text):
    if not (_NUMBERS.fullmatch(text) or _names_a_month(text)):
        return None
    first, second = (parser.get_date_data(text) for parser in _parsers())
    if first.date_obj is None or second.date_obj is None or "time" in (first.period, second.period):
        return None
    year, month, day = (
        one if one == other else None
        for one, other in (
            (getattr(first.date_obj, name), getattr(second.date_obj, name))
            for name in ("year", "month", "day")
        )
    )
    if year and not day and not re.search("[0-9]{4}", text):
        return None  # May 99
    if month is None or (day is None and year is None):
        return Parts(None, month) if month and not re.search("[0-9]", text) else None
    return _checked(Parts(f"{year:04}" if year else None, month, day))


def _names_a_month(text):
    """Whether all words of a text are months, days of the week and what may stand beside them:
    dateparser passes over what it does not know."""
    words = re.findall(r"[^\W\d_]+", text)
    known = (
        word in ("st", "nd", "rd", "th", "of")
        or word.startswith(_WEEKDAYS)
        or (len(word) > 2 and any(name.startswith(word) for name in _NAMED))
        for word in words
    )
    return bool(words) and all(known) and not re.search(r"[^\w\s.,/]", text)


def _without(words, text):
    return re.sub(f"^(?:{words}) ", "", text)


def _after(words, text):
    """The text without a preposition; an "about" may stand before it: примерно с 2016."""
    return re.sub(rf"^((?:{_ABOUT} )?)(?:{words}) ", r"\1", text)


def _what_is_wrong(text):
    if re.search(r"[0-9]{1,2}:[0-9]{2}|^[0-9]{1,2}\.00$", text):
        return HAS_TIME
    is_of_another_day = _span(re.sub("^[0-9]{1,2}(?= )", "1", text)) is not None
    return NO_SUCH_DAY if is_of_another_day or _NUMBERS.fullmatch(text) else NOT_READ
