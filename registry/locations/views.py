from collections import defaultdict

from django.shortcuts import render
from django.utils.translation import get_language

from registry.cards import statuses
from registry.cards.clock import today
from registry.cards.declarations import page_address
from registry.cards.models import Card, has_term
from registry.cards.read import data_address, read
from registry.listings.counting import by_year
from registry.listings.facets import cached_until_change
from registry.pages.addresses import addresses, data_addresses
from registry.pages.detail import CardDetailView, having
from registry.pages.linked_data import item_list
from registry.pages.list import CardListView

from .atlas.drawing import MINSK, REGIONS
from .counts import (
    COUNTRY,
    counted,
    country_wide,
    programmes_in,
    programmes_where_anything_is,
    unplaced_counts,
    with_numbers,
)
from .filters import LocationFilter
from .models import Location

MAX_ROWS = 6  # of one kind on the page of a place; the list holds all
LEVELS = ("country", "region", "district")  # of the tree of places; Minsk is a region as well


class LocationList(CardListView):
    """The map and the tree of places; asked for anything, their filtered list."""

    queryset = Location.objects.public()
    filterset_class = LocationFilter

    def show(self, listing):
        # A canonical query leaves these two out, but they lead on in a list.
        if listing.address.canonical() or {"page", "cursor"} & self.request.GET.keys():
            return super().show(listing)
        by_kind = Card.objects.with_term("location", "kind", LEVELS).values("pk")
        by_code = Card.objects.with_term("location", "code", [MINSK]).values("pk")
        # Not with OR: PostgreSQL would look at all cards.
        upper = Card.objects.filter(pk__in=by_kind.union(by_code))
        places = read_places(upper, self.request)
        numbers = cached_until_change(
            self.request.counter,
            "places",
            lambda: {
                "programmes": programmes_where_anything_is([place["slug"] for place in places]),
                **unplaced_counts(),
            },
        )
        places = with_numbers(places, numbers["programmes"])
        tree = as_tree(places)
        abroad = [place for place in tree if place["slug"] != COUNTRY]
        single = [place for place in abroad if not place["inside"]]
        listed = [each for top in tree for each in (top, *top["inside"])]
        context = {
            "regions": [place for place in places if place["code"] in REGIONS],
            "country": next((place for place in tree if place["slug"] == COUNTRY), None),
            "abroad": [place for place in abroad if place["inside"]],
            "others": [place for place in single if place["slug"] in numbers["programmes"]],
            "empty": [place for place in single if place["slug"] not in numbers["programmes"]],
            "numbers": numbers,
            "thing": item_list(
                listed, len(listed), get_language(), self.request.build_absolute_uri
            ),
            "data": data_addresses(self.card_type),
            **addresses(self.request, self.request.path),
        }
        return render(self.request, "pages/places.html", context)


class LocationPage(CardDetailView):
    """What happens in a place and inside it."""

    card_type = "location"
    template_name = "pages/location.html"

    def around(self, body):
        above = Card.objects.of("location").filter(slug__in=body["within"] or [""])
        above = {card.slug: read(card, self.request) for card in above}
        return {"crumbs": self.crumbs(body, above), **self.related(body, above)}

    def crumbs(self, body, above):
        # A place whose region is not public lies in nothing that could be named.
        named = [above[slug] for slug in reversed(body["within"]) if slug in above]
        return super().crumbs(body) + [
            {"name": place["name"], "address": page_address("location", place["slug"])}
            for place in named
        ]

    def related(self, body, above):
        slug = body["slug"]
        lines = [body, *above.values()]
        region = next((place for place in lines if place["code"] in REGIONS), None)
        district = district_of(body, above)
        # What lies in the place, and what its map shows around it.
        parents = {slug, COUNTRY, *([region["slug"]] if region else [])}
        cards = Card.objects.with_term("location", "parent", sorted(parents))
        around = read_places(cards, self.request)
        numbers = cached_until_change(
            self.request.counter,
            f"place:{slug}",
            lambda: self.numbers(body, district, [place["slug"] for place in around]),
        )
        around = with_numbers(around, numbers["programmes"])
        inside = [place for place in around if place["parent"]["slug"] == slug]
        has_districts = any(place["kind"] == "district" for place in inside)
        years, undated = numbers["years"]
        country = above.get(body["within"][-1]) if body["within"] else None
        top = country or body
        return {
            "here": [slug],
            "value": body["code"] or slug,
            "place_query": f"location={body['code'] or slug}",
            "programmes_here": f"{data_address('programme')}?location={body['code'] or slug}",
            "counts": numbers["counts"],
            "country": country,
            "country_wide": numbers["country_wide"],
            "country_query": f"location={top['code'] or top['slug']}&location_kind=country",
            "years": years,
            "undated": undated,
            **self.records(slug),
            "inside": [p for p in inside if p["kind"] == "district" or not has_districts],
            "of_no_district": [p for p in inside if p["kind"] != "district" and has_districts],
            "district": district,
            "district_counts": numbers["district"],
            "map": zoomed({**body, "programmes": numbers["counts"]["programme"]}, region, around),
            "regions": [place for place in around if place["code"] in REGIONS],
        }

    def records(self, slug):
        """The first few of each kind that are in the place."""
        coming = statuses.coming(Card.objects.of("event"), today())
        organisations = having("organisation", "location", slug)
        active = has_term("organisation", "status", "active")
        return {
            "coming": self.rows(coming.filter(has_term("event", "location", slug))),
            "past": statuses.past_first(
                self.rows(having("event", "location", slug).filter(end__lt=today()))
            ),
            "active": self.rows(organisations.filter(active)),
            "not_active": self.rows(organisations.exclude(active)),
            "programmes": self.rows(having("programme", "location", slug)),
            "editions": self.rows(having("edition", "location", slug)),
            "initiatives": self.rows(having("initiative", "location", slug)),
        }

    def numbers(self, body, district, around):
        return {
            "district": counted(district["slug"]) if district else None,
            "counts": counted(body["slug"]),
            "country_wide": country_wide((body["within"] or [body["slug"]])[-1]),
            "programmes": programmes_in(around),
            "years": by_year("programme", "location", body["slug"]),
        }

    def rows(self, cards):
        return [read(card, self.request) for card in cards[:MAX_ROWS]]


def zoomed(body, region, around):
    """{"code", "places", "has_dots"} of the map around a place: the districts of its region, and
    itself, and whether it shows any other than that.

    Minsk and places abroad have no outline to zoom into.
    """
    if region is None or region["code"] == MINSK:
        return None
    # A district and its town are in one spot.
    places = [
        place
        for place in around
        if place["parent"]["slug"] == region["slug"] and place["slug"] not in body["within"]
    ]
    if body["slug"] != region["slug"]:
        places = [place for place in places if place["slug"] != body["slug"]]
        places.append({**body, "is_here": True})
    has_dots = any(place["programmes"] and "is_here" not in place for place in places)
    return {"code": region["code"], "places": places, "has_dots": has_dots}


def read_places(cards, request):
    """The places in the order of the reader's alphabet."""
    return [read(card, request) for card in cards.order_by(f"name_{get_language()}", "public_id")]


def as_tree(places):
    """The places that lie in no other of them, each with what is `inside`."""
    inside = defaultdict(list)
    for place in places:
        inside[place["parent"] and place["parent"]["slug"]].append(place)
    for place in places:
        place["inside"] = inside[place["slug"]]
    return inside[None]


def district_of(body, above):
    """The district around a town or village: what is near is often recorded only so finely."""
    nearest = above.get(body["within"][0]) if body["within"] else None
    return nearest if nearest and nearest["kind"] == "district" else None
