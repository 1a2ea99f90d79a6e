"""What every format is, and what it is given: a filtered set of cards on its way out."""

from dataclasses import dataclass, field
from datetime import UTC, date
from functools import cached_property
from itertools import starmap
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from rest_framework.renderers import BaseRenderer

from registry.cards import heads
from registry.cards.clock import today
from registry.cards.declarations import declared
from registry.cards.models import Card
from registry.cards.read import READ, Reader
from registry.values.signature import publisher_name, registry_name

from ..tables.table import Columns

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# A longer query is no header (a shorter one would be another query): see
# `registry.middleware.security`.
MAX_QUERY = 800
PIECE = 64 * 1024  # bytes handed to the server at once: each handing over costs more than a row


class Contents(NamedTuple):
    """How many a file says something of, and why not of the others: {reason: how many}.

    Of one there can be several reasons.
    """

    held: int
    left_out: dict = {}


class Format(BaseRenderer):
    """One format. `whole`: it holds the complete filtered set, in the bytes of `pieces(export)`.

    Otherwise it has a `page(export, following, previous)` of them, and `one(export)`, which
    `render()` makes bytes.
    """

    media_type = None
    format = None
    charset = None  # of the Content-Type: bytes are UTF-8 wherever there are letters
    label = None  # as pages call it
    place = 0  # among the others: they are offered in the order of these
    ending = None  # of file names, where it is not called like the format
    whole = True
    types = None  # the types of cards that it can hold; None: as `takes` says, or all
    lacks = None  # what the others have not, in a sentence
    order = None  # of pages, where none is asked for
    holds = None  # the type of what it is made of, where that is not what the list holds
    reads_each = False  # whether each card must be read to count what it says something of
    can_be_empty = True  # whether a file that says nothing of anything is one
    wholly = ""  # what is added to an address for a file of all, where it usually holds less

    @classmethod
    def takes(cls, declaration):
        """Whether it can hold cards of this kind."""
        return cls.types is None or declaration.type in cls.types

    def contents(self, export):
        """What the file says something of: all that matched, unless it cannot say all."""
        return Contents(export.count)

    def has_any(self, export):
        """Whether it says something of any of them, where `contents` would read each."""
        return True

    def refuse_empty(self, export):
        """The problem that is told where a file of nothing would be none."""


