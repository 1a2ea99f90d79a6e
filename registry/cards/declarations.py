"""How a record gets its card: one serializer per kind of record, and the relations it may follow.

`shows` is the one declaration from which three things come: what is prefetched before rendering,
which cards must be rendered again when something else changes (the way back), and the proof that
nothing undeclared is read, because rendering runs with queries forbidden. (Within one flush, what
one card declares is there for the others too; `cards --check` reads each kind by itself.)
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import orjson
from django.db import connection
from rest_framework import serializers

from registry.values.texts import reader
from registry.values.translated import texts

from .sql import listed


class CardSerializer(serializers.Serializer):
    """The public face of one kind of record; its fields are the keys of the card."""

    order = "name"  # or "-start": the default order of lists
    shows = ()  # the relations that rendering may follow
    bound_by = ()  # those of them that tell only how finely places may be shown
    placed = ()  # the keys that say where it is, and the relations that they follow
    places = ()
    keys = ()  # the order of the keys, which is that of columns; empty: as declared
    # The types of its parts, nearest first, from whose cards it gains places and time; and the
    # function that says of which cards a body is a part: [(type, public id)].
    parts = ()
    wholes = None
    surroundings = None  # of places alone: {public id: slugs of what each of all lies in}
    running = ()  # the roles in which organisations run it

    def get_fields(self):
        fields = super().get_fields()
        return {key: fields[key] for key in self.keys} if self.keys else fields


@dataclass(frozen=True)
class Declaration:
    type: str
    collection: str
    model: type
    serializer: type
    order: str
    shows: tuple
    bound_by: tuple
    parts: tuple
    wholes: Callable | None
    gains_roles: bool
    surroundings: Callable | None


declared = {}


def declare(model, card_type, collection):
    """Class decorator of a serializer: it describes the cards of this model."""

    def register(serializer):
        model.card_type = card_type
        declared[card_type] = Declaration(
            card_type,
            collection,
            model,
            serializer,
            serializer.order,
            tuple(serializer.shows),
            tuple(serializer.bound_by),
            serializer.parts,
            serializer.wholes,
            "reach_roles" in serializer._declared_fields,
            serializer.surroundings,
        )
        return serializer

    return register


def page_address(card_type, slug, language=None):
    """The path of a record's page; the only place that knows it."""
    root = f"/{language or reader()}"
    if card_type == "term":
        return f"{root}/glossary/#{slug}"  # one page holds them all
    collection = declared[card_type].collection
    pages = "places" if collection == "locations" else collection
    return f"{root}/{pages}/{slug}/"


def declaration_of(model):
    return declared[model.card_type]


class QueryWhileRendering(Exception):
    """A card read something that its `shows` does not declare."""


def _forbid(execute, sql, params, many, context):
    raise QueryWhileRendering(f"rendering a card ran a query; declare the relation: {sql[:200]}")


def render(model, keys, shown=None):
    """{key: (instance, body or None)} for those of the keys that exist; None where not public.

    `shown` reads what many cards show only once. Without it Django's own prefetching reads, so that
    a proof does not rest on what it proves.
    """
    declaration = declaration_of(model)
    serializer = declaration.serializer()
    if shown is None:
        rows = model._base_manager.filter(pk__in=keys).order_by("pk")
        instances = list(rows.prefetch_related(*declaration.shows))
    else:
        instances = shown.load(model, keys, declaration.shows)
    with connection.execute_wrapper(_forbid):
        return {
            instance.pk: (
                instance,
                serializer.to_representation(instance) if instance.is_public else None,
            )
            for instance in instances
        }


def render_places(model, keys, shown):
    """{public id: {key: value}} of the keys that say where the records are, and of no others."""
    declaration = declaration_of(model)
    serializer = declaration.serializer()
    fields = {key: serializer.fields[key] for key in declaration.serializer.placed}
    instances = shown.load(model, keys, declaration.serializer.places)
    with connection.execute_wrapper(_forbid):
        return {
            instance.public_id: {
                key: field.to_representation(field.get_attribute(instance))
                for key, field in fields.items()
            }
            for instance in instances
        }


def dump(body):
    """The card's text: compact UTF-8 JSON, keys in the order of the serializer."""
    return orjson.dumps(body).decode()


@dataclass(frozen=True)
class Way:
    """How a record with a card comes by what it shows, or is bound by."""

    dependant: type
    path: str
    refers: bool  # the last step is a foreign key
    bound: bool  # followed for the precision of places alone


@cache
def ways_back():
    """{model: [ways to it]}, from every prefix of every declared path."""
    ways = defaultdict(dict)
    for declaration in declared.values():
        shown = {path for path in declaration.shows if path not in declaration.bound_by}
        for path in (*sorted(shown), *declaration.bound_by):
            model, steps = declaration.model, []
            for step in path.split("__"):
                steps.append(step)
                field = model._meta.get_field(step)
                model = field.related_model
                way = "__".join(steps)
                end = Way(declaration.model, way, field.many_to_one, path not in shown)
                ways[model].setdefault((declaration.model, way), end)
    return {model: list(found.values()) for model, found in ways.items()}


def dependants(model, keys, new=False):
    """{model: keys} of the records whose cards show one of these rows, as it stands now.

    Rows that are `new` are shown by what they are a part of. What refers to them was written in the
    same block at the earliest, and tells of itself.
    """
    ways = [way for way in ways_back().get(model, ()) if not way.bound]
    return _at_the_end_of(ways, keys, new)


def bound_by(model, keys, new=False):
    """{model: keys} of the records that one of these rows binds in how finely they are placed,
    though their cards do not show it."""
    return _at_the_end_of([way for way in ways_back().get(model, ()) if way.bound], keys, new)


def placed_by(model, keys):
    """{model: keys} of all records whose places one of these rows decides."""
    return _at_the_end_of(ways_back().get(model, ()), keys, binding=True)


def _at_the_end_of(ways, keys, new=False, binding=False):
    found, walked = defaultdict(set), {}
    for way in ways:
        if not (new and way.refers):
            found[way.dependant] |= _leading(
                way.dependant, way.path.split("__"), keys, walked, binding
            )
    return found


def _leading(model, steps, keys, walked, binding):
    """The keys of the rows of the model from which the steps lead to one of the keys.

    Step by step from the end, which the ways share, and no further where nothing is found. As one
    statement with nine joins SQLite would read all events to learn that none is concerned.
    `binding`: through rows that bind alone, such as the roles of those who run a thing.
    """
    if not steps:
        return set(keys)
    way = (model, *steps)
    if way not in walked:
        step, *others = steps
        following = model._meta.get_field(step).related_model
        reached = _leading(following, others, keys, walked, binding)
        rows = model._base_manager.filter(**getattr(model, "binds_if", {}) if binding else {})
        rows = rows.filter(**{f"{step}__in": listed(reached)}) if reached else rows.none()
        walked[way] = set(rows.order_by().values_list("pk", flat=True))
    return walked[way]


def reference_to(entry):
    """The reference to what is public."""
    return {
        "type": entry.card_type,
        "id": str(entry.public_id),
        "slug": entry.slug,
        "name": texts(entry, "name"),
    }


def references_by_id(rows):
    """{id: how it is referred to} of the public ones of these records, a query."""
    shown = rows.filter(rows.model.public_condition())
    return {str(entry.public_id): reference_to(entry) for entry in shown}
