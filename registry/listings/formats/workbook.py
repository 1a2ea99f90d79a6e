import os
import tempfile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from ..shapes import defused
from .base import PIECE, Format
from .xml import sayable

LONGEST = 32_767  # letters in a cell of a workbook


class Xlsx(Format):
    """A workbook: where the table is from and what its columns are; then the table.

    It is written row by row into a temporary file, as its table of contents is known at the end.
    """

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    label = "Excel (XLSX)"

    def pieces(self, export):
        book = Workbook(write_only=True)
        book.properties.created = book.properties.modified = export.time.replace(tzinfo=None)
        about = book.create_sheet("About")
        for name, value in export.origin.items():
            about.append(row(defused([name, value])))
        about.append([])
        about.append(["column", "type", "en", "be", "ru"])
        for column, titles in export.columns.dictionary():
            about.append(row(defused([column.name, column.type, *titles.values()])))
        table = book.create_sheet(export.collection)
        table.freeze_panes = "A2"
        table.append(export.columns.names)
        for cells in export.table():
            table.append(row(cells))
        with tempfile.TemporaryFile() as file:
            ExcelWriter(book, Archive(file, "w", ZIP_DEFLATED)).save()
            file.seek(0)
            while piece := file.read(PIECE):
                yield piece


def row(cells):
    """The cells as a workbook can hold them; what is too long for one says that it goes on."""
    return [fitting(cell) if isinstance(cell, str) else cell for cell in cells]


def fitting(text):
    text = sayable(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


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
