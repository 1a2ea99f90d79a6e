"""Words that were asked for, and which words of texts they are."""

from registry.values.folding import beginnings, words_in
from registry.values.stemming import stems


class Asked:
    """Folded words, each in any of its forms, and the last as the beginning of others.

    What a word of a text is was worked out anew wherever it stood.
    """

    def __init__(self, words):
        self.number = len(words)
        begun = tuple(beginnings(words[-1])) if words else ()
        # (the word, its stems, what the longer words begin with for which it may stand)
        self._ways = [(word, stems(word), begun if word == words[-1] else ()) for word in words]
        self._known, self._told = {}, {}
        self._others = set()  # words that stand for none of them, as nearly all do

    def places(self, word):
        """The places of those among the words for which a folded word may stand."""
        if word not in self._known:
            its = stems(word)
            self._known[word] = frozenset(
                place
                for place, (asked, of, begun) in enumerate(self._ways)
                if word == asked or word.startswith(begun) or not of.isdisjoint(its)
            )
            if not self._known[word]:
                self._others.add(word)
        return self._known[word]

    def held(self, words):
        """How many of the words are among these folded ones."""
        return len(frozenset().union(*map(self.places, words - self._others)))

    def is_one(self, word):
        """Whether a word of a text, as it stands there, is one of the words."""
        if word not in self._told:
            self._told[word] = self.held(words_in(word)) > 0
        return self._told[word]
