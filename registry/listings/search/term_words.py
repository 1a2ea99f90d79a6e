"""A term named, alone or beside a place: for whom something is looked for, or of which topic."""

import orjson

from registry.cards.models import Card
from registry.values.folding import fold_words

from .full_text import holding

# The parameter by which lists are asked for the terms of a vocabulary.
ASKED = {"theme": "theme", "audience": "audience", "format": "format_used", "approach": "approach"}
# Of names of groups of people every other one has such a word.
GENERAL = frozenset(
    fold_words("people persons person people's людзі людзей людзям людзьмі люди людей людям людьми")
)
MOST = 100  # terms that are looked at


def term_named(search):
    """The body of the card of the term, of those that lists can be asked for, that has all the
    words but for places, in any of their forms; of several that with the shortest name. None where
    no term is named."""
    words = [word for word in search.understood[1] if word not in GENERAL]
    if not words:
        return None
    found = holding(words, ["term"], "names", forms=True, whole=True)
    terms = Card.objects.filter(type="term", pk__in=found).order_by("sort")
    bodies = map(orjson.loads, terms.values_list("body", flat=True)[:MOST])
    return min((each for each in bodies if each["scheme"] in ASKED), key=_length, default=None)


def _length(body):
    return min(len(name) for name in body["name"].values() if name)
