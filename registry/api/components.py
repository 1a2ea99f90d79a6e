"""What records are made of, as JSON Schema: the components of the OpenAPI document."""

from registry.values.texts import LANGUAGES


def reference_to(component):
    return {"$ref": f"#/components/schemas/{component}"}


def or_null(schema):
    # A list of types cannot hold a reference, so null stands beside it.
    return {"oneOf": [schema, {"type": "null"}]}


def _object(required, **properties):
    # Never closed: keys may be added (docs/api.md), and `allOf` would refuse those of the other.
    return {"type": "object", "properties": properties, "required": required}


def _refer(**more):
    """A reference with further keys of its kind."""
    return {
        "allOf": [
            reference_to("Reference"),
            _object(list(more), **more),
        ]
    }


STRING = {"type": "string"}
INTEGER = {"type": "integer"}
STRING_OR_NULL = {"type": ["string", "null"]}
DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
DATE_OR_NULL = or_null(reference_to("Date"))
KEYS_OF_SOURCES = {"type": "array", "items": {"type": "string", "examples": ["S1"]}}
TEXT = reference_to("Text")

SOURCE_KEYS = {
    "publisher": STRING_OR_NULL,
    "date": DATE_OR_NULL,
    "language": STRING_OR_NULL,
    "url": STRING_OR_NULL,
    "archived_url": STRING_OR_NULL,
    "seen_on": DAY_OR_NULL,
}
TAKEN = {
    "shown_for": STRING_OR_NULL
    | {"description": "What was taken for meant, where nothing is as it was typed."},
    "words_left_out": {
        "type": "boolean",
        "description": "Whether there were more words than are looked for.",
    },
}
COMPONENTS = {
    "TextObject": _object(list(LANGUAGES), **dict.fromkeys(LANGUAGES, STRING_OR_NULL))
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
    "Interval": _object(["edtf", "text"], edtf=STRING, text=TEXT),
    "Point": {
        "description": "Longitude and latitude in degrees of WGS 84, as the public may see them.",
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "examples": [[31.72, 54.02]],  # in the order of RFC 7946, 3.1.1
    },
    "Reference": _object(
        ["type", "id", "slug", "name"],
        type=STRING,
        id={"type": "string", "format": "uuid"},
        slug=STRING_OR_NULL,
        name=TEXT,
    ),
    "TermReference": _refer(within={"type": "array", "items": STRING}),
    "Place": _refer(
        kind=STRING,
        code=STRING_OR_NULL,
        region=STRING_OR_NULL,
        country=STRING_OR_NULL,
        precision={"type": "string", "enum": ["exact", "town", "district", "region", "country"]},
        point=or_null(reference_to("Point")),
        within={"type": "array", "items": STRING},
    ),
    "Reach": _object(
        ["location", "by", "count"],
        location=reference_to("ReachedPlace"),
        by={"type": "array", "items": reference_to("Reference"), "maxItems": 3},
        count={"type": "integer", "minimum": 1},
    )
    | {"description": "A place that parts give: the first of those parts, and how many there are."},
    "ReachedPlace": _refer(
        kind=STRING,
        code=STRING_OR_NULL,
        region=STRING_OR_NULL,
        country=STRING_OR_NULL,
        point=or_null(reference_to("Point")),
        within={"type": "array", "items": STRING},
    ),
    "ReachedRole": _object(
        ["role", "organisation", "by", "count"],
        role=STRING,
        organisation=reference_to("Reference"),
        by={"type": "array", "items": reference_to("Reference"), "maxItems": 3},
        count={"type": "integer", "minimum": 1},
    ),
    "ReachBeyond": _object(
        ["places", "within", "roles"],
        places={"type": "integer"},
        within={"type": "array", "items": STRING},
        roles={"type": "array", "items": STRING},
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
        role=STRING,
        organisation=reference_to("Reference"),
        start=DATE_OR_NULL,
        end=DATE_OR_NULL,
        sources=KEYS_OF_SOURCES,
    ),
    "ReportedFigure": _object(
        ["id", "measure", "label", "printed", "number", "qualifier", "unit", "period", "source"],
        id={"type": "string", "format": "uuid"},
        measure=STRING,
        label=TEXT,
        printed={"type": "string", "examples": ["about 50"]},
        number={"type": ["number", "null"]},
        qualifier=STRING_OR_NULL,
        unit=STRING,
        period=DATE_OR_NULL,
        source={"type": ["string", "null"], "examples": ["S1"]},
        note=TEXT,
    ),
    "SourceReference": _refer(**SOURCE_KEYS),
    "CitedSource": _refer(key={"type": "string", "examples": ["S1"]}, **SOURCE_KEYS),
    "OtherName": _object(
        ["name", "language", "kind", "from", "to"],
        name=STRING,
        language=STRING_OR_NULL,
        kind=STRING,
        **{"from": DATE_OR_NULL, "to": DATE_OR_NULL},
    ),
    "LifeEvent": _object(
        ["kind", "date", "text", "sources"],
        kind=STRING,
        date=DATE_OR_NULL,
        text=TEXT,
        sources=KEYS_OF_SOURCES,
    ),
    "Identifier": _object(["scheme", "value"], scheme=STRING, value=STRING),
    "LocationCodes": _object(
        ["iso_3166_1", "iso_3166_2", "geonames", "soato"],
        iso_3166_1=STRING_OR_NULL,
        iso_3166_2=STRING_OR_NULL,
        geonames={"type": ["integer", "null"]},
        soato=STRING_OR_NULL,
    ),
    "LocalContext": _object(
        ["governed", "standing", "text", "source"],
        governed=STRING,
        standing=STRING_OR_NULL,
        text=TEXT,
        source={"type": ["string", "null"]},
    ),
    "Validity": _object(["from", "to"], **{"from": STRING_OR_NULL, "to": STRING_OR_NULL}),
    "Problem": _object(
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
            "items": _object(
                ["detail", "parameter"],
                detail=STRING,
                parameter=STRING,
                allowed={"type": "array", "items": STRING},
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
                "items": _object(["value", "count"], value=STRING, label=TEXT, count=INTEGER),
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
                type=STRING,
                id={"type": "string", "format": "uuid"},
                slug=STRING,
                url={"type": "string", "format": "uri"},
                name=TEXT,
                summary=TEXT,
                kind={"type": ["string", "null"]},
                matched=or_null(_object(["field", "text"], field=STRING, text=STRING))
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
                type=STRING,
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
