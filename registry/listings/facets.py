"""How many rows each further choice would give, by two statements for all groups together.

A count is what the list would give with the group set to that value alone, the other groups as
they are. So a group with a choice is counted on the list without that choice; all groups without
one share one count over the list itself.
"""

from collections import Counter, defaultdict
from datetime import MAXYEAR, MINYEAR
from typing import NamedTuple

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, Substr

from registry.cards import statuses, term_counts
from registry.cards.clock import today
from registry.cards.index import NONE
from registry.cards.models import Card, CardSpan, CardTerm, TermCount
from registry.cards.private_django import statement_of

from .vocabulary import Word

MAX_PLACES = 500  # named one by one in a query
MAX_YEARS = 200  # offered, counted from the newest
OWN = "own_"  # before the name of a group that only its parts fill: "none" of its own


def cached_until_change(counter, what, compute):
    """What the registry as a whole gives: computed once in a process for each change and day.

    `counter` was read before: for a reply with an ETag it is `request.counter`.
    """
    key = f"{counter.registry}:{counter.number}:{today()}:{what}"
    # No timeout: with the next change, a withdrawal among them, nobody asks for this key.
    return caches["kept"].get_or_set(key, compute, timeout=None)


class Facets(NamedTuple):
    """{group: [{"value", "label", "count", …}]}: what a further choice would give; and how many
    there are as it is."""

    groups: dict
    count: int  # type: ignore[assignment]  # not the method of tuples, which nobody asks for


def facets_of(listing, counter=None):
    """The facets of the listing; with the counter, those of a whole collection are kept until
    something changes."""
    if counter is None or not listing.is_whole:
        return _facets(listing)
    return cached_until_change(counter, f"facets:{listing.card_type}", lambda: _facets(listing))


def _facets(listing):
    groups = {name: each for name, each in listing.filters.items() if each.facet}
    counts, number = _count(listing, groups)
    words = _words(listing, groups, counts)
    items = {name: each.facet.items(each, counts[name], words) for name, each in groups.items()}
    return Facets(items, number)


def _count(listing, groups):
    """({group: {value: number}}, the number of all)."""
    if listing.is_whole and (kept := _kept(listing, groups)):
        return kept
    shared = [
        parameter.group
        for name, parameter in groups.items()
        if parameter.shares_count and not listing.cleaned[name]
    ]
    branches = [_rows(_cards(listing), literal("count"), literal(""))]
    if shared:
        branches += _term_rows(listing, (), shared)
    for name, parameter in groups.items():
        if parameter.group is None or parameter.group not in shared:
            branches += parameter.facet.rows(parameter, [name] if listing.cleaned[name] else ())
    counts = _added_up(branches)
    return counts, counts.pop("count", {}).get("", 0)


def _kept(listing, groups):
    """The same of a whole collection, of which only what depends on the day has to be counted."""
    kept = TermCount.objects.filter(type=listing.card_type)
    branches = [_kept_rows(kept.filter(group="", value="", among=""), "count")]
    for parameter in groups.values():
        branches += parameter.facet.kept_rows(parameter, kept)
    counts = _added_up(branches)
    if "count" not in counts:
        return None  # there is nothing, or something is withheld
    number = counts.pop("count")[""]
    for name, parameter in groups.items():
        counts[name] = parameter.facet.completed(counts[name], number)
    return counts, number


def _kept_rows(rows, group, value="value"):
    return rows.annotate(facet_group=literal(group)).values_list("facet_group", value, "cards")


def _added_up(branches):
    """{group: {value: number}} of rows of (group, value, number), read in one statement."""
    counts = defaultdict(dict)
    for group, value, number in branches[0].union(*branches[1:], all=True):
        counts[group][value] = counts[group].get(value, 0) + number
    return counts


def _cards(listing, without=()):
    return (listing.selection.cards(without) if without else listing.selection.all).order_by()


def literal(text):
    return Value(text, output_field=CharField())


