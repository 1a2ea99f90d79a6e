"""Maps on pages. What each expects and draws: registry/locations/maps.py.

`regions` and `places` are mappings with the name in the reader's language and the address of the
page; beside each map the page has a list that says the same.
"""

import re

from django import template
from django.utils.translation import get_language

from registry.listings.templatetags.cards import said
from registry.locations import maps

register = template.Library()

KIND = re.compile(r" (region|district|вобласць|раён|область|район)$", re.IGNORECASE)
# Regions are named for their seats: "Магілёўская вобласць" is half as wide as the country. Only
# that of Minsk would be taken for the city.
SEATS = {
    "be": {
        "BY-BR": "Брэст",
        "BY-VI": "Віцебск",
        "BY-HO": "Гомель",
        "BY-HR": "Гродна",
        "BY-MA": "Магілёў",
        "BY-MI": "Мінская вобл.",
    },
    "ru": {
        "BY-BR": "Брест",
        "BY-VI": "Витебск",
        "BY-HO": "Гомель",
        "BY-HR": "Гродно",
        "BY-MA": "Могилёв",
        "BY-MI": "Минская обл.",
    },
}


def with_seats(regions):
    seats = SEATS.get(get_language(), {"BY-MI": "Minsk Region"})
    return [
        {**region, "short": seats.get(region["code"]) or KIND.sub("", region["name"])}
        for region in regions
    ]


def with_short_names(rows):
    return [{**row, "short": KIND.sub("", row["name"])} for row in rows]


@register.inclusion_tag("maps/country.html")
def country_map(regions, label, what="programme", places=(), dots="", with_key=True):
    """Inside <figure class="map">: the regions of the country, shaded, each a link.

    `regions`: code, name, count, href. `label` names the map to screen readers. `what` is the
    type of card that is counted. `places`: points of dots, `dots`: what the key says they are.
    """
    return {
        "map": maps.country(with_seats(regions), places),
        "label": label,
        "what": what,
        "dots": dots,
        "with_key": with_key,
    }


@register.inclusion_tag("maps/region.html")
def region_map(code, regions, places, label, what="programme"):
    """Inside <figure class="map map-z">: one region, its neighbours as links, places as dots.

    `regions`: code, name, href. `places`: point, name, count, href; of one level, as a district
    and its seat are in the same spot. Not for Minsk, which has no outline: use small_map.
    """
    return {
        "map": maps.region(code, with_short_names(regions), with_short_names(places)),
        "label": label,
        "what": what,
    }


@register.inclusion_tag("maps/small.html")
def small_map(locations, caption=""):
    """A figure of the country with the places of a card (or one place) on it.

    A region is filled, the country fills all of them, a place inside a region is a dot. Where
    nothing can be drawn - places abroad, places without a point - there is no figure.
    """
    if isinstance(locations, dict):
        locations = [locations]
    regions, points, names = set(), [], []
    for place in locations:
        if place["code"] == "BY":
            regions.update(maps.REGIONS)
        elif place["code"] in maps.REGIONS:
            regions.add(place["code"])
        elif place["country"] == "BY" and place["point"]:
            points.append(place["point"])
        else:
            continue
        names.append(said(place["name"]))
    return {
        "map": maps.small(regions, points) if names else None,
        "names": ", ".join(names),
        "caption": caption,
    }
