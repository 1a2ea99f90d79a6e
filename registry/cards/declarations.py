"""What the kinds of record are, as their apps say, and how each gets its card.

Every fact about a kind stands once, in its `@declare`; whoever needs to know it asks `declared`.
`shows` is the one declaration from which three things come: what is prefetched before rendering,
which cards must be rendered again when something else changes (the way back), and the proof that
nothing undeclared is read, because rendering runs with queries forbidden. (Within one flush, what
one card declares is there for the others too; `cards --check` reads each kind by itself.)
"""

import builtins
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from typing import cast

import orjson
from django.db import connection
from rest_framework import serializers

from registry.values.bodies import Reference
from registry.values.texts import reader_language
from registry.values.translated import texts

from .private_django import declared_fields
from .shapes.objects import REFERENCE
from .sql import listed


class CardSerializer(serializers.Serializer):
    """The public face of one kind of record; its fields are the keys of the card."""

    shows = ()  # the relations that rendering may follow
    bound_by = ()  # those of them that tell only how finely places may be shown
    places = ()  # the relations that the keys which say where it is follow
    keys = ()  # the order of the keys, which is that of columns; empty: as declared

    @classmethod
    def placed(cls):
        """The keys that say where the record is."""
        return [key for key, field in declared_fields(cls).items() if field.placed]

    def get_fields(self):
        fields = super().get_fields()
        return {key: fields[key] for key in self.keys} if self.keys else fields


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What a kind of record is. A kind that lacks what it needs does not start: see
    `registry.pages.checks`."""

    type: str
    collection: str  # as addresses of the API call all of them
    serializer: builtins.type
    model: builtins.type | None  # of its records; None: its cards are cut from those of others
    row_model: builtins.type | None = None  # of the rows that its cards are cut from
    cut: Callable | None = None  # the bodies of its cards, of the body of another
    order: str = "name"  # or "-start": the default order of lists
    # Where its page stands, after the language; None: it has none, and is read through the API.
    page: str | None = "{collection}/{slug}/"
    counted: str | None = None  # "%(count)s programmes", in the grammar of each language
    has_status_of_day: bool = False  # whether it is running follows from its dates: `statuses`
    is_mapped: bool = False  # whether its cards are features of a map
    outline: Callable | None = None  # of the body of a card, as GeoJSON; None: its points
    thing: Callable | None = None  # a card as schema.org describes such a thing, or None
    running: tuple = ()  # the roles in which organisations run it
    # The types of its parts, nearest first, from whose cards it gains places and time; and the
    # function that says of which cards a body is a part: [(type, public id)].
    parts: tuple = ()
    wholes: Callable | None = None
    surroundings: Callable | None = None  # of places: {public id: slugs of what it lies in}
    # Counted besides how many of its cards have each term: those in a place that have this one too,
    # (group, value), in each value of these groups those of each year, and how often each role is
    # held in them.
    counted_in_places: tuple = ()
    years_counted_in: tuple = ()
    counts_holders: bool = False
    # The type of cards that name it: lists can be put in the order of how many do.
    numbered_by: str | None = None
    # Its place among the kinds of which this is said, 0: it is not among them.
    searched: int = 0  # who is called so before what they do, where both fit alike
    followed: int = 0  # by feeds
    in_menu: int = 0  # of every page
    at_home: int = 0  # counted on the home page, and named there when they change
    matched: int = 0  # by names, in OpenRefine

    @property
    def described_by(self):
        """The model whose columns say what stands in its cards."""
        return self.model or self.row_model

    @property
    def name(self):
        return self.described_by._meta.verbose_name

    @property
    def plural(self):
        return self.described_by._meta.verbose_name_plural

    @cached_property
    def keys(self):
        """The keys of its cards, in their order."""
        return tuple(self.serializer().fields)

    @property
    def number_order(self):
        """The name of that order, or None."""
        return self.numbered_by and declared[self.numbered_by].collection

    @property
    def gains_roles(self):
        return "reach_roles" in self.keys

    @property
    def gains_audiences(self):
        return "reach_audiences" in self.keys

    @property
    def is_placed(self):
        """Whether its records are found by places."""
        fields = declared_fields(self.serializer).values()
        return any(field.filtered_by == "location" for field in fields)

    @property
    def has_page(self):
        """Whether each has a page of its own."""
        return self.page is not None and self.page.endswith("/")


declared = {}  # {type: declaration}, in the order in which the apps say them


def declare(model, card_type, collection, **facts):
    """Class decorator of a serializer: it makes the cards of this kind."""

    def register(serializer):
        if model:
            model.card_type = card_type
        declared[card_type] = Declaration(
            type=card_type, collection=collection, serializer=serializer, model=model, **facts
        )
        return serializer

    return register


def of_entries():
    """The declarations of the kinds that have records of their own."""
    return [declaration for declaration in declared.values() if declaration.model]


def placed_types():
    """The types of records that are in places."""
    return [declaration.type for declaration in of_entries() if declaration.is_placed]


def among(fact):
    """The declarations of the kinds of which this is said, in its order."""
    said = [declaration for declaration in declared.values() if getattr(declaration, fact)]
    return sorted(said, key=attrgetter(fact))


def page_address(card_type, slug, language=None):
    """The path of a record's page; the only place that knows it."""
    declaration = declared[card_type]
    path = declaration.page.format(collection=declaration.collection, slug=slug)
    return f"/{language or reader_language()}/{path}"


def list_address(card_type, language=None):
    """The path of the list of all records of the type."""
    return page_address(card_type, "", language)[:-1]


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
        instances = list(rows.prefetch_related(*declaration.serializer.shows))
    else:
        instances = shown.load(model, keys, declaration.serializer.shows)
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
    fields = {key: serializer.fields[key] for key in declaration.serializer.placed()}
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
    for declaration in of_entries():
        bound_by = declaration.serializer.bound_by
        shown = {path for path in declaration.serializer.shows if path not in bound_by}
        for path in (*sorted(shown), *bound_by):
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


def reference_to(entry) -> Reference:
    """The reference to what is public."""
    values = (entry.card_type, str(entry.public_id), entry.slug, texts(entry, "name"))
    return cast(Reference, dict(zip(REFERENCE.members, values, strict=True)))


def reference_of(body) -> Reference:
    """The same from its card."""
    return cast(Reference, {key: body[key] for key in REFERENCE.members})


def references_by_id(rows):
    """{id: how it is referred to} of the public ones of these records, a query."""
    shown = rows.filter(rows.model.public_condition())
    return {str(entry.public_id): reference_to(entry) for entry in shown}
