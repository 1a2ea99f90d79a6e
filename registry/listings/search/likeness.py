"""Names that are like what was typed: word by word, each as rare as it is.

Words are looked up by their spelling (`registry.cards.name_words`), names by the words that are
found, so nothing grows with the registry but what one statement reads of an index, and that is
bounded. A word that is rare leads to all that are called so; of usual ones two are needed.
"""

import math
from bisect import insort
from collections import Counter, defaultdict
from heapq import nlargest
from itertools import combinations, pairwise
from typing import NamedTuple

from django.utils.functional import cached_property
from rapidfuzz.distance import OSA

from registry.cards import name_words
from registry.cards.models import Card
from registry.cards.name_words import BEGINNING, LONGEST, SHORTEST, keys, tight
from registry.cards.read import by_keys
from registry.cards.sql import listed
from registry.values.folding import fold, fold_words
from registry.values.remembered import remembered

from .full_text import holding_some, names_of, words_spelled
from .place_words import KINDS, says_when
from .query import MAX_WORDS, WORD

RARE = 150  # cards in whose names a word is that leads to all of them
MAX_SPELLINGS = 1000  # looked at for each word that was typed
MAX_CARDS = 500  # with usual words that are looked at for each two of these
MAX_LIKENED = 500  # cards, those with the most of the words, whose names are likened
MAX_PAIRED = 4  # usual words that are looked for by two
MAX_LIKELY = 20

# What a word weighs that says little, or whose place in names is unknown; one of a name that was
# not typed.
KIND, FORM, SMALL, PLACE, UNKNOWN, UNTYPED = 0.1, 0.05, 0.2, 0.4, 0.7, 0.4
SMALL_WORDS = frozenset(
    fold_words(
        "и в во на по для с со к от за из о об а у не і ў з са да ад па аб пра ля"
        " the of for and in to a an on by at with"
    )
)
UNFIT = 1.25  # by how much of a letter one slip makes words less alike
# Two letters in the wrong order, and a vowel as it is heard, are less than a slip; one that is more
# than one when its letters are counted in another script is more.
SWAPPED, HEARD, UNSURE = 0.7, 0.8, 0.1


class Likely(NamedTuple):
    score: float  # of 100, which is for the very words in their order
    name: str  # folded
    typed: dict  # {places of typed words: the word of the name for which they stand}
    card: Card

    @property
    def is_whole(self):
        """Whether all of the name was typed."""
        return sorted(" ".join(self.typed.values()).split()) == sorted(self.name.split())


