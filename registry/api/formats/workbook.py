import os
import tempfile
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from ..tables.cells import FORMULA
from .base import PIECE, Format
from .xml import xml_safe

LONGEST = 32_767  # letters in a cell of a workbook
# Before this day programs count the days differently: some know a 29 February 1900.
FIRST_DAY = date(1900, 3, 1)
# openpyxl takes them for formulas and for errors (#N/A) if it is not told that they are text.
MISTAKEN = (*FORMULA, "#")
TEXT = "@"  # the format of a cell in which a formula stays text, also once somebody edits it
WIDTHS = {"date": 12, "datetime": 20, "integer": 12, "number": 12}  # in letters
NARROW, WIDE = 14, 48  # columns of codes and of words
TEXTS = ("url", "id", "name", "summary", "description", "definition", "note", "website")


class Xlsx(Format):
    """A workbook: where the table is from and what its columns are; then the table.

    Days are dates in it, numbers numbers, and all else is text: a cell says which, so that a text
    needs nothing before it. It is written row by row into a temporary file, as its table of
    contents is known at the end.
    """

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    label = "Excel (XLSX)"

    def pieces(self, export):
        book = Workbook(write_only=True)
        # Else openpyxl takes its own clock, by which equal exports would differ.
        book.properties.created = book.properties.modified = export.time.replace(tzinfo=None)
        describe(book.create_sheet("About"), export)
        fill(book.create_sheet(export.collection), export)
        with tempfile.TemporaryFile() as file:
            # Not `book.save()`, which would set the time of its own clock once more.
            ExcelWriter(book, Archive(file, "w", ZIP_DEFLATED)).save()
            file.seek(0)
            while piece := file.read(PIECE):
                yield piece


def describe(sheet, export):
    widen(sheet, [30, 24, 40, 40, 40])
    for pair in export.origin.items():
        sheet.append(row(sheet, pair))
    sheet.append([])
    sheet.append(["column", "type", "en", "be", "ru"])
    for column, titles in export.columns.dictionary():
        sheet.append(row(sheet, [column.name, column.type, *titles.values()]))


def fill(sheet, export):
    columns = [column for _, column in export.columns.columns]
    sheet.freeze_panes = "A2"
    widen(sheet, map(width, columns))
    sheet.append([column.name for column in columns])
    readers = [(n, READERS[c.type]) for n, c in enumerate(columns) if c.type in READERS]
    rows = 1
    for cells in export.typed_table():
        for place, read in readers:
            cells[place] = read(cells[place])
        sheet.append(row(sheet, cells))
        rows += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{rows}"


def widen(sheet, widths):
    """Before the first row: what is written row by row begins with its columns."""
    for number, letters in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = letters


def width(column):
    """Wide enough for its values, and for its name with the arrow of the filter."""
    words = column.name.rpartition("_")[2] in ("en", "be", "ru") or column.name in TEXTS
    usual = WIDTHS.get(column.type, WIDE if words else NARROW)
    return max(usual, len(column.name) + 4)


def day(text):
    """A day as a date; one that workbooks cannot hold stays as it is written."""
    if text and (found := date.fromisoformat(text)) >= FIRST_DAY:
        return found
    return text


def moment(text):
    """By the clock that it is written in (of an event that of its zone, else UTC): a workbook has
    no time zones. One before the first day of workbooks stays as it is written."""
    if text and (found := datetime.fromisoformat(text)).date() >= FIRST_DAY:
        return found.replace(tzinfo=None)
    return text


READERS = {"date": day, "datetime": moment}


def row(sheet, cells):
    """The cells as a workbook can hold them; what is too long for one says that it goes on."""
    return [as_text(sheet, cell) if isinstance(cell, str) else cell for cell in cells]


def as_text(sheet, text):
    text = xml_safe(text)
    if len(text) > LONGEST:
        text = f"{text[: LONGEST - 1]}…"
    if not text.startswith(MISTAKEN):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.number_format = "s", TEXT
    return cell


class Archive(ZipFile):
    """A zip file that keeps no time: equal tables are equal bytes."""

    def write(self, filename, arcname=None):
        entry = self._entry(arcname)
        entry.file_size = os.path.getsize(filename)  # by which large ones are known beforehand
        with open(filename, "rb") as source, self.open(entry, "w") as target:
            while piece := source.read(PIECE):
                target.write(piece)

    def writestr(self, name, data):
        super().writestr(self._entry(name), data)

    def _entry(self, name):
        entry = ZipInfo(name)  # 1 January 1980, the first day that the format knows
        entry.compress_type = self.compression
        return entry
