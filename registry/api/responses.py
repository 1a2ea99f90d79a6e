"""What holds for the replies of every operation, written into the OpenAPI document once."""

from http import HTTPStatus
from pathlib import Path

import orjson

from registry.cards.declarations import declared
from registry.cards.fields import fields_of
from registry.middleware.problems import MEDIA_TYPE

from . import file_paths

WORDS = {"type": "string"}
HEADERS = {
    "ETag": "Of the newest change, the day in Minsk, the format and the language: send it back as"
    " `If-None-Match`.",
    "Link": "`next`, `prev`, `alternate` (other formats, pages for people), `describedby`.",
    "Cache-Control": "`public, no-cache`: keep it, and ask each time whether it is still so.",
    "Retry-After": "Seconds.",
    "WWW-Authenticate": "`Api-Key`.",
    **file_paths.HEADERS,
}
WITH_STATUS = {
    "200": ("ETag", "Link", "Cache-Control"),
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
}
UNCHANGED = "Nothing has changed since the reply with the ETag in `If-None-Match`."
# A made-up record of each kind: {component: record}; what it lacks is made of the shapes. A real
# one could be withdrawn one day.
EXAMPLES = Path(__file__).with_name("examples.json")


def complete(document):
    components = document["components"]
    components["headers"] = {
        name: {"description": words, "schema": WORDS} for name, words in HEADERS.items()
    }
    told = orjson.loads(EXAMPLES.read_bytes())
    for card_type in declared:
        name = card_type.capitalize()
        if name in components["schemas"]:
            components["schemas"][name]["examples"] = [example_of(card_type, told.get(name, {}))]
    # No key is needed for anything. Said of each operation, clients would be made to ask for one.
    document["security"] = [{}, {"ApiKey": []}]
    for operations in document["paths"].values():
        for method, operation in operations.items():
            operation.pop("security", None)
            _complete(method, operation["responses"])
            _permit_empty(operation.get("parameters", []))
            if file_paths.TAG in operation["tags"]:
                operation["responses"]["200"]["headers"] |= _headers(file_paths.HEADERS)


def example_of(card_type, told):
    """A made-up record: as it is told, and where nothing is told of a field, as its shape says."""
    return {
        key: told[key] if key in told else field.shape.example()
        for key, field in fields_of(card_type).items()
    }


def _permit_empty(parameters):
    """An empty value is no value (as a form sends it), but where there must be one."""
    for parameter in parameters:
        schema = parameter["schema"]
        # Of these an empty value is no JSON, and so a mistake.
        read_as_json = "contentMediaType" in schema
        if parameter["in"] == "query" and not (
            parameter.get("required") or read_as_json or schema["type"] == "object"
        ):
            parameter["allowEmptyValue"] = True


def _headers(names):
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _complete(method, responses):
    if method == "get" and "200" in responses:
        responses["304"] = {"description": UNCHANGED}
    for status, response in responses.items():
        names = WITH_STATUS.get(status, ())
        if method != "get":  # what is posted is answered anew each time
            names = [name for name in names if name not in ("ETag", "Cache-Control")]
        if names:
            response["headers"] = _headers(names)
        if MEDIA_TYPE in response.get("content", {}):
            response["content"][MEDIA_TYPE]["example"] = {
                "type": "about:blank",
                "title": HTTPStatus(int(status)).phrase,
                "status": int(status),
                "detail": response["description"],
            }
