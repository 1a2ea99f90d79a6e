"""The addresses of a list: the query strings that show the same, or a little more or less."""

from urllib.parse import urlencode

from .query_strings import encodable


class Address:
    """Where a listing stands, as query strings for pages, files and the API alike."""

    def __init__(self, listing):
        self.listing = listing

    def query(self, names, without=None, instead=None):
        """A query string of the parameters named, without one (name, value)."""
        instead = instead or {}
        pairs = [
            (name, value)
            for name in names
            if name in self.listing.data or name in instead
            # Sorted: in whichever order it was asked for, a list has one short address.
            for value in sorted(instead[name] if name in instead else self.listing.values_of(name))
        ]
        return urlencode(
            [(name, encodable(value)) for name, value in pairs if (name, value) != without]
        )

    def canonical(self, without=None, instead=None):
        """The short query string that shows the same list: no empty and no default values.

        `without` one (name, value), or with other values `instead` of those: {name: values}.
        """
        return self.query(self.listing.narrowing, without, instead)

    def chips(self):
        """What was chosen: [{"param", "value", "label", "asked", "without": query}]."""
        listing = self.listing
        return [
            {
                "param": name,
                "value": value,
                "label": listing.filters[name].spoken(value, listing.language),
                "asked": listing.filters[name].in_words(value),
                "without": self.canonical(without=(name, value)),
            }
            for name in listing.narrowing
            if name != "ordering"
            for value in listing.values_of(name)
        ]
