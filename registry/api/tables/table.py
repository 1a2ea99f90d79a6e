"""The columns of a table of cards, from the fields of the cards."""

from registry.cards.fields import fields_of
from registry.cards.shapes.plain import JOIN, Shape
from registry.values.texts import in_all_languages

from .cells import defused, defusing


class Columns:
    """Of the fields of a kind of card, or of others: {key: field}."""

    def __init__(self, fields, language=None, only=None):
        self.language = language
        self.fields = {
            key: field
            for key, field in (fields_of(fields) if isinstance(fields, str) else fields).items()
            if not only or key in only or key in ("type", "id")
        }
        self.columns, self._laying = [], []
        for key, field in self.fields.items():
            place = len(self.columns)
            self.columns += [(field, column) for column in field.shape.columns(key, language)]
            # Half of the values are plain, and a call for each would cost more than all else.
            cells = None if type(field.shape).cells is Shape.cells else field.shape.cells
            self._laying.append((key, place, slice(place, len(self.columns)), cells))
        self.names = [column.name for _, column in self.columns]
        self._empty = [None] * len(self.columns)

    def cells(self, record):
        """The cells of a row for a file without types, none of them a formula: see `defused`."""
        return defused(self.values(record, defusing))

    def values(self, record, join=JOIN.join):
        """The cells of a row as they are, for a file that says of each what it is."""
        language, row = self.language, self._empty.copy()
        for key, place, places, cells in self._laying:
            # While cards are written anew after an upgrade, some have no such key yet.
            value = record.get(key)
            if not value and value != 0:
                continue  # nothing, whatever its shape, leaves its columns empty
            if cells is None:
                row[place] = value
            else:
                row[places] = cells(value, language, join)
        return row

    def dictionary(self):
        """What each column is: [(column, {language: title})], in their order."""
        return [(column, titles(field, column)) for field, column in self.columns]


def titles(field, column):
    """{language: "Beginning: first day"} of a column of the field."""

    def title():
        return ": ".join(filter(None, [str(field.title), ", ".join(map(str, column.labels))]))

    return in_all_languages(title)
