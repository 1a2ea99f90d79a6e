"""Plain values: what people typed, addresses, codes.

The search and the scan have opposite rules. The search reads what people read and leaves out
machine values, which would find every card of a kind. The scan reads every string that a person can
type, which is every one that no check has validated: what no shape describes is read as well.
"""

import re
from datetime import date
from typing import NamedTuple
from uuid import UUID

from registry.values.fields import LANGUAGE_TAG

from ..clock import time_zones
from .json_schema import DAY_OR_NULL, STRING, STRING_OR_NULL, example_of
from .json_schema import UUID as UUID_SCHEMA

JOIN = "; "


class Column(NamedTuple):
    """A column of a table: its name, its type in a Frictionless schema, and in words what it shows
    of the key."""

    name: str
    type: str = "string"
    labels: tuple = ()


class Shape:
    """A plain value: words that somebody typed, a number, or null.

    `columns` and `cells` give the same number of columns and values for every row of a table,
    whatever the value is. `join` makes one text of many.
    """

    schema: dict = STRING_OR_NULL
    choices = ()  # of a code: its values with their names
    searched = True  # whether people read it
    is_address = False  # of the web: a number in one is no telephone
    only_names = False  # leads to nobody: of what is looked for there, it may hold names alone
    null = True  # whether nothing may stand there
    refers = False  # whether a reference to another record is in it

    def __init__(self, schema=None, title="", searched=None):
        self.schema = schema or self.schema
        self.title = title  # as a part of an object, where that is a column
        self.searched = self.searched if searched is None else searched

    def __deepcopy__(self, memo):
        return self  # fields are copied for each serializer, and no shape ever changes

    def columns(self, key, language):
        return [Column(key, self.type)]

    def cells(self, value, language, join=JOIN.join):
        return (value,)

    def in_line(self, value, language):
        """The value as one of several in a cell."""
        return value

    def example(self):
        """A made-up value, as the description of the API shows one."""
        return example_of(self.schema)

    def codes(self):
        """{component: {member: choices}} of the codes that stand in it."""
        return {}

    @property
    def type(self):
        known = {"date": "date", "date-time": "datetime"}
        if self.schema.get("format") in known:
            return known[self.schema["format"]]
        types = self.schema.get("type", "string")
        types = {types} if isinstance(types, str) else {*types} - {"null"}
        return types.pop() if len(types) == 1 and types <= PLAIN_TYPES else "string"

    def components(self):
        """{name: schema} of what the schema refers to."""
        return {}

    def inner(self):
        """The shapes of what is in it."""
        return ()

    def exchanged(self, value, references):
        """The value with its references to these ids, {id: reference or None}; None is gone."""
        return value

    def said(self, value, languages, its=None):
        """(text, its language) of all that people read in the value, in its order."""
        if isinstance(value, str):
            yield value, its
        elif isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from self.said(inner, languages)

    def typed(self, value, where):
        """(where, shape, text) of all that was typed into the value, and not into what it refers
        to."""
        if isinstance(value, str):
            if not self.holds(value):
                yield where, self, value
        elif isinstance(value, list):
            for number, row in enumerate(value, start=1):
                place = where if isinstance(row, str) else f"{where} {number}"
                yield from self.typed(row, place)
        elif isinstance(value, dict) and "type" not in value:
            for key, inner in value.items():
                yield from UNKNOWN.typed(inner, f"{where} {key}")

    def holds(self, text):
        """Whether a check has validated the text, so that nothing else can stand in it."""
        return False


PLAIN_TYPES = {"string", "integer", "number", "boolean"}
UNKNOWN = Shape()  # what nobody has described


class Address(Shape):
    is_address = True


class Mailbox(Shape):
    """A mailbox of an organisation, which is meant for the public."""

    only_names = True


class Slug(Shape):
    """An address of the registry is no text."""

    only_names = True
    searched = False


class Code(Shape):
    """A code of a list: nothing else can stand in it. The check holds it, which with `choices` is
    that it is one of them; where there is none, the database does."""

    searched = False

    def __init__(self, schema=None, title="", searched=None, choices=(), check=None):
        super().__init__(schema, title, searched)
        self.choices = choices
        codes = {code for code, _label in choices}
        self.check = check or (codes.__contains__ if codes else None)

    def holds(self, text):
        return self.check is None or self.check(text)


class Elsewhere(Shape):
    """Addresses of other records: what is typed there is theirs."""

    searched = False

    def typed(self, value, where):
        return ()


def _pattern(pattern):
    return re.compile(pattern).fullmatch


def _reads(parse):
    def check(text):
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


_day = _reads(date.fromisoformat)
_moment = _pattern(r"[0-9T:.+Z-]+")
_place = _pattern(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_key = _pattern("S[0-9]+")
# A language of three letters could be a name, so it is read.
is_language = _pattern(LANGUAGE_TAG.replace("{2,3}", "{2}"))


def edtf(examples=None, title="EDTF"):
    schema = STRING | {"examples": examples} if examples else STRING
    return Code(schema, title, check=_pattern(r"[0-9XY?~%/.-]{1,40}"))


def day(title=""):
    return Code(DAY_OR_NULL, title, check=_day)


def moment(schema, title=""):
    return Code(schema, title, check=_moment)


def code_of_place(title=""):
    return Code(STRING_OR_NULL, title, check=_place)


def key_of_source(schema=STRING_OR_NULL):
    """S1, S2 …: the key of one of the sources of the card."""
    return Code(schema, check=_key)


ID = Code(UUID_SCHEMA, check=_reads(UUID))
CODE = Code(STRING)
CODE_OR_NULL = Code(STRING_OR_NULL)
SPAN = Code(STRING, check=_pattern("[0-9./-]+"))
LANGUAGE = Code(STRING_OR_NULL, check=is_language)
TIME_ZONE = Code(STRING_OR_NULL, check=lambda text: text in time_zones())
