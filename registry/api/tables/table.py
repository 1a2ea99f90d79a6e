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
        self.columns = [
            (field, column)
            for key, field in self.fields.items()
            for column in field.shape.columns(key, language)
        ]
        self.names = [column.name for _, column in self.columns]
        # Half of the values are plain, and a call for each would cost more than all else of them.
        self._laying = [
            (key, None if type(field.shape).cells is Shape.cells else field.shape.cells)
            for key, field in self.fields.items()
        ]
        # While cards are written anew after an upgrade, some have no such key yet.
        self._nothing = {
            key: [None] * len(field.shape.columns(key, language))
            for key, field in self.fields.items()
        }

    def cells(self, record):
        """The cells of a row for a file without types, none of them a formula: see `defused`."""
        return defused(self.values(record, defusing))

    def values(self, record, join=JOIN.join):
        """The cells of a row as they are, for a file that says of each what it is."""
        language, row = self.language, []
        for key, cells in self._laying:
            if key not in record:
                row += self._nothing[key]
            elif cells is None:
                row.append(record[key])
            else:
                row += cells(record[key], language, join)
        return row

    def dictionary(self):
        """What each column is: [(column, {language: title})], in their order."""
        return [(column, titles(field, column)) for field, column in self.columns]


def titles(field, column):
    """{language: "Beginning: first day"} of a column of the field."""

    def title():
        return ": ".join(filter(None, [str(field.title), ", ".join(map(str, column.labels))]))

    return in_all_languages(title)
