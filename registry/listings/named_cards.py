"""The public cards that a query names, looked up together in one statement."""

from collections import defaultdict
from functools import cache

import orjson
from django.db.models import CharField, QuerySet, Value
from django.utils.functional import cached_property

from registry.cards.declarations import reference_of
from registry.cards.models import Card, CardTerm, SearchName
from registry.cards.prepared import Prepared
from registry.values.adjectives import stems_of_places
from registry.values.folding import sort_key
from registry.values.stemming import stems_of_name
from registry.values.texts import spoken

MAX_INFLECTED = 4  # words of a name that is looked up in its other forms


class NamedCard:
    """A card that a query names, as far as a list needs it."""

    def __init__(self, card_type, slug, text, keys=None):
        """`keys`: {language: its place in that alphabet}, as far as it is known."""
        self.type = card_type
        self.slug = slug
        self.text = text
        self._sorted = keys or {}

    @cached_property
    def body(self):
        return orjson.loads(self.text)

    @property
    def name(self):
        return self.body["name"]

    def sorted_as(self, language):
        """Its place among others in the reader's alphabet; many lie in the same places."""
        if language not in self._sorted:
            key = sort_key(spoken(self.name, language), language)
            self._sorted[language] = key, self.slug
        return self._sorted[language]

    @property
    def reference(self):
        """The card as others refer to it."""
        return reference_of(self.body)

    @property
    def value(self):
        """What addresses call it: a place by its ISO code where it has one."""
        return self.body.get("code") or self.slug

    @property
    def parent(self):
        """The value of what it lies in, or None."""
        return self.body["parent"] and self.body["parent"]["slug"]

    @property
    def district(self):
        """The slug of the district, or whatever a settlement lies in below its region, or None."""
        within = self.body["within"]
        return within[0] if len(within) > 2 else None


class NamedCards:
    """Those of these slugs, ISO codes of places and folded names of places that there are."""

    def __init__(self, slugs, codes=(), names=()):
        self.slugs, self.codes, self.called = {}, {}, defaultdict(list)
        # Those that another form of the name is, and those of which it is an adjective.
        self.inflected, self.adjectives = defaultdict(list), defaultdict(list)
        stems, made_of = defaultdict(list), defaultdict(list)
        for name in names:
            for stem in stems_of_name(name) if name.count(" ") < MAX_INFLECTED else ():
                stems[stem].append(name)
            for stem in stems_of_places(name):
                made_of[stem].append(name)
        for card_type, slug, text, way, key in _rows(slugs, codes, names, {*stems, *made_of}):
            card = NamedCard(card_type, slug, text)
            if way == "slug":
                self.slugs[card_type, slug] = card
            elif way == "code":
                self.codes[key] = card
            elif way == "name":
                self.called[key].append(card)
            else:
                _add_once(card, self.inflected, stems[key])
                # Whatever is Belarusian or Polish is no question for a country.
                if made_of[key] and card.body["kind"] != "country":
                    _add_once(card, self.adjectives, made_of[key])

    def look_up(self, card_type, names):
        """{folded name: cards} of a type, which can be asked for by their slugs then."""
        called = defaultdict(list)
        names = sorted(set(names) - {""})
        if not names:
            return called
        found = SearchName.objects.filter(type=card_type, name__in=names)
        for slug, text, name in found.values_list("card__slug", "card__body", "name"):
            called[name].append(self.add(card_type, slug, text))
        return called

    def add(self, card_type, slug, text):
        """The card under its names, which can be asked for by its slug or code then."""
        card = NamedCard(card_type, slug, text)
        self.slugs[card_type, slug] = card
        if card.body.get("code"):
            self.codes[card.body["code"]] = card
        return card

    def place(self, value):
        return self.slugs.get(("location", value)) or self.codes.get(value)

    def term(self, value, scheme):
        card = self.slugs.get(("term", value))
        return card if card and card.body["scheme"] == scheme else None


def _add_once(card, called, names):
    for name in names:
        if card.slug not in [other.slug for other in called[name]]:
            called[name].append(card)


def _rows(slugs, codes, names, stems):
    wanted = {card_type: sorted(found) for card_type, found in sorted(slugs.items()) if found}
    beside = {"code": sorted(codes), "called": sorted(stems), "name": sorted(names)}
    beside = {way: values for way, values in beside.items() if values}
    if not (wanted or beside):
        return []
    return _statement(tuple(wanted), tuple(beside)).rows(*wanted.values(), *beside.values())


@cache
def _statement(types, ways):
    """The look-up of slugs of these types, and in these ways of places, in SQL: made once."""

    def literal(text):
        return Value(text, output_field=CharField())

    def make(*values):
        values = iter(values)
        parts: list[QuerySet] = [
            Card.objects.filter(type=card_type, slug__in=next(values)).values_list(
                "type", "slug", "body", literal("slug"), "slug"
            )
            for card_type in types
        ]
        for way in ways:
            if way == "name":
                found, key = SearchName.objects.filter(type="location", name__in=next(values)), way
            else:
                found, key = CardTerm.objects.filter(type="location", group=way), "value"
                found = found.filter(value__in=next(values))
            named = ("card__type", "card__slug", "card__body", literal(way), key)
            parts.append(found.values_list(*named))
        first, *others = parts
        return first.union(*others, all=True) if others else first

    return Prepared(make)
