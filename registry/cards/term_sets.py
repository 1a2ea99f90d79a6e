"""Which cards have each term, as sets of bits: brought up to date with the cards, in the same
transaction.

What each choice beside a list leaves is counted from them: to read the terms of all that is found
grows with that, and of two sets of 100,000 bits it takes Python some 10 microseconds to say how
many they have in common (docs/decisions/0058-sets-of-cards.md).
"""

import logging
import zlib
from array import array
from collections import defaultdict
from datetime import MAXYEAR, MINYEAR
from itertools import count

from django.db.models import Max

from . import index
from .declarations import declared
from .loader import batches
from .models import Card, CardBit, TermCount, TermSet
from .sql import execute, insert, quoted, table
from .term_counts import UNCOUNTED, UNDATED, stored, years_between

logger = logging.getLogger(__name__)

EVERY = ("", "")  # the set of all cards of a type
UNCERTAIN = ("dates", "uncertain")
# Groups whose values have few cards each, which are looked up by their terms.
FEW = {
    *(UNCOUNTED - {"reach"}),
    *("edition", "lacks", "organisation", "organisation_role", "parent", "place", "programme"),
    *("record", "scheme", "source"),
}
OWN = "own_"  # before the name of a group that only parts fill: "none" of its own
GAINED = "gained_"  # before that of a group: the cards that have the value from their parts alone
# Days are compared bit by bit of their number, from the highest: {side: its groups of values}.
DAY_BITS = 22
# A card is in the year of the beginning and of the end of each span; open ones are one value.
BEGINS, ENDS, OPEN = "begins", "ends", "open"

KEY = ("type", "group", "value")
ONE = f"({', '.join(['%s'] * len(KEY))})"


def are_kept(group):
    """Whether there is a set for each value of the group."""
    return group.removeprefix(OWN) not in FEW


def keys_of(card_type, terms, span, active):
    """The (group, value) of each set that holds a card: of its terms, its days and years.

    `span` is its first and last day and whether a side is unknown, `active` the spans in which it
    was active with its parts. What has no dates has them crossed.
    """
    found = {EVERY}
    for group, value in terms:
        if group == "reach":
            group, _, value = value.partition(":")  # noqa: PLW2901
            if are_kept(group):
                found.add((f"{GAINED}{group}", value))
        elif are_kept(group):
            found.add((group, value))
    *days, uncertain = span
    if uncertain:
        found.add(UNCERTAIN)
    if tuple(days) == index.NEVER:
        found.add(UNDATED)
    else:
        for side, day in zip(("start", "end"), days, strict=True):
            number = day.toordinal()
            found.update((side, f"{bit:02}") for bit in range(DAY_BITS) if number >> bit & 1)
    found.update(_years(active))
    if declared[card_type].parts:
        found.update((f"{OWN}{group}", value) for group, value in _years([days]))
    return found


def _years(spans):
    for start, end in spans:
        if start > end or start.year == MINYEAR or end.year == MAXYEAR:
            yield OPEN, years_between(start, end)
        else:
            yield BEGINS, f"{start.year:04}"
            yield ENDS, f"{end.year:04}"


def keys_of_body(body, terms):
    *active, gaps = index.active_of(body)
    spans = index.spans_of(body) if gaps else [active]
    return keys_of(body["type"], terms, index.span_of(body), spans)


