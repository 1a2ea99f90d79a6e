"""How many cards have each term: brought up to date with the cards, in the same transaction.

Pages say how many programmes there are in each region, each year and of each kind. Counting that
over the terms of all cards grows with the registry; these rows are as many as there are words, and
spans of years in places.
"""

import json
import logging
from collections import Counter, defaultdict
from functools import cache
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from . import index
from .declarations import declared
from .loader import batches
from .models import Card, CardSpan, CardTerm, Deferred, TermCount, Tombstone, has_term
from .models.change_numbers import drawn
from .prepared import Prepared
from .sql import execute, quoted, table, texts_in

logger = logging.getLogger(__name__)

# Groups by which cards are found and never counted: nearly each has a value of its own.
UNCOUNTED = {
    *("called", "cell", "code", "day", "dayless", "identifier", "reach", "registration_deadline"),
    *(index.VERIFIED, index.SPAN),
}
UNDATED = ("dates", index.NONE)  # counted like a term, and none
EVERY = Q(group="", value="", among="")  # the count of all cards of a type
# Of a role: each card counts as often as there are organisations that hold it there.
BY_HOLDERS = "holders"

KEY = ("type", "group", "value", "among")


def rows_of(card_type, terms, bounds, active):
    """The counts, as (type, group, value, among), in which a card is one.

    `bounds` are its first and last day, `active` those of each span with that of its parts; what
    has no dates has them crossed.
    """
    yield card_type, "", "", ""
    years = [years_between(*span) for span in active]
    for each in years:
        yield card_type, "", "", each
    if bounds == index.NEVER:
        yield card_type, *UNDATED, ""
    special, in_years = declared[card_type].counted_in_places, declared[card_type].years_counted_in
    for group, value in terms:
        if group not in UNCOUNTED:
            among = [special[1]] if special and special in terms and group == "location" else []
            among += years if group in in_years else []
            yield from ((card_type, group, value, each) for each in ("", *among))
        if group == "organisation_role" and declared[card_type].counts_holders:
            yield card_type, "role", value.partition(":")[0], BY_HOLDERS


def rows_of_body(body, terms):
    *active, gaps = index.active_of(body)
    spans = index.spans_of(body) if gaps else [active]
    return rows_of(body["type"], terms, index.span_of(body)[:2], spans)


class Stored(NamedTuple):
    """What a card is counted by, as it is stored: a body that is broken can go, too."""

    type: str
    bit: int | None  # in the sets of its type
    terms: set  # of (group, value)
    span: tuple  # its first and last day, and whether a side is unknown
    active: list  # spans, with the time of its parts


def stored(keys):
    """`Stored` of each of the cards with these keys."""
    terms, spans = defaultdict(set), defaultdict(list)
    for key, *term in CardTerm.stored.filter(card__in=keys).values_list("card", "group", "value"):
        terms[key].add(tuple(term))
    for key, *span in CardSpan.stored.filter(card__in=keys).values_list("card", "start", "end"):
        spans[key].append(span)
    cards = Card.stored.filter(pk__in=keys).values_list(
        "pk", "type", "place__bit", "start", "end", "uncertain", "active_start", "active_end"
    )
    for key, card_type, bit, *span, start, end in cards:
        yield Stored(card_type, bit, terms[key], tuple(span), spans.get(key, [(start, end)]))


def rows_of_stored(keys):
    """`rows_of` each of the cards with these keys."""
    for each in stored(keys):
        yield from rows_of(each.type, each.terms, each.span[:2], each.active)


def years_between(start, end):
    """2015-2016"""
    return f"{start.year:04}-{end.year:04}"


