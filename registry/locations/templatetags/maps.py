"""Maps on pages. What each expects and draws: registry/locations/atlas/drawing.py.

Beside each map the page has a list that says the same.
"""

import re
from collections.abc import Mapping

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from registry.pages.templatetags.links import page_url
from registry.pages.templatetags.texts import is_foreign
from registry.values.texts import chosen

from ..atlas import drawing

register = template.Library()

KIND = re.compile(r" (region|district|вобласць|раён|область|район)$", re.IGNORECASE)
# In English a region is called like its seat; only that of Minsk would be taken for the city.
TOLD_APART = {"BY-MI": "Minsk Region"}


def place_on_map(place):
    """What the maps need of the card of a place that has its number of `programmes`."""
    name, language = chosen(place["name"])
    return {
        "lang": language if is_foreign(language) else "",
        "code": place["code"],
        "name": name,
        "short": KIND.sub("", name),
        "href": page_url(place),
        "count": place["programmes"],
        "point": place["point"],
        "is_here": place.get("is_here", False),
    }


def told_apart(place):
    if get_language() != "en" or place["code"] not in TOLD_APART:
        return place
    return {**place, "short": TOLD_APART[place["code"]], "lang": ""}


@register.inclusion_tag("maps/country.html")
def country_map(regions, label, points=None, dots="", country_wide=0):
    """Inside <figure class="map">: the regions of the country, shaded, each a link.

    `regions`: cards of places, each with its number of `programmes`. `label` names the map to
    screen readers. `points`: {slug of the region: (lon, lat) of dots}, `dots`: what the key says
    they are. `country_wide`: how many programmes are for all of it, told beside a region of none.
    """
    points = points or {}
    regions = [
        told_apart(place_on_map(place)) | {"points": points.get(place["slug"], ())}
        for place in regions
    ]
    return {
        "map": drawing.country(regions),
        "label": label,
        "dots": dots if points else "",
        "country_wide": country_wide,
    }


@register.simple_tag
def dots(places):
    """The districts of a region, of which there are a hundred on one map."""
    return mark_safe(  # noqa: S308 - made of numbers
        "".join(
            f'\n <circle class="dot minor" cx="{dot["x"]}" cy="{dot["y"]}" r="4.5"/>\n '
            for dot in places
        )
    )


@register.inclusion_tag("maps/region.html")
def region_map(code, regions, places, label):
    """Inside <figure class="map">: one region, its neighbours as links, places as dots.

    `regions` and `places`: cards of places, each with its number of `programmes`; the places of
    one level, as a district and its seat are in the same spot. Not for Minsk, which has no
    outline: use small_map.
    """
    return {
        "map": drawing.region(code, *(map(place_on_map, each) for each in (regions, places))),
        "label": label,
    }


@register.inclusion_tag("maps/small.html")
def small_map(locations, seat=None):
    """A figure of the country with the places of a card (or one place) and its seat on it.

    A region is filled, the country fills all of them, a place inside a region is a dot. Where
    nothing can be drawn - places abroad, places without a point - there is no figure.
    """
    if isinstance(locations, Mapping):
        locations = [locations]
    locations = [*locations, *filter(None, [seat])]
    regions, points, names = set(), [], []
    for place in locations:
        if place["code"] == "BY":
            regions.update(drawing.REGIONS)
        elif place["code"] in drawing.REGIONS:
            regions.add(place["code"])
        elif place["country"] == "BY" and place["point"]:
            points.append(place["point"])
        else:
            continue
        names.append(chosen(place["name"]))
    # A label is in one language: that of the page, if one of the names is.
    languages = [language for _name, language in names]
    language = (
        next((each for each in languages if not is_foreign(each)), *languages[:1]) if names else ""
    )
    return {
        "map": drawing.small(regions, points) if names else None,
        "names": ", ".join(name for name, its in names if its == language),
        "lang": language if is_foreign(language) else "",
    }
