"""The shapes of replies that are of no collection, for the OpenAPI document."""

from registry.api.components import INTEGER, STRING, STRING_OR_NULL, TEXT, or_null
from registry.values.texts import LANGUAGES

ADDRESS = {"type": "string", "format": "uri"}
TEMPLATE = STRING | {"description": "An address in which `{slug-or-id}` is to be replaced."}


def _all(**properties):
    return {"type": "object", "properties": properties, "required": list(properties)}


def _listed(items):
    return {"type": "array", "items": items}


def _by_name(value):
    return {"type": "object", "additionalProperties": value}


ROOT = _all(
    name=STRING,
    publisher=or_null(_all(name=STRING, mailbox=STRING_OR_NULL, website=STRING_OR_NULL)),
    version=STRING,
    registry={"type": "string", "format": "uuid", "description": "It changes with a restore."},
    number=INTEGER | {"description": "Of the newest change."},
    languages=_listed({"type": "string", "enum": list(LANGUAGES)}),
    licence=ADDRESS,
    collections=_by_name(
        _all(
            list=ADDRESS,
            record=TEMPLATE,
            facets=ADDRESS,
            formats=_listed(STRING),
            parameters=_listed(STRING),
        )
    ),
    relations=ADDRESS,
    search=ADDRESS,
    codes=ADDRESS,
    changes=ADDRESS,
    datapackage=ADDRESS,
    everything=ADDRESS,
    reconcile=ADDRESS,
    openapi=ADDRESS,
    docs=ADDRESS,
)
CODES = _all(
    codes=_by_name(_by_name(_listed(_all(value=STRING, name=TEXT)))),
    terms=_by_name(_listed(_all(value=STRING, name=TEXT, parent=STRING_OR_NULL))),
)
DATA_PACKAGE = {
    "type": "object",
    "description": "https://specs.frictionlessdata.io/data-package/",
    "properties": {"name": STRING, "resources": _listed({"type": "object"})},
    "required": ["name", "resources"],
}
