"""What must not be read in public: ways to reach a person, places finer than may be shown, and
the names of what was withdrawn, and words that were erased.

The scan reads the card, because the card is all that the public can read; what is not in it is not
looked at, and a new field of the card is scanned without anybody thinking of it
(`registry.cards.every_text`). Ways to reach a person are in `contacts`.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

import orjson
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declaration_of
from registry.cards.every_text import readable_texts, readable_words, texts_of
from registry.cards.fields import fields_of
from registry.cards.models import Card
from registry.cards.shapes.objects import Text
from registry.records.relations import by_kind
from registry.values.folding import fold_together
from registry.values.precision import Precision
from registry.values.remembered import remembered
from registry.values.translated import IN_LANGUAGE

from .contacts import HOUSE, contacts
from .erased_words import ErasedWords
from .spellings import spellings, withdrawn_by_name

PLACE = _("a place finer than is shown")
WITHDRAWN = _("what was withdrawn")
ERASED = _("what was erased")

# Endings of folded words, after three letters at least: of adjectives, and one vowel. (What is
# folded to u may be one, and a consonant.) And how the cases of a word of four letters end: not in
# e, to which радио is folded.
ENDING = re.compile(r"(?<=...)(?:i?aia|ia|[aeio]e|[aeoi]i|[aeio])$")
CASES = "a|u|i|o|ze|[aeo]iu?|am|ami|ah|om|ou"
# What the last consonant of a stem becomes before -e and -y: рука, руцэ; хата, хаце; ліга, лізе.
SOFTENED = {"k": "c", "t": "c", "h": "sz"}
INSIDE = 5  # letters: a shorter name is found by chance inside of other words


@dataclass(frozen=True)
class Hit:
    field: str
    kind: str
    text: str  # of what was withdrawn only what stands there, and never another of its names
    name: str = ""  # of the place or record that is named
    card_type: str = ""  # of the card that holds it

    @property
    def of(self):
        """What it is a hit of, however that is written."""
        return self.name or self.text

    def __str__(self):
        *keys, last = self.field.split()
        where = [*map(self._called, keys), IN_LANGUAGE.get(last) or self._called(last)]
        return gettext("%(field)s names %(kind)s: “%(text)s”.") % {
            "field": capfirst(" ".join(map(str, where))),
            "kind": self.kind,
            "text": self.text,
        }

    def _called(self, key):
        """The key in the language of whoever reads it: a plain value by its title."""
        field = fields_of(self.card_type).get(key)
        return field.title if field and type(field.shape) is not Text else gettext(key)


def scan(entry):
    """Every hit in what the public would read of the entry as it is stored, published or not."""
    return scans([entry])[entry]


def scans(entries):
    """{entry: its hits} of several, by a few statements for each kind."""
    found, withdrawn = {}, withdrawn_names()
    for model, some in by_kind(entries).items():
        rows = model._base_manager.filter(pk__in=[each.pk for each in some])
        for entry, body in bodies(rows):
            names = _places_to_keep_out(entry) | withdrawn
            found[entry] = scan_body(body, names, is_exact(entry))
    return found


def is_exact(entry):
    """Whether its exact place may be shown."""
    return getattr(entry, "shown_precision", None) == Precision.EXACT


def body_of(entry):
    """The card as it would be if the entry were public."""
    ((_entry, body),) = bodies(type(entry)._base_manager.filter(pk=entry.pk))
    return body


def public_body(entry):
    """The card that the public reads; of what has none, the one that it would read."""
    kept = Card.stored.filter(type=entry.card_type, public_id=entry.public_id)
    stored = kept.values_list("body", flat=True).first()
    return body_of(entry) if stored is None else orjson.loads(stored)


def bodies(rows):
    """(entry, its card as it would be if it were public) for each of the rows."""
    declaration = declaration_of(rows.model)
    serializer = declaration.serializer()
    for entry in rows.prefetch_related(*declaration.serializer.shows).iterator(chunk_size=500):
        yield entry, serializer.to_representation(entry)


def body_says(body, name):
    """Whether a card says the name: in a text, an address, or whatever else was typed into it."""
    return mentions(readable_texts(body), name)


def body_says_one(body, names):
    """Whether it says one of many names; the card is read once."""
    heard = " ".join(readable_texts(body))
    return any(_is_heard(heard, name) for name in names)


def scan_body(body, names=None, exact=False):
    """Hits in a card; `names` are those that it must not say, as `names_to_keep_out` gives them.

    Where the `exact` place may be shown, so may its street.
    """
    return _hits(body, texts_of(body), names, exact)


def new_hits(old, body, names, exact):
    """Those hits in a card that it did not have in an older state: what was accepted stays so.

    A text that stood there before is not looked at again.
    """
    stood = {(shape, text) for _, shape, text in texts_of(old)}
    new = [each for each in texts_of(body) if each[1:] not in stood]
    if not _hits(body, new, names, exact):
        return []
    told = {(hit.kind, hit.of) for hit in scan_body(old, names, exact) if hit.kind is not WITHDRAWN}
    # Who accepted one name of what was withdrawn has accepted no other of it.
    heard = " ".join(readable_texts(old))
    left = {
        key: [one for one in spelled if key[0] is not WITHDRAWN or not _is_heard(heard, one)]
        for key, spelled in names.items()
    }
    return [hit for hit in _hits(body, new, left, exact) if (hit.kind, hit.of) not in told]


def named_places(body, names):
    """The hits in a card that name a place which is not to be named."""
    places = {key: spellings for key, spellings in names.items() if key[0] is PLACE}
    texts = texts_of(body) if places else ()
    card_type = body.get("type", "")
    hits = [Hit(at, *each, card_type) for at, _, text in texts for each in _named(text, places)]
    return list(dict.fromkeys(hits))


def _hits(body, texts, names, exact):
    hits, card_type, erased = [], body.get("type", ""), ErasedWords.noted()
    for field, shape, text in texts:
        found = [] if shape.only_names else contacts(text, shape.is_address)
        found = [(kind, words, "") for kind, words in found if not (exact and kind == HOUSE)]
        found += _named(text, names)
        found += [(ERASED, text[start:end], "") for start, end in erased.spans(text)]
        hits += [Hit(field, *each, card_type) for each in found]
    return list(dict.fromkeys(hits))


def _named(text, names):
    """(kind, what stands there, name) of each of the names that the text says."""
    heard = " ".join(readable_words(text)) if names else ""
    return [
        (kind, as_written(text, spelling) if kind is WITHDRAWN else name, name)
        for (kind, name), spellings in (names or {}).items()
        if (spelling := next((one for one in spellings if _is_heard(heard, one)), None))
    ]


def as_written(text, name):
    """The words of the text that say the name, which it does, as they stand there."""
    words = text.split()

    def misses(part):
        return not mentions(readable_words(" ".join(part)), name)

    # More words never say a name less, so both ends are found by halving.
    lengths = range(len(words) + 1)
    end = bisect_left(lengths, True, key=lambda end: not misses(words[:end]))
    start = bisect_left(lengths[: end + 1], True, key=lambda start: misses(words[start:end])) - 1
    return " ".join(words[start:end]).strip(" .,;:!?()[]«»“”„\"'")


def names_to_keep_out(entry):
    """{(kind of hit, name): spellings} of all that the texts of the entry must not say."""
    return _places_to_keep_out(entry) | withdrawn_names()


def _places_to_keep_out(entry):
    return {(PLACE, str(place)): spellings(place) for place in places_too_fine(entry)}


def withdrawn_names():
    """{(kind of hit, name): spellings} of the records that were withdrawn for their own sake.

    What fell with them, and places or terms withdrawn as mistakes, have names that others may say.
    """
    return {(WITHDRAWN, called): words for called, words in withdrawn_by_name().items()}


def places_too_fine(entry):
    """The places of the record, and those above them, that are finer than the one it may show."""
    exact = [row.location for row in entry.placements.all()] if hasattr(entry, "placements") else []
    exact += [getattr(entry, name) for name, what in entry.locates.items() if what is None]
    exact = [place for place in exact if place]
    finest, found = getattr(entry, "shown_precision", None), []
    for place in exact:
        for unit in [place, *place.ancestors()]:
            if Precision.coarsest([unit.level, finest]) == unit.level and finest != "hidden":
                break  # this one may be shown, and so may all above it
            found.append(unit)
    return found


def mentions(words, name):
    """Whether the words (of `readable_words`) hold the name in any of its cases.

    Endings change and beginnings stay; a long name is also heard inside of a longer word.
    """
    return _is_heard(" ".join(words), tuple(name))


def _is_heard(heard, name):
    # Nearly always there is no piece of it, which is seen much sooner.
    return any(piece in heard for piece in sought(name)) and bool(_heard_as(name).search(heard))


@remembered(maxsize=10_000)
def sought(name):
    """Pieces of words, of which every card that says the name holds one in its search text.

    That text is `OwnWords`; a piece may stand anywhere in a word.
    """
    stem, word = max(zip(_stems_of(name), name, strict=True), key=lambda pair: len(pair[0]))
    stem = _short_stem(name) or stem
    pieces = [stem]
    if len(name) > 1 and stem not in (glued := _core_of(fold_together(name))):
        pieces.append(glued)
    return pieces + [stem[:-1] + soft for soft in _softened(word, stem)]


@remembered(maxsize=10_000)
def _heard_as(name):
    """An expression for words with one space between; two of them part two texts."""
    stems, core = list(map(_in_cases, name, _stems_of(name))), _core_of(name[0])
    ways = ["(?:^| )" + r"[a-z0-9]{0,40} ".join(stems)]
    if len(name) == 1 and len(core) < 4:
        ways[0] += r"(?:[aeiou][a-z]{0,2})?(?![a-z0-9])"  # ЛАД and ладамі, not ладзіць
    elif short := _short_stem(name):
        changed = "".join(rf"|{short[:-1]}{soft}[ei]" for soft in _softened(name[0], short))
        # Рада and рады, not рад and радио
        ways.append(rf"(?:^| )(?:{short}(?:{CASES}){changed})(?![a-z0-9])")
    if len(core) >= INSIDE:
        ways.append(r"[a-z0-9]{0,40} ".join([core, *stems[1:]]))
    if len(name) > 1 and len(glued := _core_of(fold_together(name))) > INSIDE:
        ways.append(glued)
        ways.append("".join(map(_declined, name[:-1])) + _core_of(name[-1]))
    return re.compile("|".join(ways))


def _declined(word):
    """The word with any of its endings, as the first part of a longer one."""
    return word if len(word) < 5 else rf"{stem_of(word)}[a-z0-9]{{0,5}}"


def _core_of(word):
    """What every longer word that this one is a part of holds, whatever its ending."""
    return word[:-1] if len(word) > INSIDE and word[-1] in "aeiou" else word


def _stems_of(name):
    """What stays of each word of a name in all of its cases.

    Beside others a short word is told by what comes before the vowels in which it ends (Наша Ніва,
    Нашай Нівы; Белая Русь, Белой Руси). Alone it would be heard everywhere.
    """
    if len(name) == 1:
        return [stem_of(name[0])]
    return [min(stem_of(word), _without_ending(word), key=len) for word in name]


def _in_cases(word, stem):
    """An expression for the stem of a word, and for what it becomes in a case."""
    ways = [stem, *(rf"{stem[:-1]}{soft}[ei](?![a-z0-9])" for soft in _softened(word, stem))]
    return f"(?:{'|'.join(ways)})" if len(ways) > 1 else stem


def _softened(word, stem):
    """What the last letter of the stem may become, where it is the word but for its vowel."""
    return SOFTENED.get(stem[-1:], "") if word == f"{stem}a" else ""


def _short_stem(name):
    """What comes before the vowel of a name that is one word of four letters, or None."""
    (word, *others) = name
    return word[:-1] if not others and len(word) == 4 and word[-1] in "aeo" else None


def _without_ending(word):
    return ENDING.sub("", word) if len(word) < 7 else word


def stem_of(word):
    """What stays of a folded word in all of its cases; a number has none."""
    if len(word) < 5 or word.isdigit():
        return word
    return word[: max(4, len(word) - 2)] if len(word) < 7 else word[: max(5, len(word) - 3)]
