"""Our own tables on their way back: which sheet is which kind, and which cell which column."""

import re

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from registry.api.tables.cells import FORMULA
from registry.cards.refused import Refused

from .export import LISTS, NOTES
from .files import read_sheets
from .rows import Row, Sheet
from .tables import ERRORS, ID, VERSION


def is_own(raw_sheets):
    """Whether any of these sheets begins as ours do."""
    return any(_heads(sheet)[:2] == [ID, VERSION] for sheet in raw_sheets)


def read_own(file, name, kinds):
    """[Sheet] of a file of ours; `kinds` are the types of records. Else `Refused`."""
    return sheets_of(read_sheets(file, name), kinds)


def sheets_of(raw_sheets, kinds):
    found = []
    for sheet in raw_sheets:
        if sheet.title in (NOTES, LISTS):
            continue
        kind = _kind(sheet.title, kinds)
        heads = _heads(sheet)
        if kind is None or heads[:2] != [ID, VERSION]:
            words = {"title": sheet.title, "kinds": ", ".join(kinds)}
            raise Refused(
                _(
                    "The sheet “%(title)s” was not exported from here. Name it after the "
                    "kind of its rows (%(kinds)s), and make id and version its first "
                    "columns."
                )
                % words
            )
        found.append(_sheet(sheet, kind, heads))
    return found


def _sheet(sheet, kind, heads):
    columns = {key: get_column_letter(n) for n, key in enumerate(heads, 1) if key}
    columns.pop(ERRORS, None)
    rows = [
        Row(number, {key: _armed(cells[heads.index(key)]) for key in columns})
        for number, cells in enumerate(sheet.rows[1:], 2)
        if any(cells)
    ]
    return Sheet(sheet.title, kind, columns, rows)


def _heads(sheet):
    return [cell.strip().lower() for cell in sheet.rows[0]] if sheet.rows else []


def _kind(title, kinds):
    """A file of one table is called as its kind is, and browsers add to that: programme (1)."""
    plain = re.match(r"[a-z_]+(\.[a-z_]+)?", title)
    return plain.group() if plain and plain.group().partition(".")[0] in kinds else None


def _armed(text):
    """Without the apostrophe that our CSV puts before what a program would calculate."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