def count(lost=(), gained=()):
    """Cards come and go: `rows_of` each. Their terms have gone, or come, already.

    What is missing, or left over of a term that no card has any more, which may be an address that
    was erased, tells that the counts are not those of the cards: see `TermCount.doubt`.
    """
    numbers = Counter(gained)
    numbers.subtract(lost)
    less = sorted((*row, -number) for row, number in numbers.items() if number < 0)
    more = sorted((*row, number) for row, number in numbers.items() if number > 0)
    # Put together of names of columns alone (S608): whatever is a value is a parameter.
    own, columns = table(TermCount), ", ".join(map(quoted, KEY))
    where = " AND ".join(f"{quoted(name)} = %s" for name in KEY)
    told = execute(
        f"UPDATE {own} SET cards = cards - %s WHERE {where} AND cards >= %s",  # noqa: S608
        [(n, *row, n) for *row, n in less],
    )
    execute(f"DELETE FROM {own} WHERE {where} AND cards = 0", [row for *row, _ in less])  # noqa: S608
    terms = (
        f"SELECT 1 FROM {table(CardTerm)} WHERE type = %s AND {quoted('group')} = %s AND value = %s"  # noqa: S608
    )
    left = execute(
        f"DELETE FROM {own} WHERE {where} AND NOT EXISTS ({terms})",  # noqa: S608
        [(*row, *row[:3]) for *row, _ in less if row[1] not in ("", UNDATED[0])],
    )
    if (told < len(less) or left) and TermCount.doubt():
        logger.error("Kept counts were not those of the cards: they are made anew within an hour")
    execute(
        f"INSERT INTO {own} ({columns}, cards) VALUES (%s, %s, %s, %s, %s)"  # noqa: S608
        f" ON CONFLICT ({columns}) DO UPDATE SET cards = {own}.cards + excluded.cards",
        more,
    )


def recount():
    """All of it anew, from the cards."""
    TermCount.stored.all().delete()
    count(gained=_all_rows())


def differences():
    """Yields a sentence for every count that is not that of the cards."""
    numbers = Counter(_all_rows())
    if TermCount.in_doubt().exists():
        yield "counts: one was missing or too small, so none is told"
    for *row, number in TermCount.stored.exclude(type="").values_list(*KEY, "cards").iterator():
        if numbers.pop(tuple(row), 0) != number:
            yield f"count of {' '.join(row)}: is of another number of cards"
    for row in numbers:
        yield f"count of {' '.join(row)}: is missing"


def _all_rows():
    aside = Deferred.objects.filter(rank=Deferred.STUCK).values("card")
    keys = Card.stored.exclude(pk__in=aside).order_by("pk").values_list("pk", flat=True)
    for batch in batches(keys.iterator()):
        yield from rows_of_stored(batch)


def _wanted(condition):
    """The counts of some types that meet the condition, and those of all cards of these types."""

    def rows(types, *values):
        rows = TermCount.objects.filter(type__in=types).values_list(*KEY, "cards")
        # Not with OR: a database would look at all counts of the types.
        return rows.filter(condition(*values)).union(rows.filter(EVERY), all=True)

    return Prepared(rows)


_WHOLE = _wanted(lambda: EVERY)
_OF_VALUES = _wanted(lambda group, values: Q(group=group, value__in=texts_in(values), among=""))
_OF_TERMS = _wanted(lambda groups, values: Q(group__in=groups, value__in=values, among=""))
_OF_TERM = _wanted(lambda group, value: Q(group=group, value=value))
_AMONG = _wanted(lambda group, value, among: Q(group=group, value=value, among=among))
_BY_HOLDERS = _wanted(lambda: Q(group="role", among=BY_HOLDERS))
_IN_YEARS = _wanted(lambda group, value: Q(group=group, value=value, among__contains="-"))


def kept(types, wanted, *values):
    """{(type, group, value, among): number} of the counts that are wanted, with those of all cards
    of these types; or None if there are no such cards, or any card is withheld."""
    found = wanted.rows(list(types), *values)
    # Two registries that say the same say it in one order.
    return {tuple(row): number for *row, number in sorted(found)} or None


def number_of(card_type, group="", value=""):
    """How many cards of the type there are, or have the term, as a query of one number at most: of
    none there is no row, nor while any card is withheld."""
    rows = TermCount.objects.filter(type=card_type, group=group, value=value, among="")
    return rows.values_list("cards", flat=True)


def drawn_of(card_type, state, draw, *values):
    """The text that is made of these values and of some cards of a type, kept until one of those
    changes: `state` gives what `newest` gives of them.

    Whether any of the type has changed is asked first: that takes as long for many as for few, and
    to look at each of a thousand takes longer than anything else on a page.
    """

    found = _last_change(card_type).rows()
    if not found:  # there are none to be drawn
        return draw()
    number, _last, gone = found[0]

    def since_theirs():
        # Without what went it would be the same again when one has come and gone.
        return drawn(draw, *values, state(), gone)

    if number is None:  # nobody knows how many there are
        return since_theirs()
    return drawn(since_theirs, card_type, *values, found)


