"""How many rows each further choice would give, by two statements for all groups together.

A count is what the list would give with the group set to that value alone, the other groups as
they are. So a group with a choice is counted on the list without that choice; all groups without
one share one count over the list itself.
"""

from collections import Counter
from typing import NamedTuple

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
    Value,
    When,
)
from django.db.models.functions import Concat, Substr

from registry.cards import statuses, term_counts
from registry.cards.clock import today
from registry.cards.declarations import declared
from registry.cards.index import NONE
from registry.cards.models import Card, CardTerm, TermCount
from registry.cards.models.change_numbers import keep
from registry.cards.private_django import statement_of
from registry.values.folding import sort_key
from registry.values.texts import spoken

from .counting import added_up, added_up_once, literal, rows_kept, rows_of, rows_of_spans, spread
from .named_cards import NamedCard

MAX_PLACES = 500  # named one by one in a query
OWN = "own_"  # before the name of a group that only its parts fill: "none" of its own


def cached_until_change(counter, what, compute):
    """What the registry as a whole gives: computed once in a process for each change and day.

    `counter` was read before: for a reply with an ETag it is the one that `conditional` gives.
    """
    key = f"{counter.registry}:{counter.number}:{today()}:{what}"
    # No timeout: with the next change, a withdrawal among them, nobody asks for this key.
    return keep(key, compute)


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
    what = f"facets:{listing.card_type}:{listing.reading_language}"
    return cached_until_change(counter, what, lambda: _facets(listing))


def _facets(listing):
    groups = {name: each for name, each in listing.filters.items() if each.facet}
    counts, number = _count(listing, groups)
    named = _named(listing, groups, counts)
    items = {name: each.facet.items(each, counts[name], named) for name, each in groups.items()}
    return Facets(items, number)


def _count(listing, groups):
    """({group: {value: number}}, the number of all)."""
    if listing.is_whole and (kept := _kept(listing, groups)):
        return kept
    if (term := listing.selection.only_term) and (found := _of_term(listing, groups, *term)):
        return found

    def branches():
        found = [rows_of(_cards(listing), literal("count"), literal(""))]
        for parts in _branches(listing, groups).values():
            found += parts
        return found

    counts = added_up_once(_all_that_matters(listing, groups), branches)
    return counts, counts.pop("count", {}).get("", 0)


def _all_that_matters(listing, groups):
    """What the statement of the facets depends on, or None where that may be anything."""
    if (shape := listing.selection.shape) is None:
        return None
    what, lists = shape
    places = [
        (card.slug, *card.body["within"])
        for parameter in groups.values()
        if parameter.value_type
        for card in chosen_cards(parameter)
    ]
    asked = tuple((name, *values) for name, values in lists.items())
    return what, asked, tuple(places), tuple(groups), listing.today


def _of_term(listing, groups, parameter, term):
    """The same of a list of one term: how many there are and, of some, in which years is kept, as
    is what there is without the term; None if nobody knows."""
    matters = _all_that_matters(listing, groups)
    counts = added_up_once(
        matters and ("kept", *matters),  # another statement than where all is counted
        lambda: _rows_of_term(listing, groups, parameter, term),
    )
    if "count" not in counts:
        return None  # there is nothing, or something is withheld
    whole = counts.pop("whole")[""]
    if parameter.name in groups:
        name = parameter.name
        counts[name] = parameter.facet.completed(counts[name], whole)
    (number,) = counts.pop("count").values()
    return counts, number


def _rows_of_term(listing, groups, parameter, term):
    kept = TermCount.objects.filter(type=listing.card_type)
    own = kept.filter(group=parameter.group, value=term)
    branches = [
        rows_kept(own.filter(among=""), "count"),
        rows_kept(kept.filter(group="", value="", among=""), "whole"),
    ]
    parts = _branches(listing, groups)
    if parameter.name in groups:
        parts[parameter.name] = parameter.facet.kept_rows(parameter, kept)
    if parameter.group in declared[listing.card_type].years_counted_in and "year" in groups:
        parts["year"] = [rows_kept(own.filter(among__contains="-"), "year", "among")]
    for each in parts.values():
        branches += each
    return branches


def _branches(listing, groups):
    """{name of a group: its rows}, with those that share a count under no name of any."""
    shared = [
        parameter.group
        for name, parameter in groups.items()
        if parameter.shares_count and not listing.cleaned[name]
    ]
    branches = {"": _term_rows(listing, (), shared)} if shared else {}
    for name, parameter in groups.items():
        if parameter.group is None or parameter.group not in shared:
            without = [name] if listing.cleaned[name] else ()
            branches[name] = parameter.facet.rows(parameter, without)
    return branches


def _kept(listing, groups):
    """The same of a whole collection, of which only what depends on the day has to be counted."""
    kept = TermCount.objects.filter(type=listing.card_type)
    branches = [rows_kept(kept.filter(group="", value="", among=""), "count")]
    for parameter in groups.values():
        branches += parameter.facet.kept_rows(parameter, kept)
    counts = added_up(branches)
    if "count" not in counts:
        return None  # there is nothing, or something is withheld
    number = counts.pop("count")[""]
    for name, parameter in groups.items():
        counts[name] = parameter.facet.completed(counts[name], number)
    return counts, number


def _cards(listing, without=()):
    return (listing.selection.cards(without) if without else listing.selection.all).order_by()


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