class Typed:
    """The words that were typed: what each weighs, and the words of names that are nearly so."""

    def __init__(self, search):
        self.search = search
        self.words = self.words_of(search)
        core, self.forms = Counter(search.bare), set()
        for place, word in enumerate(self.words):
            core[word] -= 1
            if core[word] < 0:
                self.forms.add(place)
        self.near = self._near()
        self.weights = [self._weight(place) for place in range(len(self.words))]
        self.weight = sum(self.weights)
        self._known = {}

    @staticmethod
    def words_of(search):
        return search.typed[: 2 * MAX_WORDS]

    @property
    def core(self):
        """The places of the words that tell one from another."""
        return [place for place, weight in enumerate(self.weights) if weight >= PLACE]

    def _units(self):
        """{word: the places of those it is made of}: week-end is weekend, too."""
        units: dict[str, list[tuple[int, ...]]] = defaultdict(list)
        for place, word in enumerate(self.words):
            units[word].append((place,))
            pair = "".join(self.words[place : place + 2])
            if place + 1 < len(self.words) and not self.forms & {place, place + 1}:
                units[pair].append((place, place + 1))
        return units

    def _near(self):
        """{word of names: [(places of what was typed, how alike they are, cards it is in)]}"""
        units, wanted, withheld = self._units(), defaultdict(list), name_words.withheld()
        slips = slips_of(self.search.text)
        for unit in units:
            ways, swapped = slips.get(unit, ((), ()))
            own = {key for way in (unit, *ways) for key in keys(way)}
            own |= {way[:BEGINNING] for way in swapped}
            for key in own:
                wanted[key].append(unit)
        alike = {}
        for key, word, cards in words_spelled(sorted(wanted), MAX_SPELLINGS * len(units)):
            if cards := max(0, cards - withheld[word]):
                for unit in wanted[key]:
                    if (unit, word) not in alike:
                        likeness = likeness_of(unit, word, *slips.get(unit, ((), ())))
                        alike[unit, word] = likeness, cards
        found = defaultdict(list)
        for (unit, word), (likeness, cards) in alike.items():
            if likeness:
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
        if any(word in name.split() for name in named) and len(self.search.bare) > 1:
            return PLACE
        cards = self.group(place)[1]
        return 1 / (1 + 0.35 * math.log10(cards)) if cards else UNKNOWN

    def group(self, place):
        """(the words of names for which a typed word may stand, in how many cards they are)"""
        return self._groups.get(place, ((), 0))

    @cached_property
    def _groups(self):
        groups = {}
        for word, found in sorted(self.near.items()):
            for places, _likeness, cards in found:
                for place in places:
                    words, number = groups.get(place, ((), 0))
                    groups[place] = ((*words, word), number + cards)
        return groups

    @cached_property
    def _looked_for(self):
        """([(number of cards, words, weight)] of what is rare, the same of usual words)"""
        groups = [(*reversed(self.group(place)), self.weights[place]) for place in self.core]
        rare = [each for each in groups if each[1] and each[0] <= RARE]
        return rare, sorted(each for each in groups if each[0] > RARE)[:MAX_PAIRED]

    def candidates(self, types):
        """[(weight, keys)] of cards of these types in whose names the words are: of usual ones two,
        and not of all; the two most usual at the end."""
        rare, usual = self._looked_for
        found = [(weight, holding_some([words], types)) for _, words, weight in rare]
        found += [
            (weight + its, holding_some([words, others], types, MAX_CARDS))
            for (_, words, weight), (_, others, its) in combinations(usual, 2)
        ]
        return found or [
            (weight, holding_some([words], types, MAX_CARDS)) for _, words, weight in usual
        ]

    @property
    def most_of_usual(self):
        """How like a name can be that has none of these words but the two most usual."""
        rare, usual = self._looked_for
        others = sum(weight for *_, weight in [*rare, *usual[:-2]])
        return 100 * (1 - others / self.weight)

    def at_most(self, name):
        """What `liken` gives no more than, at a fraction of its work."""
        words, near = name.split(), self.near.__contains__
        held = tuple(filter(near, words))
        joined = tuple(filter(near, map("".join, pairwise(words))))
        others = 0 if joined else len(words) - len(held)
        small = min(others, sum(map(SMALL_WORDS.__contains__, words)))
        more = SMALL / 2 * small + UNTYPED * (others - small)
        return 100 * self._most(held + joined) / (self.weight + more)

    def _most(self, words):
        """The weight of all typed words for which these may stand."""
        if words not in self._known:
            likest = defaultdict(float)
            for word in words:
                for places, likeness, _cards in self.near[word]:
                    for place in places:
                        likest[place] = max(likest[place], likeness)
            self._known[words] = sum(self.weights[place] * each for place, each in likest.items())
        return self._known[words]

    def _pairs(self, words):
        """(how alike, negative; places typed; places in the name; its word) of what may be the
        same, the likeliest first."""
        near = self.near
        spans: list[tuple[tuple[int, ...], str, str]] = [
            ((at,), word, word) for at, word in enumerate(words) if word in near
        ]
        for at, (word, following) in enumerate(pairwise(words)):
            if (both := word + following) in near:
                spans.append(((at, at + 1), both, f"{word} {following}"))
        return sorted(
            (-likeness, -len(places), places, span, text)
            for span, joined, text in spans
            for places, likeness, _cards in near[joined]
        )

    def liken(self, name):
        """(how like the name is, {places of typed words: word of the name})"""
        words = name.split()
        used, held, typed, score, full = set(), set(), {}, 0, 0
        for likeness, _, places, span, text in self._pairs(words):
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


