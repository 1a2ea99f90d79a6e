"""Search across all kinds of cards: what was found, how well it fits and why.

One function for the page and for the API; completion and guesses at spelling beside it. Nothing
here reads more than a bounded number of names, however common the words are.
"""

from copy import copy

import orjson
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import among
from registry.cards.fields import fields_of
from registry.cards.index import identifier, identifiers_of, said
from registry.cards.read import Reader, by_keys, printed_in
from registry.values.folding import fold, words_in
from registry.values.legal_forms import without_form
from registry.values.texts import FALLBACK, LANGUAGES, chosen, in_language

from ..filters import ListingFilter
from ..named_cards import NamedCards
from ..paging import MAX_PAGES, MAX_ROWS, ROWS_GIVEN
from ..parameters.base import ChoiceParameter, NumberParameter
from .completion import Match
from .interpretations import finds_whole, meant, offers, with_places
from .query import ANYWHERE, BEGINS, EQUAL, NAMES, WORD, Search
from .ranking import Order, best, best_of_each, in_form, in_places
from .term_words import term_named

EXCERPT = 160


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
        return self.search.among(self.types).counts()

    @property
    def count(self):
        return sum(self.counts.values())

    def only(self, kind):
        """The same among cards of one type."""
        one = copy(self)
        one.types = (kind,)
        one.counts = {kind: self.counts[kind]} if kind in self.counts else {}
        return one

    def page(self, number, size):
        """The matches of a page, the best first."""
        wanted = min(number * size, self.count)
        search, order = self.search.among(self.types), self._order()
        # What has the legal form, and the places named, come first whichever type they are of.
        numbers = None if self.search.has_form or self.place else self.counts
        found = list(best(search, order, wanted, numbers).items())
        tiers = {key: tier for key, (tier, *_) in found[(number - 1) * size :]}
        cards = by_keys(tiers)
        return [Match(cards[key], tier) for key, tier in tiers.items() if key in cards]

    def best(self, size):
        """The best matches of each type, {type: matches}."""
        numbers = {kind: min(size, number) for kind, number in self.counts.items()}
        search = self.search.among(self.types)
        found = best_of_each(search, self._order(several=False), numbers)
        cards = by_keys([key for tiers in found.values() for key in tiers])
        return {
            kind: [Match(cards[key], tier) for key, tier in tiers.items() if key in cards]
            for kind, tiers in found.items()
        }

    def in_no_name(self, matches):
        """Whether what was typed is no name of anything: it may be a misspelled one."""
        return self.place is None and all(match.tier >= ANYWHERE for match in matches[:1])

    def offers(self):
        """The names that may have been meant: cards, the likeliest first."""
        return [] if self.shown_for else offers(self.search)

    def _order(self, several=True):
        """Places of the name that was understood before others; then kinds, then names."""
        places = [f"location {place.slug}" for place in self.search.understood[0][:9]]
        order = [in_form(self.search)] if self.search.has_form else []
        if places:
            order.append(in_places("type || ' ' || slug", places))
        if several and len(self.types) > 1:
            order.append(in_places("type", self.types))
        return [*order, Order(f"name_{self.language}"), Order("public_id")]


def results(matches, search, request, language=None):
    """Matches as the API gives them: {"type", "id", …, "matched": {"field", "text"}, "tier"}."""
    types = {match.card.type for match in matches}
    readers = {each: Reader(each, request, language) for each in types}
    return [_result(each, search, readers[each.card.type]) for each in matches]


def _result(match, search, reader):
    body, language = orjson.loads(match.card.body), reader.language
    found = {key: body.get(key) for key in ("type", "id", "slug", "url", "name")}
    if reader.addressed:
        found["url"] = reader.url(match.card)
    found["summary"] = body.get("summary", None if language else dict.fromkeys(LANGUAGES))
    found["kind"] = body.get("kind")
    if language:
        found = in_language(found, language)
        found.pop("fallback", None)
    reason = why(body, match.tier, search, language or "en")
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
    asked, best = search.asked_for, (0, None, "", None)
    for field, text, its in said(body, FALLBACK[language]):
        number = asked.held(words_in(text))
        if number > best[0]:
            best = (number, field, text, its)
            if number == asked.number:
                break
    places = {
        slug for place in search.understood[0] for slug in (place.slug, place.district) if slug
    }
    if best[0] < asked.number and places:
        for field, place in fields_of(body["type"]).keyed_places(body):
            if places & {place["slug"], *place["within"]}:
                return reason(field, *chosen(place["name"], language))
    number, field, text, its = best
    its = its or printed_in(body.get("sources", ()))
    return reason(field, excerpt(text, asked), its) if field else None


def reason(field, text, language=None):
    return {"field": field, "text": text, "language": language}


def _name(body, tier, search, language):
    names = [("name", body["name"][code], code) for code in FALLBACK[language]]
    names += [
        ("other_names", other["name"], other["language"]) for other in body.get("other_names", ())
    ]
    for field, name, its in names:
        if name and _is_called(name, tier, search):
            return reason(field, name, its)
    return reason("name", *chosen(body["name"], language))


def _is_called(name, tier, search):
    """Whether it is by this name that a record is in its tier."""
    folded = fold(name)
    if int(tier) == NAMES:
        return search.asked_for.held(set(folded.split())) == search.asked_for.number
    ways = {folded, fold(without_form(name))}
    if int(tier) == BEGINS:
        begun = tuple(search.begun[tier != BEGINS])
        return any(way.startswith(begun) for way in ways)
    return tier == EQUAL and not search.names.isdisjoint(ways)


def marked(text, asked):
    """[(part, whether it is one of the words)] of a text, whichever way they are spelled."""
    parts, end = [], 0
    for start, after in _places(text, asked):
        parts += [(text[end:start], False), (text[start:after], True)]
        end = after
    return [part for part in [*parts, (text[end:], False)] if part[0]]


def _places(text, asked):
    """Yields where each of the words begins and ends."""
    for found in WORD.finditer(text):
        if asked.is_one(found[0]):
            yield found.span()


def excerpt(text, asked):
    """The text around the first of the words; all of it if it is short."""
    text = " ".join(text.split())
    if len(text) <= EXCERPT:
        return text
    at, _end = next(_places(text, asked), (len(text), None))
    first = text.rfind(" ", 0, max(0, at - EXCERPT // 3)) + 1
    last = text.rfind(" ", at + 1, first + EXCERPT) if len(text) > first + EXCERPT else len(text)
    last = last if last > at else min(len(text), first + EXCERPT)
    return f"{'… ' if first else ''}{text[first:last]}{' …' if last < len(text) else ''}"
