"""The types of what stands in cards are what the OpenAPI document says of it."""

from types import NoneType
from typing import get_args, get_type_hints

import pytest

from registry.api.components import components
from registry.cards.declarations import declared
from registry.values import bodies

WORDS = {str: "string", int: "integer", float: "number", NoneType: "null", list: "array"}


def members(name, known):
    """({key: schema}, required keys) of a component, those of what it extends included."""
    found, required = {}, set()
    for one in known[name].get("allOf", [known[name]]):
        if "$ref" in one:
            more = members(one["$ref"].rsplit("/", 1)[1], known)
        else:
            more = one["properties"], set(one["required"])
        found, required = found | more[0], required | more[1]
    return found, required


def takes_null(schema):
    return "null" in schema.get("type", ()) or {"type": "null"} in schema.get("oneOf", ())


@pytest.mark.once
@pytest.mark.parametrize("body", bodies.SHARED, ids=lambda body: body.__name__)
def test_the_types_of_bodies_have_the_keys_of_the_components(body):
    schemas, required = members(body.__name__, components(declared))
    hints = get_type_hints(body)
    assert hints.keys() == schemas.keys()
    assert body.__required_keys__ == required
    for key, schema in schemas.items():
        assert (NoneType in get_args(hints[key])) == takes_null(schema), key
        if isinstance(schema.get("type"), str) and hints[key] in WORDS:
            assert WORDS[hints[key]] == schema["type"], key


@pytest.mark.once
def test_the_card_of_every_kind_begins_with_what_a_body_has():
    keys = list(get_type_hints(bodies.Body))
    kinds = [each for each in declared.values() if each.model]  # a figure is cut from another card
    assert len(kinds) > 6
    for declaration in kinds:
        assert list(declaration.serializer().fields)[: len(keys)] == keys, declaration.type
