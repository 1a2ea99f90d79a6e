"""Withholds cards at once that are written later, where one act concerns thousands of them.

Nobody reads a card that is withheld (`Card.objects`), so what must go is gone as soon as the keys
stand in one narrow table. The cards follow in transactions of their own, parts before wholes, and
others can write in between. Whoever renders one of them before its turn has written all of it, and
ends the waiting.
"""

from django.db.models import Case, CharField, Count, Max, Q, Value, When

from . import term_counts
from .models import Card, CardGiven, Deferred, DeferredReference
from .prepared import Prepared
from .reach import depth, wholes_in_order
from .sql import insert_from, listed, table

# So many cards are written in the transaction of the act itself: about a second.
MAX_AT_ONCE = 1000
NAMES_AS_ONE = 5  # cards that take as long as one, where only names in them are exchanged
# What goes; what is tried again; what could not be written; what is part of another card and comes
# with it.
FIRST, AGAIN, STUCK, LAST = -1, 97, Deferred.STUCK, 99

How = Deferred.How


def withhold(rows, how, goes=False):
    """Withhold the cards of these records, a query; of what waits already for something else, all
    is to be written."""
    card_type = rows.model.card_type
    of = table(Deferred)
    sooner = f"CASE WHEN excluded.rank < {of}.rank THEN excluded.rank ELSE {of}.rank END"
    other = f"{of}.how <> excluded.how OR excluded.rank < {of}.rank"
    _keep(
        Card.stored.of(card_type).filter(public_id__in=rows.order_by().values("public_id")),
        how,
        Value(FIRST if goes else depth(card_type)),
        f"(card_id) DO UPDATE SET how = {How.ANEW.value}, rank = {sooner} WHERE {other}",
    )


def withhold_around(since):
    """With what came after this key: the parts of each, and the wholes of which it is a part."""
    while (newest := newest_key()) > since:
        new = Deferred.objects.filter(pk__gt=since)
        since = newest
        _keep(Card.stored.filter(parent__in=new.values("public_id")), How.ANEW, Value(LAST))
        wholes = CardGiven.objects.filter(card__in=new.values("card")).values("whole")
        cards = Card.stored.filter(type__in=wholes_in_order(), public_id__in=wholes)
        _keep(cards, How.NAMES, Case(*(When(type=t, then=depth(t)) for t in wholes_in_order())))


def newest_key():
    return Deferred.objects.aggregate(newest=Max("pk"))["newest"] or 0


def refer(rows):
    """Deferred cards do not name these records, a query, rightly any more."""
    told = rows.order_by().annotate(named=Value(rows.model.card_type, CharField()))
    insert_from(
        DeferredReference,
        ("public_id", "type"),
        told.values_list("public_id", "named"),
        "ON CONFLICT DO NOTHING",
    )


def _keep(cards, how, rank, conflict="DO NOTHING"):
    """In the database alone: thousands of keys would take long through here."""
    # The order is in the index by which they are found: by their number, each card would be read.
    told = cards.order_by("public_id").annotate(how=Value(how.value), rank=rank)
    insert_from(
        Deferred,
        ("type", "public_id", "card", "how", "rank"),
        told.values_list("type", "public_id", "pk", "how", "rank"),
        f"ON CONFLICT {conflict}",
    )


def next_share(number):
    """The first of those that wait: [(card type, public id, how)]."""
    found = waiting().order_by("rank", "pk")[:number]
    return list(found.values_list("type", "public_id", "how"))


def waiting():
    """Those that are still to be written."""
    return Deferred.objects.filter(rank__lt=STUCK)


def _counted():
    rows = waiting().order_by().annotate(all=Value(1)).values("all")
    return rows.annotate(number=Count("*")).values_list("number")


NUMBER = Prepared(_counted)


def number_waiting():
    """How many these are, as each page of the staff asks."""
    return sum(number for (number,) in NUMBER.rows())


def set_aside(card_type, public_id):
    """It cannot be written: it stays withheld with its parts, and keeps nobody else waiting. It is
    counted no more, so that what is kept is true without it."""
    own = Q(type=card_type, public_id=public_id) | Q(card__parent=public_id)
    keys = list(Deferred.objects.filter(own).exclude(rank=STUCK).values_list("card", flat=True))
    Deferred.objects.filter(card__in=keys).update(rank=STUCK)
    term_counts.count(lost=term_counts.rows_of_stored(keys))


def take_up(keys=None):
    """Those of these cards that were set aside, or all that were, wait again, and are counted as
    others that wait: they are about to be written, or to go."""
    aside = Deferred.objects.filter(rank=STUCK)
    aside = aside if keys is None else aside.filter(card__in=listed(keys))
    keys = list(aside.values_list("card", flat=True))
    if keys:
        Deferred.objects.filter(card__in=keys).update(rank=AGAIN)
        term_counts.count(gained=term_counts.rows_of_stored(keys))
