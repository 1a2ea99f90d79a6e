"""Candidates for a name: found by the registry's one search, scored by likeness."""

from uuid import UUID

import orjson

from registry.cards.index import identifiers_of, names_of
from registry.cards.lookup import IDENTITY, SLUG
from registry.cards.models import Card
from registry.cards.read import read
from registry.listings.named_cards import NamedCards
from registry.listings.search.completion import called_or_begun, suggest
from registry.listings.search.interpretations import with_places
from registry.listings.search.likeness import closest
from registry.listings.search.query import MAX_LETTERS, Search
from registry.values.folding import fold

from .properties import TYPES, name_of, properties_of, type_of
from .queries import MOST

SAME = 100  # the score of a name that is the same once it is folded, and of an id
LIKE = 98  # the highest of any other
MAX_CANDIDATES = 60
# What properties say weighs less than the name: they are often filled in from memory.
NAME, PROPERTIES = 0.7, 0.3
FEWEST = 40  # a score below is noise


def reconcile(query, request):
    """The candidates of a query as the protocol has them, the likeliest first."""
    # A query may have properties alone: the first value is then what is looked for.
    text = query.text or next((value for _, values in query.properties for value in values), "")
    given = _asked(query.properties)
    # Only properties can put one before others that are as like. Of what is nearly the same two
    # may have one score, and then their order is another.
    most = MAX_CANDIDATES if given else 10 + query.limit
    found = []
    for card, likeness in _candidates(text, query.types, most).items():
        agreement = _agreement(given, card, request)
        score = likeness if query.text else SAME * agreement
        if query.text and query.properties:
            score = NAME * score + PROPERTIES * SAME * agreement
        if score >= FEWEST:
            found.append((round(score, 2), card))
    found.sort(key=lambda each: (-each[0], query.types.index(each[1].type), each[1].sort))
    # A match is certain only if nothing else is as good.
    certain = [score for score, _ in found].count(SAME) == 1
    return [
        candidate(card) | {"score": score, "match": certain and score == SAME}
        for score, card in found[: query.limit]
    ]


def candidate(card):
    body = orjson.loads(card.body)
    return {
        "id": str(card.public_id),
        "name": name_of(body),
        "description": description(body),
        "type": [type_of(card.type)],
    }


def description(body):
    """What tells namesakes apart: where it is, what kind it is, and its names in other scripts."""
    names = [name for name in dict.fromkeys(body["name"].values()) if name]
    places = body["parent"] if body["type"] == "location" else body.get("seat")
    places = [places] if places else body.get("locations", [])
    parts = [body["kind"], *(name_of(place) for place in places[:2]), *names[1:]]
    return " · ".join(part for part in parts if part)


def identified(text, types):
    """Cards whose id, address, ISO code or number in a public list this is."""
    cards = Card.objects.filter(type__in=types)
    if IDENTITY.fullmatch(text):
        return list(cards.filter(public_id=UUID(text)))
    numbered = Search(text, types).identified
    known = [] if numbered is None else list(Card.objects.among(types).filter(pk__in=numbered))
    if not SLUG.fullmatch(text):
        return known
    place = NamedCards({}, {text}).place(text)
    return [*cards.filter(slug__in={text, place.slug} if place else {text}), *known]


def suggested(prefix, types, most):
    """Cards whose names begin with what was typed, or hold it, or that it identifies."""
    known = identified(prefix.strip(), types)
    begun = [match.card for match in suggest(prefix[:MAX_LETTERS], types, most=most)[0]]
    return list({card.pk: card for card in [*known, *begun]}.values())[:most]


def _candidates(text, types, most):
    """{card: how like one of its names is, of 100} of so many

    Only a name that is the same as it is printed is SAME: less its legal form it is another one.
    """
    known = identified(text.strip(), types)
    search, found = with_places(text, types), []
    if search.words:
        begun = list(called_or_begun(Search(text, types)))[:MOST]
        also = [*(card.pk for card in known), *begun]
        found = closest(search, types, also, most)
    words, scores = fold(text), {}
    for each in found:
        same = each.score > LIKE and words in names_of(orjson.loads(each.card.body))
        scores[each.card] = SAME if same else min(each.score, LIKE)
    return scores | dict.fromkeys(known, SAME)


def _asked(properties):
    """[(property, [(what a value may be, folded; what a day of it begins with if it is a year)])]

    A value that is a place, in whatever words, may be its address.
    """
    types, given = ("location",), {value for _, values in properties for value in values}
    runs = {run for value in given for run in Search(value, types).runs}
    called = NamedCards({}, (), runs).called if runs else {}
    searches = {value: Search(value, types, called) for value in given}

    def each(value):
        folded, (places, rest) = fold(value), searches[value].understood
        slugs = [] if rest else [fold(place.slug) for place in places]
        # Folded, the hyphens of a day are spaces.
        return {folded, *slugs}, f"{folded} " if value[:4].isdecimal() else None

    return [(name, [each(value) for value in values]) for name, values in properties]


def _agreement(given, card, request):
    """The share of the properties given of which one value agrees."""
    if not given:
        return 1
    body, known = read(card, request), properties_of(card.type)
    agreeing = 0
    for name, values in given:
        held = _words(known[name].values(body), body.get(name)) if name in known else set()
        agreeing += any(
            not ways.isdisjoint(held) or (year and any(each.startswith(year) for each in held))
            for ways, year in values
        )
    return agreeing / len(given)


def _words(values, references):
    """The values as folded words; a reference also by its address, codes and other names."""
    words = [str(word) for value in values for word in value.values()]
    references = references if isinstance(references, list) else [references]
    for each in references:
        if isinstance(each, dict) and "slug" in each:
            words += [each["slug"], *filter(None, each["name"].values())]
            words += [each.get("code"), each.get("region"), each.get("country")]
            words += each.get("within", [])
        elif isinstance(each, dict) and "scheme" in each:
            words += identifiers_of({"identifiers": [each]})
    # What is longer can be no value that was asked for.
    return {fold(word) for word in words if word and len(word) <= MAX_LETTERS}


ALL = TYPES
