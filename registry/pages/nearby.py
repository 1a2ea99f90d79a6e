"""What a list that holds little of a place leads to: the same list of the places around it."""

from django.db.models import Q

from registry.listings.facet_kinds import chosen_cards
from registry.listings.nearby import nearest, regions_around

from .controls import with_counts

LITTLE = 3  # so many records of a place are no reason to look around
OFFERED = 4


def lists_nearby(listing, count, also=None):
    """[{"place", "km", "query", "count"}], the nearest first, of a list of one place that holds
    but so many; `also` is what cards must meet beside its other filters.
    """
    parameter = listing.filters.get("location")
    chosen = [card for card in chosen_cards(parameter) if card] if parameter else []
    if count >= LITTLE or len(chosen) != 1:
        return []
    place, kind = chosen[0].body, listing.card_type
    cards = listing.selection.cards(without=["location"]).filter(also or Q())
    for looked in (nearest, regions_around):
        ways = [_way(listing, near, cards) for near in looked(place, [kind])]
        if found := with_counts(ways) if ways else []:
            return found[:OFFERED]
    return []


def _way(listing, near, cards):
    value = near.body["code"] or near.body["slug"]
    return {
        "place": near.body,
        "km": near.km,
        "query": listing.address.canonical(instead={"location": [value]}),
        "cards": cards.with_term(listing.card_type, "location", [near.body["slug"]]),
    }