def _rows(cards, group, value):
    rows = cards.annotate(facet_group=group, facet_value=value)
    rows = rows.values("facet_group", "facet_value").annotate(number=Count("pk"))
    return rows.values_list("facet_group", "facet_value", "number")


def _marks():
    """Of a term that only its parts give: what marks it (`registry.cards.index`)."""
    value = Concat(OuterRef("group"), Value(":"), OuterRef("value"), output_field=CharField())
    return Exists(CardTerm.objects.filter(card=OuterRef("card"), group="reach", value=value))


def of_its_own(terms, group, values):
    """The terms of the group that a record has without its parts."""
    own = Q(group=group, value__in=values) & ~_marks()
    return terms.filter(own | Q(group=f"{OWN}{group}", value__in=values))


def _term_rows(listing, without, groups):
    """Rows of (group, value, number) of these groups."""
    terms = _terms(listing, without)
    if not listing.own_only:
        return [_numbers(terms.filter(group__in=groups), F("group"))]
    own = _numbers(terms.filter(~_marks(), group__in=groups), F("group"))
    emptied = terms.filter(group__in=[f"{OWN}{group}" for group in groups])
    return [own, _numbers(emptied, Substr("group", len(OWN) + 1))]


def _numbers(terms, group):
    counted = terms.annotate(facet_group=group).values("facet_group", "value")
    return counted.annotate(number=Count("pk")).values_list("facet_group", "value", "number")


def _terms(listing, without):
    if _statement(_cards(listing, without)) == _statement(Card.objects.of(listing.card_type)):
        return CardTerm.objects.filter(type=listing.card_type)  # of simply all
    keys = listing.selection.card_keys(without)
    if listing.selection.is_most(without):
        # One walk along the lists of values: to look at nearly each of the cards is dearer. As an
        # expression the key offers no index by which SQLite would do that.
        key = ExpressionWrapper(F("card_id") + 0, output_field=BigIntegerField())
        terms = CardTerm.stored.filter(type=listing.card_type)
        return terms.annotate(key=key).filter(key__in=keys)
    # Without the type, which the cards have anyway, SQLite reads the terms card by card.
    return CardTerm.stored.filter(card__in=keys)


def _statement(cards):
    """What would be asked of the database, or None where that is known to be nothing."""
    try:
        return statement_of(cards.order_by().values("pk"))
    except EmptyResultSet:
        return None


def _words(listing, groups, counts):
    """{(type, slug): word} of the places and terms that are offered, as far as they are public."""
    words = dict(listing.vocabulary.slugs)
    words |= {(word.type, word.slug): word for word in listing.vocabulary.codes.values()}
    cards = [
        part
        for name, parameter in groups.items()
        if parameter.word_type
        for part in parameter.facet.offered(
            parameter, [each for each in counts[name] if each != NONE]
        )
    ]
    if cards:
        rows = [part.order_by().values_list("type", "slug", "body") for part in cards]
        for kind, slug, text in rows[0].union(*rows[1:], all=True):
            words[kind, slug] = Word(kind, slug, text)
    return words


def chosen_words(parameter):
    """The words among the chosen values."""
    chosen = parameter.listing.cleaned[parameter.name] or []
    return [parameter.word(value) for value in chosen if value != NONE]


class TermFacet:
    """How the values of a parameter over terms are counted: `rows` are read, `items` are shown."""

    def rows(self, parameter, without):
        """Rows of (group, value, number), as if the parameters named had not been given: querysets,
        to be read in one statement."""
        return _term_rows(parameter.listing, without, [parameter.group])

    def kept_rows(self, parameter, kept):
        """The same of a whole collection, from the counts that are kept of its type."""
        return [_kept_rows(kept.filter(group=parameter.group, among=""), parameter.name)]

    def completed(self, counts, number):
        """The counts that are kept with what they do not say, of so many cards."""
        return counts


