"""Names for what is being typed: which records may be meant."""

from typing import NamedTuple

from django.db.models import Case, IntegerField, When

from registry.cards.models import Card, SearchName

from ..vocabulary import Vocabulary
from .interpretations import SURE, layouts, likeliest, misspelled, placed, said_of
from .place_words import asks_nothing
from .query import BEGINS, EQUAL, NAMES, Search, beginning_of, begins, holding, union

MAX_NAMES = 300  # looked at to complete one


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
    rest = " ".join(word for word in search.words if not asks_nothing(word))
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
    """Names for what is being typed: matches, those that begin like it before others.

    A place that is written as in a sentence or an address comes first, as in the search.
    """
    search = Search(text, types)
    if not search.words:
        return []
    tiers = _begun(search)
    meant = [] if EQUAL in tiers.values() else _meant(search)
    keys = list(dict.fromkeys([*meant, *tiers]))[:most]
    if len(keys) < most and len(search.beginning) > 1:
        named = holding(search.meaning, "names", forms=True)
        inside = Card.objects.filter(type__in=search.types, pk__in=named)
        inside = inside.exclude(pk__in=keys).order_by(
            kinds(search.types), f"name_{language}", "public_id"
        )
        keys += inside.values_list("pk", flat=True)[: most - len(keys)]
    tiers |= dict.fromkeys(meant, EQUAL)
    cards = Card.objects.in_bulk(keys)
    return [Match(cards[key], tiers.get(key, NAMES)) for key in keys if key in cards]


def _begun(search):
    """{key of a card: tier} of those with a name that begins with what was typed, best first."""
    # It may be the beginning of a spelling, or of another one of the same sound; and it may have
    # words before it that are of no name: г. Мін.
    typed = [search.folded, search.beginning]
    bare = [word for word in search.words[:-1] if not asks_nothing(word)]
    if len(bare) < len(search.words) - 1:
        typed.append(" ".join([*bare, beginning_of(search.words[-1])]))
    alike = [
        SearchName.objects.filter(type__in=search.types, **begins(beginning))
        .order_by("name", "type", "card__public_id")
        .values("pk")[:MAX_NAMES]
        for beginning in dict.fromkeys(typed)
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
    return tiers


def _meant(search):
    """The keys of the places that were understood, largest first, if nothing else is asked."""
    # One word in Latin letters is a name as it stands, and that was looked for already.
    if "location" not in search.types or (search.is_latin and len(search.words) == 1):
        return []
    search.understand(Vocabulary({}, (), set(search.runs)))
    places, rest = search.understood
    slugs = [place.slug for place in places] if not rest else []
    found = Card.objects.of("location").filter(slug__in=slugs) if slugs else Card.objects.none()
    keys = dict(found.values_list("slug", "pk"))
    return [keys[slug] for slug in slugs if slug in keys]
