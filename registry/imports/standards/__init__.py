"""Files of standards that others write, as sections of a table whose columns are known.

A reader is one file here: it says by which bytes it knows its own, and yields `Section`s; matching,
dry run and writing are those of any table. What our model has no place for is counted and told, and
nothing is guessed.
"""

from collections import Counter
from dataclasses import dataclass, field

import orjson
from django.utils.translation import gettext as _

from registry.cards.refused import Refused

from ..hostile import MAX_BYTES, damaged, too_large
from ..sections import Section

readers = []
MAX_OBJECTS = 200_000  # objects and lists of JSON, elements of XML


@dataclass
class Reading:
    """What a file says: `identifiers` are {name of an organisation: its org-id}."""

    sections: list[Section]
    left_out: Counter = field(default_factory=Counter)
    identifiers: dict[str, str] = field(default_factory=dict)

    @property
    def told(self):
        """Sentences for what is not taken."""
        return [f"{what}: {number}" for what, number in sorted(self.left_out.items())]


def reads(reader):
    """Registers a class with `knows(data)` and `read(data)`; these get the bytes of a file."""
    readers.append(reader())
    return reader


def read_standard(file):
    """The `Reading` of an open binary file; None if it is of no standard that is known here."""
    data = file.read(MAX_BYTES + 1)
    file.seek(0)
    if len(data) > MAX_BYTES:
        raise too_large()
    reader = next((each for each in readers if each.knows(data)), None)
    if reader is None:
        return None
    reading = reader.read(data)
    if not any(section.lines for section in reading.sections):
        raise Refused(_("Nothing in this file can be used."))
    return reading


def json_of(data):
    """What JSON says; its reader goes no deeper than a thousand levels."""
    if data.count(b"{") + data.count(b"[") > MAX_OBJECTS or data.count(b",") > 4 * MAX_OBJECTS:
        raise too_large()  # each is many times as large once it is read
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        raise damaged() from None


def text_of(value):
    """A value of JSON as text; what is none is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value).split())


def list_of(value):
    """The objects in a list of JSON."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


from . import calendars, grants, hsds, iati, registries  # noqa: E402, F401 they register themselves