class CodeFacet(TermFacet):
    """All codes of a list, those without rows as well."""

    def items(self, parameter, counts, words):
        return [
            {"value": value, "label": parameter.texts(value), "count": counts.get(value, 0)}
            for value in parameter.allowed()
        ]


class StatusFacet(CodeFacet):
    def rows(self, parameter, without):
        return self._counted(parameter, _cards(parameter.listing, without))

    def _counted(self, parameter, cards):
        conditions = statuses.conditions(parameter.listing.today).items()
        whens = [When(condition, then=literal(status)) for status, condition in conditions]
        return [_rows(cards, literal(parameter.name), Case(*whens, output_field=CharField()))]

    def kept_rows(self, parameter, kept):
        group, value = term_counts.UNDATED
        undated = _kept_rows(kept.filter(group=group, value=value, among=""), parameter.name)
        # Most have ended: only the others are counted.
        left = parameter.listing.selection.all.filter(end__gte=parameter.listing.today)
        return [undated, *self._counted(parameter, left.order_by())]

    def completed(self, counts, number):
        found = Counter(counts)
        found[statuses.Status.UNKNOWN.value] += found.pop(NONE, 0)
        found[statuses.Status.ENDED.value] = number - found.total()
        return found


class RoleFacet(CodeFacet):
    def rows(self, parameter, without):
        holders, roles = parameter.holders, parameter.codes.values
        if not holders:
            return super().rows(parameter, without)
        pairs = [f"{role}:{slug}" for role in roles for slug in holders]
        whens = [When(value__startswith=f"{role}:", then=literal(role)) for role in roles]
        # As an expression, or SQLite would look for each of the pairs at each of the cards.
        terms = CardTerm.objects.annotate(pair=Concat("value", literal(""))).filter(
            group="organisation_role",
            pair__in=pairs,
            card__in=_cards(parameter.listing, without).values("pk"),
        )
        if parameter.listing.own_only:
            terms = terms.filter(~_marks())
        # Two of the organisations may have the role in one record.
        rows = terms.annotate(
            facet_group=literal(parameter.name), role=Case(*whens, output_field=CharField())
        )
        rows = rows.values("facet_group", "role").annotate(number=Count("card", distinct=True))
        return [rows.values_list("facet_group", "role", "number")]


class WordFacet(TermFacet):
    """Values that are cards: those counted and those chosen, each after what it is part of."""

    def offered(self, parameter, counted):
        """The cards of the values to offer, and of what is above those chosen."""
        slugs = {slug for word in chosen_words(parameter) for slug in word.body["within"]}
        return [Card.objects.filter(type=parameter.word_type, slug__in=sorted({*slugs, *counted}))]

    def items(self, parameter, counts, words):
        slugs = {slug: number for slug, number in counts.items() if slug != NONE}
        slugs |= {word.slug: slugs.get(word.slug, 0) for word in chosen_words(parameter)}
        kind = parameter.word_type
        found = [(words[kind, slug], n) for slug, n in slugs.items() if (kind, slug) in words]
        found.sort(key=lambda pair: _path(pair[0], words))
        items = [self._item(word, number, words) for word, number in found]
        none = {"value": NONE, "label": parameter.texts(NONE), "count": counts.get(NONE, 0)}
        return [*items, none]

    def _item(self, word, number, words):
        above = word.parent and words.get((word.type, word.parent))
        item = {"value": word.value}
        if word.type == "location":
            item["kind"] = word.body["kind"]
        parent = above.value if above else word.parent
        return item | {"parent": parent, "label": word.name, "count": number}


def _path(word, words):
    """Where it stands in the tree: the names from the top down."""
    above = [words.get((word.type, slug)) for slug in reversed(word.body["within"])]
    return [spelled(each) for each in [*filter(None, above), word]]


def spelled(word):
    return (word.name["en"] or word.name["be"] or word.name["ru"] or "", word.slug)


