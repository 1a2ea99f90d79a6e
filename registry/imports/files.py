"""A file of a spreadsheet as plain sheets of texts, as people would write what stands in its cells.

XLSX, XLS and ODS are read by calamine after `hostile` has looked at them; all else that is text is
a table with separators, in whatever encoding. What kind of file it is, its first bytes say and not
its name.
"""

import csv
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from pathlib import PurePath

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from registry.cards.refused import Refused
from registry.values.folding import without_invisible

from . import hostile
from .hostile import MAX_BYTES, MAX_CELLS, MAX_COLUMNS, MAX_LETTERS, MAX_LINES
from .old_workbooks import MAGIC, look_at_old_workbook

# Tried where a text is neither UTF-8 nor says what it is. What is written here is in Cyrillic or in
# the languages around; others only make mistakes possible.
ENCODINGS = ["cp1251", "koi8_r", "cp866", "iso8859_5", "cp1250", "cp1252"]
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
SAMPLE = 20_000  # bytes by which an encoding is told
SEPARATORS = ";\t,|"
LONGEST = 32_767  # letters in a cell: as many as a workbook can hold
# What a spreadsheet would calculate, of a text file: a call, a reference or a command.
CALCULATED = re.compile(r"[=＝+@-]\s*(?:[\w.]+\s*[(|]|[\w ']+!|\$?[A-Z]{1,3}\$?[0-9]+\b)", re.I)


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it stands: `rows[0]` is line 1, and all rows have as many cells."""

    title: str
    rows: list[list[str]]


def read_sheets(file, name):
    """[RawSheet] of an open binary file, those with nothing in them left out; else `Refused`."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise hostile.too_large()
    if data.startswith(b"PK\3\4"):
        sheets = _of_zip(data)
    elif data.startswith(MAGIC):
        look_at_old_workbook(data)
        sheets = _of_workbook(data)
    else:
        sheets = [RawSheet(PurePath(name).stem, rows_of_text(data))]
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise Refused(_("This file is empty."))
    return sheets


def _of_zip(data):
    members = hostile.members_of(BytesIO(data))
    if "xl/workbook.xml" in members:
        hostile.look_at_workbook(data, members)
        return _of_workbook(data)
    if "content.xml" in members:
        sheets = hostile.look_at_opendocument(data, members)
        return _of_workbook(data, {sheet.name: sheet.merged for sheet in sheets})
    raise Refused(_("This file is not a table. Send an XLSX, XLS, ODS or CSV file."))


def _of_workbook(data, merged=None):
    """`merged` are the cells that are one, by the name of the sheet, where calamine knows none."""
    sheets, left = [], MAX_LETTERS
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            for title in workbook.sheet_names:
                sheet = workbook.get_sheet_by_name(title)
                rows = sheet.to_python(skip_empty_area=False)
                rows = [[as_written(cell) for cell in row] for row in rows]
                ranges = (merged or {}).get(title) or sheet.merged_cell_ranges or []
                left = _fill_down(rows, ranges, left)
                sheets.append(RawSheet(title, _trimmed(rows)))
    except (CalamineError, OSError, ValueError, UnicodeError):
        raise hostile.damaged() from None
    return sheets


def _fill_down(rows, ranges, left):
    """Cells that are one over several rows say the same in each of them."""
    for (first, column), (last, _last_column) in ranges:
        if first >= len(rows) or column >= len(rows[first]):
            continue
        for row in rows[first + 1 : last + 1]:
            row[column] = row[column] or rows[first][column]
            left -= 1 + len(row[column])
            if left < 0:
                raise hostile.too_long()
    return left


def as_written(value):
    """A cell as somebody would type it: 120 and no 120.0, and a day without a midnight."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # What a cell calculates to is no more exact than 15 digits.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        if value.time() == time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, timedelta):
        hours, rest = divmod(int(value.total_seconds()), 3600)
        return f"{hours:02}:{rest // 60:02}"
    return str(value)


def tidy(text):
    """Without what nobody sees, and without spaces around each line; a cell too long is refused."""
    if len(text) > LONGEST:
        raise Refused(
            _(
                "The cell that begins “%(text)s” is too long: it can have at most "
                "%(most)d characters."
            )
            % {"text": text[:40], "most": LONGEST}
        )
    text = without_invisible(text).replace("\0", "").replace("\xa0", " ").strip()
    return "\n".join(map(str.strip, text.splitlines())) if "\n" in text else text


def _trimmed(rows):
    """Without the empty rows and columns at the end, and all rows of one length."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((n for row in rows for n, cell in enumerate(row, start=1) if cell), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def rows_of_text(data):
    """The rows of a text with separators, in whatever encoding; `Refused` where it is none."""
    if b"<!DOCTYPE" in data[:1000] or data.lstrip()[:1] in (b"<", b"{", b"%"):
        raise Refused(_("This file is not a table. Send an XLSX, XLS, ODS or CSV file."))
    text = decoded(data)
    separator = _separator(text)
    if said := re.match(r"sep=(.)\r?\n", text):  # as Excel writes it
        separator, text = said[1], text[said.end() :]
    rows, cells = [], 0
    try:
        for line, row in enumerate(csv.reader(StringIO(text), delimiter=separator), start=1):
            cells += len(row)
            if line > MAX_LINES or len(row) > MAX_COLUMNS or cells > MAX_CELLS:
                raise hostile.too_far(f"{hostile.column_letters(max(len(row) - 1, 0))}{line}")
            for column, cell in enumerate(row):
                if CALCULATED.match(cell):
                    raise hostile.formula_in(f"{hostile.column_letters(column)}{line}")
            rows.append([tidy(cell) for cell in row])
    except csv.Error:
        raise hostile.damaged() from None
    return _trimmed(rows)


def decoded(data):
    """The text of bytes in any encoding that is usual here; `Refused` where it is none."""
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\0" in data[:SAMPLE]:
        return max((_decoded(data, each) for each in ("utf-16-le", "utf-16-be")), key=_usual)
    try:
        return data.decode()
    except UnicodeDecodeError:
        best = from_bytes(data[:SAMPLE], cp_isolation=ENCODINGS).best()
        if best is None:
            raise hostile.damaged() from None
        return _decoded(data, best.encoding)


def _usual(text):
    """How many of its first letters are Latin, Cyrillic, digits or marks."""
    return sum(letter < "\u0530" for letter in text[:1000])


def _decoded(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise hostile.damaged() from None


def _separator(text):
    """The one that parts the first rows into the same number of cells, and most of them."""
    lines = "\n".join(text[:SAMPLE].splitlines()[:30])

    def fits(separator):
        rows = [len(row) for row in csv.reader(StringIO(lines), delimiter=separator) if row]
        usual = max(rows, key=rows.count, default=1)
        return (usual > 1) * rows.count(usual), usual

    return max(SEPARATORS, key=fits)