def state_of(types):
    """What is the same as long as no card of these types has changed, come or gone: how many there
    are of each, by which row of the counts, and the newest numbers of a change and of what went, by
    one statement. (All counts are other rows when counts and sets were made anew. Without what went
    it would be the same again when a card has come and gone, and what was made meanwhile lie under
    it.) None if there are none, nobody knows how many, or any card is withheld."""
    return sorted(_states().rows(sorted(types))) or None


def _newest_gone():
    """The newest number of what went."""
    # Of any type, since no index is of a type and its numbers; from one on, which is a search.
    gone = Tombstone.objects.filter(number__gt=0).order_by("-number").values("number")[:1]
    return Coalesce(Subquery(gone), 0)


@cache
def _states():
    last = Card.stored.filter(type=OuterRef("type")).order_by("-number").values("number")[:1]

    def rows(types):
        whole = TermCount.objects.filter(EVERY, ~Exists(Deferred.objects.all()), type__in=types)
        whole = whole.annotate(last=Subquery(last), gone=_newest_gone())
        return whole.values_list("type", "cards", "last", "gone", "pk")

    return Prepared(rows)


@cache
def _last_change(card_type):
    """How many cards of the type, and the newest numbers of a change and of what went."""

    def rows():
        cards = Card.objects.of(card_type).annotate(all=Subquery(number_of(card_type)))
        cards = cards.annotate(gone=_newest_gone())
        return cards.order_by("-number").values_list("all", "number", "gone")[:1]

    return Prepared(rows)


def of_types(types):
    """{type: how many cards that may be read}."""
    found = kept(types, _WHOLE)
    if found is not None:
        return {card_type: number for (card_type, *_), number in found.items()}
    rows = Card.objects.filter(type__in=types).order_by().values("type")
    return dict(rows.annotate(number=Count("pk")).values_list("type", "number"))


def with_terms(group, values, types):
    """{(type, value): how many cards}, those with none left out."""
    found = kept(types, _OF_VALUES, group, json.dumps([*values]))
    if found is not None:
        return {(t, value): number for (t, of, value, _), number in found.items() if of}
    terms = CardTerm.objects.filter(type__in=types, group=group, value__in=values)
    rows = terms.values("type", "value").annotate(number=Count("*"))
    return {(t, value): number for t, value, number in rows.values_list("type", "value", "number")}


def of_terms(terms, types):
    """{(type, group, value): how many cards} of some terms, given by group and value, and, without
    group and value, of all cards of the types."""
    groups, values = map(list, zip(*terms, strict=True))
    found = kept(types, _OF_TERMS, groups, values)
    if found is not None:
        return {tuple(of): number for (*of, _), number in found.items()}
    rows = CardTerm.objects.filter(type__in=types, group__in=groups, value__in=values)
    numbers = rows.values_list("type", "group", "value").annotate(number=Count("*"))
    found = {(card_type, "", ""): number for card_type, number in of_types(types).items()}
    return found | {tuple(of): number for *of, number in numbers.order_by()}


def in_place(slug, card_type):
    """How many of those cards in the place that its declaration counts there beside all."""
    also = declared[card_type].counted_in_places
    found = kept([card_type], _AMONG, "location", slug, also[1])
    if found is not None:
        return found.get((card_type, "location", slug, also[1]), 0)
    terms = CardTerm.objects.filter(type=card_type, group="location", value=slug)
    return terms.filter(has_term(card_type, also[0], also[1], card="card")).count()


def values_of(group, card_type):
    """All values of a group that stored cards have, withheld ones too: to ask for, not to show."""
    rows = TermCount.stored.filter(type=card_type, group=group, among="")
    return list(rows.values_list("value", flat=True))


def years_of(card_type, group, value):
    """{"2015-2016": how many cards with the term were active then}; None if nobody knows."""
    if group not in declared[card_type].years_counted_in:
        return None
    found = kept([card_type], _IN_YEARS, group, value)
    return found and {among: number for (*_, among), number in found.items() if among}


def times_held(card_type, roles=()):
    """How often the roles, or all of them, are held in cards of the type; None if nobody knows."""
    found = kept([card_type], _BY_HOLDERS)
    return found and sum(
        number
        for (_, group, role, _), number in found.items()
        if group and (not roles or role in roles)
    )


def of_whole(card_type):
    """(how many cards of the type, how many of them have no dates); None if nobody knows."""
    group, value = UNDATED
    found = kept([card_type], _OF_TERM, group, value)
    return found and (found[card_type, "", "", ""], found.get((card_type, group, value, ""), 0))
