"""How many rows each further choice would give, by sets of cards (`sets`).

A count is what the list would give with the group set to that value alone, the other groups as
they are. So a group with a choice is counted on the list without that choice, the others on the
list itself.
"""

import json
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from registry.cards.clock import today
from registry.cards.index import NONE
from registry.cards.models.change_numbers import keep, read_since
from registry.cards.prepared import Prepared
from registry.cards.sql import texts_in

from .facet_kinds import CardFacet
from .named_cards import NamedCard
from .sets import Sets
from .unchanged import until_changed


def cached_until_change(counter, what, compute):
    """What the registry as a whole gives: computed once in a process for each change and day.

    `counter` was read before: for a reply with an ETag it is the one that `conditional` gives.
    """
    key = f"{counter.registry}:{counter.number}:{today()}:{what}"
    # No timeout: with the next change, a withdrawal among them, nobody asks for this key.
    return keep(key, compute, since=read_since())


class Facets(NamedTuple):
    """{group: [{"value", "label", "count", …}]}: what a further choice would give; how many there
    are as it is; and the public ids of the records that the groups name, as text."""

    groups: dict
    count: int  # type: ignore[assignment]  # not the method of tuples, which nobody asks for
    named: list


def facets_of(listing, counter=None):
    """The facets of the listing; with the counter they are kept as long as nothing changes that
    they are made of, and those of a whole collection are not even looked for until then."""
    if counter is None:
        return _facets(listing)
    if not listing.is_whole:
        return _kept_facets(listing)
    what = f"facets:{listing.card_type}:{listing.reading_language}"
    return cached_until_change(counter, what, lambda: _kept_facets(listing))


def _kept_facets(listing):
    def made():
        items, number, named = _facets(listing)
        return items, number, [{"id": each} for each in named]

    what = f"facets {' '.join(_groups(listing))}"
    items, number, named = until_changed(listing, what, made)
    return Facets(items, number, [each["id"] for each in named])


def _groups(listing):
    return {name: each for name, each in listing.filters.items() if each.facet}


def _facets(listing):
    groups = _groups(listing)
    counts, number = _count(listing, groups)
    named = _named(listing, groups, counts)
    items = {name: each.facet.items(each, counts[name], named) for name, each in groups.items()}
    return Facets(items, number, sorted(card.body["id"] for card in named.values()))


def _count(listing, groups):
    """({group: {value: number}}, the number of all)."""
    sets = Sets(listing.card_type, listing.own_only)
    for name in listing.filtering:
        listing.filters[name].want_sets(sets, listing.cleaned[name])
    for parameter in groups.values():
        parameter.facet.want_sets(parameter, sets)
    found = sets.found(listing)
    counts = {}
    for name, parameter in groups.items():
        among = sets.found(listing, without=[name]) if listing.cleaned[name] else found
        counts[name] = parameter.facet.counts(parameter, sets, among)
    return counts, found.bit_count()


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
    wanted = {way: json.dumps(sorted(slugs)) for way, slugs in sorted(wanted.items()) if slugs}
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
            CardFacet.WAYS[way](texts_in(slugs))
            .order_by()
            .values_list("type", "slug", "body", f"name_{language}")
            for way, slugs in zip(ways, values, strict=True)
        ]
        first, *others = rows
        return first.union(*others, all=True) if others else first

    return Prepared(make)
