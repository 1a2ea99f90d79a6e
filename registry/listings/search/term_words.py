"""A term named beside a place: for whom something is looked for there, or of which topic."""

from operator import itemgetter

import orjson

from registry.cards.models import Card
from registry.values.folding import fold_words

from .full_text import holding

# Of names of groups of people every other one has such a word.
GENERAL = frozenset(
    fold_words("people persons person people's людзі людзей людзям людзьмі люди людей людям людьми")
)
MOST = 20  # terms that are looked at


def term_named(search):
    """The body of the card of the term that has all the words that stand beside a place, in any of
    their forms; of several that with the shortest name. None where no place or no term is named."""
    places, rest = search.understood
    words = [word for word in rest if word not in GENERAL]
    if not places or not words:
        return None
    terms = Card.objects.filter(type="term", pk__in=holding(words, "names", forms=True))
    bodies = terms.order_by("sort").values_list("body", flat=True)[:MOST]
    named = [(len(body["name"]["en"] or ""), body) for body in map(orjson.loads, bodies)]
    return min(named, key=itemgetter(0), default=(0, None))[1]
