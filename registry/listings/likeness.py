"""Names that are like what was typed: word by word, each as rare as it is.

Words are looked up by their spelling (`registry.cards.spelling`), names by the words that are
found, so nothing grows with the registry but what one statement reads of an index, and that is
bounded. A word that is rare leads to all that are called so; of usual ones two are needed.
"""

import math
from collections import Counter, defaultdict
from itertools import combinations
from typing import NamedTuple

from rapidfuzz.distance import OSA

from registry.cards.models import Card, NameSpelling, SearchName
from registry.cards.spelling import keys, tight

from .search import KINDS, MOST_WORDS, fold_words, holding_some, union

RARE = 150  # cards in whose names a word is that leads to all of them
USUAL = 5000  # and one that leads to none, whatever stands beside it
MOST_SPELLINGS, MOST_NAMES = 4000, 3000  # looked at
MOST_PAIRED = 4  # usual words that are looked for by two
MOST_LIKELY = 20

# What a word weighs that says little, or whose place in names is unknown; one of a name that was
# not typed.
KIND, FORM, SMALL, PLACE, UNKNOWN, UNTYPED = 0.1, 0.15, 0.2, 0.4, 0.8, 0.4
SMALL_WORDS = frozenset(
    fold_words(
        "и в во на по для с со к от за из о об а у не і ў з са да ад па аб пра ля"
        " the of for and in to a an on by at with"
    )
)
UNFIT = 0.25  # of a letter in a word of five: how much less alike one error makes it


class Likely(NamedTuple):
    score: float  # of 100, which is for the very words in their order
    name: str  # folded
    typed: dict  # {places of typed words: the word of the name for which they stand}
    card: Card


class Typed:
    """The words that were typed: what each weighs, and the words of names that are nearly so."""

    def __init__(self, search):
        self.search = search
        self.words = self.words_of(search)
        core, self.forms = Counter(search.words), set()
        for place, word in enumerate(self.words):
            core[word] -= 1
            if core[word] < 0:
                self.forms.add(place)
        self.near = self._near()
        self.weights = [self._weight(place) for place in range(len(self.words))]

    @staticmethod
    def words_of(search):
        return search.whole[: 2 * MOST_WORDS]

    @property
    def core(self):
        """The places of the words that tell one from another."""
        return [place for place, weight in enumerate(self.weights) if weight >= PLACE]

    def _units(self):
        """{word: the places of those it is made of}: week-end is weekend, too."""
        units = defaultdict(list)
        for place, word in enumerate(self.words):
            units[word].append((place,))
            pair = "".join(self.words[place : place + 2])
            if place + 1 < len(self.words) and not self.forms & {place, place + 1}:
                units[pair].append((place, place + 1))
        return units

    def _near(self):
        """{word of names: [(places of what was typed, how alike they are, cards it is in)]}"""
        units, wanted = self._units(), defaultdict(list)
        for unit in units:
            for key in keys(unit):
                wanted[key].append(unit)
        rows = NameSpelling.objects.filter(key__in=sorted(wanted)).order_by("key", "word")
        alike = {}
        for key, word, cards in rows.values_list("key", "word__word", "word__cards")[
            :MOST_SPELLINGS
        ]:
            for unit in wanted[key]:
                if (unit, word) not in alike and (likeness := _likeness(unit, word)):
                    alike[unit, word] = likeness, cards
        found = defaultdict(list)
        for (unit, word), (likeness, cards) in alike.items():
            found[word] += [(places, likeness, cards) for places in units[unit]]
        return found

    def _weight(self, place):
        word, named = self.words[place], self.search.named
        if place in self.forms:
            return FORM
        if word in SMALL_WORDS:
            return SMALL
        if word in KINDS:
            return KIND
        if any(word in name.split() for name in named) and len(self.search.words) > 1:
            return PLACE
        cards = self.group(place)[1]
        return 1 / (1 + 0.35 * math.log10(cards)) if cards else UNKNOWN

    def group(self, place):
        """(the words of names for which a typed word may stand, in how many cards they are)"""
        return self._groups.get(place, ((), 0))

    @property
    def _groups(self):
        if not hasattr(self, "_kept"):
            self._kept = {}
            for word, found in sorted(self.near.items()):
                for places, _likeness, cards in found:
                    for place in places:
                        words, number = self._kept.get(place, ((), 0))
                        self._kept[place] = ((*words, word), number + cards)
        return self._kept

    def candidates(self):
        """The keys of cards in whose names the words are."""
        groups = [self.group(place) for place in self.core if self.group(place)[0]]
        rare = [words for words, number in groups if number <= RARE]
        usual = sorted((number, words) for words, number in groups if RARE < number <= USUAL)
        found = [holding_some([words]) for words in rare]
        pairs = combinations([words for _, words in usual[:MOST_PAIRED]], 2)
        found += [holding_some(pair) for pair in pairs]
        return found or [holding_some([words]) for _, words in usual[:1]]

    def liken(self, name):
        """(how like the name is, {places of typed words: word of the name})"""
        words = name.split()
        pairs = []
        for at, word in enumerate(words):
            spans = [((at,), word)]
            if at + 1 < len(words):
                spans.append(((at, at + 1), word + words[at + 1]))
            for span, text in spans:
                for places, likeness, _cards in self.near.get(text, ()):
                    pairs.append(
                        (
                            -likeness,
                            -len(places),
                            places,
                            span,
                            " ".join(words[each] for each in span),
                        )
                    )
        used, held, typed, score, full = set(), set(), {}, 0, 0
        for likeness, _, places, span, text in sorted(pairs):
            if used.isdisjoint(places) and held.isdisjoint(span):
                used.update(places)
                held.update(span)
                typed[places] = text
                weight = sum(self.weights[place] for place in places)
                full += weight
                score -= weight * likeness
        if not typed:
            return 0, typed
        missing = sum(w for place, w in enumerate(self.weights) if place not in used)
        others = [word for at, word in enumerate(words) if at not in held]
        more = sum(SMALL / 2 if word in SMALL_WORDS else UNTYPED for word in others)
        return 100 * score / (full + missing + more), typed


