"""Adjectives made of the names of places: могилёвский, гродзенская, Mogilevskaya.

A region and a district carry theirs in their names (Магілёўская вобласць), a town has none on its
card: of the adjective the names are made of which it may come. All of it works on folded words
(`registry.values.folding`).
"""

import re

from .stemming import stems_of_name

# Folded: -ский is ski, -ские is ske, -ая is aia.
_FORMS = re.compile(
    "((?:[a-z]+ )?[a-z]{2,}[sc]k)(?:i|aia|oe|ae|e|ia|oho|aha|omu|amu|im|om|oi|ai|uiu|ih|imi)"
)
# Of a town in -ск these are forms of the noun as well: в Хотимске, под Хотимском.
_OF_NOUNS = ("ske", "cke", "skom", "ckom")
# Stems of вобласць, область and раён, район beside an adjective in the name of a place.
_KINDS = ("uoblasc", "oblast", "raen")
_SHORTEST = 4
# Of any town, of a month and of a man, sooner than of Гарадзея, Октябрьский and Ленін.
_OF_NO_PLACE = {"horodsk", "haradsk", "oktiabrsk", "kastrychnick", "leninsk"}
# What the last letters of the noun were before -ск became -цк: Гарадзец, Баранавічы, Брэст.
_BEFORE_CK = ("c", "ch", "k", "t")


def stem_of(words):
    """What the forms of an adjective of a place have in common, or None of other words."""
    found = _FORMS.fullmatch(words)
    return found and found[1]


def may_be_noun(word):
    """Whether a form of such an adjective may be one of a town in -ск as well."""
    return word.endswith(_OF_NOUNS)


def stems_of_places(words):
    """The stems, as `stems_of_name` gives them, of names of which the adjective may be made."""
    stem = stem_of(words)
    if stem is None or stem in _OF_NO_PLACE:
        return set()
    base = stem[:-2]
    nouns = {base, stem[:-1]} if stem.endswith("sk") else {base + end for end in _BEFORE_CK}
    if base.endswith("en"):  # Гродно and гродненский
        nouns.add(base[:-2])
    found = {stem}.union(*(stems_of_name(noun) for noun in nouns if len(noun) >= _SHORTEST))
    for own in stems_of_name(f"{stem}i"):
        found.update(f"{own} {kind}" for kind in _KINDS)
    return found
