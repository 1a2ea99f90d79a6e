"""The columns of a table of cards, from the keys of the card and their shapes."""

from .columns import JOIN, Shape, defused, defusing
from .titles import titles


class Columns:
    def __init__(self, shapes, language=None, fields=None):
        self.language = language
        self.shapes = {
            key: shape
            for key, shape in shapes.items()
            if not fields or key in fields or key in ("type", "id")
        }
        self.columns = [
            (key, column)
            for key, shape in self.shapes.items()
            for column in shape.columns(key, language)
        ]
        self.names = [column.name for _, column in self.columns]
        # Half of the values are plain, and a call for each would cost more than all else of them.
        self._laying = [
            (key, None if type(shape) is Shape else shape.cells)
            for key, shape in self.shapes.items()
        ]

    def cells(self, record):
        """The cells of a row for a file without types, none of them a formula: see `defused`."""
        return defused(self.values(record, defusing))

    def values(self, record, join=JOIN.join):
        """The cells of a row as they are, for a file that says of each what it is."""
        language, row = self.language, []
        for key, cells in self._laying:
            if cells is None:
                row.append(record[key])
            else:
                row += cells(record[key], language, join)
        return row

    def dictionary(self):
        """What each column is: [(column, {language: title})], in their order."""
        return [(column, titles(key, column)) for key, column in self.columns]
