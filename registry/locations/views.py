from collections import defaultdict
from functools import cache, lru_cache, partial

import orjson
from django.shortcuts import render
from django.utils.translation import get_language

from registry.cards import statuses
from registry.cards.clock import today
from registry.cards.declarations import page_address, placed_types
from registry.cards.models import Card, CardTerm, has_term
from registry.cards.models.change_numbers import drawn
from registry.cards.prepared import Prepared, newest
from registry.cards.read import data_address, read_all
from registry.cards.term_counts import with_terms
from registry.listings.coming import days_first, first_coming
from registry.listings.counting import by_year
from registry.listings.facets import cached_until_change
from registry.listings.nearby import anything_near, called, others_near
from registry.pages.addresses import addresses, data_addresses
from registry.pages.detail import CardDetailView, first_having, having
from registry.pages.linked_data import item_list
from registry.pages.list import CardListView
from registry.pages.nearby import LITTLE
from registry.pages.whole import whole_page

from .atlas.drawing import MINSK, REGIONS
from .counts import (
    COUNTRY,
    MOST_WITH_AUDIENCES,
    audiences_in,
    counted,
    country_wide,
    places_with_anything,
    points,
    programmes_in,
    unplaced_counts,
    with_numbers,
)
from .filters import LocationFilter
from .models import Location

MAX_ROWS = 6  # of one kind on the page of a place; the list holds all
ASKED_FOR = ("event", "organisation", "programme")  # of each place: what is not there is said
LEVELS = ("country", "region", "district")  # of the tree of places; Minsk is a region as well


class LocationList(CardListView):
    """The map and the tree of places; asked for anything, their filtered list."""

    queryset = Location.objects.public()
    filterset_class = LocationFilter

    def show(self, listing, counter):
        if listing.filtering == ["near"]:
            return self.show_around(listing)
        # A canonical query leaves these two out, but they lead on in a list.
        if listing.address.canonical() or {"page", "cursor"} & self.request.GET.keys():
            return super().show(listing, counter)
        places = upper_places(get_language()).found()
        numbers = cached_until_change(
            counter,
            "places",
            lambda: {
                "programmes": programmes_in([place["slug"] for place in places]),
                **unplaced_counts(),
            },
        )
        places = with_numbers(places, numbers["programmes"])
        tree = as_tree(places)
        abroad = [place for place in tree if place["slug"] != COUNTRY]
        single = [place for place in abroad if not place["inside"]]
        filled = places_with_anything([place["slug"] for place in single])
        listed = [each for top in tree for each in (top, *top["inside"])]
        context = {
            "regions": [place for place in places if place["code"] in REGIONS],
            "country": next((place for place in tree if place["slug"] == COUNTRY), None),
            "abroad": [place for place in abroad if place["inside"]],
            "others": [place for place in single if place["slug"] in filled],
            "empty": [place for place in single if place["slug"] not in filled],
            "numbers": numbers | {"points": points(places)},
            "thing": item_list(
                listed, len(listed), get_language(), self.request.build_absolute_uri
            ),
            "data": data_addresses(self.card_type),
            **addresses(self.request, self.request.path),
        }
        return whole_page(self.request, "pages/places.html", context)

    def show_around(self, listing):
        """What concerns a point: the nearest settlement, what it lies in, and what is there."""
        km, around = listing.filters["near"].found
        kinds = placed_types()
        held = with_terms("location", [place["slug"] for place in around], kinds)
        places = [
            {
                "body": place,
                "counts": {of: held.get((of, place["slug"]), 0) for of in kinds},
            }
            for place in around
        ]
        # The smallest in which there is anything: its page has the rest.
        smallest = next((each for each in places if any(each["counts"].values())), None)
        rows = {"coming": events_in(today())[0], "active": organisations_in()[0]}
        context = {
            "places": places,
            "km": km,
            "shown": smallest,
            "near": others_near(around[0]) if around else [],
            "data": data_addresses(self.card_type, listing.address.canonical()),
        }
        for name, cards in rows.items():
            found = cards.found(smallest["body"]["slug"]) if smallest else []
            context[name] = read_all(found, self.request)
        context["coming"] = days_first(context["coming"])[:MAX_ROWS]
        return render(self.request, "pages/near.html", context)


