"""The fields of which cards are made. A field makes the value of one key, and says what it is: its
shape, its title, the terms under which cards are found by it, and whether it tells where a record
is. Columns, the description of the API, codes, the search and the scan follow from that.
"""

from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from registry.values.fields import LanguageField

from . import statuses
from .declarations import declared
from .shapes.json_schema import INTEGER_OR_NULL, STRING_OR_NULL, or_null
from .shapes.objects import Place, Places, Text
from .shapes.plain import LANGUAGE, Address, Code, Mailbox, Shape, Slug, day, moment

NONE = "none"  # the term of what is not recorded
# Of a field that is placed: it tells no more than the places of its card, as a clock does (0012).
IMPLIED = "implied"


class CardField(serializers.Field):
    """A key of a card. `title` is what it is called in words: beside the names of its columns,
    which are made of the key, by the scan, and by the search where a word is found in it.

    `filtered_by` names the group of `terms` under which cards are found by it, which is the name of
    the parameter; `placed` that it tells where the record is, so that its precision decides it: a
    place, places or a text, in which the guard sees what is finer than before, unless it is IMPLIED
    by those of the same card.
    """

    title: str | Promise = ""
    shape: Any = None  # None: as the column of the model describes it
    filtered_by = None
    placed: bool | str = False
    of_record = False  # whether it is made of the record rather than of one of its columns
    of_parts = False  # whether the flush makes it, of what the cards of parts give

    def __init__(
        self, title="", shape=None, filtered_by=None, placed=None, searched=None, **options
    ):
        if self.of_record:
            options.setdefault("source", "*")
        super().__init__(**options)
        self.title, self.shape = title or self.title, shape or self.shape
        self.filtered_by = filtered_by or self.filtered_by
        self.placed = self.placed if placed is None else placed
        self.searched = searched  # None: as the shape says

    def described(self, declaration):
        """The field with the shape that it has in cards of the kind."""
        self.shape = self.shape or shape_of(declaration.described_by, self.field_name)
        self.searched = self.shape.searched if self.searched is None else self.searched
        return self

    def terms(self, value, body):
        """{(group, value)} of a value, asked for only where it is filtered by."""
        return {(self.filtered_by, value or NONE)}


class TypeField(CardField):
    title = _("Type")

    def to_representation(self, value):
        return value

    def described(self, declaration):
        const = declaration.type
        self.shape = Code({"type": "string", "const": const}, check=const.__eq__)
        return super().described(declaration)


class Added(CardField):
    """Said with a card and not in it: it follows from the address, the day, the change."""

    def __init__(self, name, *arguments, **options):
        super().__init__(*arguments, **options)
        self.field_name = name


URL = Added("url", _("Address"), Address(STRING_OR_NULL | {"format": "uri"}, searched=False))
UPDATED_AT = Added(
    "updated_at", _("Last change"), moment({"type": "string", "format": "date-time"})
)
STATUS = Added(
    "status",
    _("Status"),
    Code({"type": "string", "enum": statuses.Status.values}, choices=statuses.Status.choices),
)


class Fields(dict):
    """{key: field} of what is given out of cards of one type, in the order of its keys."""

    @cached_property
    def filtered(self):
        return [(key, field.terms) for key, field in self.items() if field.filtered_by]

    @cached_property
    def searched(self):
        return [(key, field.shape) for key, field in self.items() if field.searched]

    @cached_property
    def where(self):
        """{key: shape} of what says where a record is, each of a shape that can be COMPARED."""
        placed = {key: field for key, field in self.items() if field.placed}
        return {key: field.shape for key, field in placed.items() if field.placed != IMPLIED}

    @cached_property
    def referring(self):
        """[(key, shape)] of what refers to others, but for what parts gave."""
        return [
            (key, field.shape)
            for key, field in self.items()
            if field.shape.refers and not field.of_parts
        ]

    def keyed_places(self, body):
        """[(key, place)] of the places that a card shows of its record: first those in lists."""
        shown = [(key, shape, body.get(key)) for key, shape in self.where.items()]
        lists = [(key, value or []) for key, shape, value in shown if isinstance(shape, Places)]
        alone = [(key, value) for key, shape, value in shown if isinstance(shape, Place) and value]
        return [*((key, place) for key, places in lists for place in places), *alone]

    def places(self, body):
        return [place for _key, place in self.keyed_places(body)]


@cache
def fields_of(card_type):
    """The `Fields` of the type, none of one that there is not."""
    fields, declaration = Fields(), declared.get(card_type)
    if declaration is None:
        return fields
    own = declaration.serializer().fields
    for key, field in own.items():
        if key == "start" and declaration.has_status_of_day:
            fields["status"] = STATUS
        fields[key] = field.described(declaration)
        if key == "slug" and "url" not in own:  # that of a source is the document's
            fields["url"] = URL
    fields["updated_at"] = UPDATED_AT
    return fields


def shape_of(model, key):
    """The shape of a plain value, as the column of the model describes it."""
    column, choices = column_of(model, key), choices_of(model, key)
    if choices:
        code = {"type": "string", "enum": [code for code, _label in choices]}
        schema = or_null(code) if column is not None and column.blank else code
        # A column may hold more than it offers: what is none of these is read.
        return Code(schema, choices=choices)
    for kind, shape in SHAPES_OF_COLUMNS.items():
        if isinstance(column, kind):
            return shape
    return Shape()


COMPARED = (Place, Places, Text)

SHAPES_OF_COLUMNS = {
    models.IntegerField: Shape(INTEGER_OR_NULL),
    models.DecimalField: Shape({"type": ["number", "null"]}),
    models.DateField: day(),
    models.SlugField: Slug(),
    models.URLField: Address(),
    models.EmailField: Mailbox(),
    LanguageField: LANGUAGE,
}


def column_of(model, key):
    try:
        return model._meta.get_field(key)
    except FieldDoesNotExist:
        return None


def choices_of(model, key):
    """The codes that a key of a card may have: those of its column or, where it follows from
    other columns, those of that name in the model."""
    column = column_of(model, key)
    if column is None:
        return getattr(getattr(model, key.capitalize(), None), "choices", None)
    return getattr(column, "choices", None)
