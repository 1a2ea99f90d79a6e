"""How the values of each kind of parameter are counted, and how they are shown."""

from collections import Counter
from typing import ClassVar

from django.db.models import Case, CharField, Count, Q, When
from django.db.models.functions import Concat

from registry.cards import statuses, term_counts
from registry.cards.index import NONE
from registry.cards.models import Card, CardTerm

from .counting import (
    cards_of,
    literal,
    only_of_parts,
    rows_kept,
    rows_of,
    rows_of_spans,
    spread,
    term_rows,
)

MAX_PLACES = 500  # named one by one in a query


def chosen_cards(parameter):
    """The cards that were chosen, each as it is named."""
    chosen = parameter.listing.cleaned[parameter.name] or []
    return [parameter.card_of(value) for value in chosen if value != NONE]


class TermFacet:
    """How the values of a parameter over terms are counted: `rows` are read, `items` are shown."""

    # Whether the counts that are kept of its group are its own, read with those of other groups.
    kept_by_group = True

    def rows(self, parameter, without):
        """Rows of (group, value, number), as if the parameters named had not been given: querysets,
        to be read in one statement."""
        return term_rows(parameter.listing, without, [parameter.group])

    def named_beside(self, parameter):
        """Lists of texts that `kept_rows` is given, beside the values themselves."""
        return []

    def kept_rows(self, parameter, kept):
        """The same of a whole collection, from the counts that are kept of its type."""
        return [rows_kept(kept.filter(group=parameter.group, among=""), literal(parameter.name))]

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
    kept_by_group = False

    def rows(self, parameter, without):
        return self._counted(parameter, cards_of(parameter.listing, without))

    def _counted(self, parameter, cards):
        conditions = statuses.conditions(parameter.listing.today).items()
        whens = [When(condition, then=literal(status)) for status, condition in conditions]
        return [rows_of(cards, literal(parameter.name), Case(*whens, output_field=CharField()))]

    def kept_rows(self, parameter, kept):
        group, value = term_counts.UNDATED
        undated = kept.filter(group=group, value=value, among="")
        # Most have ended: only the others are counted.
        left = parameter.listing.selection.all.filter(end__gte=parameter.listing.today)
        counted = self._counted(parameter, left.order_by())
        return [rows_kept(undated, literal(parameter.name)), *counted]

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
        # Put together in SQL: a mark can stand for a slug, and not for both.
        pairs = [Concat(literal(f"{role}:"), literal(slug)) for role in roles for slug in holders]
        whens = [When(value__startswith=f"{role}:", then=literal(role)) for role in roles]
        # As an expression, or SQLite would look for each of the pairs at each of the cards.
        terms = CardTerm.objects.annotate(pair=Concat("value", literal(""))).filter(
            group="organisation_role",
            pair__in=pairs,
            card__in=cards_of(parameter.listing, without).values("pk"),
        )
        if parameter.listing.own_only:
            terms = terms.filter(~only_of_parts())
        # Two of the organisations may have the role in one record.
        rows = terms.annotate(
            facet_group=literal(parameter.name), role=Case(*whens, output_field=CharField())
        )
        rows = rows.values("facet_group", "role").annotate(number=Count("card", distinct=True))
        return [rows.values_list("facet_group", "role", "number")]


class CardFacet(TermFacet):
    """Values that are cards: those counted and those chosen, each after what it is part of."""

    # How cards to offer are looked up: {way: what gives them for a list of slugs}.
    WAYS: ClassVar = {
        "term": lambda slugs: Card.objects.filter(type="term", slug__in=slugs),
        "location": lambda slugs: Card.objects.filter(type="location", slug__in=slugs),
        "inside": lambda slugs: _places("parent", slugs),
        "top": lambda slugs: _places("code").filter(slug__in=slugs),
        "top but": lambda slugs: _places("code").exclude(slug__in=slugs),
    }

    def offered(self, parameter, counted):
        """{way: slugs} of the cards of the values to offer, and of what is above those chosen."""
        above = {slug for card in chosen_cards(parameter) for slug in card.body["within"]}
        return {parameter.value_type: {*above, *counted}}

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
    return [each.sorted_as(language) for each in [*filter(None, above), card]]


class PlaceFacet(CardFacet):
    """Countries and their regions, and what lies directly in a chosen place."""

    kept_by_group = False

    def named_beside(self, parameter):
        """The slugs of the places chosen, and of those around them."""
        chosen = chosen_cards(parameter)
        around = {slug for card in chosen for slug in card.body["within"]}
        return [[card.slug for card in chosen], sorted(around)]

    def kept_rows(self, parameter, kept, chosen=(), around=()):
        # Found by their terms: with the type beside it, SQLite would read all places instead.
        codes = CardTerm.objects.filter(type="location", group="code")
        top = Card.objects.filter(pk__in=codes.values("card"))
        # Not of each village: of these are offered those chosen, what is inside, what is above.
        at_top = Q(value__in=top.values("slug"))
        parts = [kept.filter(at_top), kept.filter(value=NONE)]  # which is the slug of no place
        if chosen:
            named = Q(value__in=[*chosen, *around])
            parts.append(kept.filter(named).exclude(at_top))
            inside = Card.objects.with_term("location", "parent", chosen)
            others = kept.filter(value__in=inside.values("slug"))
            parts.append(others.exclude(at_top).exclude(named))
        return [row for part in parts for row in super(PlaceFacet, self).kept_rows(parameter, part)]

    def offered(self, parameter, counted):
        chosen = [card.slug for card in chosen_cards(parameter)]
        few = len(counted) <= MAX_PLACES
        top = {"top": counted} if few else {"top but": [""]}
        return {"inside": chosen, **top, **(super().offered(parameter, []) if chosen else {})}


def _places(group, values=None):
    """The places with such a term. They are found by it: with their type beside it, SQLite would
    read all places."""
    terms = CardTerm.objects.filter(type="location", group=group)
    if values is not None:
        terms = terms.filter(value__in=values)
    return Card.objects.filter(pk__in=terms.values("card"))


class YearFacet:
    """Years with a known bound; a side that is open ends this year, or where it began."""

    kept_by_group = False

    def rows(self, parameter, without):
        listing = parameter.listing
        return rows_of_spans(cards_of(listing, without), parameter.name, listing.own_only)

    def kept_rows(self, parameter, kept):
        kept = kept.filter(group="", value="").exclude(among="")
        return [rows_kept(kept, literal(parameter.name), "among")]

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