class LocationPage(CardDetailView):
    """What happens in a place and inside it."""

    card_type = "location"
    template_name = "pages/location.html"

    def around(self, body, counter):
        above = read_all(called.found(body["within"]), self.request)
        above = {place["slug"]: place for place in above}
        return {"crumbs": self.crumbs(body, above), **self.related(body, above, counter)}

    def crumbs(self, body, above):
        # A place whose region is not public lies in nothing that could be named.
        named = [above[slug] for slug in reversed(body["within"]) if slug in above]
        return super().crumbs(body) + [
            {
                "id": place["id"],
                "name": place["name"],
                "address": page_address("location", place["slug"]),
            }
            for place in named
        ]

    def related(self, body, above, counter):
        slug = body["slug"]
        lines = [body, *above.values()]
        region = next((place for place in lines if place["code"] in REGIONS), None)
        district = district_of(body, above)
        # What lies in the place, and what its map shows around it.
        parents = {slug, COUNTRY, *([region["slug"]] if region else [])}
        around = places_inside(get_language()).found(sorted(parents))
        numbers = cached_until_change(
            counter,
            f"place:{slug}",
            lambda: self.numbers(body, district, [place["slug"] for place in around]),
        )
        around = with_numbers(around, numbers["programmes"])
        inside = [place for place in around if place["parent"]["slug"] == slug]
        regions = [place for place in around if place["code"] in REGIONS]
        has_districts = any(place["kind"] == "district" for place in inside)
        country = above.get(body["within"][-1]) if body["within"] else None
        top = country or body
        return {
            "here": [slug],
            "value": body["code"] or slug,
            "place_query": f"location={body['code'] or slug}",
            "programmes_here": f"{data_address('programme')}?location={body['code'] or slug}",
            **told(numbers),
            "country": country,
            "country_query": f"location={top['code'] or top['slug']}&location_kind=country",
            **self.records(slug),
            "inside": [p for p in inside if p["kind"] == "district" or not has_districts],
            "of_no_district": [p for p in inside if p["kind"] != "district" and has_districts],
            "district": district,
            "map": zoomed({**body, "programmes": numbers["counts"]["programme"]}, region, around),
            "regions": regions,
            "other_regions": others_than(body, regions),
        }

    def records(self, slug):
        """The first few of each kind that are in the place."""
        coming, past = events_in(today())
        active, not_active = organisations_in()
        programmes, editions, initiatives = (
            first_having(kind, "location", MAX_ROWS)
            for kind in ("programme", "edition", "initiative")
        )
        ahead, helping = self.rows(coming, slug), self.rows(active, slug)
        return {
            "coming": days_first(ahead)[:MAX_ROWS],
            "past": [] if ahead else statuses.past_first(self.rows(past, slug)),
            "active": helping,
            "not_active": [] if helping else self.rows(not_active, slug),
            "programmes": self.rows(programmes, slug),
            "editions": self.rows(editions, slug),
            "initiatives": self.rows(initiatives, slug),
        }

    def numbers(self, body, district, around):
        own = counted(body["slug"])
        of_few = 0 < own["organisation"] <= MOST_WITH_AUDIENCES
        placed = sum(own[kind] for kind in placed_types())
        return {
            "district": counted(district["slug"]) if district and placed else None,
            "counts": own,
            "audiences": audiences_in(body["slug"]) if of_few else [],
            "near": anything_near(body) if placed < LITTLE else [],
            "country_wide": country_wide((body["within"] or [body["slug"]])[-1]),
            "programmes": programmes_in(around),
            "years": by_year("programme", "location", body["slug"]),
        }

    def rows(self, cards, slug):
        return read_all(cards.found(slug), self.request)


def told(numbers):
    """The numbers of a place by the names that its page has for them."""
    counts, (years, undated) = numbers["counts"], numbers["years"]
    return {
        "counts": counts,
        "audiences": numbers["audiences"],
        "country_wide": numbers["country_wide"],
        "district_counts": numbers["district"],
        "near": numbers["near"],
        "years": years,
        "undated": undated,
        "is_empty": not any(counts[kind] for kind in placed_types()),
        "missing": [kind for kind in ASKED_FOR if not counts[kind]],
    }


def others_than(body, regions):
    """The regions with which a region can be compared; other places with none."""
    of_these = body["code"] in REGIONS
    return [region for region in regions if of_these and region["code"] != body["code"]]


@lru_cache(2)
def events_in(day):
    """Those in a place that are to come, and those that are over: the first few."""
    events = Card.objects.of("event")

    def coming(slug):
        return first_coming(events.filter(has_term("event", "location", slug)), day, MAX_ROWS)

    return (
        Prepared(coming),
        Prepared(lambda slug: having("event", "location", slug).filter(end__lt=day)[:MAX_ROWS]),
    )


@cache
def organisations_in():
    """Those in a place that are active, and the others: the first few."""
    active = has_term("organisation", "status", "active")
    kind = "organisation"
    return (
        Prepared(lambda slug: having(kind, "location", slug).filter(active)[:MAX_ROWS]),
        Prepared(lambda slug: having(kind, "location", slug).exclude(active)[:MAX_ROWS]),
    )


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


def in_order(cards, language):
    """The places in the order of the reader's alphabet."""
    return cards.order_by(f"name_{language}", "public_id")


class Places:
    """What `make` gives, in the order of the reader's alphabet and as far as lists and maps show a
    place: all are read anew only when one of them has changed, come or gone."""

    SHOWN = ("type", "id", "slug", "name", "code", "kind", "parent", "within", "point")

    def __init__(self, name, language, make):
        self.name, self.language = name, language
        self.cards = Prepared(lambda *values: in_order(make(*values), language))
        self.newest = newest(make)

    def found(self, *values):
        def read():
            bodies = [orjson.loads(card.body) for card in self.cards.found(*values)]
            shown = [{key: body[key] for key in self.SHOWN} for body in bodies]
            return orjson.dumps(shown).decode()

        state = self.newest.rows(*values)
        return orjson.loads(drawn(read, self.name, self.language, values, state))


@cache
def places_inside(language):
    """What lies in places, these given by their slugs."""
    inside = partial(Card.objects.with_term, "location", "parent")
    return Places("inside", language, inside)


@cache
def upper_places(language):
    """Countries, regions and districts."""

    def upper():
        terms = CardTerm.stored.filter(type="location").values("card")
        # Not with OR: PostgreSQL would look at all cards.
        parts = [terms.filter(group="kind", value__in=LEVELS)]
        parts.append(terms.filter(group="code", value=MINSK))
        return Card.objects.filter(pk__in=parts[0].union(parts[1]))

    return Places("upper", language, upper)


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
