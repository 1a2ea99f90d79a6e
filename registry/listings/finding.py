"""Search across all kinds of cards: what was found, how well it fits and why.

One function for the page and for the API; completion and guesses at spelling beside it. Nothing
here reads more than a bounded number of names, however common the words are.
"""

import re
from copy import copy
from typing import NamedTuple

import orjson
from django.db.models import Case, Count, F, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from registry.cards.folding import fold, fold_words
from registry.cards.index import LANGUAGES, UNREAD, identifier, identifiers_of
from registry.cards.models import Card, SearchName

from .filters import ListingFilter
from .names import Match, kinds
from .paging import MOST_PAGES, MOST_ROWS
from .parameters import ChoiceParameter, NumberParameter
from .reading import is_text, printed_in, read
from .search import ANYWHERE, BEGINS, EQUAL, KINDS, NAMES, Search, begins, union
from .vocabulary import Vocabulary, Word

# What can be found, in the order in which equally good results stand.
TYPES = ("location", "programme", "organisation", "event", "initiative", "edition", "term")

MOST_ALIKE = 500  # looked at in each of the ways in which a word may have been mistyped
MOST_GUESSED = 4  # words whose spelling is guessed at
SHORTEST = 4  # letters of such a word
# Of 100: the same letters in the same order. From SURE on a place is taken for what was meant;
# below it guesses are as often wrong as right, and are only offered.
SURE, OFFERED = 80, 62
MOST_OFFERED = 3
MOST_NEAR = 20  # names that are compared letter by letter
VOWELS = ("a", "o", "e", "ia")
VOWEL = re.compile("ia|[aoe]")
EXCERPT = 160


class SearchFilter(ListingFilter):
    """What can be asked of the search."""

    of_pages = ()
    formats = ("json",)
    vocabulary = Vocabulary({})  # the finding looks up places itself
    updated_since = ordering = fields = meta = cursor = None

    type = ChoiceParameter(lambda listing: list(TYPES), repeats=True, label=_("Kind of record"))
    expand = ChoiceParameter(lambda listing: ["true", "false"], label=_("With its place"))
    suggest = ChoiceParameter(lambda listing: ["true", "false"], label=_("Complete the name"))
    page = NumberParameter(MOST_PAGES, label=_("Page"))
    page_size = NumberParameter(MOST_ROWS, label=_("Rows on a page"))

    class Meta:
        model = Card
        fields = ()

    @property
    def types(self):
        chosen = self.given("type")
        return [each for each in TYPES if each in chosen or not chosen]

    def faults(self, cleaned):
        yield from super().faults(cleaned)
        if not self.given("q"):
            yield "q", gettext("Say what to look for.")

    def finding(self):
        return Finding(
            self.cleaned["q"].text,
            self.types,
            self.cleaned.get("lang") or self.language,
            expand=self.cleaned["expand"] != "false",
        )


