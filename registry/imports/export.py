"""The tables of a list on their way out, to come back changed: a workbook, or CSV of one table.

Every cell is text and says so, so that no program makes a day, a number or a formula of it; what a
program would calculate all the same, in CSV, is defused. `id` and `version`, by which a row is
known again, come first and are locked.
"""

import re
import tempfile

from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from organisations.models import Organisation
from registry.api.formats.csv_table import line
from registry.api.formats.workbook import LONGEST, TEXT, widen
from registry.api.formats.xml import xml_safe
from registry.api.tables.cells import defused
from registry.workflow.rights import visible

from .as_given import told_beside
from .tables import ERRORS, ID, ROW, VERSION

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LOCKED = (ID, VERSION, ROW)
NOTES = "columns"  # the sheet that says what the columns are
LISTS = "lists"  # the hidden one of what cells may be chosen from
MOST_OFFERED = 1000  # organisations
NO_TITLE = re.compile(r"[\\*?:/\[\]]")  # what the name of a sheet may not have
WIDTHS = {ID: 12, VERSION: 8, ROW: 12, ERRORS: 60}
WIDE, NARROW = 40, 18
LAST_LINE = 20_000  # so far down cells are offered choices, and take text as text


def workbook(table, entries):
    """The records in a workbook, each kind of row in a sheet of its own: a response."""
    book = Workbook(write_only=True)
    sheets = [(table, table.cells(entries))]
    sheets += [(rows, rows.cells(entries)) for rows in table.rows.values()]
    offers = Offers(table.request.user)
    for each, cells in sheets:
        fill(book, each.kind, each.heads, cells.values(), offers=offers.of(each))
    describe(book, [each for each, _cells in sheets])
    offers.write(book)
    return _sent(book, f"{table.kind}.xlsx")


def csv_file(table, entries):
    """One table as CSV that Excel, too, reads as UTF-8: a response."""
    cells = table.cells(entries).values()
    rows = (defused([each.get(key, "") for key in table.heads]) for each in cells)
    # The mark by which spreadsheets know that the text is UTF-8.
    pieces = [b"\xef\xbb\xbf", line(table.heads), *map(line, rows)]
    name = f'attachment; filename="{table.kind}.csv"'
    headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": name}
    return HttpResponse(b"".join(pieces), headers=headers)


def returned(sheets, wrong):
    """The sheets as they were sent, with what is wrong in them in a last column and at the cells:
    `wrong` is {(title of the sheet, line): [Wrong]}."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        marks = {row.line: wrong.get((sheet.title, row.line), ()) for row in sheet.rows}
        heads = [key for key in sheet.columns if key != ERRORS]
        rows = [{**row.cells, ERRORS: _told(marks[row.line])} for row in sheet.rows]
        marked = [{each.column: each.told for each in marks[row.line]} for row in sheet.rows]
        fill(book, NO_TITLE.sub(" ", sheet.title)[:31], [*heads, ERRORS], rows, marked)
    return _sent(book, "errors.xlsx")


def returned_as_given(table, wrong):
    """A table of somebody's own, as they gave it, with what is wrong in it as in `returned`:
    `table` and `wrong` ([Wrong]) are those of `told_beside`."""
    told = told_beside(table, wrong)
    keys = [f"column_{place}" for place in range(len(table["columns"]))]
    rows, marked = [], []
    for number, texts in table["rows"]:
        beside = "\n".join(sentence for _place, sentence in told[number])
        rows.append({**dict(zip(keys, texts, strict=True)), ERRORS: beside})
        marked.append({keys[place]: each for place, each in told[number] if place is not None})
    heads = [*(head for _key, head in table["columns"]), ERRORS]
    book = Workbook(write_only=True)
    title = NO_TITLE.sub(" ", table["title"])[:31]
    fill(book, title, [*keys, ERRORS], rows, marked, titles=heads)
    return _sent(book, "errors.xlsx")


def _told(wrongs):
    return "\n".join(f"{each.column}: {each.told}" if each.column else each.told for each in wrongs)


def fill(book, title, heads, rows, marked=None, offers=None, titles=None):
    """A sheet of text cells; `marked` are for each row {key: why its cell is marked}, `titles` what
    stands above the columns if it is not their keys."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "C2" if heads[:2] == [ID, VERSION] else "A2"
    widen(sheet, [WIDTHS.get(key) or (WIDE if "_" in key else NARROW) for key in heads])
    _protect(sheet, heads)
    sheet.append([_filled(_cell(sheet, True), each) for each in titles or heads])
    row = [_cell(sheet, key in LOCKED) for key in heads]
    marks = iter(marked or ())
    for cells in rows:
        why = next(marks, {})
        for key, cell in zip(heads, row, strict=True):
            _filled(cell, cells.get(key, ""))
        # A cell is written when its row is, so one object serves all rows.
        sheet.append(
            [_marked(sheet, cell, why.get(key)) for key, cell in zip(heads, row, strict=True)]
        )
    for key, place in (offers or {}).items():
        letter = get_column_letter(heads.index(key) + 1)
        choice = DataValidation(type="list", formula1=place, showErrorMessage=False)
        choice.add(f"{letter}2:{letter}{LAST_LINE}")
        sheet.data_validations.append(choice)


