"""What lies around a place: other places in which something is recorded, the nearest first.

Distances are those between points as cards show them, which are never finer than places are shown.
"""

from collections import defaultdict
from typing import NamedTuple

import orjson

from registry.cards.declarations import placed_types
from registry.cards.models import Card, CardTerm
from registry.cards.prepared import Prepared
from registry.cards.term_counts import with_terms
from registry.values.degrees import cells_around, kilometres

FEW = 6
RINGS = (2, 7)  # of cells of the grid that are looked at: some 60 km around, then some 220
READ = 4 * FEW  # of the nearest, for some of them lie in others
ABOVE = ("district", "region")  # of what a place lies in, what is said to be near


class Near(NamedTuple):
    """A place by the body of its card, how far its point is, and {type: how many cards}; of what
    another lies in no distance is told."""

    body: dict
    km: float | None
    counts: dict


called = Prepared(lambda slugs: Card.objects.of("location").filter(slug__in=slugs))


def _points(group, values):
    places = CardTerm.objects.filter(type="location", group=group, value__in=values)
    rows = places.filter(card__points__isnull=False)
    return rows.values_list("card__slug", "card__points__lon", "card__points__lat")


_in_cells = Prepared(lambda cells: _points("cell", cells))
_inside = Prepared(lambda slugs: _points("parent", slugs))


def by_distance(point, rows):
    """[(km, slug)] of rows of (slug, lon, lat)."""
    return sorted((kilometres(point, (lon, lat)), slug) for slug, lon, lat in rows)


def places_around(point):
    """[(km, slug)] of districts and settlements, as far as one is found: the nearest first."""
    for rings in RINGS:
        if rows := _in_cells.rows(cells_around(point, rings)):
            return by_distance(point, rows)
    return []


def nearest(place, types, most=FEW):
    """[Near] of the places around one in which there are cards of the types.

    `place` is the body of the card of a district or settlement, and such are what is around it;
    left out are what it lies in, what lies in it, and of a district that is found what lies in
    that, but for its own.
    """
    point, within, found = place["point"], place["within"], []
    if point is not None and len(within) > 1:
        for rings in RINGS:
            found = _some(place, _in_cells.rows(cells_around(point, rings)), types)[:most]
            if len(found) == most:
                break
    return found


def regions_around(place, types, most=FEW):
    """[Near] of the other regions of its country in which there are cards of the types."""
    if place["point"] is None or not place["within"]:
        return []
    return _some(place, _inside.rows(place["within"][-1:]), types)[:most]


def others_near(place):
    """[Near] of what is around a place with anything recorded: where nothing is, the regions."""
    kinds = placed_types()
    return nearest(place, kinds) or regions_around(place, kinds)


def anything_near(place):
    """[Near] of what has anything recorded: its own district and region, then what is around."""
    return [*_above(place, placed_types()), *others_near(place)]


def _above(place, types):
    """[Near] of the district and the region that a place lies in, those with cards of the types."""
    numbers = _numbers(place["within"], types)
    cards = {card.slug: card.body for card in called.found(list(numbers))}
    bodies = [orjson.loads(cards[slug]) for slug in place["within"] if slug in cards]
    return [Near(body, None, numbers[body["slug"]]) for body in bodies if body["kind"] in ABOVE]


def _numbers(slugs, types):
    """{slug: {type: how many cards}} of the places in which there are any of the types."""
    held, numbers = with_terms("location", slugs, types), defaultdict(dict)
    for kind, slug in sorted(held, key=lambda key: types.index(key[0])):
        numbers[slug][kind] = held[kind, slug]
    return numbers


def _some(place, rows, types):
    """Those of the rows with cards of the types, of the nearest."""
    numbers = _numbers([row[0] for row in rows], types)
    around = {place["slug"], *place["within"]}
    distances = by_distance(place["point"], (row for row in rows if row[0] in numbers))
    far = {slug: km for km, slug in distances if slug not in around}
    cards = {card.slug: card.body for card in called.found(list(far)[:READ])}
    found = []
    for slug, km in far.items():
        body = orjson.loads(cards[slug]) if slug in cards else None
        if body and place["slug"] not in body["within"] and not set(body["within"]) & set(far):
            found.append(Near(body, km, numbers[slug]))
    return found
