"""Names for what is being typed: which records may be meant."""

from typing import NamedTuple

from django.db.models import Case, IntegerField, When

from registry.cards.models import Card, SearchName

from .meaning import SURE, layouts, likeliest, misspelled, placed, said_of
from .search import BEGINS, EQUAL, KINDS, NAMES, Search, begins, holding, union

MOST_NAMES = 300  # looked at to complete one


class Match(NamedTuple):
    """A card that was found, and its tier."""

    card: Card
    tier: int


def kinds(types):
    """The types in their order, as numbers."""
    places = [When(type=each, then=n) for n, each in enumerate(types)]
    return Case(*places, default=len(places), output_field=IntegerField())


def suggest(text, types, language="en", most=10):
    """(matches for what is being typed, the search): where nothing begins so, for what was meant.

    Words for a kind of place are left out; a name that is spelled much like it comes before those
    that begin so in another spelling alone. Then the other layouts of the keyboard are tried, and
    names that hold most of the words.
    """
    search = placed(text, types)
    if not search.words:
        return [], search
    rest = " ".join(word for word in search.words if word not in KINDS)
    matches = complete(text, types, language, most) or complete(rest, types, language, most)
    if matches:
        if all(match.tier != EQUAL for match in matches):
            matches = _with_misspelled(search, matches)[:most]
        return matches, search
    for other in layouts(text):
        if matches := complete(other, types, language, most):
            search.shown_for = other
            return matches, search
    likely = [each for each in likeliest(search) if each.score >= SURE]
    likely = [each for each in likely if each.card.type in search.types][:most]
    if likely:
        search.shown_for = said_of(likely[0], text)
    return [Match(each.card, NAMES) for each in likely], search


def _with_misspelled(search, matches):
    likely = misspelled(search)
    if likely is None or likely.card.type not in search.types:
        return matches
    search.shown_for = said_of(likely, search.text)
    others = [match for match in matches if match.card.pk != likely.card.pk]
    return [Match(likely.card, NAMES), *others]


def complete(text, types, language="en", most=10):
    """Names for what is being typed: matches, those that begin like it before others."""
    search = Search(text, types)
    if not search.words:
        return []
    # What is typed may be the beginning of a spelling, or of another one of the same sound.
    alike = [
        SearchName.objects.filter(type__in=search.types, **begins(beginning))
        .order_by("name", "type", "card__public_id")
        .values("pk")[:MOST_NAMES]
        for beginning in (search.folded, search.beginning)
    ]
    rows = SearchName.objects.filter(pk__in=union(*alike))
    ranked = sorted(
        (
            name != search.folded,
            not name.startswith(search.folded),
            search.types.index(kind),
            len(name),
            name,
            str(identity),
            card,
        )
        for card, kind, name, identity in rows.values_list(
            "card", "type", "name", "card__public_id"
        )
    )
    tiers = {}
    for differs, *_rest, card in ranked:
        tiers.setdefault(card, BEGINS if differs else EQUAL)
    keys = list(tiers)[:most]
    if len(keys) < most and len(search.beginning) > 1:
        named = holding(search.words, "names")
        inside = Card.objects.filter(type__in=search.types, pk__in=named)
        inside = inside.exclude(pk__in=keys).order_by(
            kinds(search.types), f"name_{language}", "public_id"
        )
        keys += inside.values_list("pk", flat=True)[: most - len(keys)]
    cards = Card.objects.in_bulk(keys)
    return [Match(cards[key], tiers.get(key, NAMES)) for key in keys if key in cards]
