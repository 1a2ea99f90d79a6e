"""What can be asked of an entity: the columns of its collection, with references as entities."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import override

from programmes.fields import Roles
from registry.api.tables.table import titles
from registry.cards.declarations import among, declared
from registry.cards.fields import fields_of
from registry.cards.shapes.objects import Reference, References
from registry.cards.shapes.plain import Column
from registry.values.texts import spoken

TYPES = tuple(declaration.type for declaration in among("matched"))
LEFT_OUT = ("type", "id")  # known before anything is asked


class Property(NamedTuple):
    id: str
    name: str
    values: Callable  # of a card as it is read: its values, as the protocol has them


@cache
def type_of(card_type):
    with override("en"):
        return {"id": card_type, "name": capfirst(str(declared[card_type].name))}


def name_of(body):
    return spoken(body["name"], "en") or body["slug"]


@cache
def properties_of(card_type):
    """{id: property}"""
    found = [
        each
        for key, field in fields_of(card_type).items()
        if key not in LEFT_OUT
        for each in _properties(key, field)
    ]
    return {each.id: each for each in found}


@cache
def all_properties():
    return {id_: each for card_type in TYPES for id_, each in properties_of(card_type).items()}


def _properties(key, field):
    shape = field.shape
    if isinstance(shape, Roles):
        for kind, label in shape.kinds.items():
            with override("en"):
                yield Property(kind, str(label), _with_role(key, kind))
    elif isinstance(shape, References):
        yield Property(
            key, _title(field), lambda body: [_entity(one) for one in shape.references(body[key])]
        )
    elif isinstance(shape, Reference):
        yield Property(key, _title(field), lambda body: [_entity(body[key])] if body[key] else [])
    else:
        for place, column in enumerate(shape.columns(key, None)):
            yield Property(
                column.name, _title(field, column), _cell(key, shape, place, column.type)
            )


def _title(field, column=None):
    return titles(field, column or Column(field.field_name))["en"]


def _with_role(key, kind):
    return lambda body: [
        _entity(role["organisation"]) for role in body[key] if role["role"] == kind
    ]


def _entity(reference):
    if reference["type"] in TYPES:
        return {"id": reference["id"], "name": name_of(reference)}
    # Terms and sources are no entities of this service: their ids would lead nowhere.
    return {"str": name_of(reference)}


def _cell(key, shape, place, kind):
    def values(body):
        value = list(shape.cells(body[key], None))[place]
        if value is None or value == "":
            return []
        if kind == "date":
            # A date of the protocol is a moment (ISO 8601).
            return [{"date": f"{value}T00:00:00"}]
        if kind == "datetime":
            return [{"date": value}]
        if isinstance(value, int | float):
            return [{"int": value} if isinstance(value, int) else {"float": value}]
        return [{"str": str(value)}]

    return values