class Finding:
    """What was typed, and the cards that it finds."""

    def __init__(self, text, types=TYPES, language="en", expand=True):
        self.text, self.types, self.language, self.expand = text, tuple(types), language, expand
        self.corrected = False
        self.search = Search(text, self.types)
        if expand:
            self.search.places = Vocabulary({}, (), set(self.search.runs)).called
            if not self.counts:
                self._correct()

    def _correct(self):
        """Take the place that was likely meant for what was typed, where that finds nothing."""
        guess = next((each for each in self._guesses if each.card.type == "location"), None)
        if guess is None or guess.score < SURE:
            return
        # One word of several can only be mistyped for a place in the one that was understood.
        around = None if guess.typed == self.search.folded else self.place
        words = [
            Word("location", each.card.slug, each.card.body)
            for each in self._guesses
            if each.card.type == "location" and each.name == guess.name
        ]
        words = [word for word in words if not around or around.slug in word.body["within"]]
        if not words:
            return
        whole, typed = f" {self.search.folded} ", f" {guess.typed} "
        corrected = whole.replace(typed, f" {guess.name} ") if typed in whole else guess.name
        search = Search(corrected, self.types)
        search.places = {**self.search.places, guess.name: words}
        self.search, self.corrected = search, True
        del self.counts

    @property
    def place(self):
        """The place that was understood among the words, or None."""
        places = self.search.understood[0]
        return places[0] if places else None

    @cached_property
    def counts(self):
        """{type: number found} of those types of which there is anything."""
        rows = self._cards().values("type").annotate(number=Count("pk")).order_by("type")
        found = dict(rows.values_list("type", "number"))
        return {each: found[each] for each in self.types if each in found}

    @property
    def count(self):
        return sum(self.counts.values())

    def only(self, kind):
        """The same among cards of one type."""
        one = copy(self)
        one.types = (kind,)
        return one

    def page(self, number, size):
        """The matches of a page, the best first."""
        skipped = (number - 1) * size
        keys = self._cards().order_by(*self._order())[skipped : skipped + size]
        return self._matches(keys)

    def best(self, size):
        """The best matches of each type: {type: matches}."""
        place = Window(RowNumber(), partition_by=F("type"), order_by=self._order())
        found = {each: [] for each in self.counts}
        keys = self._cards().annotate(place=place).filter(place__lte=size)
        for match in self._matches(keys.order_by("place")):
            found[match.card.type].append(match)
        return found

    def in_no_name(self, matches):
        """Whether what was typed is no name of anything: it may be a misspelled one."""
        return self.place is None and all(match.tier == ANYWHERE for match in matches[:1])

    def offers(self):
        """The names that may have been meant: cards, the likeliest first."""
        return [] if self.corrected else [guess.card for guess in self._guesses]

    def _cards(self):
        cards = Card.objects.filter(type__in=self.types).filter(self.search.condition())
        return cards.annotate(tier=self.search.tier())

    def _order(self):
        """Places of the name that was understood before others; then kinds, then names."""
        slugs = [place.slug for place in self.search.understood[0]]
        meant = [When(type="location", slug=slug, then=n) for n, slug in enumerate(slugs[:9])]
        return (
            F("tier"),
            Case(*meant, default=9, output_field=IntegerField()) if meant else Value(0),
            kinds(self.types),
            F(f"name_{self.language}"),
            F("public_id"),
        )

    def _matches(self, keys):
        tiers = dict(keys.values_list("pk", "tier"))
        cards = Card.objects.in_bulk(tiers)
        return [Match(cards[key], tier) for key, tier in tiers.items() if key in cards]

    @cached_property
    def _guesses(self):
        return guess(self.search, self.types)


class Guess(NamedTuple):
    score: float
    typed: str  # the folded words that were taken for the name
    name: str
    card: Card


def guess(search, types):
    """Names that are spelled much like what was typed, the likeliest first.

    Candidates are names with the same beginning, give or take a letter: ranges of one index. How
    alike two names are is half how they are written and half how they sound.
    """
    words = [word for word in search.understood[1] if word not in KINDS]
    long = [word for word in words[:MOST_GUESSED] if len(word) >= SHORTEST]
    typed = list(dict.fromkeys([search.folded, " ".join(words), *long]))
    alike = [
        SearchName.objects.filter(type__in=types, **begins(beginning))
        .order_by("name", "type")
        .values("pk")[:MOST_ALIKE]
        for beginning in {beginning for word in typed for beginning in _beginnings(word)}
    ]
    if not alike:
        return []
    rows = SearchName.objects.filter(pk__in=union(*alike)).values_list("name", "card")
    names = {}
    for name, card in rows:
        if name in search.named:  # spelled rightly
            continue
        names.setdefault(name, []).append(card)
    sounds, scored = {name: heard(name) for name in names}, {}
    for word in typed:
        near = process.extract(
            heard(word), sounds, scorer=fuzz.ratio, score_cutoff=OFFERED, limit=MOST_NEAR
        )
        for _sound, score, name in near:
            score = (score + fuzz.ratio(word, name)) / 2
            for card in names[name] if score >= OFFERED else ():
                scored[card] = max(scored.get(card, (0, "", "")), (score, word, name))
    cards = Card.objects.in_bulk(scored)
    found = [Guess(*scored[key], card) for key, card in cards.items()]
    found.sort(key=lambda each: (-each.score, types.index(each.card.type), each.card.slug))
    return found[:MOST_OFFERED]


def _beginnings(word):
    """The beginnings that a name may have of which the word is a misspelling."""
    if len(word) < SHORTEST:
        return ()
    found = {word[:3], word[:2], word[1:3], word[1] + word[0], word[0] + word[2:4]}
    vowel = VOWEL.search(word, 0, 3)
    if vowel:
        found |= {f"{word[: vowel.start()]}{each}{word[vowel.end() :]}"[:3] for each in VOWELS}
    return found


def heard(name):
    """The folded name with one letter for the vowels that sound alike where no stress is on them:
    Ходасы is said, and written, Хадасы."""
    return VOWEL.sub("a", name)


