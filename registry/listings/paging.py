"""Pages of a list: from a place in its order onwards, or by a small number."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import IntegerField, Q, Subquery, Value
from django.db.models.expressions import RawSQL

from registry.cards import term_counts
from registry.cards.models import Card, CardBit
from registry.cards.prepared import planned, prepared_once
from registry.cards.private_django import statement_of, stored_rows
from registry.cards.read import READ, by_keys
from registry.cards.replicas import reading
from registry.cards.sql import numbers_in
from registry.cards.term_sets import bits_of

from . import orders
from .cursors import Position
from .search.ranking import Order, best, in_form

MAX_ROWS = 100
MAX_PAGES = 50  # what lies further is reached by cursor: an offset reads all that it skips
DEFAULT_ROWS = 20
ROWS_GIVEN = f"Records on a page: 1 to {MAX_ROWS}; {DEFAULT_ROWS} if not given."

# Stands in a statement that is made once for the place from which a page begins.
STANDING_FOR = {
    "CharField": "some place",
    "DateField": date(1, 2, 3),
    "DateTimeField": datetime(1, 2, 3, tzinfo=UTC),
    "UUIDField": UUID(int=1),
}
# Beside each row: plain, since a tenth of such a page was Django putting a `Window` together.
NUMBER = RawSQL("COUNT(*) OVER ()", [], IntegerField())
NOT_COUNTED = Value(None, IntegerField())
FEW = 2000  # cards of which it takes no longer to put all in order than to find those of a page


@dataclass
class Page:
    cards: list
    count: int
    number: int | None = None  # of the numbered pages, or None after a cursor
    next_cursor: str | None = None
    previous_cursor: str | None = None
    size: int = DEFAULT_ROWS

    def told(self):
        """What a page says of it beside the cards (`registry.cards.pieces`)."""
        ways = self.next_cursor, self.previous_cursor
        return [len(self.cards), self.count, self.number, self.size, *ways]


def paginate(listing, size=None):
    """The page that was asked for."""
    size = size or listing.cleaned.get("page_size") or DEFAULT_ROWS
    selection, position = listing.selection, listing.position
    if listing.filtering == ["q"] and listing.ordering_name == orders.BEST and not position:
        return _page_of_words(listing, size)
    keys = selection.keys
    number = None if position else listing.cleaned.get("page") or 1
    backwards = bool(position and position.backwards)
    if backwards:
        keys = [key.reversed() for key in keys]
    skipped = size * ((number or 1) - 1)
    found = selection.in_sets
    if found is not None and found.bit_count() <= FEW:
        rows = _of_few(listing, found, keys, skipped, size) if found else []
        more = len(rows) > size
    elif listing.is_whole and not (position and any(key.expression for key in keys)):
        rows = _of_whole(listing.card_type, keys, position, skipped, size)
        more = len(rows) > size
    else:
        rows, more = _of_others(selection, keys, position, skipped, size)
    count = _count(selection, rows, number) if found is None else found.bit_count()
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


def _page_of_words(listing, size):
    """The page of the best matches where nothing is asked for but words, by a statement for each
    tier that it reaches. What goes between these ends no harvest."""
    number, search = listing.cleaned.get("page") or 1, listing.cleaned["q"]
    default = orders.default_order(listing.card_type)
    keys = orders.keys(listing.card_type, default, listing.reading_language)
    order = [Order(key.name, descending=key.descending) for key in keys]
    if search.has_form:
        order.insert(0, in_form(search))
        keys.insert(0, orders.Key("form"))
    keys.insert(0, orders.Key("tier"))
    if listing.strict:
        count = search.counts().get(listing.card_type, 0)
    else:  # beside a page the choices are counted, among the cards themselves
        count = listing.found_by_words.bit_count()
    wanted = min(number * size, count)
    found = list(best(search, order, wanted, {listing.card_type: count}).items())
    found = dict(found[(number - 1) * size :])
    cards = by_keys(found)
    rows = [cards[key] for key in found if key in cards]
    for card in rows:
        compared = zip([key.name for key in keys], found[card.pk], strict=True)
        vars(card).update({name: value for name, value in compared if name not in vars(card)})
    page = Page(rows, count, number, size=size)
    if rows and count > number * size:
        page.next_cursor = str(Position.at(listing, keys, rows[-1], False))
    return page


def _shown(chosen, keys, skipped, size, total):
    """First the keys of the page, from indexes; then the bodies of the page alone."""
    chosen = chosen[skipped : skipped + size + 1]
    cards = Card.objects.filter(pk__in=chosen.values("pk"))
    cards = orders.ordered(cards, [key._replace(path="") for key in keys], Q())
    return cards.annotate(total=total).only(
        "type", *READ, *(key.name for key in keys if not key.expression)
    )


def _total(selection, asked):
    """How many there are, beside each row, or nothing where the sets have said it."""
    return asked.total if selection.in_sets is None else NOT_COUNTED


def _of_few(listing, found, keys, skipped, size):
    """The rows of the page and the one after it, of a set of few cards: whatever it was that was
    asked for, all of them are put in order."""
    position, keys = listing.position, [key._replace(path="") for key in keys]

    def make(bits):
        places = CardBit.stored.filter(type=listing.card_type, bit__in=numbers_in(*bits))
        cards = Card.objects.filter(pk__in=places.values("card"))
        after = orders.after(keys, position.restored) if position else Q()
        return _shown(orders.ordered(cards, keys, after), keys, skipped, size, NOT_COUNTED)

    bits = [json.dumps([*bits_of(found)])]
    if position:
        return list(make(bits))
    order = listing.ordering_name, listing.reading_language
    key = ("few", listing.card_type, *order, skipped, size)
    return prepared_once(key, make, bits, planned_once=True).found(bits)


def _of_others(selection, keys, position, skipped, size):
    """(the rows of the page of anything else, whether there are more)."""
    shape = None if position or any(key.expression for key in keys) else selection.shape
    if shape:
        rows = _of_shape(selection, shape, skipped, size)
        return rows, len(rows) > size
    after = orders.after(keys, position.restored) if position else Q()
    chosen = selection.in_order(keys, after)
    if selection.listing.ordering_name == orders.BEST and not position:
        return _ranked(chosen, keys, skipped, size)
    rows = list(_shown(chosen, keys, skipped, size, _total(selection, selection)))
    return rows, len(rows) > size


def _of_whole(card_type, keys, position, skipped, size):
    """As `_of_few`, of a whole collection: to put its statement together takes ten times as long as
    the database does, so each is made once in a process."""
    statement, parameters = _made_once(card_type, tuple(keys), bool(position), skipped, size)
    values = _prepared(keys, position.restored) if position else []
    parameters = [same if place is None else values[place] for place, same in parameters]
    return stored_rows(Card, reading(), statement, parameters)


def _of_shape(selection, shape, skipped, size):
    """As `_of_few`, of lists of terms: each shape of a question is put into SQL once in a process,
    and asked with the terms in the place of marks."""
    what, lists = shape
    what = (*what, skipped, size)

    def make(*marks):
        marked = selection.marked(dict(zip(lists, marks, strict=True)))
        chosen = marked.in_order(marked.keys, Q())
        return _shown(chosen, marked.keys, skipped, size, _total(selection, marked))

    # Of one term all cards stand in their order, however many there are.
    is_one = selection.only_term is not None
    return prepared_once(what, make, *lists.values(), planned_once=is_one).found(*lists.values())


@lru_cache(maxsize=500)
def _made_once(card_type, keys, is_after, skipped, size):
    marks = [_mark(key) for key in keys] if is_after else []
    after = orders.after(keys, marks) if is_after else Q()
    chosen = orders.ordered(Card.objects.of(card_type), keys, after)
    total = Subquery(term_counts.number_of(card_type))
    sql, parameters = statement_of(_shown(chosen, keys, skipped, size, total))
    places = {mark: place for place, mark in enumerate(_prepared(keys, marks))} if marks else {}
    return planned(sql, [(places.get(each), each) for each in parameters])


def _mark(key):
    return STANDING_FOR[Card._meta.get_field(key.name).get_internal_type()]


def _prepared(keys, values):
    """As they stand among the parameters of a statement."""
    fields: list[Any] = [Card._meta.get_field(key.name) for key in keys]
    return [
        field.get_db_prep_value(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]


def _ranked(chosen, keys, skipped, size):
    """(the cards of a page of the best matches, whether more follow), by two statements: to say how
    well one fits and how many there are, all of them are looked at once. What goes between the two
    ends no harvest."""
    names = [key.name for key in keys]
    chosen = chosen.annotate(total=NUMBER).values("pk", "total", *names)
    found = {row.pop("pk"): row for row in chosen[skipped : skipped + size + 1]}
    cards = by_keys(found)
    rows = [cards[key] for key in found if key in cards]
    for card in rows:
        vars(card).update(found[card.pk])
    return rows, len(found) > size


def _count(selection, rows, number):
    if rows:
        total = rows[0].total
        return selection.count() if total is None else total
    # Of an empty further page nothing is known yet.
    return 0 if number == 1 else selection.count()
