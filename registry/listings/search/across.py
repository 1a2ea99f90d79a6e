"""Search across all kinds of cards: what was found, how well it fits and why.

One function for the page and for the API; completion and guesses at spelling beside it. Nothing
here reads more than a bounded number of names, however common the words are.
"""

from copy import copy

import orjson
from django.core.exceptions import EmptyResultSet
from django.db.models import Case, Count, F, IntegerField, Value, When
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import among
from registry.cards.fields import fields_of
from registry.cards.index import identifier, identifiers_of, said
from registry.cards.models import Card
from registry.cards.private_django import statement_of
from registry.cards.read import by_keys, printed_in, read
from registry.cards.replicas import reading
from registry.values.folding import beginnings, fold, fold_words
from registry.values.legal_forms import without_form
from registry.values.stemming import are_forms
from registry.values.texts import FALLBACK, LANGUAGES, chosen

from ..filters import ListingFilter
from ..named_cards import NamedCards
from ..paging import MAX_PAGES, MAX_ROWS, ROWS_GIVEN
from ..parameters.base import ChoiceParameter, NumberParameter
from .completion import Match, order_of_types
from .interpretations import finds_whole, meant, offers, with_places
from .query import ANYWHERE, BEGINS, EQUAL, NAMES, WORD, Search
from .term_words import term_named

EXCERPT = 160

# How well a card fits is an expression over many rows: within, so that it is looked at once.
RANKED = """
SELECT pk, type, tier, number FROM (
    SELECT pk, type, tier, COUNT(*) OVER (PARTITION BY type) AS number,
        ROW_NUMBER() OVER (PARTITION BY type ORDER BY {1}) AS place
    FROM ({0}) AS cards_found
) AS cards_ranked WHERE place <= %s ORDER BY place
"""


def found_types():
    """What can be found, in the order in which equally good results stand."""
    return [declaration.type for declaration in among("searched")]


class SearchFilter(ListingFilter):
    """What can be asked of the search."""

    of_pages = ()
    formats = ("json",)
    named_cards = NamedCards({})  # the finding looks up places itself
    # None takes a parameter away.
    updated_since = ordering = fields = meta = None  # type: ignore[assignment]
    cursor = compare = None  # type: ignore[assignment]

    type = ChoiceParameter(
        lambda listing: found_types(),
        repeats=True,
        label=_("Kind of record"),
        about="Kinds of record to find; all without it.",
    )
    expand = ChoiceParameter(
        lambda listing: ["true", "false"],
        label=_("With its place"),
        about="`false`: by its words alone, without what is recorded in a place named in `q`.",
    )
    suggest = ChoiceParameter(
        lambda listing: ["true", "false"],
        label=_("Complete the name"),
        about="`true`: complete a name that is being typed.",
    )
    page = NumberParameter(MAX_PAGES, label=_("Page"))
    page_size = NumberParameter(MAX_ROWS, label=_("Rows on a page"), about=ROWS_GIVEN)

    @property
    def types(self):
        chosen = self.values_of("type")
        return [each for each in found_types() if each in chosen or not chosen]

    def faults(self, cleaned):
        yield from super().faults(cleaned)
        if not self.values_of("q"):
            yield "q", gettext("Enter something to search for.")

    def understand(self, search):
        return search  # the finding does

    def finding(self):
        return Finding(
            self.cleaned["q"].text,
            self.types,
            self.cleaned.get("lang") or self.language,
            expand=self.cleaned["expand"] != "false",
        )