def clipped(text):
    """As much of a text as a cell holds."""
    text = xml_safe(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _cell(sheet, locked):
    cell = WriteOnlyCell(sheet, "")
    cell.number_format, cell.protection = TEXT, Protection(locked=locked)
    return cell


def _filled(cell, text):
    cell.value = clipped(text)
    cell.data_type = "s"  # also of what begins like a formula
    return cell


def _marked(sheet, cell, why):
    if not why:
        return cell
    marked = _cell(sheet, cell.protection.locked)
    marked.value, marked.data_type = cell.value, "s"
    marked.fill = PatternFill("solid", fgColor="FFD9D9")
    marked.comment = Comment(why, "registry")
    return marked


def _protect(sheet, heads):
    """Locked are the cells by which rows are known again, and nothing else is forbidden."""
    protection = sheet.protection
    protection.sheet = True
    for may in ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows"):
        setattr(protection, may, False)
    protection.sort = protection.autoFilter = protection.insertColumns = False
    for number in range(1, len(heads) + 1):  # of the rows that are added
        column = sheet.column_dimensions[get_column_letter(number)]
        column.number_format, column.protection = TEXT, Protection(locked=False)


def describe(book, tables):
    """A sheet that says of each column what it is, and what it takes."""
    sheet = book.create_sheet(NOTES)
    widen(sheet, [NARROW, NARROW, WIDE, 2 * WIDE])
    sheet.append([gettext("sheet"), gettext("column"), gettext("what it is"), gettext("it takes")])
    for table in tables:
        for column in table.columns.values():
            sheet.append([table.kind, column.key, column.title, taken(column)])


def taken(column):
    """What a column takes, in words."""
    if column.part and column.role:
        return gettext("role: address | role: address; roles: %(roles)s") % {
            "roles": ", ".join(column.choices)
        }
    if column.part:
        return gettext("addresses with | between")
    if column.to:
        return gettext("the address of a record, as at the end of its page's: %(kind)s") % {
            "kind": column.to._meta.verbose_name
        }
    return ", ".join(column.choices)


class Offers:
    """What the cells of columns may be chosen from: lists in a sheet that is hidden."""

    def __init__(self, user):
        self.user, self.lists, self._slugs = user, [], None

    def of(self, table):
        """{key: formula of the list} for the columns of which there is one."""
        found = {}
        for column in table.columns.values():
            offered = column.choices if column.part is None else ()
            if column.to is Organisation and column.part is None:
                offered = self._organisations
            if offered:
                self.lists.append(offered)
                letter = get_column_letter(len(self.lists))
                found[column.key] = f"{LISTS}!${letter}$1:${letter}${len(offered)}"
        return found

    @property
    def _organisations(self):
        """Their own of who is a member of some; else all that exist for the person."""
        if self._slugs is None:
            rows = visible(Organisation.objects.all(), self.user)
            own = self.user.memberships.values("organisation")
            rows = rows.filter(pk__in=own) if own.exists() else rows
            self._slugs = list(rows.order_by("slug").values_list("slug", flat=True)[:MOST_OFFERED])
        return self._slugs

    def write(self, book):
        sheet = book.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        longest = max(map(len, self.lists), default=0)
        for number in range(longest):
            sheet.append([each[number] if number < len(each) else None for each in self.lists])


def _sent(book, name):
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
