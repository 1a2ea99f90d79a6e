"""The fields of which cards of entries are made, each with the shape of its values, and what every
such card begins with. Its serializer lists them and holds no logic."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import CardSerializer, reference_to
from registry.cards.fields import NONE, CardField, TypeField, column_of, shape_of
from registry.cards.index import within_terms
from registry.cards.shapes.json_schema import STRING, STRING_OR_NULL
from registry.cards.shapes.objects import (
    NAMED,
    REFERENCE,
    WITHIN,
    Extended,
    ExtendedReference,
    Many,
    Object,
    References,
    Text,
    Words,
)
from registry.cards.shapes.plain import (
    CODE,
    CODE_OR_NULL,
    ID,
    LANGUAGE,
    Address,
    Shape,
    day,
    edtf,
    key_of_source,
    moment,
)
from registry.values.dates.edtf import lasting, parse
from registry.values.dates.words import as_card, span_as_card
from registry.values.fields import EdtfField
from registry.values.translated import texts

from .models import Source
from .relations import part_models

DATE = Object(
    "Date",
    {
        "edtf": edtf(["2016-02", "XXXX-03-21"]),
        "earliest": day(_("first day")),
        "latest": day(_("last day")),
        "text": Text(),
    },
    about="A date as exactly as it is known, in EDTF (ISO 8601-2), with the first and last day that"
    " it can mean: null without a year and on a side that is open.",
)
MOMENT = Extended(
    "Moment",
    DATE,
    {"time": moment({"type": ["string", "null"], "format": "date-time"}, _("time"))},
)
INTERVAL = Object("Interval", {"edtf": edtf(), "text": Text()})
TERM = ExtendedReference("TermReference", {"within": WITHIN})
OF_SOURCE = {
    "publisher": Shape(STRING_OR_NULL),
    "date": DATE,
    "language": LANGUAGE,
    "url": Address(searched=False),
    "archived_url": Address(searched=False),
    "seen_on": day(),
}
KEYS_OF_SOURCES = Words(key_of_source(), searched=False, examples=["S1"])
SOURCE = ExtendedReference("SourceReference", OF_SOURCE)
CITED_SOURCE = ExtendedReference(
    "CitedSource", {"key": key_of_source(STRING | {"examples": ["S1"]}), **OF_SOURCE}
)


class TextField(CardField):
    """A text object: {"en", "be", "ru"}, null where a language is missing."""

    of_record = True
    shape = Text()

    def to_representation(self, instance):
        return texts(instance, self.field_name)


class ValueField(CardField):
    """A plain value; an empty text is null, a list stays a list."""

    def to_representation(self, value):
        return json_value(value)

    def get_attribute(self, instance):
        value = super().get_attribute(instance)
        return None if value == "" else value


def json_value(value):
    """A value of a column as JSON has it."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Decimal):
        return json_number(value)
    return None if value == "" else value


class IdField(CardField):
    title = _("Identifier")
    shape = ID

    def to_representation(self, value):
        return str(value)


class DateField(CardField):
    """One date in EDTF with its earliest and latest day and its words, or null."""

    shape = DATE

    def to_representation(self, value):
        return as_date(value)

    def terms(self, value, body):
        return {(self.filtered_by, value["latest"])} if value and value["latest"] else set()


def as_date(edtf):
    """A date, or a span that stands where a date is asked for, as cards show it; "" is null."""
    return span_as_card(parse(edtf)) if edtf else None


def as_sides(part, start, end):
    """{start: date, end: date} of a name or a role, from the two columns that hold them."""
    span = lasting(part.valid_from, part.valid_to)
    return {start: as_card(span.start, "start"), end: as_card(span.end, "end")}


class StartField(CardField):
    """The beginning of the interval that the record keeps as one EDTF text."""

    title = _("Beginning")
    shape = DATE
    of_record = True
    side = "start"

    def __init__(self, *arguments, interval="dates", **options):
        self.interval = interval
        super().__init__(*arguments, **options)

    def to_representation(self, instance):
        text = getattr(instance, self.interval)
        date = getattr(parse(text), self.side) if text else None
        return date and as_card(date, side=self.side)


class EndField(StartField):
    title = _("End")
    side = "end"


class ReferenceField(CardField):
    """{"type", "id", "slug", "name"} of another record, or null unless it is public."""

    shape = REFERENCE

    def to_representation(self, value):
        return public_reference(value)

    def terms(self, value, body):
        return {(self.filtered_by, value["slug"])} if value else set()


def public_reference(entry):
    return reference_to(entry) if entry is not None and entry.is_public else None


class WithinField(CardField):
    """The slugs of the public ones among what stands above, nearest first."""

    title = _("Lies in")
    shape = WITHIN
    filtered_by = "within"

    def to_representation(self, above):
        return [entry.slug for entry in above if entry.is_public]

    def terms(self, value, body):
        return {(self.filtered_by, slug) for slug in value}


class TermsField(CardField):
    """References to the public terms of `record.<source>`, with the broader ones in `within`."""

    shape = References(TERM)

    def to_representation(self, rows):
        terms = [row.term for row in rows.all() if row.term.is_public]
        return [
            public_reference(term)
            | {"within": [up.slug for up in term.ancestors() if up.is_public]}
            for term in terms
        ]

    def terms(self, value, body):
        return within_terms(self.filtered_by, value)


class CitingField(CardField):
    """What names sources by the keys that they have within the card: they are numbered once for
    all of it, and the serializer says them to each of these fields."""

    of_record = True

    def to_representation(self, instance):
        """Nothing but its place among the keys: see `EntrySerializer`."""

    def cited(self, instance, keys):
        """The value, with the {source: key} of the card."""
        raise NotImplementedError