def set_of(bits):
    """The set of these bits: a number."""
    bits = list(bits)
    held = bytearray(max(bits, default=0) // 8 + 1)
    for bit in bits:
        held[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(held, "little")


def bits_of(cards):
    """The bits of a set, the lowest first."""
    digits = bin(cards)[:1:-1]
    bit = digits.find("1")
    while bit >= 0:
        yield bit
        bit = digits.find("1", bit + 1)


PLAIN, SPARSE = b"=", b"z"


def packed(cards):
    raw = cards.to_bytes((cards.bit_length() + 7) // 8, "little")
    # Of a village most is noughts. What is not as sparse is read in a tenth of the time as it is.
    if len(raw) > max(200, 4 * cards.bit_count()):
        return SPARSE + zlib.compress(raw, 1)
    return PLAIN + raw


def unpacked(data):
    data = bytes(data)
    return int.from_bytes(zlib.decompress(data[1:]) if data[:1] == SPARSE else data[1:], "little")


def place(cards, bits):
    """Give each of these new cards its bit, or the next one where that is None: {key: bit}."""
    rows = []
    for card_type in sorted({card.type for card in cards}):
        pairs = zip(cards, bits, strict=True)
        of_type = [(card.pk, bit) for card, bit in pairs if card.type == card_type]
        highest = CardBit.stored.filter(type=card_type).aggregate(bit=Max("bit"))["bit"]
        known = [bit for bit in (highest, *(bit for _, bit in of_type)) if bit is not None]
        following = count(max(known, default=-1) + 1)
        rows += [(key, card_type, next(following) if bit is None else bit) for key, bit in of_type]
    insert(CardBit, ("card", "type", "bit"), rows)
    return {key: bit for key, _, bit in rows}


def move(lost=(), gained=()):
    """Cards leave sets and come into others: rows of (type, group, value, bit).

    One that was not in a set that it leaves, or is in one that it comes into, tells that the set
    was not that of the cards: no act waits for that, and the sets are made anew with the counts.
    """
    moved = defaultdict(lambda: ([], []))
    for which, rows in enumerate((lost, gained)):
        for *key, bit in rows:
            moved[tuple(key)][which].append(bit)
    for keys in batches(sorted(moved)):
        present, emptied, changed, wrong = _present(keys), [], [], False
        for key in keys:
            gone, come = map(set_of, moved[key])
            before = present.get(key, 0)
            wrong |= bool(gone & ~before or come & before)
            held = before & ~gone | come
            if held:
                changed.append((*key, packed(held)))
            elif key in present:
                emptied.append(key)
        _write(emptied, changed)
        if wrong and TermCount.doubt():
            logger.error("Kept sets were not those of the cards: they are made anew within an hour")


def _present(keys):
    columns, rows = ", ".join(map(quoted, KEY)), ", ".join([ONE] * len(keys))
    # Put together of names of columns alone (S608): whatever is a value is a parameter.
    found = TermSet.stored.raw(
        f"SELECT id, {columns}, cards FROM {table(TermSet)} WHERE ({columns}) IN (VALUES {rows})",  # noqa: S608
        [each for key in keys for each in key],
    )
    return {(each.type, each.group, each.value): unpacked(each.cards) for each in found}


def _write(emptied, changed):
    own, columns = table(TermSet), ", ".join(map(quoted, KEY))
    where = " AND ".join(f"{quoted(name)} = %s" for name in KEY)
    execute(f"DELETE FROM {own} WHERE {where}", emptied)  # noqa: S608
    execute(
        f"INSERT INTO {own} ({columns}, cards) VALUES (%s, %s, %s, %s)"  # noqa: S608
        f" ON CONFLICT ({columns}) DO UPDATE SET cards = excluded.cards",
        changed,
    )


def rows_of(card_type, bit, keys):
    """What `move` takes, of a card; none of one that has no bit."""
    return [] if bit is None else [(card_type, *key, bit) for key in keys]


def change(changes):
    """Stored cards are in other sets than before: (card, keys before, keys now)."""
    changes = [each for each in changes if each[1] != each[2]]
    if not changes:
        return
    bits = CardBit.stored.filter(card__in=[card.pk for card, *_ in changes])
    bits = dict(bits.values_list("card", "bit"))
    # What older code has written while this came has none, and keeps nobody from writing.
    without = [card for card, *_ in changes if card.pk not in bits]
    new = place(without, [None] * len(without))
    lost, gained = [], []
    for card, before, now in changes:
        if card.pk in new:
            gained += rows_of(card.type, new[card.pk], now)
        else:
            lost += rows_of(card.type, bits[card.pk], before - now)
            gained += rows_of(card.type, bits[card.pk], now - before)
    move(lost, gained)


def remake(counter):
    """All of it anew, from the cards, whose bits leave no gaps then.

    The counter, locked, goes on: what somebody makes meanwhile of sets and bits, of which one is of
    before, is kept under a number that nobody asks for any more.
    """
    counter.number += 1
    counter.save(update_fields=["number"])
    CardBit.stored.all().delete()
    TermSet.stored.all().delete()
    for card_type in declared:
        keys = Card.stored.of(card_type).order_by("pk").values_list("pk", flat=True)
        rows = [(key, card_type, bit) for bit, key in enumerate(keys.iterator())]
        insert(CardBit, ("card", "type", "bit"), rows)
        held = _as_they_are(card_type).items()
        _write([], [(card_type, *key, packed(set_of(bits))) for key, bits in held])


def differences():
    """Yields a sentence for every set that is not that of the cards."""
    for card_type in declared:
        held = _as_they_are(card_type)
        if NOWHERE in held.get(EVERY, ()):
            yield f"sets of {card_type}: a card has no bit"
            continue
        rows = TermSet.stored.filter(type=card_type).values_list("group", "value", "cards")
        for *key, data in rows.iterator():
            if unpacked(data) != set_of(held.pop(tuple(key), ())):
                yield f"set of {card_type} {' '.join(key)}: is of other cards"
        for key in held:
            yield f"set of {card_type} {' '.join(key)}: is missing"


NOWHERE = -1


def _as_they_are(card_type):
    """{(group, value): the bits of its cards}."""
    found = defaultdict(lambda: array("i"))
    keys = Card.stored.of(card_type).order_by("pk").values_list("pk", flat=True)
    for batch in batches(keys.iterator()):
        for each in stored(batch):
            bit = NOWHERE if each.bit is None else each.bit
            for key in keys_of(card_type, each.terms, each.span, each.active):
                found[key].append(bit)
    return found
