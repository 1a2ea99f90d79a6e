"""A place as schema.org describes one."""

from registry.pages.jsonld import PLACES


def place(card, pages):
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
