"""What was probably meant, where nothing is as it was typed: another layout of the keyboard, a
slip of the finger, a name among other words."""

import re

import orjson
from django.db.models import Q

from registry.cards.folding import fold_words
from registry.cards.index import LANGUAGES
from registry.cards.models import Card, CardTerm

from .likeness import Typed, closest
from .search import UNPLACED, Search
from .vocabulary import Vocabulary

# Of 100. Below a score the rest of the words is not left out; below the other one no name is said.
SURE, OFFERED = 60, 62
ALIKE = 0.65  # a word that stands for another one
MOST_OFFERED = 3

# The same keys, in Latin letters, in Belarusian and in Russian.
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_LAYOUTS = ("йцукенгшўзх'фывапролджэячсмітьбюё", "йцукенгшщзхъфывапролджэячсмитьбюё")
_TO_CYRILLIC = [str.maketrans(_LATIN, layout) for layout in _LAYOUTS]
_TO_LATIN = str.maketrans("".join(_LAYOUTS), _LATIN * 2)

WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


def layouts(text):
    """The text as the same keys give it in the other layouts."""
    text = text.lower()
    if text.isascii():
        found = [text.translate(layout) for layout in _TO_CYRILLIC]
    else:
        found = [text.translate(_TO_LATIN)]
        found = [other for other in found if other.isascii()]
    return [other for other in dict.fromkeys(found) if other != text]


def placed(text, types):
    """The search for a text, with the places that are named in it."""
    search = Search(text, types)
    if search.runs:
        search.places = Vocabulary({}, (), set(search.runs)).called
    return search


def finds(search):
    return Card.objects.filter(search.condition(), type__in=search.types).exists()


def meant(search):
    """The search for what was probably meant, which finds something, or None.

    What was typed on the other layout must be right as it is; a word is taken for one of names
    that is spelled nearly so; and if that is not enough, for the words that are in one name.
    """
    if search.is_letter or not search.words:
        return None
    for text in layouts(search.text):
        other = placed(text, search.types)
        if len(other.folded) > 2 and finds(other):
            other.shown_for = text
            return other
    for likely in likeliest(search)[:1]:
        for words, shown_for in _readings(search, likely):
            other = placed(" ".join(words), search.types)
            if other.words and finds(other):
                other.shown_for = shown_for
                return other
    return None


def likeliest(search):
    """The names that are most like what was typed, those of places included where records have
    any: one of them may be misspelled."""
    types = search.types
    if "location" not in types and not set(types) <= UNPLACED:
        types = ("location", *types)
    return closest(search, types)


def _readings(search, likely):
    """(words, how they are said): with the words of the name for those typed; then these alone."""
    typed = Typed.words_of(search)
    stands_for = {
        place: (places, word) for places, word in likely.typed.items() for place in places
    }
    printed = _printed(likely)
    words, said, kept = [], [], _as_typed(search.text)
    for place, word in enumerate(typed):
        if place in stands_for:
            places, name = stands_for[place]
            if place == places[0]:
                words.append(name)
                said.append(" ".join(printed.get(each, each) for each in name.split()))
        elif word in search.words:
            words.append(word)
            said.append(kept.get(word, word))
    if words != search.words:
        yield words, " ".join(said)
    if likely.score >= SURE:
        names = [word for place, (places, word) in sorted(stands_for.items()) if place == places[0]]
        names = [word for name in names for word in name.split()]
        if len(names) < len(words):
            yield names, " ".join(printed.get(each, each) for each in names)


def _as_typed(text):
    return {word: found[0] for found in WORD.finditer(text) for word in fold_words(found[0])}


def _printed(likely):
    """{folded word: as it is printed in that of the names of the card that has most of them}"""
    body, wanted = orjson.loads(likely.card.body), set(likely.name.split())
    names = [body["name"].get(language) for language in LANGUAGES]
    names += [other["name"] for other in body.get("other_names", ())]
    found = [_as_typed(name) for name in names if name]
    return max(found, key=lambda words: len(wanted & words.keys()), default={})


def said_of(likely):
    """The name that is like what was typed, as it is printed."""
    printed = _printed(likely)
    return " ".join(printed.get(each, each) for each in likely.name.split())


def offers(search):
    """Cards whose names may have been meant: those of places only where something is recorded."""
    found = [
        each for each in likeliest(search) if each.score >= OFFERED and each.name != search.folded
    ]
    places = [each.card.slug for each in found if each.card.type == "location"]
    known = set()
    if places:
        terms = CardTerm.objects.filter(
            ~Q(type="location"), type__in=search.types, group="location", value__in=places
        )
        known = set(terms.values_list("value", flat=True).distinct())
    found = [each.card for each in found if each.card.type != "location" or each.card.slug in known]
    return found[:MOST_OFFERED]
