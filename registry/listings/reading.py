"""A card as it is given out: its body, and what depends on the address, the day and the reader."""

from datetime import UTC

import orjson

from registry.cards.clock import today
from registry.cards.declarations import declared, page_address
from registry.cards.index import FALLBACK, LANGUAGES, spoken

from . import statuses

# These have pages of their own; the others are read through the API.
PAGES = ("programmes", "editions", "initiatives", "events", "organisations", "locations")
# A figure has no serializer: its card is derived from that of its record.
FIGURE = (
    *("type", "id", "slug", "name", "record", "measure", "printed", "number", "qualifier"),
    *("unit", "period", "source", "note", "locations"),
)
KEPT = ("type", "id")


def collection_of(card_type):
    return declared[card_type].collection if card_type in declared else f"{card_type}s"


def keys_of(card_type):
    """The keys that `read` gives for cards of the type, in their order."""
    own = list(declared[card_type].serializer().fields) if card_type in declared else list(FIGURE)
    return list(_completed(card_type, dict.fromkeys(own)))


def _completed(card_type, body, **added):
    """The body with `url` after the slug, computed `status` before dates, `updated_at` last."""
    complete = {}
    for key, value in body.items():
        if key == "start" and card_type in statuses.COMPUTED:
            complete["status"] = added.get("status")
        complete[key] = value
        if key == "slug" and "url" not in body:  # that of a source is the document's
            complete["url"] = added.get("url")
    complete["updated_at"] = added.get("updated_at")
    return complete


def read(card, request, language=None, fields=None, day=None):
    """The card as a dictionary; with a language each text is a string, or null."""
    body = orjson.loads(card.body)
    computed = card.type in statuses.COMPUTED
    complete = _completed(
        card.type,
        body,
        url=request.build_absolute_uri(address(card, language)),
        status=statuses.status_of(card, day or today()) if computed else None,
        updated_at=card.updated_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    )
    if fields:
        complete = {key: complete[key] for key in complete if key in fields or key in KEPT}
    return in_language(complete, language) if language else complete


def address(card, language=None):
    """The path of the card's page, or of its place in the API where it has no page."""
    collection = collection_of(card.type)
    if collection in PAGES:
        return page_address(card.type, card.slug, language or "en")
    return f"/api/v1/{collection}/{card.slug}/"


def is_text(value):
    return isinstance(value, dict) and tuple(value) == LANGUAGES


def in_language(value, language):
    """The value with each text object as one string, at every depth.

    Where another language stepped in, the object that holds the text says so:
    {"name": "Спорт Регион", "fallback": {"name": "ru"}}.
    """
    if isinstance(value, list):
        return [in_language(one, language) for one in value]
    if not isinstance(value, dict):
        return value
    found, fallback = {}, {}
    for key, inner in value.items():
        if is_text(inner):
            found[key] = spoken(inner, language) or None
            used = next((code for code in FALLBACK[language] if inner[code]), language)
            if used != language:
                fallback[key] = used
        else:
            found[key] = in_language(inner, language)
    if fallback:
        found["fallback"] = fallback
    return found
