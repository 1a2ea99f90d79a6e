"""Programmes and events as schema.org describes such things."""

from registry.cards.index import places_of
from registry.pages.linked_data import date_of

from .models import Role

STATUSES = {
    "scheduled": "https://schema.org/EventScheduled",
    "postponed": "https://schema.org/EventPostponed",
    "moved": "https://schema.org/EventRescheduled",
    "cancelled": "https://schema.org/EventCancelled",
}
MODES = {
    "in-person": "https://schema.org/OfflineEventAttendanceMode",
    "online": "https://schema.org/OnlineEventAttendanceMode",
    "hybrid": "https://schema.org/MixedEventAttendanceMode",
}
FREE = {"free": True, "paid": False}


def project(card, things):
    """A programme, its edition or an initiative; schema.org's projects are organisations."""
    above = card.get("edition") or card.get("programme") or card.get("parent")
    return {
        "@type": "Project",
        # In the place of start and end, which organisations have not.
        "foundingDate": date_of(card["start"]),
        "dissolutionDate": date_of(card["end"]),
        "location": things.places(places_of(card)),
        "parentOrganization": things.thing(above, "Project"),
        "member": things.organisations(card["roles"], *Role.RUNNING, "partner"),
        "funder": things.organisations(card["roles"], "funder"),
        "sponsor": things.organisations(card["roles"], "co-sponsor"),
        "knowsAbout": [term["name"] for term in card["themes"]],
    }


def event(card, things):
    start = date_of(card["start"])
    if start is None:
        return None
    places = things.places(card["locations"])
    if card["venue"] and places:
        # A card has a venue at the precision exact alone: this tells nothing finer.
        places = [{"@type": "Place", "name": card["venue"], "address": places[0]["address"]}]
    if card["mode"] in ("online", "hybrid"):
        # A virtual place is nothing without an address: the page's own stands in for one.
        online = card["registration_url"] or card["website"] or things.address(card)
        places.append({"@type": "VirtualLocation", "url": online})
    organisers = things.organisations(card["roles"], *Role.RUNNING)
    return {
        "@type": "Event",
        "startDate": start,
        "endDate": date_of(card["end"]),
        "eventStatus": STATUSES.get(card["status"]),
        "eventAttendanceMode": MODES.get(card["mode"]),
        "location": places,
        "organizer": organisers or things.thing(card["organisation"], "Organization"),
        "performer": things.organisations(card["roles"], "speaker"),
        "funder": things.organisations(card["roles"], "funder"),
        "sponsor": things.organisations(card["roles"], "co-sponsor"),
        "isAccessibleForFree": FREE.get(card["cost"]),
        "maximumAttendeeCapacity": card["capacity"],
        "inLanguage": card["languages"],
        "keywords": [term["name"] for term in card["themes"]],
    }
