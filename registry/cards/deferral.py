"""Withholds cards at once that are written later, where one act concerns thousands of them.

Nobody reads a card that is withheld (`Card.objects`), so what must go is gone as soon as the keys
stand in one narrow table. The cards follow in transactions of their own, parts before wholes, and
others can write in between. Whoever renders one of them before its turn has written all of it, and
ends the waiting.
"""

from . import index_rows
from .loader import MANY, batches
from .models import Card, Deferred, DeferredReference
from .reach import depth, wholes_in_order

# So many cards are written in the transaction of the act itself: about a second.
MAX_AT_ONCE = 1000
# What goes; what could not be written; what is part of another card and comes with it.
FIRST, STUCK, LAST = -1, 98, 99

How = Deferred.How


def defer(due, references):
    """Withhold the cards of these records, {card type: {public id: (key of the card, how, whether
    it goes)}}, and of the wholes of which they are part. `references`, {card type: ids}, are of
    those that their cards do not name rightly any more."""
    keys = []
    for card_type, wanted in due.items():
        keys += _withhold(card_type, wanted)
    seen = {public_id for wanted in due.values() for public_id in wanted}
    while keys:
        wholes = index_rows.wholes_of(keys) - seen
        seen |= wholes
        keys = []
        for card_type, ids in _by_type(wholes).items():
            wanted = {public_id: (key, How.NAMES, False) for public_id, key in ids}
            keys += _withhold(card_type, wanted)
    for card_type, ids in references.items():
        named = [
            DeferredReference(type=card_type, public_id=public_id) for public_id in sorted(ids)
        ]
        DeferredReference.objects.bulk_create(named, ignore_conflicts=True)


def _by_type(public_ids):
    """{card type: [(id, key of the card)]} of those of the ids that are wholes."""
    found = {}
    for card_type in wholes_in_order():
        for batch in batches(sorted(public_ids), MANY):
            cards = Card.stored.of(card_type).filter(public_id__in=batch)
            found.setdefault(card_type, []).extend(cards.values_list("public_id", "pk"))
    return found


def _withhold(card_type, wanted):
    """The keys of the cards of these, which are withheld from now on."""
    found = []
    for batch in batches(sorted(wanted), MANY):
        made = [
            (card_type, public_id, key, how, FIRST if goes else depth(card_type))
            for public_id in batch
            for key, how, goes in (wanted[public_id],)
        ]
        parts = Card.stored.filter(parent__in=batch)
        made += [
            (kind, public_id, key, wanted[parent][1], LAST)
            for key, kind, public_id, parent in parts.values_list(
                "pk", "type", "public_id", "parent"
            )
        ]
        found += [key for _, _, key, *_ in made]
        _keep(made)
    return found


def _keep(made):
    """New rows; of what waits already for something else, all is to be written."""
    keys = [row[2] for row in made]
    known = dict(Deferred.objects.filter(card__in=keys).values_list("card", "how"))
    other = [key for _, _, key, how, _ in made if known.get(key, how) != how]
    Deferred.objects.filter(card__in=other).update(how=How.WHOLE)
    new = [row for row in made if row[2] not in known]
    index_rows.insert(Deferred, ("type", "public_id", "card", "how", "rank"), new)


def next_share(number):
    """The first of those that wait: [(card type, public id, how)]."""
    found = waiting().order_by("rank", "pk")[:number]
    return list(found.values_list("type", "public_id", "how"))


def waiting():
    """Those that are still to be written."""
    return Deferred.objects.filter(rank__lt=STUCK)


def set_aside(card_type, public_id):
    """It cannot be written: it stays withheld, and keeps nobody else waiting."""
    Deferred.objects.filter(type=card_type, public_id=public_id).update(rank=STUCK)
