"""What records are made of, as JSON Schema: the components of the OpenAPI document."""

from registry.cards.fields import fields_of
from registry.cards.shapes.json_schema import (
    INTEGER,
    STRING,
    STRING_OR_NULL,
    TEXT,
    UUID,
    list_of,
    object_of,
    or_null,
    reference_to,
)
from registry.values.texts import LANGUAGES

TAKEN = {
    "shown_for": STRING_OR_NULL
    | {"description": "What was taken for meant, where nothing is as it was typed."},
    "words_left_out": {
        "type": "boolean",
        "description": "Whether there were more words than are looked for.",
    },
}
REPLIES = {
    "TextObject": object_of(list(LANGUAGES), **dict.fromkeys(LANGUAGES, STRING_OR_NULL))
    | {"examples": [{"en": "Sport Region", "be": "Спартовы рэгіён", "ru": None}]},
    "Text": {
        "description": "A text in all languages, null where one is missing. With `lang` one"
        " string, or null where there is no text at all.",
        "oneOf": [reference_to("TextObject"), {"type": "string"}, {"type": "null"}],
    },
    "Point": {
        "description": "Longitude and latitude in degrees of WGS 84, as the public may see them.",
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "examples": [[31.72, 54.02]],  # in the order of RFC 7946, 3.1.1
    },
    "Problem": object_of(
        ["type", "title", "status"],
        type={"type": "string", "format": "uri-reference", "examples": ["about:blank"]},
        title=STRING,
        status={"type": "integer", "examples": [400]},
        detail=STRING,
        parameter={"type": "string", "examples": ["location"]},
        allowed={"type": "array", "items": STRING, "description": "What may be given instead."},
        errors={
            "type": "array",
            "description": "Every wrong parameter, where there is more than one.",
            "items": object_of(
                ["detail", "parameter"],
                detail=STRING,
                parameter=STRING,
                allowed=list_of(STRING),
            ),
        },
    ),
    "Facets": object_of(
        ["count", "facets"],
        count={"type": "integer"},
        facets={
            "type": "object",
            "description": "Under the name of each parameter the values that can be sent back,"
            " each with what the list would give with it.",
            "additionalProperties": {
                "type": "array",
                "items": object_of(["value", "count"], value=STRING, label=TEXT, count=INTEGER),
            },
        },
    ),
    "Found": object_of(
        ["count", "next", "previous", "understood", "did_you_mean", "results"],
        count=INTEGER,
        next={"type": ["string", "null"], "format": "uri"},
        previous={"type": ["string", "null"], "format": "uri"},
        understood=object_of(
            ["location", "corrected", *TAKEN],
            location=or_null(reference_to("Reference")),
            corrected={
                "type": "boolean",
                "description": "Whether nothing is as it was typed, and this is what is shown for"
                " `shown_for`.",
            },
            **TAKEN,
        ),
        did_you_mean=list_of(reference_to("Reference")),
        results={
            "type": "array",
            "items": object_of(
                ["type", "id", "slug", "url", "name", "summary", "kind", "matched", "tier"],
                type=STRING,
                id=UUID,
                slug=STRING,
                url={"type": "string", "format": "uri"},
                name=TEXT,
                summary=TEXT,
                kind={"type": ["string", "null"]},
                matched=or_null(object_of(["field", "text"], field=STRING, text=STRING))
                | {"description": "The key of the record, and the words there."},
                tier={"type": "integer", "minimum": 0, "maximum": 3},
            ),
        },
    ),
    "Changes": object_of(
        ["registry", "changes", "next_since", "more"],
        registry=UUID,
        changes={
            "type": "array",
            "items": object_of(
                ["n", "type", "id", "action"],
                n=INTEGER,
                type=STRING,
                id=UUID,
                action={"type": "string", "enum": ["upsert", "withdraw"]},
                on={"type": "string", "format": "date", "description": "Of a withdrawal."},
                merged_into=UUID
                | {
                    "description": "Of a withdrawal: the id of the record with which it is one now."
                },
                record={"type": "object", "description": "The record as its collection has it."},
            ),
        },
        next_since=INTEGER,
        more={"type": "boolean"},
    ),
}


def components(card_types):
    """{name: schema}: what replies are made of, and what the cards of these types are made of."""
    found = dict(REPLIES)
    for card_type in card_types:
        for field in fields_of(card_type).values():
            found |= field.shape.components()
    return found