def _likeness(typed, word):
    """How alike two words are, from 0 to 1: with more than a slip or two between them, 0."""
    if typed == word:
        return 1
    if typed.isdecimal() or word.isdecimal():
        return 0
    first, second = tight(typed), tight(word)
    letters = min(len(first), len(second))
    slips = min(
        OSA.distance(typed, word),
        OSA.distance(first, second),
        0.6 if heard(typed) == heard(word) else 9,
    )
    allowed = 2 if letters >= 8 else 1 if letters >= 3 else 0
    return 1 - 5 * UNFIT * slips / max(len(first), len(second)) if slips <= allowed else 0


def heard(name):
    """The folded name with one letter for the vowels that sound alike where no stress is on them:
    Ходасы is said, and written, Хадасы."""
    for vowel in ("ia", "o", "e"):
        name = name.replace(vowel, "a")
    return name


def closest(search, types, also=(), most=MOST_LIKELY):
    """The cards of these types whose names are most like what was typed, the likeliest first.

    `also` are keys of others to be likened.
    """
    typed = Typed(search)
    candidates = typed.candidates()
    if also:
        candidates.append(Card.objects.filter(pk__in=also).values("pk"))
    if not candidates:
        return []
    rows = SearchName.objects.filter(type__in=types, card__in=union(*candidates))
    best = {}
    for name, kind, card in rows.order_by("name", "type").values_list("name", "type", "card")[
        :MOST_NAMES
    ]:
        score, places = typed.liken(name)
        if score > best.get(card, (0,))[0]:
            best[card] = (score, name, places, kind)
    order = {kind: place for place, kind in enumerate(types)}
    ranked = sorted(best.items(), key=lambda each: (-each[1][0], order[each[1][3]], each[1][1]))
    cards = Card.objects.in_bulk([key for key, _ in ranked[: 2 * most]])
    found = [
        Likely(score, name, places, cards[key])
        for key, (score, name, places, _kind) in ranked
        if key in cards
    ]
    found.sort(key=lambda each: (-each.score, order[each.card.type], each.name, each.card.slug))
    return found[:most]
