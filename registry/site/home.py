"""The home page, where all collections meet."""

from functools import lru_cache

from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry.cards import statuses
from registry.cards.clock import today
from registry.cards.conditional import conditional
from registry.cards.declarations import among
from registry.cards.models import Card
from registry.cards.prepared import Prepared
from registry.cards.read import read_all
from registry.cards.term_counts import of_terms
from registry.listings.coming import days_first, first_coming
from registry.listings.facets import cached_until_change
from registry.listings.orders import in_default_order
from registry.locations.counts import (
    COUNTRY,
    points,
    programmes_in,
    unplaced_counts,
    with_numbers,
)
from registry.locations.views import places_inside, upper_places
from registry.pages.addresses import addresses
from registry.pages.linked_data import site
from registry.pages.whole import whole_page
from registry.values.signature import registry_name

FEW = 5


@require_safe
def home(request):
    return conditional(request, lambda counter: page(request, counter), "html", get_language())


def page(request, counter):
    counted = [declaration.type for declaration in among("at_home")]
    events, past, latest = shown(today())
    coming = read_all(events.found(), request)
    before = [] if coming else read_all(past.found(), request)
    regions = places_inside(get_language()).found([COUNTRY])
    places = upper_places(get_language()).found()
    numbers = cached_until_change(counter, "home", lambda: numbers_of([*regions, *places], counted))
    context = {
        "coming": days_first(coming)[:FEW],
        "before": statuses.past_first(before),
        "counted": counted,
        "counts": numbers["totals"],
        "newest": read_all(latest.found(), request),
        "numbers": numbers | {"points": points(with_numbers(places, numbers["programmes"]))},
        "regions": with_numbers(regions, numbers["programmes"]),
        "thing": site(registry_name(), get_language(), request.build_absolute_uri),
        **addresses(request, request.path),
    }
    return whole_page(request, "pages/home.html", context)


@lru_cache(2)
def shown(day):
    """The first events to come, the last before, and what is newest."""
    events = Card.objects.of("event")
    before = in_default_order("event", events.filter(statuses.past(day)))
    counted = [declaration.type for declaration in among("at_home")]
    # The kind as an expression: as a column, all cards of these kinds would be put in order.
    newest = Card.objects.annotate(kind=Concat("type", Value(""))).filter(kind__in=counted)
    return (
        Prepared(lambda: first_coming(events, day, FEW)),
        Prepared(lambda: before[:FEW]),
        Prepared(lambda: newest.order_by("-number")[:FEW]),
    )


def numbers_of(places, counted):
    return {
        "totals": totals(counted),
        "programmes": programmes_in({place["slug"] for place in places}),
        **unplaced_counts(),
    }


def totals(counted):
    """{type: number of records}, with the coming events and the active organisations."""
    coming = Card.objects.of("event").filter(statuses.dated(), end__gte=today())
    found = of_terms([("status", "active")], counted)
    return {card_type: found.get((card_type, "", ""), 0) for card_type in counted} | {
        "coming": coming.count(),
        "active": found.get(("organisation", "status", "active"), 0),
    }