class PlaceFacet(WordFacet):
    """Countries and their regions, and what lies directly in a chosen place."""

    def kept_rows(self, parameter, kept):
        codes = CardTerm.objects.filter(type="location", group="code")
        top = Card.objects.filter(type="location", pk__in=codes.values("card"))
        # Not of each village, of which none is offered.
        at_top, none = kept.filter(value__in=top.values("slug")), kept.filter(value=NONE)
        return [*super().kept_rows(parameter, at_top), *super().kept_rows(parameter, none)]

    def offered(self, parameter, counted):
        slugs = [word.slug for word in chosen_words(parameter)]
        # Found by their terms: with the type beside it, SQLite would read all places instead.
        places = Card.objects.all()
        if len(counted) <= MAX_PLACES:
            places = places.filter(slug__in=counted)
        terms = CardTerm.objects.filter(type="location")
        parts = [places.filter(pk__in=terms.filter(group="code").values("card"))]
        if slugs:
            inside = terms.filter(group="parent", value__in=slugs)
            above = super().offered(parameter, [])
            parts += [places.filter(pk__in=inside.values("card")), *above]
        return parts


class YearFacet:
    """Years with a known bound; a side that is open ends this year, or where it began."""

    def rows(self, parameter, without):
        listing = parameter.listing
        return _span_rows(_cards(listing, without), parameter.name, listing.own_only)

    def kept_rows(self, parameter, kept):
        kept = kept.filter(group="", value="").exclude(among="")
        return [_kept_rows(kept, parameter.name, "among")]

    def completed(self, counts, number):
        return counts

    def items(self, parameter, counts, words):
        listing = parameter.listing
        chosen = {int(value) for value in listing.cleaned[parameter.name] or [] if value != NONE}
        years, undated = spread(counts, listing.today.year, chosen)
        items = [(f"{year:04}", number) for year, number in reversed(years.items())]
        return [
            {"value": value, "label": parameter.texts(value), "count": number}
            for value, number in [*items, (NONE, undated)]
        ]


def by_year(card_type, group, value):
    """({year: how many cards with the term are active in it}, how many have no year): one query,
    if the years of the group are counted.

    The numbers are those of the facet, and so of the lists of these years.
    """
    counts = term_counts.years_of(card_type, group, value)
    if counts is None:
        cards = Card.objects.with_term(card_type, group, [value]).order_by()
        counts = _added_up(_span_rows(cards, "year"))["year"]
    return spread(counts, today().year)


def _span_rows(cards, group, own=False):
    """Rows of (group, "2015-2016", number): querysets, to be read in one statement.

    Of a card with gaps each span counts; no two of them share a year.
    """
    if own:
        return [_rows(cards, literal(group), _years("start", "end"))]
    whole = _rows(cards.filter(gaps=False), literal(group), _years("active_start", "active_end"))
    spans = CardSpan.objects.filter(card__in=cards.filter(gaps=True).values("pk"))
    return [whole, _rows(spans, literal(group), _years("start", "end"))]


def _years(start, end):
    first, last = (Substr(Cast(F(side), TextField()), 1, 4) for side in (start, end))
    return Concat(first, literal("-"), last, output_field=CharField())


def spread(counts, this_year, chosen=frozenset()):
    """The numbers of spans as ({year: number}, oldest first, and the number without a year)."""
    spans, undated = {}, 0
    for span, number in counts.items():
        first, last = map(int, span.split("-"))
        if first > last:
            undated = number
        else:
            spans[first, last] = number
    offered = set()
    for first, last in spans:
        begin, end = first, last
        if first == MINYEAR:
            begin = last if last < MAXYEAR else this_year
        if last == MAXYEAR:
            end = max(begin, this_year)
        offered |= set(range(max(begin, end - MAX_YEARS + 1), end + 1))
    years = sorted(chosen | set(sorted(offered)[-MAX_YEARS:]))
    return {
        year: sum(n for (first, last), n in spans.items() if first <= year <= last)
        for year in years
    }, undated
