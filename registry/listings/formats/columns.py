"""The columns of a table of cards, from the keys of the card and their shapes."""

from ..titles import titles


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

    def cells(self, record):
        language, row = self.language, []
        for key, shape in self.shapes.items():
            row += shape.cells(record[key], language)
        return row

    def dictionary(self):
        """What each column is: [(column, {language: title})], in their order."""
        return [(column, titles(key, column)) for key, column in self.columns]
