"""What was probably meant, where nothing is as it was typed: another layout of the keyboard, a
slip of the finger, a name among other words."""

import json
import re

import orjson
from django.utils.translation import get_language

from registry.cards.declarations import declared, placed_types
from registry.cards.models import CardTerm
from registry.values.folding import fold, fold_words
from registry.values.stemming import are_forms
from registry.values.texts import LANGUAGES

from ..named_cards import NamedCards
from .full_text import are_any, bodies_named_from, holding
from .likeness import Typed, closest
from .query import WORD, Search

# Of 100. Below these the rest of the words is not left out, no name is offered, and no beginning of
# names is taken for another name.
SURE, OFFERED, ALIKE = 55, 62, 65
MAX_OFFERED = 3
MAX_BEGUN = 100  # names that are read to see whether one begins as it was typed
# Letters of what may be another layout, and of a misspelled name where others begin so in another
# spelling; or just so, if it is long.
SHORTEST, FEWEST, LONG = 4, 3, 7

WRITTEN = re.compile(r"[\w' -]+")

# The same keys, in Latin letters, in Belarusian and in Russian.
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_LAYOUTS = ("йцукенгшўзх'фывапролджэячсмітьбюё", "йцукенгшщзхъфывапролджэячсмитьбюё")
_TO_CYRILLIC = [str.maketrans(_LATIN, layout) for layout in _LAYOUTS]
# The first letter of a name is a capital: Брест is <htcn.
_UNSHIFTED = str.maketrans('<>{}:"~', ",.[];'`")
# Letters that one of the two languages has alone.
OWN_LETTERS = {"be": re.compile("[іў'’]"), "ru": re.compile("[ищъ]")}
_TO_LATIN = str.maketrans("".join(_LAYOUTS), _LATIN * 2)


def layouts(text):
    """The text as the same keys give it in the other layouts."""
    text = text.translate(_UNSHIFTED).lower() if text.isascii() else text.lower()
    if text.isascii():
        found = [text.translate(layout) for layout in _TO_CYRILLIC]
        if get_language() == "ru":
            found.reverse()
    else:
        found = [text.translate(_TO_LATIN)]
    return [
        other
        for other in dict.fromkeys(found)
        if other != text and WRITTEN.fullmatch(other) and len(fold(other)) >= SHORTEST
    ]


def with_places(text, types):
    """The search for a text, with the places that are named in it."""
    search = Search(text, types)
    if search.runs:
        search.understand(NamedCards({}, (), set(search.runs)), strict=True)
    return search


def finds_whole(search):
    """Whether something has the words as they are: none is misspelled or only begun."""
    if not search.words or search.is_letter:
        return True
    if search.bare != search.words:
        return True  # a form beside a place: where there is none, the place is what is shown
    if search.named:
        return search.finds()
    return search.finds_whole()


def meant(search):
    """The search for what was probably meant, or None; for one of which `finds_whole` is false.

    What is a beginning of names may be a misspelled name as well. What is not is tried on the
    other layouts of the keyboard; then a word is taken for one of names that is spelled nearly so;
    and if that is not enough, what was typed for those of its words that are in one name.
    """
    if search.finds():
        return _misspelled(search)
    for text in layouts(search.text):
        other = with_places(text, search.types)
        if finds_whole(other) or (len(other.folded) > SHORTEST and other.finds()):
            return other.instead_of(search, text, _language_of(text))
    for likely in likeliest(search)[:1]:
        if not _is_told(likely, search) or takes_known(likely, search):
            break
        for words, shown_for in _readings(search, likely):
            other = with_places(" ".join(words), search.types)
            if other.words and other.finds():
                return other.instead_of(search, shown_for, _printed(likely, search.text)[0])
    return None


def _language_of(text):
    """That of a text as another layout gives it; of what both Cyrillic ones give the reader's."""
    if text.isascii():
        return "en"
    for language, letters in OWN_LETTERS.items():
        if letters.search(text):
            return language
    return "ru" if get_language() == "ru" else "be"


def _misspelled(search):
    """The search for the one name of which all that was typed is a misspelling."""
    likely = misspelled(search)
    if likely is None:
        return None
    language, words = _printed(likely, search.text)
    said = " ".join(words.get(each, each) for each in likely.name.split())
    return with_places(likely.name, search.types).instead_of(search, said, language, beside=search)


def misspelled(search, found=()):
    """The name that is most like what was typed, word by word, where none begins just so: of those
    that were `found` already, or of others."""
    letters = len(search.text.strip())
    if letters < FEWEST or (letters < LONG and _is_begun(search, found)):
        return None
    for likely in likeliest(search):
        if likely.is_whole and likely.score >= ALIKE and _is_told(likely, search):
            return likely
    return None


