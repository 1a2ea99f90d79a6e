"""What must not be read in public: ways to reach a person, places finer than may be shown, and
the names of what was withdrawn, and words that were erased.

The scan reads the card, because the card is all that the public can read; what is not in it is not
looked at, and a new field of the card is scanned without anybody thinking of it
(`registry.cards.every_text`). Ways to reach a person are in `contacts`.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

import orjson
from django.db.models import TextField, Value
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declaration_of, of_entries
from registry.cards.every_text import readable_texts, readable_words, texts_of
from registry.cards.fields import fields_of
from registry.cards.models import Card
from registry.cards.prepared import Prepared
from registry.cards.shapes.objects import Text
from registry.records.models import MISTAKEN, Record, State
from registry.records.relations import by_kind
from registry.values.folding import fold_together, fold_words
from registry.values.precision import Precision
from registry.values.remembered import remembered
from registry.values.texts import LANGUAGES, spoken
from registry.values.translated import IN_LANGUAGE, columns, texts

from .contacts import HOUSE, contacts
from .erased_words import ErasedWords

PLACE = _("a place finer than is shown")
WITHDRAWN = _("what was withdrawn")
ERASED = _("what was erased")

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
    new = (each for each in texts_of(body) if each[1:] not in stood)
    hits = _hits(body, new, names, exact)
    if not hits:
        return []
    told = {(hit.kind, hit.of) for hit in scan_body(old, names, exact)}
    return [hit for hit in hits if (hit.kind, hit.of) not in told]


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
    found = defaultdict(list)
    for called, names in _withdrawn():
        found[called] += _spelled(names)
    return {(WITHDRAWN, called): sorted(set(words)) for called, words in found.items()}


def spellings_of_withdrawn():
    return [words for spelled in withdrawn_names().values() for words in spelled]


def _withdrawn():
    """(what each of the records is called, all of its names)."""
    named, said = {}, defaultdict(list)
    for number, key, slug, *names in _ROWS_OF_WITHDRAWN.rows():
        said[number, key] += filter(None, names)
        if slug:
            # No records are made of them: of thousands that would be half of a save.
            named[number, key] = spoken(dict(zip(LANGUAGES, names, strict=True))) or slug
    return [(called, said[key]) for key, called in sorted(named.items())]


def _rows_of_withdrawn():
    """(number of the kind, key, slug, names in all languages), or without a slug other names, of
    today and of before: by one statement for all kinds."""
    models = [each.model for each in of_entries() if issubclass(each.model, Record)]
    rows = []
    for number, model in enumerate(models):
        ordered = model.objects.filter(withdrawn_with=None, state=State.WITHDRAWN)
        gone = ordered.exclude(withdrawal_reason__in=MISTAKEN).order_by()
        kind, empty = Value(number), Value("", output_field=TextField())
        rows.append(gone.values_list(kind, "pk", "slug", *columns("name")))
        if hasattr(model, "other_names"):
            other = model.other_names.rel.related_model.objects.filter(record__in=gone.values("pk"))
            rows.append(other.order_by().values_list(kind, "record", empty, "name", empty, empty))
        rows += _former_names(model, gone.values("pk"), kind, "id", empty)
    return rows[0].union(*rows[1:], all=True)


_ROWS_OF_WITHDRAWN = Prepared(_rows_of_withdrawn)


def spellings(entry):
    """The folded words of each of its names; those of two letters would be found everywhere."""
    return _spelled(_names_of(entry))


def spellings_ever(entry):
    """Those of the names that it had before as well: what others have written stays as it was."""
    names = _names_of(entry)
    for rows in _former_names(type(entry), [entry.pk]):
        names += chain.from_iterable(rows)
    return _spelled(names)


def _names_of(entry):
    names = [*texts(entry, "name").values()]
    if hasattr(entry, "other_names"):
        names += [other.name for other in entry.other_names.all()]
    return names


def _former_names(model, keys, *before):
    """Rows of the names in all languages that records had in history while they were public, and
    of each further name that they had; `before` these stand columns of the entry's version."""
    empty = Value("", output_field=TextField())
    versions = model.history.filter(id__in=keys, state=State.PUBLIC).order_by()
    yield versions.values_list(*before, *columns("name")).distinct()
    if hasattr(model, "other_names"):
        other = model.other_names.rel.related_model.history.filter(record__in=keys).order_by()
        before = ["record" if each == "id" else each for each in before]
        yield other.values_list(*before, "name", empty, empty).distinct()


def _spelled(names):
    folded = {_words_of(name) for name in names if name}
    return sorted(words for words in folded if len(" ".join(words)) > 2)


@remembered(maxsize=10_000)
def _words_of(name):
    return tuple(fold_words(name))


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
    pieces = [max(map(stem_of, name), key=len)]
    if len(name) > 1 and pieces[0] not in (glued := _core_of(fold_together(name))):
        pieces.append(glued)
    return pieces


@remembered(maxsize=10_000)
def _heard_as(name):
    """An expression for words with one space between; two of them part two texts."""
    stems, core = [stem_of(word) for word in name], _core_of(name[0])
    ways = ["(?:^| )" + r"[a-z0-9]{0,40} ".join(stems)]
    if len(name) == 1 and len(core) < 4:
        ways[0] += r"(?:[aeiou][a-z]{0,2})?(?![a-z0-9])"  # ЛАД and ладамі, not ладзіць
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


def stem_of(word):
    """What stays of a folded word in all of its cases; a number has none."""
    if len(word) < 5 or word.isdigit():
        return word
    return word[: max(4, len(word) - 2)] if len(word) < 7 else word[: max(5, len(word) - 3)]
