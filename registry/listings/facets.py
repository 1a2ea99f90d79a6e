"""How many rows each further choice would give, by two statements for all groups together.

A count is what the list would give with the group set to that value alone, the other groups as
they are. So a group with a choice is counted on the list without that choice; all groups without
one share one count over the list itself.
"""

from collections import defaultdict
from functools import cache
from typing import NamedTuple

from django.db.models import F

from registry.cards.clock import today
from registry.cards.declarations import declared
from registry.cards.index import NONE
from registry.cards.models import TermCount
from registry.cards.models.change_numbers import keep
from registry.cards.prepared import Prepared

from .counting import added_up, added_up_once, cards_of, literal, rows_kept, rows_of, term_rows
from .facet_kinds import CardFacet
from .named_cards import NamedCard


def cached_until_change(counter, what, compute):
    """What the registry as a whole gives: computed once in a process for each change and day.

    `counter` was read before: for a reply with an ETag it is the one that `conditional` gives.
    """
    key = f"{counter.registry}:{counter.number}:{today()}:{what}"
    # No timeout: with the next change, a withdrawal among them, nobody asks for this key.
    return keep(key, compute)


class Facets(NamedTuple):
    """{group: [{"value", "label", "count", …}]}: what a further choice would give; how many there
    are as it is; and the public ids of the records that the groups name, as text."""

    groups: dict
    count: int  # type: ignore[assignment]  # not the method of tuples, which nobody asks for
    named: list


def facets_of(listing, counter=None):
    """The facets of the listing; with the counter, those of a whole collection are kept until
    something changes."""
    if counter is None or not listing.is_whole:
        return _facets(listing)
    what = f"facets:{listing.card_type}:{listing.reading_language}"
    return cached_until_change(counter, what, lambda: _facets(listing))


def _facets(listing):
    groups = {name: each for name, each in listing.filters.items() if each.facet}
    counts, number = _count(listing, groups)
    named = _named(listing, groups, counts)
    items = {name: each.facet.items(each, counts[name], named) for name, each in groups.items()}
    return Facets(items, number, [card.body["id"] for card in named.values()])


def _count(listing, groups):
    """({group: {value: number}}, the number of all)."""
    if listing.is_whole and (kept := _kept(listing, groups)):
        return kept
    if only := listing.selection.only_term:
        parameter, _term = only
        if found := _of_term(listing, groups, parameter):
            return found

    if (search := listing.cleaned.get("q")) and search.words:
        search, *looked_up = search.looked_up_once()
        asked = listing.selection.with_search(search)
        groups = {name: asked.filters[name] for name in groups}
        counts = _added_up(asked, groups, _every_row, looked_up=looked_up)
    else:
        counts = _added_up(listing, groups, _every_row)
    return counts, counts.pop("count", {}).get("", 0)


def _added_up(listing, groups, rows, beside=(), looked_up=("", ())):
    """The counts of the `rows` of a listing, of its groups, and of these lists of texts beside it;
    `looked_up` is SQL that stands before, with its values.

    Their statement is put together once for each shape of what is asked, with marks in the place of
    all values: nothing that is kept of it has to go with a change.
    """
    shape = listing.selection.shape
    if shape is None:
        return added_up(rows(listing, groups, *beside), *looked_up)
    (what, lists), names = shape, tuple(groups)

    def make(*values):
        marked = listing.selection.marked(dict(zip(lists, values, strict=False))).listing
        asked = {name: marked.filters[name] for name in names}
        first, *others = rows(marked, asked, *values[len(lists) :])
        return first.union(*others, all=True)

    key = (rows, what, tuple(lists), names, listing.today)
    return added_up_once(key, make, [*lists.values(), *beside], *looked_up)


def _every_row(listing, groups):
    """The rows of all groups, and of all there are."""
    found = [rows_of(cards_of(listing), literal("count"), literal(""))]
    for parts in _branches(listing, groups).values():
        found += parts
    return found


