"""How a card is said on a page: texts in the reader's language, codes in words, links."""

import re
from collections import defaultdict
from datetime import date
from functools import cache
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.core.exceptions import FieldDoesNotExist
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext_lazy

from registry.cards.clock import today
from registry.cards.declarations import declared, page_address
from registry.cards.read import printed_in
from registry.cards.statuses import COMPUTED, Status
from registry.values.texts import FALLBACK

register = template.Library()

IN_LANGUAGE = {
    "en": gettext_lazy("in English"),
    "be": gettext_lazy("in Belarusian"),
    "ru": gettext_lazy("in Russian"),
}
# The roles of those who run a thing, as the code list has them.
RUNNING = ("implementer", "organiser", "co-organiser", "host")

OWN_NAMES = {"en": "English", "be": "Беларуская", "ru": "Русский"}

COUNTED = {
    "programme": ngettext_lazy("%(count)s programme", "%(count)s programmes", "count"),
    "edition": ngettext_lazy("%(count)s edition", "%(count)s editions", "count"),
    "initiative": ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "count"),
    "event": ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    "organisation": ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count"),
    "location": ngettext_lazy("%(count)s place", "%(count)s places", "count"),
    "term": ngettext_lazy("%(count)s term", "%(count)s terms", "count"),
    "result": ngettext_lazy("%(count)s result", "%(count)s results", "count"),
}

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


WORD = re.compile(r"[^\W\d_]")


def spoken_in(text):
    """(the text, its language): in the reader's language or the one that steps in."""
    order = FALLBACK.get(translation.get_language() or "en", FALLBACK["en"])
    return next(((text[code], code) for code in order if text and text.get(code)), ("", ""))


@register.filter
def said(text):
    """The bare words of a text object, for titles and attributes."""
    return spoken_in(text)[0]


@register.simple_tag
def text(text):
    """The words; those of another language are marked as such and followed by its name."""
    if not isinstance(text, dict):
        return text or ""
    words, language = spoken_in(text)
    if not words or language == translation.get_language():
        return words
    return format_html(
        '<span lang="{}">{}</span> <span class="quiet small">({})</span>',
        language,
        words,
        IN_LANGUAGE[language],
    )


@register.simple_tag
def words(text, capital=False):
    """The words, marked where they are of another language; its name is said elsewhere."""
    if not isinstance(text, dict):
        return text or ""
    said, language = spoken_in(text)
    said = capfirst(said) if capital else said
    return in_its_language(said, language)


@register.simple_tag
def language_of(text):
    """The attribute `lang` for an element that holds a text object and nothing else."""
    language = spoken_in(text)[1]
    return format_html(' lang="{}"', language) if is_foreign(language) else ""


def is_foreign(language):
    return bool(language) and language != translation.get_language()


def in_its_language(words, language):
    """The words, in an element that says their language where it is not that of the page."""
    if not words or not is_foreign(language):
        return words
    return format_html('<span lang="{}">{}</span>', language, words)


@register.simple_tag
def printed(words, sources):
    """Words as a source has them, which are in its language where all sources have the same."""
    return in_its_language(words, printed_in(sources))


@register.simple_tag
def prose(text):
    """The paragraphs of a longer text."""
    words, language = spoken_in(text)
    if not words:
        return ""
    paragraphs = [" ".join(part.split()) for part in words.split("\n\n") if part.strip()]
    if language == translation.get_language():
        return format_html_join("\n", "<p>{}</p>", ((part,) for part in paragraphs))
    return format_html(
        '<p class="quiet small">({})</p>\n{}',
        IN_LANGUAGE[language],
        format_html_join("\n", '<p lang="{}">{}</p>', ((language, part) for part in paragraphs)),
    )


@register.simple_tag
def other_languages(text):
    """[(language, words)] of the names that the page's own does not show."""
    shown = spoken_in(text)[0]
    found = {text[code]: code for code in reversed(OWN_NAMES) if text.get(code)}
    found.pop(shown, None)
    return [(code, words) for words, code in reversed(found.items())]


@register.filter
def page(card):
    """The path of its page in the language of the reader."""
    return page_address(card["type"], card["slug"])


@register.simple_tag
def link(card):
    """A link to the page of a record, named as the record is."""
    return format_html('<a href="{}">{}</a>', page(card), text(card["name"]))


@register.simple_tag
def common_language(cards):
    """The one other language in which all of several names are shown, or ""."""
    languages = {spoken_in(card["name"])[1] for card in cards}
    language = languages.pop() if len(languages) == 1 and len(cards) > 1 else ""
    return "" if language == translation.get_language() else language


@register.filter
def in_language(language):
    return IN_LANGUAGE[language]


@register.simple_tag
def link_in(card, language):
    """The same where the list says above in which language its names are; if it does."""
    if not language:
        return link(card)
    words = said(card["name"])
    return format_html('<a href="{}" lang="{}">{}</a>', page(card), language, words)


@cache
def _choices(card_type, path):
    """{value: lazy label} of a column of the record, or of one of its parts: "roles.role"."""
    model = declared[card_type].model
    *relations, column = path.split(".")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    try:
        return dict(model._meta.get_field(column).flatchoices)
    except FieldDoesNotExist:  # follows from other columns: the codes stand in the model
        return dict(getattr(model, column.capitalize()).choices)


