"""Cells as people write them: dates, numbers with "about" and "more than", names in quotes, several
values in one cell, and the many ways to say that nothing is known.

Each returns what the registry would hold; what may be meant otherwise comes with a `doubt`, a
sentence for whoever looks at it. What cannot be read is a ValueError with such a sentence.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from registry.listings.search.interpretations import OWN_LETTERS
from registry.listings.search.query import CYRILLIC
from registry.values.dates import written
from registry.values.folding import fold, unmixed
from registry.values.legal_forms import kinds_of_form
from registry.values.texts import LANGUAGES

_NOTHING = (
    "- – — −- -- --- . .. … ? ?? x х н/д н.д. н.д нд н/в б/д б.д. нет нет_данных няма"  # noqa: RUF001
    " няма_даных няма_звестак не_указано не_указан не_пазначана не_вядома неизвестно невядома"
    " не_известно n/a na n.a. none null no_data unknown not_known not_stated tbd tba нет_сведений"
    " 0000-00-00"
)
NOTHING = frozenset(_NOTHING.split())
DITTO = re.compile(
    r"[\s—–/\\-]*(?:[»«\"″”“„]|//|\"\")[\s—–/\\-]*|то ж[е]?|тое ж|так ?ж[ае]|ditto|same"
)
TOTALS = frozenset(
    map(fold, ("всего", "итого", "усяго", "разам", "агулам", "total", "sum", "сума"))
)
_ONLINE = (
    "онлайн|анлайн|online|on line|онлайн формат|zoom|зум|дистанционно|удалённо|дыстанцыйна"
    "|дистанционный формат|в интернете|у інтэрнэце|virtual|virtually|webinar|вебинар|вэбінар"
)
ONLINE = frozenset(map(fold, _ONLINE.split("|")))
SEPARATORS = re.compile(r"\s*(?:[;|\n]|(?<=\s)•|^•)\s*")

SERIAL_ZERO = date(1899, 12, 30)  # from which spreadsheets count days
TWO_DAYS = re.compile(r"^(\d{1,2})/(\d{1,2}\.\d{1,2}\.\d{4})$")  # 15/16.10.2023
SERIALS = range(20_000, 60_000)  # of the years 1954 to 2064
TIME = re.compile(
    r"[,\s]*(?:\bat|\bв|\bу|\bа|\bс|\bз|\bк)?\s*\b(?P<first>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::00)?"
    r"(?:\s*(?:[-–—]|до|да|to)\s*(?P<last>(?:[01]?\d|2[0-3]):[0-5]\d)(?::00)?)?\s*(?:ч|г|h)?\.?$"
)

_ABOUT = (
    "ок около примерно приблизительно прибл каля прыкладна прыблізна"
    " about approx approximately circa ca ~ ≈"
)
_OVER = "свыше более больше звыш больш_за больш_чым более_чем больше_чем more_than over >"
_LEAST = (
    "не_менее не_менее_чем не_меньше не_менш_за не_менш от ад минимум мінімум"
    " at_least from min ≥ >="
)
_UP_TO = "до да не_более не_больше не_больш_за не_больш максимум up_to max at_most ≤ <= <"
QUALIFIERS = {
    words.replace("_", " "): qualifier
    for qualifier, text in (
        ("about", _ABOUT),
        ("over", _OVER),
        ("at-least", _LEAST),
        ("up-to", _UP_TO),
    )
    for words in text.split()
}
_LED = "|".join(re.escape(each) for each in sorted(QUALIFIERS, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[\s.,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
QUANTITY = re.compile(
    rf"(?:(?P<led>{_LED})\.?\s*)?(?P<number>{_NUMBER})\s*(?P<plus>\+)?"
    r"\s*(?P<times>тыс\w*|тысяч\w*|thousand|k|млн|мільён\w*|миллион\w*|million|mln|m)?(?![\w])\.?"
    r"\s*(?P<unit>[^\d+]{0,30})",
    re.IGNORECASE,
)
LATER = re.compile(r"(?P<unit>€|\$|£|[A-Z]{3}|Br)\s*(?=\d)")
TIMES = {"т": 1000, "k": 1000, "м": 1_000_000, "m": 1_000_000}
_PEOPLE = (
    "чел человек человека людей люди чалавек чалавекі асоб асобы удзельнікаў удзельнікі"
    " участников участника участники уч people persons participants pers"
)
PEOPLE = frozenset(map(fold, _PEOPLE.split()))
UNITS = {"€": "EUR", "$": "USD", "£": "GBP", "Br": "BYN", "евро": "EUR", "еўра": "EUR"}
ROUBLES = re.compile(r"руб\w*\.?|р\.")


class When(NamedTuple):
    """A date as EDTF, with the times of day where they stand there: 18:30."""

    edtf: str
    start_time: str = ""
    end_time: str = ""
    doubt: str = ""


class Quantity(NamedTuple):
    """A number as it is printed, and as far as it is one: `number` is "" where it is none."""

    printed: str
    number: str = ""
    qualifier: str = ""
    unit: str = "people"
    doubt: str = ""


def is_nothing(text):
    """Whether a cell says that nothing is recorded."""
    plain = text.casefold().strip(" ()[]\n")
    return not plain or plain.replace(" ", "_") in NOTHING or plain.strip(".") in NOTHING


def is_ditto(text):
    """Whether it says: the same as above."""
    return DITTO.fullmatch(text.casefold().strip()) is not None


def is_total(cells):
    """Whether a row adds up those above it."""
    return any(fold(cell.strip(" :")) in TOTALS for cell in cells if cell)


def several(text):
    """The values of one cell: each on a line of its own, or with a semicolon or | between."""
    return [
        piece
        for each in SEPARATORS.split(text)
        if (piece := each.strip()) and not is_nothing(piece)
    ]


def plain(text):
    """A text with single spaces, and Cyrillic letters where Latin ones only look like them."""
    return unmixed(" ".join(text.split()))


def name(text):
    """A name with both of its quotes, as its language writes them, and without a dot at its end."""
    text = plain(text).strip(" ,;")
    last = text.rpartition(" ")[2]
    if text.endswith(".") and not text.endswith("..") and len(last) > 5:
        text = text[:-1]
    text = re.sub("[“”„″]", '"', text)
    if CYRILLIC.search(text):
        text = re.sub(r'(^|[\s(])"', r"\1«", text)
        text = re.sub(r'"', "»", text)
    missing = text.count("«") - text.count("»")
    return text + "»" * missing if missing > 0 else text


# What only one of the two spells so: Belarusian has no soft т, д or р, no soft ч, ж or ш and no в
# before a consonant; Russian has no hard ч and softens with т and д.
OWN_SPELLINGS = {
    "be": re.compile("дз[еёюяь]|ць|шч|[чшж][эы]|рэ"),
    "ru": re.compile("[тд][еёюяь]|р[еёюяь]|[чшж][её]|ый\\b|[аоуыэеёюя]в(?![аоуыэеёюя])"),
}


def language_of(text, usual="ru"):
    """The language of a name as far as its letters tell: en, be, ru; else the usual one."""
    if not CYRILLIC.search(text):
        return "en"
    for tells in (OWN_LETTERS, OWN_SPELLINGS):
        found = [code for code, letters in tells.items() if letters.search(text.casefold())]
        if len(found) == 1:
            return found[0]
    return usual


def is_online(text):
    """Whether in place of a place it says that there is none."""
    return fold(text) in ONLINE


def usual_language(texts):
    """That of Cyrillic texts which only some of them tell."""
    found = [language_of(text, "") for text in texts]
    return "be" if found.count("be") > found.count("ru") else "ru"


_IN = re.compile(
    r"\s*\((?P<language>бел|па-бел|рус|па-рус|англ|be|ru|en|bel|rus|eng)\w{0,6}\.?\s*:?\s*(?P<name>[^()]{2,})\)\s*$",
    re.IGNORECASE,
)
_LANGUAGES = {"бел": "be", "па-бел": "be", "be": "be", "bel": "be", "рус": "ru", "па-рус": "ru"}
_LANGUAGES |= {"ru": "ru", "rus": "ru", "англ": "en", "en": "en", "eng": "en"}


def names(text, usual="ru"):
    """{language: name} of a cell: Brest / Брэст, Новая волна (бел. Новая хваля)."""
    found = {}
    if said := _IN.search(text):
        found[_LANGUAGES[said["language"].casefold()]] = name(said["name"])
        text = text[: said.start()]
    pieces = [each for each in re.split(r"\s+/\s+", text) if each.strip()]
    languages = [language_of(each, usual) for each in pieces]
    if len(set(languages)) < len(pieces):
        pieces, languages = [text], [language_of(text, usual)]
    own = {code: name(each) for code, each in zip(languages, pieces, strict=True)}
    named = own | {code: each for code, each in found.items() if code not in own}
    return {code: each for code, each in named.items() if each}  # of a comma nothing is left


def when(text):
    """A `When`; a ValueError says how dates are written."""
    text = " ".join(text.split()).strip(" .,;") if text.strip() != ".." else text
    if is_nothing(text):
        return When("")
    if text.isdecimal() and len(text) == 5 and int(text) in SERIALS:
        day = SERIAL_ZERO + timedelta(days=int(text))
        return When(
            day.isoformat(),
            doubt=_("A number was read as a date, the way spreadsheets store dates."),
        )
    said = TIME.search(text)
    times = (_time(said["first"], said["minute"]), said["last"] or "") if said else ("", "")
    if times[1]:
        times = (times[0], _time(*times[1].split(":")))
    text = re.sub(r"T$", "", text[: said.start()]) if said else text
    text = TWO_DAYS.sub(r"\1-\2", text)
    span = written.read(text)
    doubt = _("This date could be read in another way.") if written.is_doubtful(text) else ""
    return When(span.edtf, *times, doubt)


def _time(hour, minute):
    return f"{int(hour):02}:{minute}"


def quantity(text):
    """A `Quantity`. Of a span, a sum or words there is no number: it stays as it is printed."""
    printed = " ".join(text.split())[:80]
    if is_nothing(text):
        return Quantity("")
    plain_text, unit = printed, ""
    if before := LATER.search(plain_text):
        unit, plain_text = before["unit"], plain_text[: before.start()] + plain_text[before.end() :]
    found = QUANTITY.fullmatch(plain_text.strip(" ()"))
    if not found:
        return Quantity(printed, doubt=_("This is not a single number, so it is kept as printed."))
    number, doubt = _number(found["number"])
    if found["times"]:
        number = _plainly(float(number) * TIMES[found["times"][0].casefold()])
    qualifier = QUALIFIERS.get((found["led"] or "").casefold(), "at-least" if found["plus"] else "")
    unit, doubtful = _unit(unit or found["unit"])
    return Quantity(printed, number, qualifier, unit, doubt or doubtful)


def _number(text):
    """(the number as a database reads it, a doubt): 12 500,00; 4.750,00; 1.200."""
    text, doubt = re.sub(r"[\s'’]", "", text), ""
    marks = [each for each in text if each in ".,"]
    if len(marks) == 1 and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", text):
        doubt = _("The comma or point in this number was read as a thousands separator.")
        return text.replace(marks[0], ""), doubt
    if marks and (
        len(set(marks)) > 1 or (len(marks) == 1 and len(text.rpartition(marks[0])[2]) != 3)
    ):
        whole, _mark, rest = text.rpartition(marks[-1])
        return f"{whole.replace('.', '').replace(',', '')}.{rest}", doubt
    return re.sub("[.,]", "", text), doubt


def _plainly(number):
    return str(int(number)) if number == int(number) else f"{number:.2f}"


def _unit(text):
    text = text.strip(" .,()")
    if not text or fold(text.split()[0].strip(".")) in PEOPLE:
        return "people", ""
    if ROUBLES.fullmatch(text) or ROUBLES.fullmatch(f"{text}."):
        return "BYN", _("Roubles were read as Belarusian roubles.")
    return UNITS.get(text, UNITS.get(text.casefold(), text))[:30], ""


def code(field, text):
    """The code of a field with choices that a cell says: as code or in words of any language; ""
    where it says none."""
    words = fold(text)
    for value, label in field.flatchoices:
        said = {fold(str(value))}
        for language in LANGUAGES:
            with override(language):
                said.add(fold(str(label)))
        if words in said:
            return value
    kinds = set(kinds_of_form(words.split())) & {value for value, _label in field.flatchoices}
    return kinds.pop() if len(kinds) == 1 else ""