class SourcesField(CitingField):
    """The public sources of the record and of what its card shows, keyed S1, S2, …"""

    title = _("Sources")
    shape = References(CITED_SOURCE, searched=False)

    def cited(self, instance, keys):
        return [{"key": key} | source_reference(source) for source, key in keys.items()]


def source_reference(source):
    """A source as every card that cites it shows it."""
    return public_reference(source) | {
        "publisher": source.publisher or None,
        "date": as_date(source.date),
        "language": source.language or None,
        "url": source.url or None,
        "archived_url": source.archived_url or None,
        "seen_on": source.seen_on and source.seen_on.isoformat(),
    }


def number_sources(entry, cites):
    """{source: "S1", …}: those of the record first, then those of its parts, in their order."""
    rows = [
        row for relation in ("citations", *cites) for row in public_parts(getattr(entry, relation))
    ]
    sources = [row.source for row in rows if row.source_id and row.source.is_public]
    return {source: f"S{n}" for n, source in enumerate(dict.fromkeys(sources), start=1)}


def public_parts(parts):
    return [part for part in parts.all() if part.is_shown]


class FiguresField(CitingField):
    """Reported figures, each with its source; never added up."""

    title = _("Reported figures")
    shape = Many(
        Object(
            "ReportedFigure",
            {
                "id": ID,
                "measure": CODE,
                "label": Text(),
                "printed": Shape(STRING | {"examples": ["about 50"]}),
                "number": Shape({"type": ["number", "null"]}),
                "qualifier": CODE_OR_NULL,
                "unit": Shape(STRING, searched=False),
                "period": DATE,
                "source": key_of_source(STRING_OR_NULL | {"examples": ["S1"]}),
                "note": Text(),
            },
            optional=("note",),
        ),
        "measure",
        "printed",
    )

    def cited(self, instance, keys):
        return [
            {
                "id": str(figure.public_id),
                "measure": figure.measure,
                "label": texts(figure, "label"),
                "printed": figure.printed,
                "number": json_number(figure.number),
                "qualifier": figure.qualifier or None,
                "unit": figure.unit,
                "period": as_date(figure.period),
                "source": keys.get(figure.source),
                "note": texts(figure, "note"),
            }
            for figure in instance.figures.all()
        ]


class RowsField(CitingField):
    """The rows of a part, of each the columns that are named; what they are, its model says.

    `line` names those that tell a row in a cell of a table, `rows` the relation, where that is not
    called like the key. `filtered_by` is a column, and the name of its parameter.
    """

    def __init__(self, title, model, *columns, line, rows=None, **options):
        self.columns = {name: Cell.of(model, name) for name in columns}
        self.rows = rows
        members = {name: cell.shape for name, cell in self.columns.items()}
        super().__init__(title, Many(Object(model.__name__, members), *line), **options)

    def cited(self, instance, keys):
        return [
            {name: cell.value(row, name, keys) for name, cell in self.columns.items()}
            for row in public_parts(getattr(instance, self.rows or self.field_name))
        ]

    def terms(self, value, body):
        found = {row[self.filtered_by] and key_of(row[self.filtered_by]) for row in value}
        return {(self.filtered_by, each or NONE) for each in found or {None}}


def key_of(value):
    return value["slug"] if isinstance(value, dict) else str(value)


@dataclass(frozen=True)
class Cell:
    """What a column of a part is in the rows of a card: its shape and, of a row, its value."""

    shape: Shape
    value: Callable  # of the row, the column and the {source: key} of the card

    @classmethod
    def of(cls, model, name):
        column = column_of(model, name)
        if column is None:
            return cls(Text(), lambda row, name, keys: texts(row, name))
        if column.is_relation:
            if issubclass(column.related_model, Source):
                return cls(key_of_source(), lambda row, name, keys: keys.get(getattr(row, name)))
            if column.related_model._meta.model_name == "location":
                raise ImproperlyConfigured("How finely a place is shown is for no row to say.")
            shape = REFERENCE if column.null else NAMED
            return cls(shape, lambda row, name, keys: public_reference(getattr(row, name)))
        if isinstance(column, EdtfField):
            return cls(DATE, lambda row, name, keys: as_date(getattr(row, name)))
        return cls(shape_of(model, name), lambda row, name, keys: json_value(getattr(row, name)))


def json_number(number):
    """A decimal as JSON has it: an integer where it is one."""
    if number is None:
        return None
    # A float, because orjson writes no Decimal.
    return int(number) if number == int(number) else float(number)


class EntrySerializer(CardSerializer):
    """What every card begins with, and the numbering of its sources."""

    cites = None  # relations whose rows name a source; None: no sources of its own

    type = TypeField(source="card_type")
    id = IdField(source="public_id")
    slug = ValueField(_("Short name"))
    name = TextField(_("Name"))

    def to_representation(self, instance):
        body = super().to_representation(instance)
        if self.cites is not None:
            keys = number_sources(instance, self.cites)
            for name, field in self.citing.items():
                body[name] = field.cited(instance, keys)
        return body

    @cached_property
    def citing(self):
        """{key: field} of those that name sources."""
        return {name: each for name, each in self.fields.items() if isinstance(each, CitingField)}

    @classmethod
    def cited(cls, model, public_ids):
        """{public id: ids of the sources that it cites}, in the order of `number_sources`."""
        found = {public_id: [] for public_id in public_ids}
        for relation in ("citations", *cls.cites):
            part = part_models(model)[relation]
            rows = part.objects.filter(part.shown_condition(), record__public_id__in=public_ids)
            rows = rows.exclude(source=None).order_by(*part._meta.ordering)
            for owner, source in rows.values_list("record__public_id", "source__public_id"):
                found[owner].append(str(source))
        return found
