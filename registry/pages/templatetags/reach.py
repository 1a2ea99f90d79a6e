"""What a whole gains from its parts, on pages: where and when they were, and which of them."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from registry.cards.index import places_of
from registry.values.texts import chosen, spoken

from .links import page_url

register = template.Library()

MAX_LINES = 2  # in a row of a list
BETWEEN = " :,.–—-"  # the name of a whole and what its part is called


@register.simple_tag
def reached_in(card, here):
    """The places inside those that a list is about, as far as only parts of the record say them.

    [{"location", "by", "count"}]; nothing where the record itself says that it is there.
    """
    around = set(here or ())
    if not around or any(around & around_of(place) for place in card["locations"]):
        return []
    return [each for each in card.get("reach", ()) if around & around_of(each["location"])][
        :MAX_LINES
    ]


def around_of(place):
    """The slugs of the place and of all in which it lies."""
    return {place["slug"], *place["within"]}


@register.filter
def reached_beside(card):
    """The places that only parts give: [{"location", "by", "count"}]."""
    own = {place["slug"] for place in card["locations"]}
    return [each for each in card.get("reach", ()) if each["location"]["slug"] not in own]


@register.filter
def reached_together(card):
    """The same, places that the same parts give in one: [{"places", "by", "more"}]."""
    groups = {}
    for each in reached_beside(card):
        key = (*(part["id"] for part in each["by"]), each["count"])
        group = groups.setdefault(key, {"places": [], "by": each["by"], "more": beyond_named(each)})
        group["places"].append(each["location"])
    return list(groups.values())


@register.filter
def all_places(card):
    """Its own places and, after them, those that only its parts give."""
    return places_of(card)


@register.filter
def years_active(card):
    """ "2015, 2017–2019": the years of the record and of its parts; an open side stays open."""
    return ", ".join(map(_years, (card.get("active") or {"spans": ()})["spans"]))


def _years(span):
    # Years before 1000 are stored with noughts, as ISO 8601 wants four digits.
    first, last = ("" if side == ".." else side[:4].lstrip("0") for side in span.split("/"))
    return first if first == last else f"{first}–{last}"


@register.simple_tag
def part_link(part, whole):
    """A link to a part, without the name of the whole that stands above it: "the 30 participants"
    of "Leadership: the 30 participants"."""
    words, language = chosen(part["name"])
    rest = words.removeprefix(spoken(whole["name"]))
    # "Sports day" is no "s day" of Sport.
    rest = rest.lstrip(BETWEEN) if rest[:1] in BETWEEN else ""
    marked = "" if language == get_language() else format_html(' lang="{}"', language)
    return format_html('<a href="{}"{}>{}</a>', page_url(part), marked, rest or words)


@register.filter
def beyond_named(each):
    """How many further parts there are than those that are named."""
    return each["count"] - len(each["by"])
