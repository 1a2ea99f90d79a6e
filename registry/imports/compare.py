"""What the rows of a file would change, compared with what is stored; nothing is written.

However many rows there are, it takes as many statements as there are kinds of rows: what is as it
was never meets a form. What differs comes out as `Item`s, one for each record, and all that is
wrong in the file comes out at once.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from registry.cards.sql import listed
from registry.records.models.part import within_scheme
from registry.values.texts import LANGUAGES, spoken

from .export import clipped, taken
from .files import tidy
from .tables import ERRORS, ID, ROW, VERSION

NEW = "new"  # so the id of what is to be added begins, if it has any
CODES = ("iso_3166_1", "iso_3166_2")  # by which places can be named


@dataclass(frozen=True)
class Wrong:
    """Something that keeps a file from being written, and where it stands."""

    sheet: str
    line: int
    column: str  # the key, or "" where it is of the whole row
    place: str  # as the person's program calls it: B7
    stands: str
    told: str


@dataclass
class Line:
    """What a line changes: of the record itself, or with `relation` of one of its rows."""

    sheet: str
    line: int
    relation: str = ""
    row: int | None = None  # the key of a row that is there; None: a new one
    new: dict = field(default_factory=dict)  # {column: text}
    old: dict = field(default_factory=dict)  # the same as it is stored
    # {column: [[role, key]]}; in place of the key the `ref` of what the file adds
    named: dict = field(default_factory=dict)


@dataclass
class Item:
    """One record that the file changes or adds, with all lines that do."""

    kind: str
    id: str  # the public id; of what is new what the file calls it, or ""
    key: int | None  # None: it is new
    version: int  # that which the file shows
    title: str
    lines: list[Line] = field(default_factory=list)

    @property
    def ref(self):
        """By which other lines name what this one adds."""
        return reference(self.kind, self.id)

    @property
    def needs(self):
        """The `ref`s of what the file adds and this names."""
        named = (each for line in self.lines for rows in line.named.values() for each in rows)
        return [key for _role, key in named if isinstance(key, str)]


def reference(kind, id_):
    return f"{kind} {id_}"


class Comparison:
    """`items` and `wrong` of these sheets; `tables` are those of the person who brings them."""

    def __init__(self, tables, sheets):
        self.tables, self.wrong, self.found = tables, [], {}
        self.references = defaultdict(list)  # (model, model that names it): where they stand
        own = [sheet for sheet in sheets if "." not in sheet.kind]
        self.added = {
            (sheet.kind, row.cells[ID])
            for sheet in own
            for row in sheet.rows
            if row.cells.get(ID, "").lower().startswith(NEW)
        }
        self.seen = set()
        for sheet in [*own, *(sheet for sheet in sheets if sheet not in own)]:
            kind, _dot, relation = sheet.kind.partition(".")
            table = tables.get(kind)
            if table is None or relation not in ("", *table.rows):
                self.say(sheet, 1, _("You have no records of this kind."), stands=sheet.kind)
            else:
                SheetReading(self, table, relation, sheet).read()
        self._resolve()

    @property
    def items(self):
        return list(self.found.values())

    def say(self, sheet, line, told, column="", stands=""):
        place = f"{sheet.columns.get(column, '')}{line}"
        self.wrong.append(Wrong(sheet.title, line, column, place, stands[:200], str(told)))

    def _resolve(self):
        """The addresses that the file names, by one statement for each kind of record."""
        for (model, of), places in self.references.items():
            table = self.tables.get(model.card_type)
            keys = _keys(table, of, {name for *_rest, name in places}) if table else {}
            for sheet, line, column, role, name in places:
                is_added = (model.card_type, name) in self.added
                key = reference(model.card_type, name) if is_added else keys.get(name.lower())
                if key is not None:
                    line.named[column.key].append([role, key])
                    continue
                told = _(
                    "No record that you can see has this address. This column takes: %(taken)s."
                )
                told %= {"taken": taken(column)}
                self.say(sheet, line.line, told, column.key, name)


def _keys(table, of, names):
    """{address, id or code: key} of those of the names that are there for the person."""
    rows = within_scheme(table.page.get_queryset(table.request), of)
    fields = {each.name for each in table.model._meta.concrete_fields}
    codes = [name for name in CODES if name in fields]
    condition = Q(slug__in=[name.lower() for name in names])
    for code in codes:
        condition |= Q(**{f"{code}__in": [name.upper() for name in names]})
    if ids := [UUID(name) for name in names if _is_id(name)]:
        condition |= Q(public_id__in=ids)
    rows = rows.filter(condition).order_by()
    found = {}
    for key, *called in rows.values_list("pk", "slug", "public_id", *codes):
        found |= {str(name).lower(): key for name in called if name}
    return found


def _is_id(text):
    try:
        return bool(UUID(text))
    except ValueError:
        return False


class SheetReading:
    """One sheet beside what is stored of its records."""

    def __init__(self, comparison, table, relation, sheet):
        self.comparison, self.table, self.sheet = comparison, table, sheet
        self.relation, self.rows = relation, table.rows[relation] if relation else table
        ids = [UUID(row.cells[ID]) for row in sheet.rows if _is_id(row.cells.get(ID, ""))]
        entries = table.page.get_queryset(table.request).order_by()
        # PostgreSQL does not know the kind of keys of which there are none.
        entries = entries.filter(public_id__in=listed(ids)) if ids else entries.none()
        names = [f"name_{language}" for language in LANGUAGES]
        self.known = {
            str(public_id): (key, version, _title(dict(zip(LANGUAGES, called, strict=True)), slug))
            for public_id, key, version, slug, *called in entries.values_list(
                "public_id", "pk", "version", "slug", *names
            )
        }
        by = ROW if relation else ID
        self.stored = {cells[by]: cells for cells in self.rows.cells(entries).values()}
        self.row_keys = dict(self._row_keys(entries)) if relation else {}

    def _row_keys(self, entries):
        keys = entries.values_list("pk", flat=True)
        rows = self.rows.model.objects.filter(record__in=listed(keys)).order_by()
        return ((str(row), key) for row, key in rows.values_list("public_id", "pk"))

    def say(self, row, told, column="", stands=""):
        self.comparison.say(self.sheet, row.line, told, column, stands)

    def read(self):
        unknown = self.sheet.columns.keys() - {*self.rows.heads, ERRORS}
        for key in sorted(unknown):
            told = _("There is no such column. The columns are: %(columns)s.")
            told %= {"columns": ", ".join(self.rows.heads)}
            self.comparison.say(self.sheet, 1, told, key, key)
        for row in self.sheet.rows:
            self._read(row)

    def _read(self, row):
        id_ = row.cells.get(ID, "").strip()
        is_new = not id_ or id_.lower().startswith(NEW)
        known = self.known.get(id_.lower())
        if not self._is_right(row, id_, is_new, known):
            return
        there, key = {}, None
        if self.relation and (name := row.cells.get(ROW, "").strip().lower()):
            there, key = self.stored.get(name, {}), self.row_keys.get(name)
            if there.get(ID) != id_.lower():
                told = _("This record has no such row. Leave the cell empty for a new one.")
                self.say(row, told, ROW, name)
                return
            if self._is_seen(row, ROW, name):
                return
        elif known and not self.relation:
            there = self.stored[id_.lower()]
        line = self._difference(row, there)
        if line is None:
            return
        line.row = key
        item = self._item(row, id_, known)
        if item is not None:
            self._check(row, line)
            item.lines.append(line)

    def _is_right(self, row, id_, is_new, known):
        """Whether the row says of which record it is."""
        if self.relation and is_new:
            if (self.table.kind, id_) in self.comparison.added:
                return True
            told = _("Enter the id of its record, or the name of the record you are adding.")
        elif is_new:
            return not (id_ and self._is_seen(row, ID, id_))
        elif known is None:
            told = _("No record that you can see has this id. Leave it empty for a new record.")
        else:
            return self.relation or not self._is_seen(row, ID, id_.lower())
        self.say(row, told, ID, id_)
        return False

    def _is_seen(self, row, column, name):
        """Whether a line before has the same; told."""
        if (self.rows.kind, name) in self.comparison.seen:
            self.say(row, _("This is in the file twice."), column, name)
            return True
        self.comparison.seen.add((self.rows.kind, name))
        return False

    def _difference(self, row, there):
        """The `Line` of what the row changes, or None."""
        line = Line(self.sheet.title, row.line, self.relation)
        for key, text in row.cells.items():
            column = self.rows.columns.get(key)
            stored = there.get(key, "")
            if column and text != stored and not _is_same(column, text, stored):
                line.new[key], line.old[key] = tidy(text), stored
        return line if line.new else None

    def _item(self, row, id_, known):
        """The item of the record, or None if nobody may write it as the file has it."""
        key, version, title = known or (None, -1, "")
        if known is None and not self.table.page.has_add_permission(self.table.request):
            self.say(row, _("You cannot add records of this kind."))
            return None
        shown = row.cells.get(VERSION, str(version)).strip()
        if known and not shown and self.relation and not row.cells.get(ROW):
            shown = str(version)  # a row that is added overwrites nothing
        if known and shown != str(version):
            told = _(
                "The record has changed since this file was made: it is now version "
                "%(now)s. Export it again."
            )
            self.say(row, told % {"now": version}, VERSION, shown)
            return None
        at = (self.table.kind, id_ or f"{self.sheet.title} {row.line}")
        texts = {code: row.cells.get(f"name_{code}", "") for code in LANGUAGES}
        title = title or spoken({code: text for code, text in texts.items() if text}) or id_
        item = Item(self.table.kind, id_, key, version, title)
        return self.comparison.found.setdefault(at, item)

    def _check(self, row, line):
        """What can be said of cells without a form: codes, roles and addresses."""
        for key, text in line.new.items():
            column = self.rows.columns[key]
            if column.to:
                self._name(row, line, column, text)
            elif column.choices and text and text not in column.choices:
                told = _("Use one of these: %(codes)s.")
                self.say(row, told % {"codes": ", ".join(column.choices)}, key, text)

    def _name(self, row, line, column, text):
        line.named[column.key] = []
        of = column.part or self.rows.model
        for piece in dict.fromkeys(_pieces(text) if column.part else filter(None, [text])):
            role, name = "", piece
            if column.role:
                role, _colon, name = (part.strip() for part in piece.partition(":"))
                if role not in column.choices or not name:
                    told = _("This column takes: %(taken)s.") % {"taken": taken(column)}
                    self.say(row, told, column.key, piece)
                    continue
            place = (self.sheet, line, column, role, name)
            self.comparison.references[column.to, of].append(place)


def _title(names, slug):
    return spoken({code: name for code, name in names.items() if name}) or slug


def _is_same(column, text, stored):
    """Whether a cell says what is stored: spaces and what no cell holds make no difference."""
    if column.part:
        return sorted(_pieces(text)) == sorted(_pieces(stored))
    return tidy(text) == tidy(clipped(stored))


def _pieces(text):
    """The rows that stand in one cell, each as it is written by us."""
    pieces = (re.sub(r"\s*:\s*", ": ", piece.strip()) for piece in text.split("|"))
    return [piece for piece in pieces if piece]