@dataclass
class Export:
    """A filtered set of cards of one type: where they are, what is asked of each, and whence."""

    request: object
    card_type: str
    cards: object  # a query set in its order, or a list
    count: int
    query: str = ""
    language: str | None = None
    fields: list | None = None
    day: date = field(default_factory=today)
    meta: bool = False  # whether the first line of NDJSON says what the file is
    recent: bool = False  # whether a calendar leaves out what has long been over
    contents: Contents | None = None  # of the file that it becomes
    change: int = 0  # the newest that it can hold; a file tells it
    understood: dict = field(default_factory=dict)  # how the words were, where not as they stand
    selection: object = None  # of which the cards are, if they are no list

    @cached_property
    def collection(self):
        return declared[self.card_type].collection

    @cached_property
    def columns(self):
        return Columns(self.card_type, self.language, self.fields)

    @cached_property
    def reader(self):
        return Reader(self.card_type, self.request, self.language, self.fields, self.day)

    @cached_property
    def time(self):
        # Asked once: nothing in a file may depend on another clock than the file's.
        return timezone.now().astimezone(UTC)

    def rows(self, *conditions, columns=READ):
        """What `columns` names of each card, read from the database piece by piece."""
        if isinstance(self.cards, list):
            return iter(self.cards)  # one record, or a page of them
        return self.read(columns, *conditions, named=True)

    def read(self, columns, *conditions, named=False):
        """The same of what is read already as well: what stands beside the cards."""
        cards = self.matched if isinstance(self.cards, list) else self.cards
        # No instances and no list of rows: memory does not grow with the list.
        return cards.filter(*conditions).values_list(*columns, named=named).iterator(chunk_size=500)

    def read_heads(self, columns):
        """What these columns of `CardHead` hold of each card."""
        heads = None if isinstance(self.cards, list) else self.selection and self.selection.heads
        if heads is not None:
            return heads.values_list(*columns).iterator(chunk_size=500)
        return self.read([f"head__{column}".removeprefix("head__card__") for column in columns])

    @property
    def matched(self):
        """The cards as a query set, in no order."""
        if isinstance(self.cards, list):
            return Card.objects.filter(pk__in=[card.pk for card in self.cards])
        return self.cards.order_by()

    def records(self):
        return map(self.reader.record, self.rows())

    @cached_property
    def head(self):
        """(pattern, columns) where the first keys are all that is asked for, or None."""
        reader = self.reader
        if not self.fields or not reader.addressed or {*reader.keys} - {*heads.KEYS}:
            return None
        return heads.pattern(self.card_type, reader.keys, self.language, reader.base)

    def texts(self):
        """The records as JSON: what is wanted as it is stored is not parsed on the way."""
        if self.head and not isinstance(self.cards, list):
            text, columns = self.head
            return map(str.encode, starmap(text.format, self.read_heads(columns)))
        return map(self.reader.json, self.rows(columns=self.reader.columns))

    def table(self):
        """The cells of each record under `columns`, none of them a formula."""
        return self._laid(self.columns.cells)

    def typed_table(self):
        """The same for a file in which each cell has a type: a text is a text there."""
        return self._laid(self.columns.values)

    def _laid(self, cells):
        whole = self.reader.whole
        return (cells(whole(row)) for row in self.rows(columns=self.reader.columns))

    @property
    def origin(self):
        """What a file says of itself: {"query", "licence", "time", "count", "change",
        "registry", "publisher"}.

        `change` is a number of changes/.
        """
        return {
            "query": self.query or "*",
            "licence": LICENCE,
            "time": self.time.isoformat(timespec="seconds"),
            "count": self.count,
            "change": self.change,
            "registry": registry_name(self.language or "en"),
            "publisher": publisher_name(self.language or "en"),
        }

    def file_name(self, ending):
        """`programmes-BY-MA-2026-11-21.csv`: what was asked for and the day, in plain letters."""
        values = [
            "not-" * name.startswith("-")
            + "".join(
                letter
                for letter in value
                # Others would need a second form of the name in the header (RFC 6266, 4.3).
                if letter.isascii() and (letter.isalnum() or letter in "-")
            )
            for name, value in parse_qsl(self.query)
            if name not in ("ordering", "lang", "fields")
        ]
        asked = "-".join(filter(None, values))[:80].strip("-")
        return "-".join(filter(None, [self.collection, asked, self.day.isoformat()])) + f".{ending}"


def download(renderer, export):
    """The whole set as a file with a telling name; its origin stands in the headers."""
    export.contents = renderer.contents(export)
    if not (export.contents.held or renderer.can_be_empty):
        raise renderer.refuse_empty(export)
    charset = f"; charset={renderer.charset}" if renderer.charset else ""
    name = export.file_name(renderer.ending or renderer.format)
    origin = export.origin
    headers = {
        "Content-Type": renderer.media_type + charset,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Link": f'<{LICENCE}>; rel="license"',
        "Registry-Count": str(export.contents.held),
        "Registry-Matched": str(origin["count"]),
        "Registry-Time": origin["time"],
        "Registry-Change": str(origin["change"]),
    }
    if export.contents.left_out:
        # As structured fields write a dictionary (RFC 9651): activity-date=3, sector=1
        pairs = (f"{reason}={number}" for reason, number in export.contents.left_out.items())
        headers["Registry-Left-Out"] = ", ".join(pairs)
    if len(origin["query"]) <= MAX_QUERY:
        headers["Registry-Query"] = origin["query"]
    if export.request.method == "HEAD":
        return HttpResponse(headers=headers)
    return StreamingHttpResponse(gathered(renderer.pieces(export)), headers=headers)


def gathered(pieces):
    """The same bytes in fewer pieces."""
    waiting, size = [], 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
