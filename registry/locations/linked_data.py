"""A place as schema.org describes one."""

from registry.pages.linked_data import PLACES


def place(card, things):
    geo = card["point"] and {
        "@type": "GeoCoordinates",
        "longitude": card["point"][0],
        "latitude": card["point"][1],
    }
    return {
        "@type": PLACES.get(card["kind"], "Place"),
        "geo": geo,
        "containedInPlace": things.thing(card["parent"], "Place"),
    }
