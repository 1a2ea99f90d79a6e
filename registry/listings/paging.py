"""Pages of a list: from a place in its order onwards, or by a small number."""

from dataclasses import dataclass

from django.db.models import Count, Q, Window

from registry.cards.models import Card

from . import orders
from .cursors import Position

MAX_ROWS = 100
MAX_PAGES = 50  # what lies further is reached by cursor: an offset reads all that it skips
DEFAULT_ROWS = 20


@dataclass
class Page:
    cards: list
    count: int
    number: int | None = None  # of the numbered pages, or None after a cursor
    next_cursor: str | None = None
    previous_cursor: str | None = None
    size: int = DEFAULT_ROWS


def paginate(listing, size=None):
    """The page that was asked for, by one statement or, of the best matches, two."""
    size = size or listing.cleaned.get("page_size") or DEFAULT_ROWS
    selection, position = listing.selection, listing.position
    keys = selection.keys
    number = None if position else listing.cleaned.get("page") or 1
    backwards = bool(position and position.backwards)
    if backwards:
        keys = [key.reversed() for key in keys]
    after = orders.after(keys, position.restored) if position else Q()
    skipped = size * ((number or 1) - 1)
    # First the keys of the page, from indexes; then the bodies of the page alone.
    chosen = selection.in_order(keys, after)
    if listing.ordering_name == orders.BEST and not position:
        rows, more = _ranked(chosen, keys, skipped, size)
    else:
        chosen = chosen[skipped : skipped + size + 1]
        cards = Card.objects.filter(pk__in=chosen.values("pk"))
        cards = orders.ordered(cards, [key._replace(path="") for key in keys], Q())
        rows = list(cards.annotate(total=selection.total))
        more = len(rows) > size
    count = _count(selection, rows, number)
    rows = rows[:size]
    if backwards:
        rows.reverse()
    page = Page(rows, count, number, size=size)
    if rows:
        if more if not backwards else True:
            page.next_cursor = str(Position.at(listing, keys, rows[-1], False))
        if more if backwards else position:
            page.previous_cursor = str(Position.at(listing, keys, rows[0], True))
    return page


def _ranked(chosen, keys, skipped, size):
    """(the cards of a page of the best matches, whether more follow), by two statements: to say how
    well one fits and how many there are, all of them are looked at once. What goes between the two
    ends no harvest."""
    names = [key.name for key in keys]
    chosen = chosen.annotate(total=Window(Count("pk"))).values("pk", "total", *names)
    found = {row.pop("pk"): row for row in chosen[skipped : skipped + size + 1]}
    cards = Card.objects.in_bulk(found)
    rows = [cards[key] for key in found if key in cards]
    for card in rows:
        vars(card).update(found[card.pk])
    return rows, len(found) > size


def _count(selection, rows, number):
    if rows:
        return rows[0].total
    # Of an empty further page nothing is known yet.
    return 0 if number == 1 else selection.count()