def _named(listing, groups, counts):
    """{(type, slug): card} of the places and terms that are offered, as far as they are public."""
    named = dict(listing.named_cards.slugs)
    named |= {(card.type, card.slug): card for card in listing.named_cards.codes.values()}
    cards = [
        offered
        for name, parameter in groups.items()
        if parameter.value_type
        for offered in parameter.facet.offered(
            parameter, [each for each in counts[name] if each != NONE]
        )
    ]
    if cards:
        rows = [each.order_by().values_list("type", "slug", "body") for each in cards]
        for kind, slug, text in rows[0].union(*rows[1:], all=True):
            named[kind, slug] = NamedCard(kind, slug, text)
    return named


def chosen_cards(parameter):
    """The cards that were chosen, each as it is named."""
    chosen = parameter.listing.cleaned[parameter.name] or []
    return [parameter.card_of(value) for value in chosen if value != NONE]


class TermFacet:
    """How the values of a parameter over terms are counted: `rows` are read, `items` are shown."""

    def rows(self, parameter, without):
        """Rows of (group, value, number), as if the parameters named had not been given: querysets,
        to be read in one statement."""
        return _term_rows(parameter.listing, without, [parameter.group])

    def kept_rows(self, parameter, kept):
        """The same of a whole collection, from the counts that are kept of its type."""
        return [rows_kept(kept.filter(group=parameter.group, among=""), parameter.name)]

    def completed(self, counts, number):
        """The counts that are kept with what they do not say, of so many cards."""
        return counts


class CodeFacet(TermFacet):
    """All codes of a list, those without rows as well."""

    def items(self, parameter, counts, named):
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
        return [rows_of(cards, literal(parameter.name), Case(*whens, output_field=CharField()))]

    def kept_rows(self, parameter, kept):
        group, value = term_counts.UNDATED
        undated = rows_kept(kept.filter(group=group, value=value, among=""), parameter.name)
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


class CardFacet(TermFacet):
    """Values that are cards: those counted and those chosen, each after what it is part of."""

    def offered(self, parameter, counted):
        """The cards of the values to offer, and of what is above those chosen."""
        slugs = {slug for card in chosen_cards(parameter) for slug in card.body["within"]}
        return [Card.objects.filter(type=parameter.value_type, slug__in=sorted({*slugs, *counted}))]

    def items(self, parameter, counts, named):
        slugs = {slug: number for slug, number in counts.items() if slug != NONE}
        slugs |= {card.slug: slugs.get(card.slug, 0) for card in chosen_cards(parameter)}
        kind = parameter.value_type
        found = [(named[kind, slug], n) for slug, n in slugs.items() if (kind, slug) in named]
        language = parameter.listing.reading_language
        found.sort(key=lambda pair: _path(pair[0], named, language))
        items = [self._item(card, number, named) for card, number in found]
        none = {"value": NONE, "label": parameter.texts(NONE), "count": counts.get(NONE, 0)}
        return [*items, none]

    def _item(self, card, number, named):
        above = card.parent and named.get((card.type, card.parent))
        item = {"value": card.value}
        if card.type == "location":
            item["kind"] = card.body["kind"]
        parent = above.value if above else card.parent
        return item | {"parent": parent, "label": card.name, "count": number}


def _path(card, named, language):
    """Where it stands in the tree: the names from the top down, by the reader's alphabet."""
    above = [named.get((card.type, slug)) for slug in reversed(card.body["within"])]
    return [
        (sort_key(spoken(each.name, language), language), each.slug)
        for each in [*filter(None, above), card]
    ]


class PlaceFacet(CardFacet):
    """Countries and their regions, and what lies directly in a chosen place."""

    def kept_rows(self, parameter, kept):
        # Found by their terms: with the type beside it, SQLite would read all places instead.
        codes = CardTerm.objects.filter(type="location", group="code")
        top = Card.objects.filter(pk__in=codes.values("card"))
        # Not of each village: of these are offered those chosen, what is inside, what is above.
        chosen = chosen_cards(parameter)
        line = {slug for card in chosen for slug in (card.slug, *card.body["within"])}
        at_top, named = Q(value__in=top.values("slug")), Q(value__in=sorted({NONE, *line}))
        parts = [kept.filter(at_top), kept.filter(named).exclude(at_top)]
        if chosen:
            slugs = [card.slug for card in chosen]
            inside = Card.objects.with_term("location", "parent", slugs)
            others = kept.filter(value__in=inside.values("slug"))
            parts.append(others.exclude(at_top).exclude(named))
        return [row for part in parts for row in super(PlaceFacet, self).kept_rows(parameter, part)]

    def offered(self, parameter, counted):
        slugs = [card.slug for card in chosen_cards(parameter)]
        places = Card.objects.all()  # found by their terms, too
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
        return rows_of_spans(_cards(listing, without), parameter.name, listing.own_only)

    def kept_rows(self, parameter, kept):
        kept = kept.filter(group="", value="").exclude(among="")
        return [rows_kept(kept, parameter.name, "among")]

    def completed(self, counts, number):
        return counts

    def items(self, parameter, counts, named):
        listing = parameter.listing
        chosen = {int(value) for value in listing.cleaned[parameter.name] or [] if value != NONE}
        years, undated = spread(counts, listing.today.year, chosen)
        items = [(f"{year:04}", number) for year, number in reversed(years.items())]
        return [
            {"value": value, "label": parameter.texts(value), "count": number}
            for value, number in [*items, (NONE, undated)]
        ]
