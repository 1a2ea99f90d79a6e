"""How many records there are in a place: the numbers of the maps and of the pages of places."""

from collections import defaultdict
from functools import cache, lru_cache

import orjson
from django.db import models

from registry.cards import statuses
from registry.cards.clock import today
from registry.cards.declarations import placed_types
from registry.cards.index import NONE, ONLINE
from registry.cards.models import Card, CardTerm, has_term
from registry.cards.prepared import Prepared, newest
from registry.cards.term_counts import drawn_of, in_place, of_terms, with_terms
from registry.pages.detail import counts

COUNTRY = "belarus"  # the country of the map
AUDIENCES = 12  # named, the most frequent
# Organisations of a place of which it is looked up with whom they work; of more the list says it.
MOST_WITH_AUDIENCES = 2_000


def counted(slug):
    """{type: number in the place}, with "coming" of events and "active" of organisations."""
    # Of few that are coming, where each is: not of all that is in a country, when.
    return counts("location", slug, placed_types()) | {
        "coming": sum(number for (number,) in coming_in(today()).rows(slug)),
        "active": in_place(slug, "organisation"),
    }


@lru_cache(2)
def coming_in(day):
    coming = Card.objects.of("event").filter(statuses.dated(), end__gte=day).order_by()
    number = coming.values("type").annotate(number=models.Count("*")).values_list("number")
    return Prepared(lambda slug: number.filter(has_term("event", "location", slug)))


@cache
def _audiences():
    def rows(slug):
        there = CardTerm.objects.filter(type="organisation", group="location", value=slug)
        terms = CardTerm.objects.filter(
            type="organisation", group="audience", card__in=there.values("card")
        ).exclude(value=NONE)
        counted = terms.values_list("value").annotate(number=models.Count("*"))
        return counted.order_by("-number", "value")[:AUDIENCES]

    return Prepared(rows, planned_once=False)


@cache
def _terms():
    return Prepared(lambda slugs: Card.objects.of("term").filter(slug__in=slugs))


@cache
def _newest():
    return newest(lambda slug: Card.objects.with_term("organisation", "location", [slug]))


def audiences_in(slug):
    """[{"id", "slug", "name", "number"}]: with whom organisations in the place work, the most
    first. Counted anew when one of these has changed, come or gone."""

    def read():
        numbers = dict(_audiences().rows(slug))
        terms = {card.slug: orjson.loads(card.body) for card in _terms().found(list(numbers))}
        found = [
            {key: terms[own][key] for key in ("id", "slug", "name")} | {"number": number}
            for own, number in numbers.items()
            if own in terms
        ]
        return orjson.dumps(found).decode()

    found = drawn_of("organisation", lambda: _newest().rows(slug), read, "audiences", slug)
    return orjson.loads(found)


def programmes_in(slugs):
    """{slug: number of programmes in the place}."""
    found = with_terms("location", slugs, ["programme"])
    return {slug: number for (_, slug), number in found.items()}


def places_with_anything(slugs):
    """The slugs of those of the places in which anything is recorded."""
    return {slug for _, slug in with_terms("location", slugs, placed_types())}


def with_numbers(places, programmes):
    return [{**place, "programmes": programmes.get(place["slug"], 0)} for place in places]


def unplaced_counts():
    """What stands beside the regions of the map.

    {"country_wide", "nowhere", "online", "online_events"} are in none of them.
    """
    found = of_terms([("location", NONE), ("mode", ONLINE)], ["programme", "event"])
    return {
        "country_wide": country_wide(COUNTRY),
        "nowhere": found.get(("programme", "location", NONE), 0),
        "online": found.get(("programme", "mode", ONLINE), 0),
        "online_events": found.get(("event", "mode", ONLINE), 0),
    }


def points(places):
    """{slug of a region: [(lon, lat)] of its districts with a programme}: the dots on the map."""
    found = defaultdict(list)
    for place in places:
        region = place["parent"]  # None where it is not public
        if region and place["kind"] == "district" and place["programmes"] and place["point"]:
            found[region["slug"]].append(place["point"])
    return dict(found)


def country_wide(slug):
    """How many programmes are placed in the country as a whole."""
    # A programme in one of its regions is in the country as well, but not at that level.
    return in_place(slug, "programme")
