"""Pages of a list: from a place in its order onwards, or by a small number.

A cursor is signed, says nothing to who holds it, and carries the whole query: a link to the next
page needs nothing beside it. It never holds a key of the database.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import IntegerField, Q, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.cards.models import Card

from . import orders
from .parameters.base import Parameter

MAX_ROWS = 100
MAX_PAGES = 50  # what lies further is reached by cursor: an offset reads all that it skips
DEFAULT_ROWS = 20
# Without a time: equal registries give equal bytes, and a cursor does not grow old.
SIGNER = signing.Signer(salt="registry.listings.cursor")
LONGEST = 20_000  # more than any that we sign


class CursorParameter(Parameter):
    longest = LONGEST

    def clean(self, values):
        if self.parent.position is None:
            raise ValidationError(_("This is no cursor of ours. Begin again at the first page."))
        return values[0]


@dataclass
class Position:
    """A place in a list: where a page begins, or ends if it is read backwards."""

    query: str
    type: str
    order: list
    values: list
    backwards: bool

    @classmethod
    def read(cls, text):
        """What we signed, or None."""
        try:
            return cls(*SIGNER.unsign_object(text.strip())) if text and _short(text) else None
        except (signing.BadSignature, ValueError, TypeError):
            return None

    def __str__(self):
        parts = [self.query, self.type, self.order, self.values, self.backwards]
        return SIGNER.sign_object(parts, compress=True)

    def fits(self, card_type, order):
        """Whether it was made for this list: another order has other keys."""
        return self.type == card_type and tuple(self.order) == tuple(order)


def _short(text):
    return len(text) <= LONGEST and text.isascii()


def resumed(asked, position):
    """The query that was asked, or the one that the cursor holds."""
    if position is None:
        return asked
    data = QueryDict(position.query, mutable=True)
    data.setlist("cursor", asked.getlist("cursor"))
    return data


class Total(Subquery):
    """The number of rows of a query, beside each row of another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass
class Page:
    cards: list
    count: int
    number: int | None = None  # of the numbered pages, or None after a cursor
    next_cursor: str | None = None
    previous_cursor: str | None = None
    size: int = DEFAULT_ROWS
    understood: dict = field(default_factory=dict)


def paginate(listing, size=None):
    """The page that was asked for, by one statement."""
    size = size or listing.cleaned.get("page_size") or DEFAULT_ROWS
    keys, position = listing.keys, listing.position
    number = None if position else listing.cleaned.get("page") or 1
    backwards = bool(position and position.backwards)
    if backwards:
        keys = [key.reversed() for key in keys]
    after = orders.after(keys, _restored(position.values)) if position else Q()
    skipped = size * ((number or 1) - 1)
    # First the keys of the page, from indexes; then the bodies of the page alone.
    chosen = listing.in_order(keys, after)[skipped : skipped + size + 1]
    cards = Card.objects.filter(pk__in=chosen.values("pk"))
    cards = orders.ordered(cards, [key._replace(path="") for key in keys], Q())
    rows = list(cards.annotate(total=Total(listing.counted())))
    if rows:
        listing._count = rows[0].total
    # Of an empty further page nothing is known yet: then it is counted.
    elif number == 1:
        listing._count = 0
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    page = Page(rows, listing.count(), number, size=size, understood=listing.understood)
    if rows:
        if more if not backwards else True:
            page.next_cursor = _cursor(listing, keys, rows[-1], False)
        if more if backwards else position:
            page.previous_cursor = _cursor(listing, keys, rows[0], True)
    return page


def _cursor(listing, keys, card, backwards):
    names = [name for name in listing.filters if name not in ("cursor", "page")]
    values = [getattr(card, key.name) for key in keys]
    order = [listing.ordering_name, listing.reading_language]
    return str(Position(listing.query(names), listing.card_type, order, _kept(values), backwards))


def _kept(values):
    """Values as JSON has them."""
    return [
        value if isinstance(value, (int, float)) else [type(value).__name__, str(value)]
        for value in values
    ]


READERS = {
    "str": str,
    "UUID": UUID,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def _restored(values):
    return [
        value if isinstance(value, (int, float)) else READERS[value[0]](value[1])
        for value in values
    ]
