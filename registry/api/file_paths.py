"""The files in the OpenAPI document: operations of their own, at the addresses of the lists.

A list that is described with all its formats is a union of JSON and bytes to whoever reads types
from the document. So the operations of a collection give JSON, and these two give the rest.
"""

from registry.middleware.problems import MEDIA_TYPE
from registry.values.texts import LANGUAGES

from .components import STRING, reference_to
from .formats import FORMATS

TAG = "files"
HEADERS = {
    "Content-Disposition": "With a telling file name.",
    "Registry-Count": "How many records the file holds.",
    "Registry-Matched": "How many the query matched: calendars and IATI cannot say every record.",
    "Registry-Left-Out": "How many a calendar or IATI leaves out for each reason (RFC 9651).",
    "Registry-Query": "The query, unless it is longer than headers may be.",
    "Registry-Time": "When the file was made.",
    "Registry-Change": "The newest number of changes/ that it can hold.",
}
FILTERS = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": STRING},
    "examples": [{"location": ["BY-MA"], "fields": ["name"]}],
}
SLUG = "The slug or the id (UUID)."


def paths(collections, errors):
    """{path: operations} for files of these collections; `errors` says what each status means."""
    formats = {each.format: each for each in FORMATS if each.format != "json"}
    named = "; ".join(f"`{name}`: {each.label}" for name, each in formats.items())
    both = [
        _in_path("collection", "Which records.", STRING | {"enum": [*collections]})
        | {"example": "programmes"},
        _query("format", named, STRING | {"enum": [*formats]}) | {"example": "csv"},
        _query("lang", "Texts in this language alone.", STRING | {"enum": [*LANGUAGES]}),
    ]
    of_list = {
        "operationId": "file_of_list",
        "summary": "A filtered list as a file",
        "description": "The whole filtered set; `atom` is a page. The root of the API names the"
        " formats and the parameters of each collection.",
        "parameters": [
            *both,
            _query("filters", "The parameters of the list, with their own names.", FILTERS),
            _query("meta", "`1`: `ndjson` begins with what it is.", STRING | {"enum": ["1"]}),
            _query("past", "`all`: `ics` holds what is long over.", STRING | {"enum": ["all"]}),
        ],
        "responses": _responses(formats.values(), errors, (400, 401, 404, 406, 429)),
    }
    of_record = {
        "operationId": "file_of_record",
        "summary": "One record as a file",
        "description": "In a format that its collection has.",
        "parameters": [*both, _in_path("slug", SLUG, STRING)],
        "responses": _responses(formats.values(), errors, (400, 401, 404, 406, 410, 429)),
    }
    return {
        "/api/v1/{collection}/": {"get": of_list | {"tags": [TAG]}},
        "/api/v1/{collection}/{slug}/": {"get": of_record | {"tags": [TAG]}},
    }


def _query(name, description, schema):
    return {"in": "query", "name": name, "description": description, "schema": schema}


def _in_path(name, description, schema):
    return _query(name, description, schema) | {"in": "path", "required": True}


def _responses(formats, errors, statuses):
    found = {each.media_type: {"schema": _schema(each.media_type)} for each in formats}
    found["application/json"] = {"schema": {"type": "object"}}  # without a `format`
    replies = {"200": {"description": "The file.", "content": found}}
    for status in statuses:
        problem = {MEDIA_TYPE: {"schema": reference_to("Problem")}}
        replies[str(status)] = {"description": errors[status], "content": problem}
    return replies


def _schema(media_type):
    if media_type.endswith("+json"):
        return {"type": "object"}
    return STRING if media_type.startswith("text/") else {"type": "string", "format": "binary"}
