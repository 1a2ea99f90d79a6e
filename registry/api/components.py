"""What records are made of, as JSON Schema: the components of the OpenAPI document."""

from registry.values.texts import LANGUAGES


def reference_to(component):
    return {"$ref": f"#/components/schemas/{component}"}


def or_null(schema):
    return {"oneOf": [schema, {"type": "null"}]}


def _object(required, **properties):
    return {"type": "object", "properties": properties, "required": required}


def _refer(**more):
    """A reference with further keys of its kind."""
    return {
        "allOf": [
            reference_to("Reference"),
            _object(list(more), **more),
        ]
    }


WORD = {"type": "string"}
INTEGER = {"type": "integer"}
WORD_OR_NULL = {"type": ["string", "null"]}
DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
DATE_OR_NULL = or_null(reference_to("Date"))
KEYS_OF_SOURCES = {"type": "array", "items": {"type": "string", "examples": ["S1"]}}
TEXT = reference_to("Text")

SOURCE_KEYS = {
    "publisher": WORD_OR_NULL,
    "date": DATE_OR_NULL,
    "language": WORD_OR_NULL,
    "url": WORD_OR_NULL,
    "archived_url": WORD_OR_NULL,
    "seen_on": DAY_OR_NULL,
}
TAKEN = {
    "shown_for": WORD_OR_NULL
    | {"description": "What was taken for meant, where nothing is as it was typed."},
    "words_left_out": {
        "type": "boolean",
        "description": "Whether there were more words than are looked for.",
    },
}
COMPONENTS = {
    "TextObject": _object(list(LANGUAGES), **dict.fromkeys(LANGUAGES, WORD_OR_NULL))
    | {"examples": [{"en": "Sport Region", "be": "Спартовы рэгіён", "ru": None}]},
    "Text": {
        "description": "A text in all languages, null where one is missing. With `lang` one"
        " string, or null where there is no text at all.",
        "oneOf": [reference_to("TextObject"), {"type": "string"}, {"type": "null"}],
    },
    "Date": _object(
        ["edtf", "earliest", "latest", "text"],
        edtf={"type": "string", "examples": ["2016-02", "XXXX-03-21"]},
        earliest=DAY_OR_NULL,
        latest=DAY_OR_NULL,
        text=TEXT,
    )
    | {
        "description": "A date as exactly as it is known, in EDTF (ISO 8601-2), with the first"
        " and last day that it can mean: null without a year and on a side that is open."
    },
    "Moment": {
        "allOf": [
            reference_to("Date"),
            _object(["time"], time={"type": ["string", "null"], "format": "date-time"}),
        ]
    },
    "Interval": _object(["edtf", "text"], edtf=WORD, text=TEXT),
    "Point": {
        "description": "Longitude and latitude in degrees of WGS 84, as the public may see them.",
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "examples": [[31.72, 54.02]],
    },
    "Reference": _object(
        ["type", "id", "slug", "name"],
        type=WORD,
        id={"type": "string", "format": "uuid"},
        slug=WORD_OR_NULL,
        name=TEXT,
    ),
    "TermReference": _refer(within={"type": "array", "items": WORD}),
    "Place": _refer(
        kind=WORD,
        code=WORD_OR_NULL,
        region=WORD_OR_NULL,
        country=WORD_OR_NULL,
        precision={"type": "string", "enum": ["exact", "town", "district", "region", "country"]},
        point=or_null(reference_to("Point")),
        within={"type": "array", "items": WORD},
    ),
    "Reach": _object(
        ["location", "by", "count"],
        location=reference_to("ReachedPlace"),
        by={"type": "array", "items": reference_to("Reference"), "maxItems": 3},
        count={"type": "integer", "minimum": 1},
    )
    | {"description": "A place that parts give: the first of those parts, and how many there are."},
    "ReachedPlace": _refer(
        kind=WORD,
        code=WORD_OR_NULL,
        region=WORD_OR_NULL,
        country=WORD_OR_NULL,
        point=or_null(reference_to("Point")),
        within={"type": "array", "items": WORD},
    ),
    "ReachedRole": _object(
        ["role", "organisation", "by", "count"],
        role=WORD,
        organisation=reference_to("Reference"),
        by={"type": "array", "items": reference_to("Reference"), "maxItems": 3},
        count={"type": "integer", "minimum": 1},
    ),
    "ReachBeyond": _object(
        ["places", "within", "roles"],
        places={"type": "integer"},
        within={"type": "array", "items": WORD},
        roles={"type": "array", "items": WORD},
    )
    | {
        "description": "What parts give beyond the fifty that are named: how many further places,"
        " these and all around them by slug, and roles as `funder:slug`."
    },
    "Active": _object(
        ["earliest", "latest", "spans"],
        earliest=DAY_OR_NULL,
        latest=DAY_OR_NULL,
        spans={
            "type": "array",
            "items": {"type": "string", "examples": ["2015-11-21/2015-11-21", "2016-02-01/.."]},
        },
    )
    | {
        "description": "When it was active, by its own dates and those of its parts. A side that is"
        " open or unknown is null, and two dots in a span; spans that share a year are one."
    },
    "Role": _object(
        ["role", "organisation", "start", "end", "sources"],
        role=WORD,
        organisation=reference_to("Reference"),
        start=DATE_OR_NULL,
        end=DATE_OR_NULL,
        sources=KEYS_OF_SOURCES,
    ),
    "ReportedFigure": _object(
        ["id", "measure", "label", "printed", "number", "qualifier", "unit", "period", "source"],
        id={"type": "string", "format": "uuid"},
        measure=WORD,
        label=TEXT,
        printed={"type": "string", "examples": ["about 50"]},
        number={"type": ["number", "null"]},
        qualifier=WORD_OR_NULL,
        unit=WORD,
        period=DATE_OR_NULL,
        source={"type": ["string", "null"], "examples": ["S1"]},
        note=TEXT,
    ),
    "SourceReference": _refer(**SOURCE_KEYS),
    "CitedSource": _refer(key={"type": "string", "examples": ["S1"]}, **SOURCE_KEYS),
    "OtherName": _object(
        ["name", "language", "kind", "from", "to"],
        name=WORD,
        language=WORD_OR_NULL,
        kind=WORD,
        **{"from": DATE_OR_NULL, "to": DATE_OR_NULL},
    ),
    "LifeEvent": _object(
        ["kind", "date", "text", "sources"],
        kind=WORD,
        date=DATE_OR_NULL,
        text=TEXT,
        sources=KEYS_OF_SOURCES,
    ),
    "Identifier": _object(["scheme", "value"], scheme=WORD, value=WORD),
    "LocationCodes": _object(
        ["iso_3166_1", "iso_3166_2", "geonames", "soato"],
        iso_3166_1=WORD_OR_NULL,
        iso_3166_2=WORD_OR_NULL,
        geonames={"type": ["integer", "null"]},
        soato=WORD_OR_NULL,
    ),
    "LocalContext": _object(
        ["governed", "standing", "text", "source"],
        governed=WORD,
        standing=WORD_OR_NULL,
        text=TEXT,
        source={"type": ["string", "null"]},
    ),
    "Validity": _object(["from", "to"], **{"from": WORD_OR_NULL, "to": WORD_OR_NULL}),
    "Problem": _object(
        ["type", "title", "status"],
        type={"type": "string", "format": "uri-reference", "examples": ["about:blank"]},
        title=WORD,
        status={"type": "integer", "examples": [400]},
        detail=WORD,
        parameter={"type": "string", "examples": ["location"]},
        allowed={"type": "array", "items": WORD, "description": "What may be given instead."},
        errors={
            "type": "array",
            "description": "Every wrong parameter, where there is more than one.",
            "items": _object(
                ["detail", "parameter"],
                detail=WORD,
                parameter=WORD,
                allowed={"type": "array", "items": WORD},
            ),
        },
    ),
    "Facets": _object(
        ["count", "facets"],
        count={"type": "integer"},
        facets={
            "type": "object",
            "description": "Under the name of each parameter the values that can be sent back,"
            " each with what the list would give with it.",
            "additionalProperties": {
                "type": "array",
                "items": _object(["value", "count"], value=WORD, label=TEXT, count=INTEGER),
            },
        },
    ),
    "Found": _object(
        ["count", "next", "previous", "understood", "did_you_mean", "results"],
        count=INTEGER,
        next={"type": ["string", "null"], "format": "uri"},
        previous={"type": ["string", "null"], "format": "uri"},
        understood=_object(
            ["location", "corrected", *TAKEN],
            location=or_null(reference_to("Reference")),
            corrected={
                "type": "boolean",
                "description": "Whether nothing is as it was typed, and this is what is shown for"
                " `shown_for`.",
            },
            **TAKEN,
        ),
        did_you_mean={"type": "array", "items": reference_to("Reference")},
        results={
            "type": "array",
            "items": _object(
                ["type", "id", "slug", "url", "name", "summary", "kind", "matched", "tier"],
                type=WORD,
                id={"type": "string", "format": "uuid"},
                slug=WORD,
                url={"type": "string", "format": "uri"},
                name=TEXT,
                summary=TEXT,
                kind={"type": ["string", "null"]},
                matched=or_null(_object(["field", "text"], field=WORD, text=WORD))
                | {"description": "The key of the record, and the words there."},
                tier={"type": "integer", "minimum": 0, "maximum": 3},
            ),
        },
    ),
    "Changes": _object(
        ["registry", "changes", "next_since", "more"],
        registry={"type": "string", "format": "uuid"},
        changes={
            "type": "array",
            "items": _object(
                ["n", "type", "id", "action"],
                n=INTEGER,
                type=WORD,
                id={"type": "string", "format": "uuid"},
                action={"type": "string", "enum": ["upsert", "withdraw"]},
                on={"type": "string", "format": "date", "description": "Of a withdrawal."},
                record={"type": "object", "description": "The record as its collection has it."},
            ),
        },
        next_since=INTEGER,
        more={"type": "boolean"},
    ),
}
