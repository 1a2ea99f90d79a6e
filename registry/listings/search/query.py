"""Words in any script and spelling: which cards they find, and which of them fit best."""

import re
from copy import copy

from django.db.models import Q
from django.utils.functional import cached_property

from registry.cards.declarations import declared
from registry.cards.index import identifier
from registry.cards.models import Card, CardTerm
from registry.values.folding import beginnings
from registry.values.legal_forms import kinds_of_form, without_form

from .asked import Asked
from .full_text import are_any, called, holding, named_by_letter, numbers, union
from .place_words import (
    KINDS_SAID,
    LINKS,
    ROUND_TABLE,
    asks_nothing,
    is_adjective,
    is_common,
    size,
    words_of,
)

MAX_LETTERS = 200
MAX_WORDS = 12
CYRILLIC = re.compile("[\u0400-\u052f]")

WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")

# Tiers (docs/contract.md): the lower, the better the match.
EQUAL, BEGINS, NAMES, ANYWHERE = range(4)
# Added where a word stands there in another of its forms only; to the second where the name begins
# with what the next letter may make of what was typed (Polotsk, of Polot).
FORM = 0.5


class Search:
    """What was typed. It finds cards of some types that hold all words, the last as a prefix.

    A place among the words also brings what is recorded in it: a record need not spell the name
    of the town in the way in which it was typed. What legal form an organisation has is not looked
    for: it only says which of several comes first; but beside nothing else than a place it is. Of
    more words than MAX_WORDS the first count.
    """

    most_words = MAX_WORDS
    asked = ""  # what was typed, where something else is shown
    shown_for = None  # what was taken for meant, in words, where nothing is as it was typed
    shown_in = None  # the language of these words, where it is known
    likeliest = None  # names like what was typed, once they are looked for
    beside = None  # the search for what was typed, where that could be the beginning of a word

    def __init__(self, text, types, places=None):
        self.text = text
        self.types = tuple(types)
        self.typed = words_of(text)
        words = words_of(without_form(text))
        words = self.typed if all(map(asks_nothing, words)) else words
        self.words, self.is_cut = words[:MAX_WORDS], len(words) > MAX_WORDS
        self.bare = self.words  # without the form, also where that is asked for
        # Of the places among the words, by a folded name, by one in another of its forms or by an
        # adjective.
        self.places, self.inflected, self.adjectives = places or {}, {}, {}
        self.strict = False  # whether a place is no answer where more was asked than where it is

    def understand(self, named_cards, strict=False):
        """Take the places that were looked up by the `runs`."""
        self.places, self.inflected = named_cards.called, named_cards.inflected
        self.adjectives = named_cards.adjectives
        self.strict = strict
        if self.has_form and self.named and not self.understood[1]:
            # Beside nothing but a place the form is what is asked for: a fund of that region.
            self.words = self.typed[:MAX_WORDS]
            del self.understood

    def widened(self):
        """The same, to which a place is an answer as well."""
        other = copy(self)
        other.strict = False
        return other

    def among(self, types):
        """The same among cards of these types."""
        _ = self.understood  # whatever is looked for, the places are those that were named
        other = copy(self)
        other.types = tuple(types)
        for known in ("identified", "of_form"):
            vars(other).pop(known, None)
        other.beside = self.beside and self.beside.among(types)
        return other

    def shown_as(self, words):
        """The same, which says what was taken for meant."""
        other = copy(self)
        other.shown_for = words
        return other

    def instead_of(self, typed, shown_for, language, beside=None):
        """The same, which says that it is not the search that was asked for."""
        other = self.shown_as(shown_for)
        other.asked, other.is_cut = typed.text.strip(), typed.is_cut
        other.shown_in, other.beside = language, beside
        return other

    @property
    def runs(self):
        """Every run of the words, longest first: one of them may be the name of a place."""
        if not any(each == "location" or declared[each].is_placed for each in self.types):
            return []
        count = len(self.words)
        return [
            " ".join(self.words[start : start + length])
            for length in range(count, 0, -1)
            for start in range(count - length + 1)
        ]

    @cached_property
    def named(self):
        """The names of places among the words, the longest first, no word in two of them."""
        left, found = f" {self.folded} ", []
        for run in self.runs:
            if f" {run} " in left and self._names_place(run):
                left = left.replace(f" {run} ", " | ", 1)
                found.append(run)
        return found

    def _names_place(self, run):
        return run in self.places or self._is_adjective(run) or self._is_inflected(run)

    def _is_adjective(self, run):
        return run in self.adjectives and is_adjective(run, self.folded)

    @property
    def is_latin(self):
        return CYRILLIC.search(self.text) is None

    def _is_inflected(self, run):
        """Whether it is the name of a place in another form: as a name stands in a sentence, after
        a word that leads to it or of several words, or beside nothing that asks anything else.

        Latin letters romanise names and not their cases: there it is a slip (Hlybokoje).
        """
        if run not in self.inflected or is_common(run) or self.is_latin:
            return False
        before, _run, after = f" {self.folded} ".partition(f" {run} ")
        if ROUND_TABLE.match(f"{run} {after}"):
            return False
        beside = [*before.split(), *after.split()]
        led = before.split()[-1:]
        return (
            " " in run
            or bool(led and asks_nothing(led[0]))
            or all(asks_nothing(word) or word in self.places for word in beside)
        )

    def _called(self, name):
        if name in self.places or not self._is_adjective(name):
            return self.places.get(name) or self.inflected[name]
        made_of = {place.slug for place in self.adjectives[name]}
        return [each for each in self.adjectives[name] if made_of.isdisjoint(each.body["within"])]

    @cached_property
    def understood(self):
        """(the places named, largest first, but for what kind of place was said; the words left):
        the longest name counts.

        Of several names it is the one whose places lie in most of the others: a town, its region.
        """
        if not self.named:
            return [], self.words
        places, names = max(map(self._inside, self.named), key=lambda each: len(each[1]))
        said = self._kinds_said(names[0])
        left = f" {self.folded} "
        for name in names:
            left = left.replace(f" {name} ", " ", 1)
        places = sorted(places, key=lambda place: (place.body["kind"] not in said, *size(place)))
        return places, [word for word in left.split() if not asks_nothing(word)]

    def _kinds_said(self, name):
        """The kinds of places that the words beside a name say: a village of that name, no town."""
        before, _name, after = f" {self.folded} ".partition(f" {name} ")
        beside = [*before.removesuffix(" of").split()[-1:], *after.split()[:1]]
        return {kind for word in beside for kind in KINDS_SAID.get(word, ())}

    def _inside(self, name):
        """(those of its places that lie in places of other names; it and these names)."""
        places, names = self._called(name), [name]
        for other in self.named:
            around = {place.slug for place in self._called(other)}
            inside = [place for place in places if around.intersection(place.body["within"])]
            if inside:
                places, names = inside, [*names, other]
        return places, names

    @cached_property
    def telling(self):
        """The words without those that only say what kind of place the one that is named is."""
        if not self.named:
            return self.words
        named = {word for name in self.named for word in name.split()}
        return [word for word in self.words if word in named or not asks_nothing(word)]

    @cached_property
    def meaning(self):
        """The words of which a record may have other forms: without those that join words."""
        return [word for word in self.telling if word not in LINKS] or self.telling

    @cached_property
    def asked_for(self):
        """The same, to be looked for in texts."""
        return Asked(self.meaning)

    @property
    def name(self):
        """What a record is called that is just what was typed."""
        places, rest = self.understood
        if not places or rest:
            return self.folded
        return next(name for name in self.named if places[0] in self._called(name))

    @property
    def folded(self):
        return " ".join(self.words)

    @property
    def taken(self):
        """{"shown_for": what was taken for meant, or None; "words_left_out": whether there were
        more than are looked for}"""
        return {"shown_for": self.shown_for, "words_left_out": self.is_cut}

    @property
    def has_form(self):
        """Whether a legal form is among what was typed."""
        return len(self.typed) > len(self.words) and not self.is_cut

    @property
    def names(self):
        """The folded names of what is called just so."""
        return {self.folded, self.name, " ".join(self.typed), " ".join(self.bare)}

    @property
    def beginnings(self):
        """What names begin with that begin with what was typed so far: first just with that."""
        return [" ".join([*self.words[:-1], each]) for each in beginnings(self.words[-1])]

    @property
    def begun(self):
        """(what names begin with that begin just as it was typed; what others begin with)"""
        searches = [self.beginnings, *([self.beside.beginnings] if self.beside else [])]
        return [first for first, *_ in searches], [each for _, *more in searches for each in more]

    @property
    def is_letter(self):
        """Whether it is one letter alone, which stands somewhere in nearly every text."""
        return len(self.folded) == 1 and self.folded.isalpha()

    @cached_property
    def identified(self):
        """The keys of the cards that a public list knows by this number, if it can be one."""
        key = identifier(self.text)
        types = {"organisation", "location"}.intersection(self.types)
        if not types or not any(map(str.isdigit, key)):
            return None
        terms = CardTerm.objects.filter(type__in=types, group="identifier", value=key)
        return terms.values("card")

    def condition(self):
        if not self.words:
            return Q(pk__in=[])  # marks only: no card has such a word
        return Q(pk__in=self.found)

    @property
    def found(self):
        """The keys of the cards that it finds."""
        return union(*self.parts)

    def finds(self):
        """Whether it finds anything."""
        return bool(self.words) and are_any(self.parts)

    def finds_whole(self):
        """Whether any card has all the words, none of them as a beginning. Of what may be a name in
        a slip of the finger none in another form either: one word, or Latin letters, which romanise
        names and not their cases."""
        forms = len(self.meaning) > 1 and not self.is_latin
        found = [holding(self.meaning, [each], forms=forms, whole=True) for each in self.types]
        return are_any(found if self.identified is None else [*found, self.identified])

    def counts(self):
        """{type: how many cards of it are found} of those of which there are any."""
        if not self.words:
            return {}
        each = [self.among([kind]).parts for kind in self.types]
        found = dict(zip(self.types, numbers(each), strict=True))
        return {kind: number for kind, number in found.items() if number}

    def _holding(self, words, column="words", **how):
        return holding(words, self.types, column, **how)

    @property
    def parts(self):
        """The same in several lists; in each are cards of its types alone."""
        own = self._parts()
        return [*own, *self.beside.parts] if self.beside else own

    def _parts(self):
        if self.is_letter:
            return [named_by_letter(self.text, self.types)]
        found = self._held()
        if self.identified is not None:
            found.append(self.identified)
        if self.bare != self.words and "organisation" in self.types:
            found += [called([" ".join(self.bare)], ["organisation"]), *self.of_form]
        places, rest = self.understood
        if not places:
            return found
        slugs = sorted({place.slug for place in places})
        # A record of a town is often placed only as finely as its district.
        around = {place.district for place in places} - {None}
        terms = CardTerm.objects.filter(type__in=self.types)
        if rest:
            terms = terms.filter(card__in=self._holding(rest, forms=True))
        there = terms.filter(group="location", value__in=slugs)
        near = terms.filter(group="place", value__in=sorted(around))
        found += [there.values("card"), near.values("card")]
        if "location" in self.types and not (rest and self.strict):
            found.append(Card.objects.of("location").filter(slug__in=slugs).values("pk"))
        return found

    def _held(self):
        """The keys of the cards that hold the words: in any of their forms, but what says when is
        no form of the name of a place (в октябре)."""
        if self.named or not any(map(is_common, self.meaning)):
            return [self._holding(self.meaning, forms=True)]
        others = [each for each in self.types if each != "location"]
        found = [holding(self.meaning, others, forms=True)] if others else []
        if "location" in self.types:
            found.append(holding(self.meaning, ["location"]))
        return found

    @cached_property
    def of_form(self):
        """The keys of the organisations in the place that are what the form says, in lists."""
        kinds = kinds_of_form(self.typed) if self.bare != self.words else ()
        if not kinds or "organisation" not in self.types:
            return []
        terms = CardTerm.objects.filter(type="organisation")
        such = terms.filter(group="kind", value__in=kinds).values("card")
        slugs = sorted({place.slug for place in self.understood[0]})
        return [terms.filter(group="location", value__in=slugs, card__in=such).values("card")]