def slips_of(text):
    """{folded word: (its letters folded apart at each place, and with two of them swapped back)}

    Two letters that come together by a slip are folded as one: of Osipovichi without its p, io is
    taken for ё, and Shchuchyn with letters swapped loses one of two.
    """
    words = (each[0] for each in WORD.finditer(text))
    return dict(filter(None, map(_slips_of_word, words)))


@remembered(maxsize=10_000)
def _slips_of_word(word):
    folded = fold_words(word)
    if len(folded) != 1 or len(word) > LONGEST:
        return None
    ways = {fold(word[:n]) + fold(word[n:]) for n in range(1, len(word))}
    swapped = {fold(word[:n] + word[n + 1] + word[n] + word[n + 2 :]) for n in range(len(word) - 1)}
    return folded[0], (ways - {folded[0]}, swapped - {folded[0]})


def likeness_of(typed, word, ways=(), swapped=()):
    """How alike two words are, from 0 to 1: with more than a slip or two between them, 0."""
    if typed == word:
        return 1
    if typed.isdecimal() or word.isdecimal() or typed in SMALL_WORDS or says_when(typed):
        return 0
    longest = max(len(tight(typed)), len(tight(word)))
    if word in swapped:
        return 1 - UNFIT * SWAPPED / longest
    allowed = (
        2 if min(len(tight(typed)), len(tight(word))) >= 8 else 1 if len(word) > SHORTEST else 0
    )
    # Counted in the letters of Latin and of Cyrillic; where only one of them says so, a bit more.
    slips, more = min(
        sorted((OSA.distance(way, word), OSA.distance(tight(way), tight(word))))
        for way in (typed, *ways)
    )
    if slips > allowed:
        return 0
    if slips == 1 and not ways and heard(typed) == heard(word):
        slips = HEARD
    return 1 - UNFIT * (slips + (more > slips) * UNSURE) / longest


def heard(name):
    """The folded name with one letter for the vowels that sound alike where no stress is on them:
    Ходасы is said, and written, Хадасы."""
    for vowel in ("ia", "o", "e"):
        name = name.replace(vowel, "a")
    return name


def closest(search, types, also=(), most=MAX_LIKELY):
    """The cards of these types whose names are most like what was typed, the likeliest first.

    `also` are keys of others to be likened.
    """
    typed = Typed(search)
    best = _best(typed, types, also, most)
    order = {kind: place for place, kind in enumerate(types)}
    ranked = sorted(best.items(), key=lambda each: (-each[1][0], order[each[1][3]], each[1][1]))
    least = ranked[most - 1][1][0] if len(ranked) > most else 0
    ranked = [each for each in ranked[: 2 * most] if each[1][0] >= least]
    cards = by_keys([key for key, _ in ranked])
    found = [
        Likely(score, name, places, cards[key])
        for key, (score, name, places, _kind) in ranked
        if key in cards
    ]
    found.sort(key=lambda each: (-each.score, order[each.card.type], each.name, each.card.slug))
    return found[:most]


def _best(typed, types, also, most):
    """{key of a card: (score, name, places, type)} of those that may be among so many."""
    candidates, last = typed.candidates(types), None
    # Most names have the two most usual words, and say least by them.
    if len(candidates) > 2:
        *candidates, last = candidates
    if also:
        candidates.append((math.inf, listed(also)))
    best = _likened(typed, names_of(candidates, types, MAX_LIKENED), most) if candidates else {}
    scores = nlargest(most, (score for score, *_ in best.values()))
    if last and (len(scores) < most or scores[-1] < typed.most_of_usual):
        best = _likened(typed, names_of([last], types, MAX_LIKENED), most) | best
    return best


def _likened(typed, rows, most):
    """The same of these names: they are likened as long as they can be more like than the last."""
    called = defaultdict(list)
    for name, kind, card in rows:
        called[name].append((kind, card))
    hopeful = sorted((-typed.at_most(name), name) for name in called)
    best, scores = {}, []  # the least scores that the cards are known to have, the best first
    for least, name in hopeful:
        if len(scores) >= most and scores[most - 1] < least:
            break
        score, places = typed.liken(name)
        for kind, card in called[name]:
            if card not in best and score:
                insort(scores, -score)
            if score > best.get(card, (0,))[0]:
                best[card] = (score, name, places, kind)
    return best
