"""Names for what is being typed: which records may be meant."""

from typing import NamedTuple

from registry.cards.models import Card, CardTerm
from registry.cards.read import by_keys
from registry.values.folding import beginnings
from registry.values.legal_forms import kinds_of_form

from ..named_cards import NamedCards
from .full_text import holding, names_from
from .interpretations import SURE, layouts, likeliest, misspelled, said_of, takes_known, with_places
from .place_words import KINDS_SAID, asks_nothing, is_common
from .query import BEGINS, EQUAL, FORM, NAMES, Search
from .ranking import Order, first, in_places

MAX_NAMES = 300  # looked at to complete one
# Kinds that are looked at before the others, whose names are never seen beside many of these.
FIRST = 3


class Match(NamedTuple):
    """A card that was found, and its tier."""

    card: Card
    tier: float  # a whole number, and less than a half more for another form


def suggest(text, types, language="en", most=10):
    """(matches for what is being typed, the search): where nothing begins so, for what was meant.

    Words for a kind of place are left out; a name that is spelled much like it comes before those
    that begin so in another spelling alone. Then the other layouts of the keyboard are tried, and
    names that hold most of the words.
    """
    search = with_places(text, types)
    if not search.words:
        return [], search
    rest = " ".join(word for word in search.words if not asks_nothing(word))
    matches = complete(text, types, language, most) or complete(rest, types, language, most)
    if matches:
        if all(match.tier != EQUAL for match in matches):
            matches, search = _with_misspelled(search, matches)
        return matches[:most], search
    for other in layouts(text):
        if matches := complete(other, types, language, most):
            return matches, search.shown_as(other)
    likely = [each for each in likeliest(search) if each.score >= SURE]
    likely = [each for each in likely if each.card.type in search.types][:most]
    likely = [] if likely and takes_known(likely[0], search) else likely
    if likely:
        search = search.shown_as(said_of(likely[0], text))
    return [Match(each.card, NAMES) for each in likely], search


def _with_misspelled(search, matches):
    likely = misspelled(search, [match.card for match in matches])
    if likely is None or likely.card.type not in search.types:
        return matches, search
    others = [match for match in matches if match.card.pk != likely.card.pk]
    return [Match(likely.card, NAMES), *others], search.shown_as(said_of(likely, search.text))


def complete(text, types, language="en", most=10):
    """Names for what is being typed: matches, those that begin like it before others.

    A place that is written as in a sentence or an address comes first, as in the search.
    """
    search = Search(text, types)
    if not search.words:
        return []
    tiers = called_or_begun(search)
    keys = list(tiers)[:most]
    if len(keys) < most and len(search.folded) > 1:
        in_forms = not any(map(is_common, search.meaning))
        order = in_places("type", search.types), Order(f"name_{language}"), Order("public_id")
        inside: list[int] = []
        for types in filter(None, (search.types[:FIRST], search.types[FIRST:])):
            if len(inside) < most:  # those that are known already may be among them
                named = holding(search.meaning, types, "names", forms=in_forms, alone=True)
                inside += [row[0] for row in first(named, types, order, most)]
        keys = list(dict.fromkeys([*keys, *inside]))[:most]
    cards = by_keys(keys)
    return [Match(cards[key], tiers.get(key, NAMES)) for key in keys if key in cards]


def called_or_begun(search):
    """{key of a card: tier} of the places that were understood and of those with a name that begins
    with what was typed, best first."""
    tiers = _begun(search)
    meant = dict.fromkeys([] if EQUAL in tiers.values() else _meant(search), EQUAL)
    return meant | tiers | meant


def _begun(search):
    """{key of a card: tier} of those with a name that begins with what was typed, best first.

    Best are those that begin with all of it; then what the words for a form or for a kind of place
    say that it is: an organisation, a village.
    """
    # It may be the beginning of a spelling, or of another one of the same sound; and it may have
    # words before it that are of no name: г. Мін.
    *before, last = search.words
    bare = [word for word in before if not asks_nothing(word)]
    whole = " ".join(search.typed)
    just = (whole, search.folded, " ".join([*bare, last]))
    others = [" ".join([*words, each]) for words in (before, bare) for each in beginnings(last)]
    asked, such = _asked_for(search)
    rows = names_from(dict.fromkeys([*just, *others]), search.types, such, MAX_NAMES)
    fitting = set(such.filter(card__in=[row[0] for row in rows])) if such is not None else ()
    ranked = sorted(
        (
            asked is not None and not name.startswith(whole),
            card not in fitting,
            kind != asked,
            name not in just[:2],
            not name.startswith(just),
            search.types.index(kind),
            len(name),
            name,
            str(identity),
            card,
        )
        for card, kind, name, identity in rows
    )
    tiers = {}
    for *_, differs, is_other, _type, _length, _name, _identity, card in ranked:
        tiers.setdefault(card, (BEGINS + FORM * is_other) if differs else EQUAL)
    return tiers


def _asked_for(search):
    """(the type of record that words for a form or for a kind of place say, or None; the keys of
    the cards that are of the kinds that they say, or None)"""
    said = [KINDS_SAID[word] for word in search.words[:-1] if word in KINDS_SAID]
    card_type, kinds = "location", sorted({kind for each in said for kind in each})
    if search.has_form:
        card_type, kinds = "organisation", kinds_of_form(search.typed)
    if card_type not in search.types or not (kinds or search.has_form):
        return None, None
    terms = CardTerm.objects.filter(type=card_type, group="kind", value__in=kinds)
    return card_type, terms.values_list("card", flat=True) if kinds else None


def _meant(search):
    """The keys of the places that were understood, largest first, if nothing else is asked."""
    # One word in Latin letters is a name as it stands, and that was looked for already.
    if "location" not in search.types or (search.is_latin and len(search.words) == 1):
        return []
    search.understand(NamedCards({}, (), set(search.runs)))
    places, rest = search.understood
    slugs = [place.slug for place in places] if not rest else []
    found = Card.objects.of("location").filter(slug__in=slugs) if slugs else Card.objects.none()
    keys = dict(found.values_list("slug", "pk"))
    return [keys[slug] for slug in slugs if slug in keys]
