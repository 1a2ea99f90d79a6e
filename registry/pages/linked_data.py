"""A card as schema.org describes such a thing, for search engines: https://schema.org/docs/full.html

Made from the card alone, in the language of the page. What the card does not know is left out: a
date is never narrowed, and an event without a year is not described at all (its date is required).
"""

import json
import re

import orjson
from django.urls import reverse
from django.utils.translation import get_language

from registry.api.formats import LICENCE
from registry.cards.declarations import declared, page_address
from registry.cards.models.change_numbers import drawn
from registry.values.signature import publisher
from registry.values.texts import LANGUAGES, in_language, spoken

CONTEXT = "https://schema.org"
PLACES = {
    "country": "Country",
    "region": "AdministrativeArea",
    "district": "AdministrativeArea",
    "city": "City",
    "town": "City",
}
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
        **signed(language),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": absolute(reverse("search")) + "?q={search_term_string}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def signed(language):
    """{"publisher": who publishes the registry}, or nothing."""
    named = publisher()
    if named is None:
        return {}
    one = {"@type": "Organization", "name": spoken(named.name, language)}
    return {"publisher": filled(one | {"url": named.website, "email": named.mailbox})}


def item_list(cards, count, language, absolute, first=1):
    """What a page of a list shows of so many; None where it shows nothing."""
    if not cards:
        return None

    def items():
        things = Things(language, absolute)
        return orjson.dumps(
            [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": spoken(card["name"], language),
                    "url": things.address(card),
                }
                for position, card in enumerate(cards, first)
            ]
        ).decode()

    kept = drawn(items, "items", language, absolute("/"), first, cards)
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "numberOfItems": count,
        "itemListElement": orjson.loads(kept),
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
        **signed(get_language()),
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": address}
            for media_type, address in files
        ],
    }


def describe(card, language, absolute):
    """A record as a thing of schema.org, as its app says it, or None.

    `absolute` makes an address of a path.
    """
    said = in_language(card, language)
    about = declared[card["type"]].thing
    own = about and about(said, Things(language, absolute))
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
            filled({"@type": "CreativeWork", "name": source["name"], "url": source["url"]})
            for source in said.get("sources", ())
        ],
    }
    return filled(thing | own)


class Things:
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
            "address": filled(inside)
        }


def date_of(date):
    """The moment, or the day, month or year, if it is one; None where it is anything less plain."""
    if not date:
        return None
    return date.get("time") or (date["edtf"] if PLAIN.fullmatch(date["edtf"]) else None)


def _other_names(card, shown):
    names = [card["name"][language] for language in LANGUAGES]
    names += [other["name"] for other in card.get("other_names", ())]
    return [name for name in dict.fromkeys(names) if name and name != shown]


def filled(thing):
    """Without what is empty; false and zero are said."""
    return {key: value for key, value in thing.items() if value not in (None, "", [], {})}
