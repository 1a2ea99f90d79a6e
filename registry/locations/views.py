from collections import defaultdict

from django.db import models
from django.shortcuts import render
from django.utils.translation import get_language

from registry.cards import statuses
from registry.cards.clock import today
from registry.cards.declarations import page_address
from registry.cards.index import NONE, ONLINE
from registry.cards.models import Card, CardTerm, has_term
from registry.cards.read import read
from registry.listings.facets import by_year, kept
from registry.pages.jsonld import item_list
from registry.pages.views import (
    CardDetailView,
    CardListView,
    addresses,
    counts,
    data_addresses,
    having,
)

from .atlas.drawing import MINSK, REGIONS
from .filters import LocationFilter
from .models import Location

RECORDS = ("programme", "edition", "initiative", "event", "organisation")
MOST_ROWS = 6  # of one kind on the page of a place; the list holds all
COUNTRY = "belarus"  # the country of the map
LEVELS = ("country", "region", "district")  # of the tree of places; Minsk is a region as well


class LocationList(CardListView):
    """The map and the tree of places; asked for anything, their filtered list."""

    queryset = Location.objects.public()
    filterset_class = LocationFilter

    def show(self, listing):
        if listing.canonical() or {"page", "cursor"} & self.request.GET.keys():
            return super().show(listing)
        upper = Card.objects.with_term("location", "kind", LEVELS)
        upper |= Card.objects.with_term("location", "code", [MINSK])
        places = read_places(upper, self.request)
        numbers = kept(
            self.request.counter,
            "places",
            lambda: {"programmes": programmes_by_place(), **beside()},
        )
        places = with_numbers(places, numbers["programmes"])
        tree = grown(places)
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
        return render(self.request, "places.html", context)


class LocationPage(CardDetailView):
    """What happens in a place and inside it."""

    card_type = "location"
    template_name = "location.html"

    def crumbs(self, body):
        above = Card.objects.of("location").filter(slug__in=body["within"] or [""])
        self.above = {card.slug: read(card, self.request) for card in above}
        # A place whose region is not public lies in nothing that could be named.
        named = [self.above[slug] for slug in reversed(body["within"]) if slug in self.above]
        return super().crumbs(body) + [
            {"name": place["name"], "address": page_address("location", place["slug"])}
            for place in named
        ]

    def related(self, body):
        slug = body["slug"]
        lines = [body, *self.above.values()]
        region = next((place for place in lines if place["code"] in REGIONS), None)
        # What lies in the place, and what its map shows around it.
        parents = {slug, COUNTRY, *([region["slug"]] if region else [])}
        cards = Card.objects.with_term("location", "parent", sorted(parents))
        around = read_places(cards, self.request)
        numbers = kept(
            self.request.counter,
            f"place:{slug}",
            lambda: self.numbers(body, [place["slug"] for place in around]),
        )
        around = with_numbers(around, numbers["programmes"])
        inside = [place for place in around if place["parent"]["slug"] == slug]
        has_districts = any(place["kind"] == "district" for place in inside)
        coming = Card.objects.of("event").filter(statuses.dated(), end__gte=today())
        coming = coming.filter(has_term("event", "location", slug))
        organisations = having("organisation", "location", slug)
        active = has_term("organisation", "status", "active")
        years, undated = numbers["years"]
        country = self.above.get(body["within"][-1]) if body["within"] else None
        top = country or body
        return {
            "here": [slug],
            "value": body["code"] or slug,
            "place_query": f"location={body['code'] or slug}",
            "counts": numbers["counts"],
            "country": country,
            "country_wide": numbers["country_wide"],
            "country_query": f"location={top['code'] or top['slug']}&location_kind=country",
            "years": years,
            "undated": undated,
            "coming": self.rows(coming.order_by("end", "start", "public_id")),
            "past": statuses.past_first(
                self.rows(having("event", "location", slug).filter(end__lt=today()))
            ),
            "active": self.rows(organisations.filter(active)),
            "not_active": self.rows(organisations.exclude(active)),
            "programmes": self.rows(having("programme", "location", slug)),
            "editions": self.rows(having("edition", "location", slug)),
            "initiatives": self.rows(having("initiative", "location", slug)),
            "inside": [p for p in inside if p["kind"] == "district" or not has_districts],
            "of_no_district": [p for p in inside if p["kind"] != "district" and has_districts],
            "district": self.district(body),
            "district_counts": numbers["district"],
            "map": zoomed({**body, "programmes": numbers["counts"]["programme"]}, region, around),
            "regions": [place for place in around if place["code"] in REGIONS],
        }

    def district(self, body):
        """The district around a town or village: what is near is often recorded only so finely."""
        above = self.above.get(body["within"][0]) if body["within"] else None
        return above if above and above["kind"] == "district" else None

    def numbers(self, body, around):
        district = self.district(body)
        return {
            "district": counted(district["slug"]) if district else None,
            "counts": counted(body["slug"]),
            "country_wide": country_wide((body["within"] or [body["slug"]])[-1]),
            "programmes": programmes_in(around),
            "years": by_year(
                Card.objects.with_term("programme", "location", [body["slug"]]), today().year
            ),
        }

    def rows(self, cards):
        return [read(card, self.request) for card in cards[:MOST_ROWS]]


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


def counted(slug):
    """{type: number in the place}, with "coming" of events and "active" of organisations."""
    coming = Card.objects.with_term("event", "location", [slug])
    coming = coming.filter(statuses.dated(), end__gte=today())
    active = Card.objects.with_term("organisation", "location", [slug])
    active = active.with_term("organisation", "status", ["active"])
    return counts("location", slug, RECORDS) | {"coming": coming.count(), "active": active.count()}


def read_places(cards, request):
    """The places in the order of the reader's alphabet."""
    return [read(card, request) for card in cards.order_by(f"name_{get_language()}", "public_id")]


def programmes_in(slugs):
    """{slug: number of programmes in the place}."""
    terms = CardTerm.objects.filter(type="programme", group="location", value__in=slugs or [""])
    rows = terms.values("value").annotate(number=models.Count("pk"))
    return dict(rows.values_list("value", "number"))


def programmes_by_place():
    """{slug: number of programmes} of each place in which anything is recorded."""
    terms = CardTerm.objects.filter(type__in=RECORDS, group="location")
    of_programmes = models.Count("pk", filter=models.Q(type="programme"))
    rows = terms.values("value").annotate(number=of_programmes)
    return dict(rows.values_list("value", "number"))


def with_numbers(places, programmes):
    return [{**place, "programmes": programmes.get(place["slug"], 0)} for place in places]


def beside():
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
    return cards.with_term("programme", "location_kind", ["country"]).count()


def grown(places):
    """The places that lie in no other of them, each with what is `inside`."""
    inside = defaultdict(list)
    for place in places:
        inside[place["parent"] and place["parent"]["slug"]].append(place)
    for place in places:
        place["inside"] = inside[place["slug"]]
    return inside[None]
