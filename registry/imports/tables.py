"""The table of a kind of record: its columns, and what stands in them of each record.

It is made of the form in which staff edit such a record: a new field of the form is a new column,
and nobody sees more in a table than in the form. What the model keeps `secret` is no column: an
exact place is typed on its own page, so that no file carries it about.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property

from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.utils.text import capfirst
from django.utils.timezone import localtime

from registry.cards.declarations import of_entries
from registry.cards.private_django import registered
from registry.cards.sql import listed
from registry.records.models import Entry
from registry.records.models.state import GONE
from registry.staff.entries import EntryAdmin
from registry.workflow.rights import may, naming_only_seen, sees_gone

ID, VERSION, ROW, ERRORS = "id", "version", "row", "errors"
JOIN, OF = " | ", ": "  # between the rows of a cell, and after the role of one


@dataclass(frozen=True)
class Column:
    """A column, by the key that stands above it.

    `field` is the model's. With `part` the rows of that kind stand in one cell, each told by what
    it names and, where it has one, by its role: "funder: slug | organiser: slug".
    """

    key: str
    title: str
    field: models.Field
    part: type | None = None
    role: models.Field | None = None

    @property
    def to(self):
        """The kind of record that it names, or None."""
        return self.field.related_model if self.field.is_relation else None

    @property
    def choices(self):
        """The codes that it takes; () where it takes anything."""
        field = self.role if self.part else self.field
        return tuple(code for code, _label in field.flatchoices if code) if field else ()


class Table:
    """The columns of a kind of record for this person, and those of its rows."""

    def __init__(self, page, request):
        self.page, self.request, self.model = page, request, page.model
        self.kind = page.model.card_type

    @property
    def columns(self):
        return self._parts[0]

    @property
    def rows(self):
        """{relation: RowTable} of what does not go into one cell."""
        return self._parts[1]

    @cached_property
    def _parts(self):
        """Made when they are asked for: a form costs more than all that is read with it."""
        columns, rows = {column.key: column for column in self._own()}, {}
        for inline in self.page.get_inline_instances(self.request, None):
            relation = inline.model._meta.get_field("record").related_query_name()
            form = inline.get_formset(self.request, None).form
            names = [name for name in form.base_fields if name not in ("id", "record", "DELETE")]
            if column := _in_one_cell(relation, inline.model, names):
                columns[relation] = column
            else:
                rows[relation] = RowTable(self, relation, inline.model, names)
        return columns, rows

    def _own(self):
        names = flatten_fieldsets(self.page.get_fieldsets(self.request, None))
        form = self.page.get_form(self.request, None, change=False, fields=names)
        yield from _columns(self.model, [name for name in names if name in form.base_fields])

    @property
    def heads(self):
        return [ID, VERSION, *self.columns]

    def cells(self, entries):
        """{public id: {key: text}} of the records, in their order, by a statement for each kind of
        row: `id` and `version` first."""
        plain = [column for column in self.columns.values() if not column.part]
        found, ids = {}, {}
        lookups = ["pk", "public_id", VERSION, *_lookups(plain)]
        for key, public_id, version, *values in entries.values_list(*lookups):
            cells = {ID: str(public_id), VERSION: str(version)}
            found[public_id] = cells | self.texts(plain, values)
            ids[key] = public_id
        for column in self.columns.values():
            if column.part:
                for key, text in self._joined(column, ids).items():
                    found[ids[key]][column.key] = text
        return found

    def texts(self, columns, values):
        """{key: text} of values as `_lookups` asks for them."""
        values, texts = iter(values), {}
        for column in columns:
            value = next(values)
            if column.to:
                state = next(values)
                value = "" if state in GONE and not self._sees_gone[column.to] else value
            texts[column.key] = as_text(value)
        return texts

    @cached_property
    def _sees_gone(self):
        user = self.request.user
        return {each.model: sees_gone(user, each.model) for each in of_entries()}

    def _joined(self, column, keys):
        """{key of the record: its rows in one text}, for all of these records."""
        roles = [column.role.name] if column.role else []
        rows = naming_only_seen(column.part.objects.all(), self.request.user)
        rows = rows.filter(record__in=listed(keys)).order_by("pk")
        found = defaultdict(list)
        for key, *named in rows.values_list("record", *roles, f"{column.field.name}__slug"):
            found[key].append(OF.join(named))
        return {key: JOIN.join(found[key]) for key in keys}


class RowTable:
    """Rows of a kind of record, as figures: each names its record by id, and itself by `row`."""

    def __init__(self, table, relation, model, names):
        self.table, self.relation, self.model = table, relation, model
        self.kind = f"{table.kind}.{relation}"
        self.columns = {column.key: column for column in _columns(model, names)}

    @property
    def heads(self):
        return [ID, VERSION, ROW, *self.columns]

    def cells(self, entries):
        """{public id of the row: {key: text}} of all rows of these records."""
        plain, found = list(self.columns.values()), {}
        rows = naming_only_seen(self.model.objects.all(), self.table.request.user)
        rows = rows.filter(record__in=listed(entries.order_by().values_list("pk", flat=True)))
        lookups = ["record__public_id", "record__version", "public_id", *_lookups(plain)]
        for public_id, version, row, *values in rows.order_by("record", "pk").values_list(*lookups):
            cells = {ID: str(public_id), VERSION: str(version), ROW: str(row)}
            found[row] = cells | self.table.texts(plain, values)
        return found


def tables(site, request):
    """{kind: Table} of all that this person may see and that is edited in forms of its own."""
    pages = registered(site)
    found = [pages.get(each.model) for each in of_entries()]
    return {
        page.model.card_type: Table(page, request)
        for page in found
        if isinstance(page, EntryAdmin) and page.has_view_permission(request)
    }


def may_import(user):
    """Whether the person writes anything: officers, who write no texts, bring none in."""
    return any(may(user, "add", each.model) for each in of_entries())


def _columns(model, names):
    fields = {field.name: field for field in model._meta.concrete_fields}
    secret = getattr(model, "secret", ())
    for name in names:
        field = fields.get(name)
        if field is None or name in secret:
            continue
        if not field.is_relation or issubclass(field.related_model, Entry):
            yield Column(name, capfirst(str(field.verbose_name)), field)


def _in_one_cell(relation, model, names):
    """The column of rows that are told by what they name, and by a role if they have one; None for
    rows that say more. What else there is of such a row stays as it is."""
    fields = [model._meta.get_field(name) for name in names]
    needed = [field for field in fields if not field.blank and not field.null]
    named = [field for field in needed if field.is_relation]
    roles = [field for field in needed if field.choices]
    told = {"record", *(field.name for field in needed)}
    once = (c for c in model._meta.constraints if isinstance(c, models.UniqueConstraint))
    if len(named) != 1 or len(needed) > 2 or len(named) + len(roles) != len(needed):
        return None
    if not any(told <= set(constraint.fields) for constraint in once):
        return None
    title = capfirst(str(model._meta.verbose_name_plural))
    return Column(relation, title, named[0], model, roles[0] if roles else None)


def _lookups(columns):
    for column in columns:
        if column.to is None:
            yield column.field.name
        else:
            yield from (f"{column.key}__slug", f"{column.key}__state")


def as_text(value):
    """A value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return localtime(value).isoformat(sep=" ", timespec="minutes")[:16]
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)
