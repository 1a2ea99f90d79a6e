"""A card as schema.org describes such a thing, for search engines: https://schema.org/docs/full.html

Made from the card alone, in the language of the page. What the card does not know is left out: a
date is never narrowed, and an event without a year is not described at all (its date is required).
"""

import json
import re

from django.urls import reverse

from registry.api.formats import LICENCE
from registry.cards.declarations import declared, page_address
from registry.cards.index import places_of
from registry.values.texts import LANGUAGES, in_language, spoken

CONTEXT = "https://schema.org"
ORGANISATIONS = {
    "ngo": "NGO",
    "educational-institution": "EducationalOrganization",
    "state-body": "GovernmentOrganization",
    "local-authority": "GovernmentOrganization",
    "company": "Corporation",
    "media": "NewsMediaOrganization",
}
PLACES = {
    "country": "Country",
    "region": "AdministrativeArea",
    "district": "AdministrativeArea",
    "city": "City",
    "town": "City",
}
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
# A day, a month or a year; EDTF's seasons, decades and doubts are no dates of ISO 8601.
PLAIN = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
# What would end the script element, or begin another, is written as JSON writes it too.
ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def script_of(thing):
    """The text of a page's JSON-LD, or "" where it has nothing to say."""
    # Escaped, each Cyrillic letter would take six bytes instead of two.
    return json.dumps(thing, ensure_ascii=False).translate(ESCAPES) if thing else ""


def site(name, language, absolute):
    """The whole of it, and how it is searched."""
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": name,
        "url": absolute(reverse("home")),
        "inLanguage": language,
        "license": LICENCE,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute(reverse("search")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def item_list(cards, count, language, absolute, first=1):
    """What a page of a list shows of so many; None where it shows nothing."""
    if not cards:
        return None
    pages = _Pages(language, absolute)
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "numberOfItems": count,
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": spoken(card["name"], language),
                "url": pages.address(card),
            }
            for position, card in enumerate(cards, first)
        ],
    }


def dataset(name, description, page, files):
    """All records as data: `files` are (media type, absolute address)."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": name,
        "description": description,
        "url": page,
        "inLanguage": list(LANGUAGES),
        "license": LICENCE,
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": address}
            for media_type, address in files
        ],
    }


def describe(card, language, absolute):
    """A record as a thing of schema.org, or None: `absolute` makes an address of a path."""
    said = in_language(card, language)
    own = {
        "event": _event,
        "location": _place,
        "organisation": _organisation,
        "programme": _project,
        "edition": _project,
        "initiative": _project,
    }[card["type"]](said, _Pages(language, absolute))
    if own is None:
        return None
    page = absolute(page_address(card["type"], card["slug"], language))
    thing = {
        "@context": CONTEXT,
        "@id": page,
        "name": said["name"],
        "alternateName": _other_names(card, said["name"]),
        "description": said.get("summary"),
        "identifier": f"urn:uuid:{card['id']}",
        "mainEntityOfPage": page,
        "sameAs": said.get("website"),
        "subjectOf": [
            _filled({"@type": "CreativeWork", "name": source["name"], "url": source["url"]})
            for source in said["sources"]
        ],
    }
    return _filled(thing | own)


class _Pages:
    """References to other records, as things with a page of their own."""

    def __init__(self, language, absolute):
        self.language, self.absolute = language, absolute

    def address(self, reference):
        return self.absolute(page_address(reference["type"], reference["slug"], self.language))

    def thing(self, reference, kind):
        if reference is None:
            return None
        return {"@type": kind, "name": reference["name"], "url": self.address(reference)}

    def organisations(self, roles, *wanted):
        held = {
            role["organisation"]["slug"]: role["organisation"]
            for role in roles
            if role["role"] in wanted
        }
        return [self.thing(each, "Organization") for each in held.values()]

    def places(self, locations):
        return [self.place(location) for location in locations]

    def place(self, location):
        if location is None:
            return None
        inside = {"@type": "PostalAddress", "addressCountry": location["country"]}
        return self.thing(location, PLACES.get(location["kind"], "Place")) | {
            "address": _filled(inside)
        }


def _organisation(card, pages):
    return {
        "@type": ORGANISATIONS.get(card["kind"], "Organization"),
        "foundingDate": _date(card["founded"]),
        "dissolutionDate": _date(card["ended"]),
        "location": pages.place(card["seat"]),
        "parentOrganization": pages.thing(card["parent"], "Organization"),
        "email": card["email"],
        "knowsAbout": [term["name"] for term in card["themes"]],
    }


def running_roles(card):
    return declared[card["type"]].running


def _project(card, pages):
    """A programme, its edition or an initiative; schema.org's projects are organisations."""
    above = card.get("edition") or card.get("programme") or card.get("parent")
    return {
        "@type": "Project",
        # In the place of start and end, which organisations have not.
        "foundingDate": _date(card["start"]),
        "dissolutionDate": _date(card["end"]),
        "location": pages.places(places_of(card)),
        "parentOrganization": pages.thing(above, "Project"),
        "member": pages.organisations(card["roles"], *running_roles(card), "partner"),
        "funder": pages.organisations(card["roles"], "funder"),
        "sponsor": pages.organisations(card["roles"], "co-sponsor"),
        "knowsAbout": [term["name"] for term in card["themes"]],
    }


def _event(card, pages):
    start = _date(card["start"])
    if start is None:
        return None
    places = pages.places(card["locations"])
    if card["venue"] and places:
        # A card has a venue at the precision exact alone: this tells nothing finer.
        places = [{"@type": "Place", "name": card["venue"], "address": places[0]["address"]}]
    if card["mode"] in ("online", "hybrid"):
        # A virtual place is nothing without an address: the page's own stands in for one.
        online = card["registration_url"] or card["website"] or pages.address(card)
        places.append({"@type": "VirtualLocation", "url": online})
    organisers = pages.organisations(card["roles"], *running_roles(card))
    return {
        "@type": "Event",
        "startDate": start,
        "endDate": _date(card["end"]),
        "eventStatus": STATUSES.get(card["status"]),
        "eventAttendanceMode": MODES.get(card["mode"]),
        "location": places,
        "organizer": organisers or pages.thing(card["organisation"], "Organization"),
        "performer": pages.organisations(card["roles"], "speaker"),
        "funder": pages.organisations(card["roles"], "funder"),
        "sponsor": pages.organisations(card["roles"], "co-sponsor"),
        "isAccessibleForFree": FREE.get(card["cost"]),
        "maximumAttendeeCapacity": card["capacity"],
        "inLanguage": card["languages"],
        "keywords": [term["name"] for term in card["themes"]],
    }


def _place(card, pages):
    geo = card["point"] and {
        "@type": "GeoCoordinates",
        "longitude": card["point"][0],
        "latitude": card["point"][1],
    }
    return {
        "@type": PLACES.get(card["kind"], "Place"),
        "geo": geo,
        "containedInPlace": pages.thing(card["parent"], "Place"),
    }


def _date(date):
    """The moment, or the day, month or year, if it is one; None where it is anything less plain."""
    if not date:
        return None
    return date.get("time") or (date["edtf"] if PLAIN.fullmatch(date["edtf"]) else None)


def _other_names(card, shown):
    names = [card["name"][language] for language in LANGUAGES]
    names += [other["name"] for other in card.get("other_names", ())]
    return [name for name in dict.fromkeys(names) if name and name != shown]


def _filled(thing):
    """Without what is empty; false and zero are said."""
    return {key: value for key, value in thing.items() if value not in (None, "", [], {})}
