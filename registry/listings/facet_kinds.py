"""How the values of each kind of parameter are counted, and how they are shown."""

from typing import ClassVar

from registry.cards.index import NONE
from registry.cards.models import Card, CardTerm

from .counting import spread

MAX_PLACES = 500  # named one by one in a query


def chosen_cards(parameter):
    """The cards that were chosen, each as it is named."""
    chosen = parameter.listing.cleaned[parameter.name] or []
    return [parameter.card_of(value) for value in chosen if value != NONE]


class TermFacet:
    """How the values of a parameter over terms are counted, and how they are shown (`items`)."""

    def want_sets(self, parameter, sets):
        """Tell which stored sets it is counted by."""
        sets.want(parameter.group)

    def counts(self, parameter, sets, among):
        """{value: how many of the cards among these have it}, of those that any has."""
        return sets.numbers(parameter.group, among)


class CodeFacet(TermFacet):
    """All codes of a list, those without rows as well."""

    def items(self, parameter, counts, named):
        return [
            {"value": value, "label": parameter.texts(value), "count": counts.get(value, 0)}
            for value in parameter.allowed()
        ]


def _numbers(found, among):
    return {value: (cards & among).bit_count() for value, cards in found.items()}


class StatusFacet(CodeFacet):
    def want_sets(self, parameter, sets):
        sets.want_days()

    def counts(self, parameter, sets, among):
        return _numbers(sets.by_status(parameter.listing.today), among)


class RoleFacet(CodeFacet):
    def want_sets(self, parameter, sets):
        if not parameter.holders:
            super().want_sets(parameter, sets)

    def counts(self, parameter, sets, among):
        if not parameter.holders:
            return super().counts(parameter, sets, among)
        return _numbers(parameter.sets_of_holders, among)


class CardFacet(TermFacet):
    """Values that are cards: those counted and those chosen, each after what it is part of."""

    # How cards to offer are looked up: {way: what gives them for slugs}.
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

    def want_sets(self, parameter, sets):
        # Not of each village: of these are offered those named, what is inside, what is above.
        named = parameter.listing.named_cards
        cards = [*named.slugs.values(), *named.codes.values()]
        named = {card.slug for card in cards if card.type == parameter.value_type}
        chosen = chosen_cards(parameter)
        around = {slug for card in chosen for slug in card.body["within"]}
        sets.want(parameter.group, {NONE, *named, *around})
        sets.want_places({card.slug for card in chosen})

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

    def want_sets(self, parameter, sets):
        sets.want_years()

    def counts(self, parameter, sets, among):
        """As `spread` takes them."""
        return sets.spans(among)

    def items(self, parameter, counts, named):
        listing = parameter.listing
        chosen = {int(value) for value in listing.cleaned[parameter.name] or [] if value != NONE}
        years, undated = spread(counts, listing.today.year, chosen)
        items = [(f"{year:04}", number) for year, number in reversed(years.items())]
        return [
            {"value": value, "label": parameter.texts(value), "count": number}
            for value, number in [*items, (NONE, undated)]
        ]
