"""How many records there are in a place: the numbers of the maps and of the pages of places."""

from collections import defaultdict

from django.db import models

from registry.cards import statuses
from registry.cards.clock import today
from registry.cards.declarations import placed_types
from registry.cards.index import NONE, ONLINE
from registry.cards.models import Card, CardTerm
from registry.pages.detail import counts

COUNTRY = "belarus"  # the country of the map


def counted(slug):
    """{type: number in the place}, with "coming" of events and "active" of organisations."""
    coming = statuses.coming(Card.objects.with_term("event", "location", [slug]), today())
    active = Card.objects.with_term("organisation", "location", [slug])
    active = active.with_term("organisation", "status", ["active"])
    numbers = {"coming": coming.count(), "active": active.count()}
    return counts("location", slug, placed_types()) | numbers


def programmes_in(slugs):
    """{slug: number of programmes in the place}."""
    terms = CardTerm.objects.filter(type="programme", group="location", value__in=slugs or [""])
    rows = terms.values("value").annotate(number=models.Count("pk"))
    return dict(rows.values_list("value", "number"))


def programmes_by_place():
    """{slug: number of programmes} of each place in which anything is recorded."""
    terms = CardTerm.objects.filter(type__in=placed_types(), group="location")
    # 0 where only other kinds are: that tells such a place from an empty one.
    of_programmes = models.Count("pk", filter=models.Q(type="programme"))
    rows = terms.values("value").annotate(number=of_programmes)
    return dict(rows.values_list("value", "number"))


def with_numbers(places, programmes):
    return [{**place, "programmes": programmes.get(place["slug"], 0)} for place in places]


def unplaced_counts():
    """What stands beside the regions of the map, by three queries.

    {"country_wide", "nowhere", "online", "online_events"} are in none of them; "points" are the
    dots on it.
    """
    online = models.Q(type__in=("programme", "event"), group="mode", value=ONLINE)
    nowhere = models.Q(type="programme", group="location", value=NONE)
    rows = CardTerm.objects.filter(online | nowhere).values("type", "value")
    counts = rows.annotate(number=models.Count("pk")).values_list("type", "value", "number")
    numbers = {(kind, value): number for kind, value, number in counts}
    return {
        "country_wide": country_wide(COUNTRY),
        "nowhere": numbers.get(("programme", NONE), 0),
        "online": numbers.get(("programme", ONLINE), 0),
        "online_events": numbers.get(("event", ONLINE), 0),
        "points": points(),
    }


def points():
    """{slug of a region: [(lon, lat)] of its districts with a programme}."""
    held = CardTerm.objects.filter(
        type="programme", group="location", value=models.OuterRef("slug")
    )
    districts = Card.objects.with_term("location", "kind", ["district"])
    rows = CardTerm.objects.filter(
        type="location",
        group="parent",
        card__in=districts.filter(models.Exists(held)),
        card__points__isnull=False,
    )
    found = defaultdict(list)
    for region, lon, lat in rows.values_list("value", "card__points__lon", "card__points__lat"):
        found[region].append((lon, lat))
    return dict(found)


def country_wide(slug):
    """How many programmes are placed in the country as a whole."""
    cards = Card.objects.with_term("programme", "location", [slug])
    # A programme in one of its regions is in the country as well, but not at that level.
    return cards.with_term("programme", "location_kind", ["country"]).count()
