"""Numbers of cards by group and value: queries that are read in one statement, and years."""

from collections import defaultdict
from datetime import MAXYEAR, MINYEAR

from django.core.exceptions import EmptyResultSet
from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat, Substr

from registry.cards import term_counts
from registry.cards.clock import today
from registry.cards.models import Card, CardSpan, CardTerm
from registry.cards.prepared import prepared_once
from registry.cards.private_django import statement_of
from registry.cards.replicas import reading

MAX_YEARS = 200  # offered, counted from the newest
OWN = "own_"  # before the name of a group that only its parts fill: "none" of its own


def literal(text):
    return Value(text, output_field=CharField())


def rows_of(cards, group, value):
    rows = cards.annotate(facet_group=group, facet_value=value)
    rows = rows.values("facet_group", "facet_value").annotate(number=Count("*"))
    return rows.values_list("facet_group", "facet_value", "number")


def rows_kept(rows, group, value="value"):
    return rows.annotate(facet_group=group).values_list("facet_group", value, "cards")


def added_up(branches, before="", values=()):
    """{group: {value: number}} of rows of (group, value, number), read in one statement; `before`
    it stands SQL with these values."""
    try:
        statement, parameters = statement_of(branches[0].union(*branches[1:], all=True))
    except EmptyResultSet:
        return defaultdict(dict)
    return _read(before + statement, [*values, *parameters])


def added_up_once(key, make, lists, before="", values=()):
    """The same of the rows that `make` gives for these lists of texts: their statement is put
    together once for each key, which says all else that it depends on."""
    try:
        statement, parameters = prepared_once(key, make, *lists).statement(*lists)
    except EmptyResultSet:
        return defaultdict(dict)
    return _read(before + statement, [*values, *parameters])


def _read(statement, parameters):
    with reading().cursor() as cursor:
        cursor.execute(statement, parameters)
        return _by_group(cursor.fetchall())


def _by_group(rows):
    counts = defaultdict(dict)
    for group, value, number in rows:
        counts[group][value] = counts[group].get(value, 0) + number
    return counts


def cards_of(listing, without=()):
    return (listing.selection.cards(without) if without else listing.selection.all).order_by()


def only_of_parts():
    """Of a term that only its parts give: what marks it (`registry.cards.index`)."""
    value = Concat(OuterRef("group"), Value(":"), OuterRef("value"), output_field=CharField())
    return Exists(CardTerm.objects.filter(card=OuterRef("card"), group="reach", value=value))


def of_its_own(terms, group, values):
    """The terms of the group that a record has without its parts."""
    # No mark names a group that begins with `own_`: what is there is the record's own.
    return terms.filter(~only_of_parts(), group__in=[group, f"{OWN}{group}"], value__in=values)


def term_rows(listing, without, groups):
    """Rows of (group, value, number) of these groups."""
    terms = _terms(listing, without)
    if not listing.own_only:
        return [_numbers(terms.filter(group__in=groups), F("group"))]
    own = _numbers(terms.filter(~only_of_parts(), group__in=groups), F("group"))
    emptied = terms.filter(group__in=[f"{OWN}{group}" for group in groups])
    return [own, _numbers(emptied, Substr("group", len(OWN) + 1))]


def _numbers(terms, group):
    counted = terms.annotate(facet_group=group).values("facet_group", "value")
    # Not of their keys: these are in no index of the terms, and PostgreSQL would read each row.
    return counted.annotate(number=Count("*")).values_list("facet_group", "value", "number")


def _terms(listing, without):
    if _statement(cards_of(listing, without)) == _statement(Card.objects.of(listing.card_type)):
        return CardTerm.objects.filter(type=listing.card_type)  # of simply all
    keys = listing.selection.card_keys(without)
    if listing.selection.is_most(without):
        # One walk along the lists of values: to look at nearly each of the cards is dearer. As an
        # expression the key offers no index by which SQLite would do that.
        key = ExpressionWrapper(F("card_id") + 0, output_field=BigIntegerField())
        terms = CardTerm.stored.filter(type=listing.card_type)
        return terms.annotate(key=key).filter(key__in=keys)
    # Without the type, which the cards have anyway, SQLite reads the terms card by card.
    return CardTerm.stored.filter(card__in=keys)


def _statement(cards):
    """What would be asked of the database, or None where that is known to be nothing."""
    try:
        return statement_of(cards.order_by().values("pk"))
    except EmptyResultSet:
        return None


def by_year(card_type, group, value):
    """({year: how many cards with the term are active in it}, how many have no year): one query,
    if the years of the group are counted.

    The numbers are those of the facet, and so of the lists of these years.
    """
    counts = term_counts.years_of(card_type, group, value)
    if counts is None:
        cards = Card.objects.with_term(card_type, group, [value]).order_by()
        counts = added_up(rows_of_spans(cards, "year"))["year"]
    return spread(counts, today().year)


def rows_of_spans(cards, group, own=False):
    """Rows of (group, "2015-2016", number): querysets, to be read in one statement.

    Of a card with gaps each span counts; no two of them share a year.
    """
    if own:
        return [rows_of(cards, literal(group), _years("start", "end"))]
    whole = rows_of(cards.filter(gaps=False), literal(group), _years("active_start", "active_end"))
    spans = CardSpan.objects.filter(card__in=cards.filter(gaps=True).values("pk"))
    return [whole, rows_of(spans, literal(group), _years("start", "end"))]


def _years(start, end):
    first, last = (Substr(Cast(F(side), TextField()), 1, 4) for side in (start, end))
    return Concat(first, literal("-"), last, output_field=CharField())


def spread(counts, this_year, chosen=frozenset()):
    """The numbers of spans as ({year: number}, oldest first, and the number without a year)."""
    spans, undated = {}, 0
    for span, number in counts.items():
        first, last = map(int, span.split("-"))
        if first > last:
            undated = number
        else:
            spans[first, last] = number
    sides = []
    for first, last in spans:
        begin, end = first, last
        if first == MINYEAR:
            begin = last if last < MAXYEAR else this_year
        if last == MAXYEAR:
            end = max(begin, this_year)
        sides.append((max(begin, end - MAX_YEARS + 1), end))
    offered, reached = set(), MINYEAR - 1
    for begin, end in sorted(sides):  # hundreds, of which most say the same years again
        offered.update(range(max(begin, reached + 1), end + 1))
        reached = max(reached, end)
    years = sorted(chosen | set(sorted(offered)[-MAX_YEARS:]))
    return dict(zip(years, _numbers_in(years, spans), strict=True)), undated


def _numbers_in(years, spans):
    """How many of the spans hold each of the years, which go forwards: in one walk over both."""
    begin = sorted((first, n) for (first, _), n in spans.items())
    end = sorted((last, n) for (_, last), n in spans.items())
    number = begun = over = 0
    for year in years:
        while begun < len(begin) and begin[begun][0] <= year:
            number, begun = number + begin[begun][1], begun + 1
        while over < len(end) and end[over][0] < year:
            number, over = number - end[over][1], over + 1
        yield number
