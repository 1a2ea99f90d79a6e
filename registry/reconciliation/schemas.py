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
FORM = {
    "type": "object",
    "properties": {
        "queries": {
            "type": "string",
            "description": "A batch of queries, as JSON.",
            "examples": ['{"q0": {"query": "Мсціслаў", "type": "location", "limit": 3}}'],
        },
        "extend": {
            "type": "string",
            "description": "Ids and properties, as JSON.",
            "examples": ['{"ids": [], "properties": [{"id": "website"}]}'],
        },
    },
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
