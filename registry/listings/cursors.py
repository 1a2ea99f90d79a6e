"""Places in a list, from which its next page goes on.

A cursor is signed, says nothing to who holds it, and carries the whole query: a link to the next
page needs nothing beside it. It never holds a key of the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from .parameters.base import Parameter

# Without a time: equal registries give equal bytes, and a cursor does not grow old.
SIGNER = signing.Signer(salt="registry.listings.cursor")
LONGEST = 20_000  # more than any that we sign


class CursorParameter(Parameter):
    about = "Opaque, from `next` or `previous`; it holds the whole query."
    look = {"pattern": "^[-_.:=A-Za-z0-9]{1,8000}$"}  # what an address has room for
    longest = LONGEST

    def clean(self, values):
        if self.listing.position is None:
            raise ValidationError(_("This cursor is not valid. Start again at the first page."))
        return values[0]


@dataclass
class Position:
    """A place in a list: where a page begins, or ends if it is read backwards."""

    query: str
    type: str
    order: list
    values: list  # as JSON has them
    backwards: bool

    @classmethod
    def read(cls, text):
        """What we signed, or None."""
        try:
            return cls(*SIGNER.unsign_object(text.strip())) if text and _short(text) else None
        except (signing.BadSignature, ValueError, TypeError):
            return None

    @classmethod
    def at(cls, listing, keys, card, backwards):
        """The place of a card in the order of these keys."""
        names = [name for name in listing.filters if name not in ("cursor", "page")]
        values = _kept([getattr(card, key.name) for key in keys])
        order = [listing.ordering_name, listing.reading_language]
        return cls(listing.address.query(names), listing.card_type, order, values, backwards)

    def __str__(self):
        parts = [self.query, self.type, self.order, self.values, self.backwards]
        return SIGNER.sign_object(parts, compress=True)

    def fits(self, card_type, order):
        """Whether it was made for this list: another order has other keys."""
        return self.type == card_type and tuple(self.order) == tuple(order)

    @property
    def restored(self):
        """The values as the database compares them."""
        return [
            value if isinstance(value, (int, float)) else READERS[value[0]](value[1])
            for value in self.values
        ]


def _short(text):
    return len(text) <= LONGEST and text.isascii()


def resumed(asked, position):
    """The query that was asked, or the one that the cursor holds."""
    if position is None:
        return asked
    data = QueryDict(position.query, mutable=True)
    data.setlist("cursor", asked.getlist("cursor"))
    return data


def _kept(values):
    return [
        value if isinstance(value, (int, float)) else [type(value).__name__, str(value)]
        for value in values
    ]


READERS: dict[str, Callable[[str], object]] = {
    "str": str,
    "UUID": UUID,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