@register.simple_tag
def code(value, card_type, path):
    """The name of a code: `{% code card.kind "programme" "kind" %}`."""
    if not value:
        return ""
    if path == "status" and card_type in COMPUTED:
        return Status(value).label
    return _choices(card_type, path).get(value, value)


@register.filter
def type_name(card_type):
    """Programme, Event …"""
    return capfirst(declared[card_type].model._meta.verbose_name)


@register.filter
def collection_name(card_type):
    """Programmes, Events …"""
    return capfirst(declared[card_type].model._meta.verbose_name_plural)


@register.simple_tag
def counted(count, card_type):
    """ "3 programmes", in the grammar of the language."""
    return COUNTED[card_type] % {"count": Grouped(count)}


@register.simple_tag
def counted_name(count, card_type):
    """ "Programmes", as they are called where there are so many: beside the number."""
    return capfirst((COUNTED[card_type] % {"count": Unwritten(count)}).strip())


class Unwritten(int):
    """A number that chooses the plural and is written elsewhere."""

    def __str__(self):
        return ""


class Grouped(int):
    """A number that chooses the plural as a number and is written as the language writes it."""

    def __str__(self):
        return number(int(self))


@register.filter
def row(card_type):
    """The partial that shows one record of this type in a list."""
    return f"_{card_type}.html"


@register.simple_tag(takes_context=True)
def cited(context, key):
    """The mark of a source, S1: a link to its entry in the list of sources.

    The first mark of each is what the list leads back to.
    """
    if not key:
        return ""
    number = key.removeprefix("S")
    marked = context["cited"]
    anchor = "" if key in marked else format_html(' id="r{}"', number)
    marked.add(key)
    return format_html(
        '<sup class="ref"><a href="#s{0}"{1}><span class="vh"> {2} </span>[{0}]</a></sup>',
        number,
        anchor,
        gettext("Source"),
    )


@register.simple_tag
def measured(figure):
    """What was counted: the label, or the name of the measure."""
    return text(figure["label"]) or code(figure["measure"], "programme", "figures.measure")


@register.simple_tag
def reported_number(figure, sources):
    """The figure as its source prints it; words of another language stand behind the number."""
    printed, number_ = figure["printed"], figure["number"]
    languages = {source["key"]: source["language"] for source in sources}
    language = languages.get(figure["source"])
    if (
        number_ is None
        or language in (None, translation.get_language())
        or not WORD.search(printed)
    ):
        return printed
    words = [code(figure["qualifier"], "programme", "figures.qualifier"), number(number_)]
    return format_html(
        '{} <span class="quiet small">(<span lang="{}">{}</span>)</span>',
        " ".join(filter(None, map(str, words))),
        language,
        printed,
    )


@register.filter
def compared(figures):
    """The figures, each with whether another source `differs` on the same thing and time."""
    reports = defaultdict(dict)
    for figure in figures:
        reports[_thing(figure)].setdefault(figure["source"], set()).add(_value(figure))
    return [
        figure
        | {
            "differs": any(
                _value(figure) not in values
                for source, values in reports[_thing(figure)].items()
                if source != figure["source"]
            )
        }
        for figure in figures
    ]


def _thing(figure):
    period = figure["period"] and figure["period"]["edtf"]
    return figure["measure"], said(figure["label"]), figure["unit"], period


def _value(figure):
    return figure["printed"] if figure["number"] is None else figure["number"]


@register.simple_tag
def outside(address, words):
    """A link to another site; what is not plain http(s) is shown as text alone."""
    if not address:
        return ""
    if urlsplit(address).scheme not in ("http", "https"):
        return words
    return format_html('<a href="{}" rel="nofollow noopener">{}</a>', address, words)


@register.filter
def host(address):
    """The name of the site, as the words of a link to it."""
    return urlsplit(address).hostname or address


@register.filter
def day(iso):
    """A day given as 2026-11-22, in words."""
    if not iso:
        return ""
    when = date.fromisoformat(str(iso)[:10])
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
def number(value):
    """A number as the language writes it: 352,896 or 352 896."""
    return format_decimal(value, locale=translation.get_language())


@register.filter
def block(card):
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
    return format_date(date(2000, month, 1), "MMM" if with_day else "LLL", locale=language)


@register.simple_tag
def term_link(term, card_type, name):
    """A term as the list of what it is said of: topics lead to records, not to a definition."""
    address = page_address(card_type, term["slug"]).removesuffix(f"{term['slug']}/")
    return format_html('<a href="{}?{}={}">{}</a>', address, name, term["slug"], text(term["name"]))


@register.filter
def get(mapping, key):
    return mapping.get(key)


@register.filter
def collection(card_type):
    """The path of the list of all records of the type."""
    return page_address(card_type, "")[:-1]


@register.simple_tag
def linked(words, card_type, query, count):
    """A link to the list in which so many records are; of none there is only the word."""
    if not count:
        return words
    return format_html('<a href="{}?{}">{}</a>', collection(card_type), query, words)


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


@register.filter
def spoken_language(code):
    """Belarusian, for "be"; a code that has no name is shown as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name(translation.get_language())
    except (UnknownLocaleError, ValueError):
        return code


@register.simple_tag
def runners(card):
    """The organisations that run it, without repetition."""
    held = [role["organisation"] for role in card["roles"] if role["role"] in RUNNING]
    return list({each["slug"]: each for each in held}.values())