def _of_term(listing, groups, parameter):
    """The same of a list of one term: how many there are and, of some, in which years is kept, as
    is what there is without the term; None if nobody knows."""
    beside = parameter.facet.named_beside(parameter) if parameter.name in groups else []
    counts = _added_up(listing, groups, _rows_of_term, beside)
    if "count" not in counts:
        return None  # there is nothing, or something is withheld
    whole = counts.pop("whole")[""]
    if parameter.name in groups:
        name = parameter.name
        counts[name] = parameter.facet.completed(counts[name], whole)
    (number,) = counts.pop("count").values()
    return counts, number


def _rows_of_term(listing, groups, *beside):
    parameter, term = listing.selection.only_term
    kept = TermCount.objects.filter(type=listing.card_type)
    own = kept.filter(group=parameter.group, value=term)
    branches = [
        rows_kept(own.filter(among=""), literal("count")),
        rows_kept(kept.filter(group="", value="", among=""), literal("whole")),
    ]
    parts = _branches(listing, groups)
    if parameter.name in groups:
        parts[parameter.name] = parameter.facet.kept_rows(parameter, kept, *beside)
    if parameter.group in declared[listing.card_type].years_counted_in and "year" in groups:
        parts["year"] = [rows_kept(own.filter(among__contains="-"), literal("year"), "among")]
    for each in parts.values():
        branches += each
    return branches


def _branches(listing, groups):
    """{name of a group: its rows}, with those that share a count under no name of any."""
    shared = [
        parameter.group
        for name, parameter in groups.items()
        if parameter.shares_count and not listing.cleaned[name]
    ]
    branches = {"": term_rows(listing, (), shared)} if shared else {}
    for name, parameter in groups.items():
        if parameter.group is None or parameter.group not in shared:
            without = [name] if listing.cleaned[name] else ()
            branches[name] = parameter.facet.rows(parameter, without)
    return branches


def _kept(listing, groups):
    """The same of a whole collection, of which only what depends on the day has to be counted."""
    counts = _added_up(listing, groups, _rows_of_whole)
    if "count" not in counts:
        return None  # there is nothing, or something is withheld
    number = counts.pop("count")[""]
    for name, parameter in groups.items():
        counts[name] = parameter.facet.completed(counts[name], number)
    return counts, number


def _rows_of_whole(listing, groups):
    kept = TermCount.objects.filter(type=listing.card_type)
    branches = [rows_kept(kept.filter(group="", value="", among=""), literal("count"))]
    shared = []
    for name, parameter in groups.items():
        if parameter.group == name and parameter.facet.kept_by_group:
            shared.append(name)
        else:
            branches += parameter.facet.kept_rows(parameter, kept)
    if shared:
        # In one: each part of a statement asks anew whether the counts are those of the cards.
        branches.append(rows_kept(kept.filter(group__in=shared, among=""), F("group")))
    return branches


def _named(listing, groups, counts):
    """{(type, slug): card} of the places and terms that are offered, as far as they are public."""
    named = dict(listing.named_cards.slugs)
    named |= {(card.type, card.slug): card for card in listing.named_cards.codes.values()}
    wanted = defaultdict(set)
    for name, parameter in groups.items():
        if parameter.value_type:
            counted = [each for each in counts[name] if each != NONE]
            for way, slugs in parameter.facet.offered(parameter, counted).items():
                wanted[way].update(slugs)
    wanted = {way: sorted(slugs) for way, slugs in sorted(wanted.items()) if slugs}
    if wanted:
        language = listing.reading_language
        found = _looked_up(tuple(wanted), language).rows(*wanted.values())
        for kind, slug, text, key in found:
            named[kind, slug] = NamedCard(kind, slug, text, {language: (key, slug)})
    return named


@cache
def _looked_up(ways, language):
    """The look-up of places and terms in these ways, in SQL: made once. With the key by which the
    reader's alphabet puts them in order."""

    def make(*values):
        rows = [
            CardFacet.WAYS[way](slugs)
            .order_by()
            .values_list("type", "slug", "body", f"name_{language}")
            for way, slugs in zip(ways, values, strict=True)
        ]
        first, *others = rows
        return first.union(*others, all=True) if others else first

    return Prepared(make)