class Finding:
    """What was typed, and the cards that it finds."""

    def __init__(self, text, types=None, language="en", expand=True):
        self.text, self.types = text, tuple(types or found_types())
        self.language, self.expand = language, expand
        self.search = self.typed = Search(text, self.types)
        self.widened = False
        if expand:
            self.search = self.typed = with_places(text, self.types)
            if not finds_whole(self.search) and (other := meant(self.search)):
                self.search = other
            self._widen()

    @property
    def shown_for(self):
        """What was taken for meant, where nothing is as it was typed; or None."""
        return self.search.shown_for

    def _widen(self):
        """Where nothing is found of what is asked in a place, the place itself is."""
        if self.search.strict and self.place and not self.counts:
            self.search, self.widened = self.search.widened(), True
            del self.counts

    @property
    def place(self):
        """The place that was understood among the words, or None."""
        places = self.search.understood[0]
        return places[0] if places else None

    @cached_property
    def term(self):
        """The body of the term that was named, alone or beside a place, where nothing is found that
        has the words; or None."""
        as_typed = self.count and not self.widened and not self.shown_for
        return None if as_typed else term_named(self.typed)

    @cached_property
    def counts(self):
        """{type: number found} of those types of which there is anything."""
        cards = self._cards()
        if self.search.is_common:
            # An index is gone through that has the types together: less than to look up each card.
            cards = Card.objects.filter(self.search.condition(), type__in=self.types)
        rows = cards.values("type").annotate(number=Count("pk")).order_by("type")
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
        page = slice((number - 1) * size, number * size)
        if self.search.is_common or len(self.types) == 1:
            # Those that are called so come first, and are often enough.
            called = self._fitting(Card.objects.filter(pk__in=self.search.called))
            tiers = self._tiers(called.order_by(*self._order())[page])
            if len(tiers) == size:
                return self._matches(tiers)
        return self._matches(self._tiers(self._cards().order_by(*self._order())[page]))

    def best(self, size):
        """The best matches of each type, {type: matches}: with `counts`, by one look at them."""
        rows = self._ranked(size)
        numbers = {card_type: number for _key, card_type, _tier, number in rows}
        self.counts = {each: numbers[each] for each in self.types if each in numbers}
        cards = by_keys([key for key, *_ in rows])
        found = {each: [] for each in self.counts}
        for key, card_type, tier, _number in rows:
            if key in cards:
                found[card_type].append(Match(cards[key], float(tier)))
        return found

    def _ranked(self, size):
        """[(key, type, tier, how many of the type were found)] of the best of each type."""
        keys = {f"key{n}": key for n, key in enumerate(self._order())}
        cards = self._cards().annotate(**keys).order_by()
        try:
            statement, values = statement_of(cards.values_list("pk", "type", "tier", *keys))
        except EmptyResultSet:
            return []
        with reading().cursor() as cursor:
            cursor.execute(RANKED.format(statement, ", ".join(keys)), [*values, size])
            return cursor.fetchall()

    def in_no_name(self, matches):
        """Whether what was typed is no name of anything: it may be a misspelled one."""
        return self.place is None and all(match.tier >= ANYWHERE for match in matches[:1])

    def offers(self):
        """The names that may have been meant: cards, the likeliest first."""
        return [] if self.shown_for else offers(self.search)

    def _cards(self):
        return self._fitting(Card.objects)

    def _fitting(self, cards):
        cards = cards.among(self.types).filter(self.search.condition())
        return cards.annotate(tier=self.search.tier())

    def _order(self):
        """Places of the name that was understood before others; then kinds, then names."""
        slugs = [place.slug for place in self.search.understood[0]]
        named = [When(type="location", slug=slug, then=n) for n, slug in enumerate(slugs[:9])]
        return (
            F("tier"),
            self.search.form(),
            Case(*named, default=9, output_field=IntegerField()) if named else Value(0),
            order_of_types(self.types),
            F(f"name_{self.language}"),
            F("public_id"),
        )

    def _tiers(self, keys):
        return dict(keys.values_list("pk", "tier"))

    def _matches(self, tiers):
        cards = by_keys(tiers)
        return [Match(cards[key], tier) for key, tier in tiers.items() if key in cards]


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
    found["tier"] = int(match.tier)
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
    words, best = search.meaning, (0, None, "", None)
    for field, text, its in said(body, FALLBACK[language]):
        held = set(fold_words(text))
        number = sum(_holds(held, word, word is words[-1]) for word in words)
        if number > best[0]:
            best = (number, field, text, its)
    places = {
        slug for place in search.understood[0] for slug in (place.slug, place.district) if slug
    }
    if best[0] < len(words) and places:
        for field, place in fields_of(body["type"]).keyed_places(body):
            if places & {place["slug"], *place["within"]}:
                return reason(field, *chosen(place["name"], language))
    number, field, text, its = best
    its = its or printed_in(body.get("sources", ()))
    return reason(field, excerpt(text, words), its) if field else None


def reason(field, text, language=None):
    return {"field": field, "text": text, "language": language}


def _name(body, tier, search, language):
    names = [("name", body["name"][code], code) for code in FALLBACK[language]]
    names += [
        ("other_names", other["name"], other["language"]) for other in body.get("other_names", ())
    ]
    words, begun = search.meaning, tuple(search.begun[tier != BEGINS])
    for field, name, its in names:
        folded = fold(name) if name else ""
        held = set(folded.split())
        ways = {folded, fold(without_form(name))} if name else set()
        if (
            (tier == EQUAL and search.names & ways)
            or (int(tier) == BEGINS and any(way.startswith(begun) for way in ways))
            or (int(tier) == NAMES and all(_holds(held, word, word is words[-1]) for word in words))
        ):
            return reason(field, name, its)
    return reason("name", *chosen(body["name"], language))


def _holds(held, word, prefix):
    return word in held or any(
        (prefix and each.startswith(tuple(beginnings(word)))) or are_forms(word, each)
        for each in held
    )


def marked(text, words):
    """[(part, whether it is one of the words)] of a text, whichever way they are spelled."""
    parts, end, begun = [], 0, tuple(beginnings(words[-1]) if words else ())
    for found in WORD.finditer(text):
        if any(
            folded.startswith(begun) or any(are_forms(folded, word) for word in words)
            for folded in fold_words(found[0])
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
