"""Numbers on a page: how many, and what was reported."""

from collections import defaultdict
from functools import lru_cache

from babel.numbers import format_decimal
from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from registry.cards.declarations import declared
from registry.values.degrees import rounded
from registry.values.texts import spoken

from .kinds import choice_label
from .texts import LETTER, localised_html

register = template.Library()


RESULTS = ngettext_lazy("%(count)s result", "%(count)s results", "count")  # of all kinds


@register.simple_tag
def counted(count, card_type):
    """ "3 programmes", in the grammar of the language."""
    return _counted(count, card_type, translation.get_language())


# Filters beside a list say it a hundred times.
@lru_cache(maxsize=4096, typed=True)
def _counted(count, card_type, language):
    return _words(card_type) % {"count": LocalisedInt(count)}


def _words(card_type):
    return RESULTS if card_type == "result" else declared[card_type].counted


@register.simple_tag
def counted_name(count, card_type):
    """ "Programmes", as they are called where there are so many: beside the number."""
    return capfirst((_words(card_type) % {"count": PluralOnlyInt(count)}).strip())


class PluralOnlyInt(int):
    """A number that chooses the plural and is written elsewhere."""

    def __str__(self):
        return ""


class LocalisedInt(int):
    """A number that chooses the plural as a number and is written as the language writes it."""

    def __str__(self):
        return number(int(self))


@register.simple_tag
def measured(figure):
    """What was counted: the label, or the name of the measure."""
    return localised_html(figure["label"]) or choice_label(
        figure["measure"], "programme", "figures.measure"
    )


@register.simple_tag
def reported_number(figure, sources):
    """The figure as its source prints it; words of another language stand behind the number."""
    printed, number_ = figure["printed"], figure["number"]
    # A figure does not say its language: it is printed in that of its source.
    languages = {source["key"]: source["language"] for source in sources}
    language = languages.get(figure["source"])
    if (
        number_ is None
        or language in (None, translation.get_language())
        or not LETTER.search(printed)
    ):
        return printed
    words = [choice_label(figure["qualifier"], "programme", "figures.qualifier"), number(number_)]
    return format_html(
        '{} <span class="quiet small">(<span lang="{}">{}</span>)</span>',
        " ".join(filter(None, map(str, words))),
        language,
        printed,
    )


@register.simple_tag
def as_reported(card):
    """The card of a figure as its record shows it, with the `sources` of which it names one."""
    source = card["source"]
    key = source and source["id"]
    sources = [source | {"key": key}] if source else []
    return card | {"label": card["name"], "source": key, "sources": sources}


@register.simple_tag
def source_of(figure, sources):
    """That which reports it, of those of its record; None while it is not public."""
    return next((source for source in sources if source["key"] == figure["source"]), None)


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
    return figure["measure"], spoken(figure["label"]), figure["unit"], period


def _value(figure):
    return figure["printed"] if figure["number"] is None else figure["number"]


@register.filter
def distance(km):
    """ "about 35 km": how far points are apart, of places that are larger than points."""
    if km < 1:
        return _("less than 1 km")
    return _("about %(km)s km") % {"km": number(rounded(km))}


@register.filter
def number(value):
    """A number as the language writes it: 352,896 or 352 896."""
    return _written(value, translation.get_language())


# A list writes some two hundred, most of them the same on every page.
@lru_cache(maxsize=4096, typed=True)
def _written(value, language):
    return format_decimal(value, locale=language)
