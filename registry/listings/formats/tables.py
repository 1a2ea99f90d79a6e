import csv

from ..shapes import defused
from .base import Format


class Csv(Format):
    """One row for each record, the columns the same whatever the records hold."""

    media_type = "text/csv"
    format = "csv"
    label = "CSV"
    charset = "utf-8"

    def pieces(self, export):
        line = csv.writer(_Line()).writerow
        # The mark by which spreadsheets know that the text is UTF-8.
        yield b"\xef\xbb\xbf" + line(export.columns.names)
        cells = export.columns.cells
        for record in export.records():
            yield line(defused(cells(record)))


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text):
        return text.encode(errors="replace")
