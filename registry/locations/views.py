from django.db import models
from django.utils.translation import get_language

from registry.cards.clock import today
from registry.cards.declarations import page_address
from registry.cards.models import Card, CardTerm
from registry.listings import statuses
from registry.listings.reading import read
from registry.listings.views import CardDetailView, CardListView, in_order

from .filters import LocationFilter
from .models import Location

RECORDS = ("programme", "edition", "initiative", "event", "organisation")
MOST_ROWS = 6  # of one kind on the page of a place; the list holds all


class LocationList(CardListView):
    queryset = Location.objects.public()
    filterset_class = LocationFilter


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
        here = Card.objects.with_term("location", [slug])
        coming = here.of("event").filter(statuses.dated(), end__gte=today())
        return {
            "value": body["code"] or slug,
            "counts": counted(here),
            "country_wide": self.country_wide(body),
            "coming": self.rows(coming.order_by("start", "public_id")),
            "past": self.rows(in_order("event", here.of("event").filter(end__lt=today()))),
            "active": self.rows(
                in_order("organisation", here.of("organisation").with_term("status", ["active"]))
            ),
            "not_active": self.rows(
                in_order(
                    "organisation", here.of("organisation").exclude(pk__in=with_status("active"))
                )
            ),
            "programmes": self.rows(in_order("programme", here.of("programme"))),
            "initiatives": self.rows(in_order("initiative", here.of("initiative"))),
            "inside": places_inside(slug, self.request),
        }

    def country_wide(self, body):
        """{"place", "count"}: the programmes of the whole country around this place, or None.

        The query is made for a country as well, so that every place costs the same.
        """
        country = body["within"][-1] if body["within"] else ""
        cards = Card.objects.of("programme").with_term("location", [country])
        number = cards.with_term("location_kind", ["country"]).count()
        place = self.above.get(country)
        return place and {"place": place, "count": number}

    def rows(self, cards):
        return [read(card, self.request) for card in cards[:MOST_ROWS]]


def with_status(status):
    return CardTerm.objects.filter(type="organisation", group="status", value=status).values("card")


def counted(cards):
    """{type: number}, with "coming" of events and "active" of organisations, by one query."""
    coming = statuses.dated() & models.Q(end__gte=today())
    rows = (
        cards.filter(type__in=RECORDS)
        .values("type")
        .annotate(
            number=models.Count("pk"),
            coming=models.Count("pk", filter=coming),
            active=models.Count("pk", filter=models.Q(pk__in=with_status("active"))),
        )
        .order_by("type")
    )
    found = dict.fromkeys((*RECORDS, "coming", "active"), 0)
    for row in rows:
        found[row["type"]] = row["number"]
        if row["type"] == "event":
            found["coming"] = row["coming"]
        if row["type"] == "organisation":
            found["active"] = row["active"]
    return found


def places_inside(slug, request):
    """The places that lie directly in one, each with the number of its programmes: two queries."""
    cards = Card.objects.of("location").with_term("parent", [slug])
    places = [read(card, request) for card in cards.order_by(f"name_{get_language()}", "public_id")]
    terms = CardTerm.objects.filter(
        type="programme", group="location", value__in=[place["slug"] for place in places] or [""]
    )
    numbers = dict(
        terms.values("value").annotate(number=models.Count("pk")).values_list("value", "number")
    )
    for place in places:
        place["programmes"] = numbers.get(place["slug"], 0)
    return places
