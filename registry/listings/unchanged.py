"""What is worked out for a list, kept until a card of its kind, a place or a term changes.

With each save a page is asked for anew, and nearly always of a list of which nothing has changed.
Whether it has is one small statement (`registry.cards.term_counts.state_of`), whose answer is a
part of the key: so what one process keeps is never older than what another has written.
"""

from collections.abc import Callable

import orjson

from registry.cards.index import NONE
from registry.cards.models.change_numbers import drawn
from registry.cards.read import Unread, kept_of
from registry.cards.term_counts import state_of


def until_changed(listing, what: str, make: Callable):
    """What `make` gives, made of JSON; it is told nothing but the listing, its day and language.

    It goes with each record that stands in it by its `"id"`, and is not kept where there is none.
    """
    return _until_changed(listing, what, make) if listing.is_chosen else make()


def until_others_are_found(listing, what: str, make: Callable):
    """The same beside words, which it is not told: in the key is what they find."""
    if not is_chosen(listing, beside=("q",)):
        return make()
    found = listing.found_by_words
    return _until_changed(listing, what, make, found.to_bytes(found.bit_length() // 8 + 1).hex())


def _until_changed(listing, what, make, found=None):
    if listing.state is None:
        return make()
    declared = type(listing).__qualname__, listing.strict, listing.own_only
    asked = listing.address.canonical(instead=None if found is None else {"q": []})
    read = listing.reading_language, listing.today.isoformat(), listing.state
    told = drawn(lambda: orjson.dumps(make()).decode(), what, *declared, asked, *read, found)
    return orjson.loads(told)


def cards_until_changed(listing, what: str, find: Callable):
    """(cards, what is told of them, made of JSON) as `find` gives these: what is kept of a card
    tells it from others, and the rest is read when it is asked for.

    If one went meanwhile, `Vanished` is raised then, and what is shown is to be worked out anew.
    """
    fresh: list = []

    def make():
        cards, told = find()
        fresh.append(cards)
        return [kept_of(card) for card in cards], told

    found, told = until_changed(listing, what, make)
    if fresh:
        return fresh[0], told
    others: list = []
    return [Unread(listing.card_type, each, others) for each in found], told


def state_for(listing):
    """The state of all that its rows and choices are made of."""
    return state_of({listing.card_type, "location", "term"})


def is_chosen(listing, beside=()):
    """Whether all that is asked for, but by the parameters named, could be chosen from what is
    offered: nothing was written, and nothing names what is no record."""
    return not listing.position and all(
        (parameter.facet or (parameter.has_few_values and not parameter.asks_columns))
        and not getattr(parameter, "typed", None)
        and all(_is_known(parameter, value) for value in listing.values_of(name))
        for name in listing.filtering
        if name not in beside and (parameter := listing.filters[name])
    )


def _is_known(parameter, value):
    return value == NONE or not hasattr(parameter, "card_of") or parameter.card_of(value)