def result(match, search, request, language=None):
    """A match as the API gives it: {"type", "id", …, "matched": {"field", "text"}, "tier"}."""
    body = read(match.card, request, language)
    stored = orjson.loads(match.card.body)
    nothing = None if language else dict.fromkeys(LANGUAGES)
    found = {key: body.get(key) for key in ("type", "id", "slug", "url", "name")}
    found["summary"] = body.get("summary", nothing)
    found["kind"] = body.get("kind")
    reason = why(stored, match.tier, search, language or "en")
    found["matched"] = reason and {key: reason[key] for key in ("field", "text")}
    found["tier"] = match.tier
    return found


def why(body, tier, search, language):
    """{"field", "text", "language"}: the key of the card in which it was found, and the words
    there; their language is None where nothing says which it is."""
    key = identifier(search.text)
    for known in body.get("identifiers", ()):
        if key in identifiers_of({"identifiers": [known]}):
            return reason("identifiers", f"{known['scheme']}-{known['value']}")
    if tier < ANYWHERE:
        return _name(body, tier, search, language)
    words, best = search.telling, (0, None, "", None)
    for field, text, its in _texts(body, language):
        held = set(fold_words(text))
        number = sum(_holds(held, word, word is words[-1]) for word in words)
        if number > best[0]:
            best = (number, field, text, its)
    places = {
        slug for place in search.understood[0] for slug in (place.slug, place.district) if slug
    }
    if best[0] < len(words) and places:
        for field in ("locations", "seat"):
            for place in _as_list(body.get(field)):
                if places & {place["slug"], *place["within"]}:
                    return reason(field, *_spoken(place["name"], language))
    number, field, text, its = best
    its = its or printed_in(body.get("sources", ()))
    return reason(field, excerpt(text, words), its) if field else None


def reason(field, text, language=None):
    return {"field": field, "text": text, "language": language}


def _name(body, tier, search, language):
    names = [("name", body["name"][code], code) for code in dict.fromkeys((language, *LANGUAGES))]
    names += [
        ("other_names", other["name"], other["language"]) for other in body.get("other_names", ())
    ]
    words = search.telling
    for field, name, its in names:
        folded = fold(name) if name else ""
        held = set(folded.split())
        if (
            (tier == EQUAL and folded in (search.folded, search.name))
            or (tier == BEGINS and folded.startswith(search.beginning))
            or (tier == NAMES and all(_holds(held, word, word is words[-1]) for word in words))
        ):
            return reason(field, name, its)
    return reason("name", *_spoken(body["name"], language))


def _holds(held, word, prefix):
    return word in held or (prefix and any(each.startswith(fold(word)) for each in held))


def _spoken(text, language):
    """(the words, their language)."""
    codes = (code for code in (language, *LANGUAGES) if text[code])
    return next(((text[code], code) for code in codes), ("", None))


def _as_list(value):
    return value if isinstance(value, list) else [value] if value else []


def _texts(value, language, field=None, its=None):
    """(key of the card, text, its language) of all that people read in it, in the order of the
    card; of a text in several languages the reader's own comes first."""
    if isinstance(value, str):
        yield field, value, its
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, language, field)
    elif isinstance(value, dict):
        for key in sorted(value, key=language.__ne__) if is_text(value) else value:
            if key not in UNREAD:
                its = key if is_text(value) else value.get("language")
                yield from _texts(value[key], language, field or key, its)


WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


def marked(text, words):
    """[(part, whether it is one of the words)] of a text, whichever way they are spelled."""
    parts, end = [], 0
    for found in WORD.finditer(text):
        if any(
            folded == word or (word is words[-1] and folded.startswith(word))
            for folded in fold_words(found[0])
            for word in words
        ):
            parts += [(text[end : found.start()], False), (found[0], True)]
            end = found.end()
    return [part for part in [*parts, (text[end:], False)] if part[0]]


def excerpt(text, words):
    """The text around the first of the words; all of it if it is short."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT:
        return text
    at = 0
    for part, is_word in marked(text, words):
        if is_word:
            break
        at += len(part)
    first = text.rfind(" ", 0, max(0, at - EXCERPT // 3)) + 1
    last = text.rfind(" ", at + 1, first + EXCERPT) if len(text) > first + EXCERPT else len(text)
    last = last if last > at else min(len(text), first + EXCERPT)
    return f"{'… ' if first else ''}{text[first:last]}{' …' if last < len(text) else ''}"