def _is_told(likely, search):
    """Whether a name may be shown for what was typed: a short word in Latin letters is seldom one
    that is written in Cyrillic letters alone (grants and границ fold to nearly the same)."""
    if not search.text.isascii() or len(search.folded) > LONG:
        return True
    return said_of(likely, search.text).isascii()


def likeliest(search):
    """The names that are most like what was typed, those of places included where records have
    any: one of them may be misspelled. No country or region in which nothing is recorded."""
    if search.likeliest is None:
        types = search.types
        if "location" not in types and any(declared[each].is_placed for each in types):
            types = ("location", *types)
        found = closest(search, types)
        known = recorded([each for each in found if _is_large(each.card)])
        search.likeliest = [
            each for each in found if not _is_large(each.card) or each.card.slug in known
        ]
    return search.likeliest


def takes_known(likely, search):
    """Whether it takes a word for another one that stands in a record just as it was typed."""
    changed = _changed(likely, Typed.words_of(search))
    found = [holding([word], declared, whole=True) for word in changed]
    return bool(found) and are_any(found)


def _changed(likely, typed):
    """The typed words that stand for others than themselves, in whichever form."""
    taken = (
        ("".join(typed[place] for place in places), name.replace(" ", ""))
        for places, name in likely.typed.items()
    )
    return [word for word, name in taken if not are_forms(word, name)]


def _is_large(card):
    return card.type == "location" and orjson.loads(card.body)["kind"] in ("country", "region")


def recorded(likely):
    """The slugs of those places in which something is recorded."""
    places = [each.card.slug for each in likely if each.card.type == "location"]
    if not places:
        return set()
    terms = CardTerm.objects.filter(type__in=placed_types(), group="location", value__in=places)
    return set(terms.values_list("value", flat=True).distinct())


def _readings(search, likely):
    """(words, how they are said): with the words of the name for those typed; then, if these are
    all of a name, they alone: the rest is a town, or a form that is not known."""
    typed = Typed.words_of(search)
    stands_for = {
        place: (places, word) for places, word in likely.typed.items() for place in places
    }
    _language, printed = _printed(likely, search.text)
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
    ways = {"".join(typed[at] for at in places): name for places, name in likely.typed.items()}
    is_sure = likely.is_whole or all(len(way) > SHORTEST or way == ways[way] for way in ways)
    if words != search.words and is_sure:
        yield words, " ".join(said)
    if likely.is_whole and likely.score >= SURE:
        names = [word for place, (places, word) in sorted(stands_for.items()) if place == places[0]]
        names = [word for name in names for word in name.split()]
        if len(names) < len(words):
            yield names, " ".join(printed.get(each, each) for each in names)


def _as_typed(text):
    return {word: found[0] for found in WORD.finditer(text) for word in fold_words(found[0])}


def _printed(likely, text):
    """(language, {folded word: as it is printed}) of that of the names of the card that has most
    of the words; of several of that in the script of the text."""
    wanted = set(likely.name.split())
    names = sorted(_names(likely.card.body), key=lambda each: each[1].isascii() != text.isascii())
    found = [(language, _as_typed(name)) for language, name in names]
    return max(found, key=lambda each: len(wanted & each[1].keys()), default=(None, {}))


def _is_begun(search, found):
    """Whether a name, as it is printed, begins with what was typed."""
    if any(begins_as_typed(card.body, search.text) for card in found):
        return True
    bodies = bodies_named_from(search.beginnings, search.types, MAX_BEGUN)
    return any(begins_as_typed(body, search.text) for body in bodies)


def begins_as_typed(body, text):
    """Whether a name of the card, as it is printed, begins with what was typed."""
    typed = text.strip().casefold()
    # To look through the text costs less than to parse it.
    if json.dumps(typed, ensure_ascii=False)[:-1] not in body.casefold():
        return False
    return any(name.casefold().startswith(typed) for _language, name in _names(body))


def _names(body):
    """[(language or None, name)]"""
    body = orjson.loads(body)
    names = [(language, body["name"].get(language)) for language in LANGUAGES]
    names += [(other["language"], other["name"]) for other in body.get("other_names", ())]
    return [each for each in names if each[1]]


def said_of(likely, text):
    """The name that is like what was typed, as it is printed."""
    _language, printed = _printed(likely, text)
    return " ".join(printed.get(each, each) for each in likely.name.split())


def offers(search):
    """Cards whose names may have been meant: those of places only where something is recorded."""
    found = [
        each for each in likeliest(search) if each.score >= OFFERED and each.name != search.folded
    ]
    known = recorded(found)
    found = [each.card for each in found if each.card.type != "location" or each.card.slug in known]
    return found[:MAX_OFFERED]
