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
from django.utils.translation import get_language
from rest_framework import serializers

from .shown import batches


class CardSerializer(serializers.Serializer):
    """The public face of one kind of record; its fields are the keys of the card."""

    order = "name"  # or "-start": the default order of lists
    shows = ()  # the relations that rendering may follow
    keys = ()  # the order of the keys, which is that of columns; empty: as declared
    # The types of its parts, nearest first, from whose cards it gains places and time; and the
    # function that says of which cards a body is a part: [(type, public id)].
    parts = ()
    wholes = None

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
    parts: tuple
    wholes: Callable | None
    gains_roles: bool


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
            serializer.parts,
            serializer.wholes,
            "reach_roles" in serializer._declared_fields,
        )
        return serializer

    return register


def page_address(card_type, slug, language=None):
    """The path of a record's page; the only place that knows it."""
    root = f"/{language or get_language() or 'en'}"
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


def dump(body):
    """The card's text: compact UTF-8 JSON, keys in the order of the serializer."""
    return orjson.dumps(body).decode()


@cache
def ways_back():
    """{model: [(model with a card, path to it, whether its last step is a foreign key)]}, from
    every prefix of every declared path."""
    ways = defaultdict(dict)
    for declaration in declared.values():
        for path in declaration.shows:
            model, steps = declaration.model, []
            for step in path.split("__"):
                steps.append(step)
                field = model._meta.get_field(step)
                model = field.related_model
                ways[model][declaration.model, "__".join(steps), field.many_to_one] = None
    return {model: list(found) for model, found in ways.items()}


def dependants(model, keys, new=False):
    """{model: keys} of the records whose cards show one of these rows, as it stands now.

    Rows that are `new` are shown by what they are a part of. What refers to them was written in the
    same block at the earliest, and tells of itself.
    """
    found, walked = defaultdict(set), {}
    for dependant, path, refers in ways_back().get(model, ()):
        if not (new and refers):
            found[dependant] |= _leading(dependant, path.split("__"), keys, walked)
    return found


def _leading(model, steps, keys, walked):
    """The keys of the rows of the model from which the steps lead to one of the keys.

    Step by step from the end, which the ways share, and no further where nothing is found. As one
    statement with nine joins SQLite would read all events to learn that none is concerned.
    """
    if not steps:
        return set(keys)
    way = (model, *steps)
    if way not in walked:
        step, *others = steps
        reached = _leading(model._meta.get_field(step).related_model, others, keys, walked)
        walked[way] = {
            key
            for batch in batches(sorted(reached))
            for key in model._base_manager.filter(**{f"{step}__in": batch}).values_list(
                "pk", flat=True
            )
        }
    return walked[way]
