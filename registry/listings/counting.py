"""How many cards were active in each year, and which terms a record has without its parts."""

from datetime import MAXYEAR, MINYEAR

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from registry.cards import term_counts
from registry.cards.clock import today
from registry.cards.models import CardTerm
from registry.cards.term_sets import OWN

from .sets import Sets

MAX_YEARS = 200  # offered, counted from the newest


def only_of_parts():
    """Of a term that only its parts give: what marks it (`registry.cards.index`)."""
    value = Concat(OuterRef("group"), Value(":"), OuterRef("value"), output_field=CharField())
    return Exists(CardTerm.objects.filter(card=OuterRef("card"), group="reach", value=value))


def of_its_own(terms, group, values):
    """The terms of the group that a record has without its parts."""
    # No mark names a group that begins with `own_`: what is there is the record's own.
    return terms.filter(~only_of_parts(), group__in=[group, f"{OWN}{group}"], value__in=values)


def by_year(card_type, group, value):
    """({year: how many cards with the term are active in it}, how many have no year): one query,
    if the years of the group are counted.

    The numbers are those of the facet, and so of the lists of these years.
    """
    counts = term_counts.years_of(card_type, group, value)
    if counts is None:
        sets = Sets(card_type)
        sets.want_years()
        terms = CardTerm.objects.filter(type=card_type, group=group, value=value)
        counts = sets.spans(sets.looked_up(Q(pk__in=terms.values("card"))))
    return spread(counts, today().year)


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
