"""The service in the OpenAPI document."""

from drf_spectacular.utils import OpenApiResponse

TAGS = ["reconciliation"]
TEXT = {"type": "string"}
NAMED = {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id", "name"]}
CANDIDATE = {
    "type": "object",
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "description": TEXT,
        "type": {"type": "array", "items": NAMED},
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
    },
    "required": ["id", "name", "score", "match"],
}
ANSWER = {
    "type": "object",
    "description": "The manifest; or under the name of each query its candidates; or the values"
    " of properties, by entity.",
    "examples": [{"q0": {"result": []}}],
    "additionalProperties": True,
}
IN_QUERIES = "A batch of queries, as JSON: at most 10, each under a name."
IN_EXTEND = "Ids and properties, as JSON."
A_BATCH = '{"q0": {"query": "Мсціслаў", "type": "location", "limit": 3}}'
SOME_COLUMNS = '{"ids": [], "properties": [{"id": "website"}]}'
QUERIES = TEXT | {
    "contentMediaType": "application/json",
    "contentSchema": {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "query": TEXT,
                "type": {"type": ["string", "array"], "items": TEXT},
                "limit": {"type": "integer", "minimum": 1},
                "properties": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"pid": TEXT, "v": {}},
                        "required": ["pid", "v"],
                    },
                },
            },
        },
    },
}
EXTEND = TEXT | {
    "contentMediaType": "application/json",
    "contentSchema": {
        "type": "object",
        "properties": {
            "ids": {"type": "array", "items": TEXT},
            "properties": {
                "type": "array",
                "items": {"type": "object", "properties": {"id": TEXT}, "required": ["id"]},
            },
        },
        "required": ["ids", "properties"],
    },
}


def _form(name, schema, description, example):
    field = schema | {"description": description}
    return {
        "type": "object",
        "properties": {name: field},
        "required": [name],
        "examples": [{name: example}],
    }


# One of the two, as each is answered otherwise.
FORM = {
    "oneOf": [
        _form("queries", QUERIES, IN_QUERIES, A_BATCH),
        _form("extend", EXTEND, IN_EXTEND, SOME_COLUMNS),
    ]
}
ASKED = {(200, "application/json"): OpenApiResponse(ANSWER, "What was asked for.")}
SUGGESTIONS = {
    (200, "application/json"): OpenApiResponse(
        {
            "type": "object",
            "properties": {
                "result": {
                    "type": "array",
                    "items": {
                        **NAMED,
                        "properties": {
                            **NAMED["properties"],
                            "description": TEXT,
                            "notable": {"type": "array", "items": NAMED},
                        },
                    },
                }
            },
            "required": ["result"],
        },
        "The likeliest first.",
    )
}
PROPOSALS = {
    (200, "application/json"): OpenApiResponse(
        {
            "type": "object",
            "properties": {
                "type": {"type": ["string", "null"]},
                "properties": {"type": "array", "items": NAMED},
            },
            "required": ["type", "properties"],
        },
        "The properties.",
    )
}
PREVIEW = {(200, "text/html"): OpenApiResponse({"type": "string"}, "A small page.")}
