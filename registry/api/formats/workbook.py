import io
import tempfile
from datetime import date, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.writer.excel import ExcelWriter

from ..tables.cells import FORMULA
from .base import PIECE, Format
from .xml import xml_safe

TABLE = "xl/worksheets/sheet2.xml"
LONGEST = 32_767  # letters in a cell of a workbook, of which an emoji is two
# Before this day programs count the days differently: some know a 29 February 1900.
FIRST_DAY = date(1900, 3, 1)
# openpyxl takes them for formulas and for errors (#N/A) if it is not told that they are text; and
# _x003D_ is how a workbook writes =.
MISTAKEN = (*FORMULA, "#", "_x")
TEXT = "@"  # the format of a cell in which a formula stays text, also once somebody edits it
WIDTHS = {"date": 12, "datetime": 20, "integer": 12, "number": 12}  # in letters
NARROW, WIDE = 14, 48  # columns of codes and of words
TEXTS = ("url", "id", "name", "summary", "description", "definition", "note", "website")


class Xlsx(Format):
    """A workbook: where the table is from and what its columns are; then the table.

    Days are dates in it, numbers numbers, and all else is text: a cell says which, so that a text
    needs nothing before it. It is written row by row into temporary files, as its table of
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
        with tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as file:
            fill(book.create_sheet(export.collection), export, rows)
            # Not `book.save()`, which would set the time of its own clock once more.
            ExcelWriter(book, Archive(file, rows)).save()
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


def fill(sheet, export, file):
    """The names of the columns into the sheet, and its rows into the file."""
    columns = [column for _, column in export.columns.columns]
    sheet.freeze_panes = "A2"
    widen(sheet, map(width, columns))
    sheet.append([column.name for column in columns])
    readers = [(n, READERS[c.type]) for n, c in enumerate(columns) if c.type in READERS]
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    formats = formats_in(sheet)
    rows = 1
    for rows, cells in enumerate(export.typed_table(), 2):
        for place, read in readers:
            cells[place] = read(cells[place])
        file.write(row_as_xml(rows, letters, cells, formats))
    sheet.auto_filter.ref = f"A1:{letters[-1]}{rows}"


def formats_in(sheet):
    """{str, date, datetime: the number by which the workbook knows the format of such cells}; that
    of text is for what would be taken for something else."""
    cells = {str: WriteOnlyCell(sheet), date: WriteOnlyCell(sheet, FIRST_DAY)}
    cells[datetime] = WriteOnlyCell(sheet, datetime.combine(FIRST_DAY, time.min))
    cells[str].number_format = TEXT
    return {kind: cell.style_id for kind, cell in cells.items()}


def row_as_xml(number, letters, cells, formats):
    """As openpyxl would write it, element by element, in a tenth of the time."""
    found = [f'<row r="{number}">']
    for letter, cell in zip(letters, cells, strict=True):
        kind = cell.__class__
        if cell is None or cell == "":
            continue
        where = f'<c r="{letter}{number}"'
        if kind is str:
            text = as_text(cell)
            style = f' s="{formats[str]}"' if text.startswith(MISTAKEN) else ""
            # A line break of this kind would be read as one of the other.
            text = escape(text, {"\r": "&#13;"})
            space = ' xml:space="preserve"' if text != text.strip() else ""
            found.append(f'{where}{style} t="inlineStr"><is><t{space}>{text}</t></is></c>')
        elif kind in formats:
            found.append(f'{where} s="{formats[kind]}"><v>{to_excel(cell)}</v></c>')
        elif kind is bool:
            found.append(f'{where} t="b"><v>{cell:d}</v></c>')
        else:
            found.append(f"{where}><v>{cell}</v></c>")
    found.append("</row>")
    return "".join(found).encode()


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
    """The cells as a workbook can hold them."""
    return [text_cell(sheet, cell) if isinstance(cell, str) else cell for cell in cells]


def text_cell(sheet, text):
    text = as_text(text)
    if not text.startswith(MISTAKEN):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type, cell.number_format = "s", TEXT
    return cell


def as_text(text):
    """What is too long for a cell says that it goes on."""
    text = xml_safe(text)
    letters = text.encode("utf-16-le")
    if len(letters) <= 2 * LONGEST:
        return text
    return f"{letters[: 2 * LONGEST - 2].decode('utf-16-le', 'ignore')}…"


class Archive(ZipFile):
    """A zip file that keeps no time: equal tables are equal bytes. The rows of the table, which
    stand in a file of their own, come after those that the sheet has."""

    def __init__(self, file, rows):
        super().__init__(file, "w", ZIP_DEFLATED)
        self.rows = rows

    def write(self, filename, arcname=None):
        before, after, rows = Path(filename).read_bytes(), b"", io.BytesIO()
        if arcname == TABLE:
            before, end, after = before.partition(b"</sheetData>")
            after, rows = end + after, self.rows
        entry = self._entry(arcname)
        entry.file_size = len(before) + rows.tell() + len(after)  # of large ones, known beforehand
        rows.seek(0)
        with self.open(entry, "w") as target:
            target.write(before)
            while piece := rows.read(PIECE):
                target.write(piece)
            target.write(after)

    def writestr(self, name, data):
        super().writestr(self._entry(name), data)

    def _entry(self, name):
        entry = ZipInfo(name)  # 1 January 1980, the first day that the format knows
        entry.compress_type = self.compression
        return entry
