"""What must not be read in public: ways to reach a person, places finer than may be shown, and
the names of what was withdrawn.

The scan reads the card, because the card is all that the public can read; what is not in it is not
looked at, and a new field of the card is scanned without anybody thinking of it.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declaration_of, declared
from registry.cards.folding import fold_words
from registry.cards.index import UNREAD

from .models import Precision, Record, State
from .translated import IN_LANGUAGE, texts

EMAIL = re.compile(r"[\w.+-]{1,64}(?:@|\s?[(\[]at[)\]]\s?)[\w-]{1,63}(?:\.[\w-]{2,63})+", re.I)
MESSENGER = re.compile(
    r"(?:(?:t|telegram|wa|viber|m|vk|signal|ok)\.me|telegram\.dog|chat\.whatsapp\.com"
    r"|signal\.group|discord\.gg|invite\.viber\.com)/[^\s<>\"]{1,80}|\b(?:tg|viber|sgnl)://\S{1,80}",
    re.I,
)
HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z0-9_][\w.]{2,40}")
PHONE = re.compile(
    r"(?<![\w/])(?:"
    r"(?:\+|00)\s?\d{1,3}(?:[\s().-]{0,3}\d){7,11}"  # +375 29 123-45-67 and other countries
    r"|8[\s(-]{0,2}0\d{2}(?:[\s().-]{0,3}\d){7}"  # 8 (029) 123-45-67, dialled inside Belarus
    r"|\(0\d{2,4}\)(?:[\s.-]{0,2}\d){5,7}"
    r")(?!\d)"
)
COORDINATES = re.compile(
    r"-?\d{1,2}[.,]\d{3,}°?\s?[NS]?\s?[,;/ ]\s?-?\d{1,3}[.,]\d{3,}"
    r"|\d{1,3}\s?°\s?\d{1,2}\s?['′]",
)
PATTERNS = (
    (_("an e-mail address"), EMAIL),
    (_("a messenger link"), MESSENGER),
    (_("a telephone number"), PHONE),
    (_("coordinates"), COORDINATES),
    (_("a name in a messenger or network"), HANDLE),
)
PLACE = _("a place finer than is shown")
WITHDRAWN = _("what was withdrawn")

# Keys of a card that hold an address of the web: a number in one is no telephone.
ADDRESSES = {"website", "url", "archived_url", "registration_url"}
# The mailbox of an organisation is a field of its own, meant for the public.
UNSCANNED = (UNREAD | {"email", "locations", "within"}) - ADDRESSES


@dataclass(frozen=True)
class Hit:
    field: str
    kind: str
    text: str

    def __str__(self):
        *keys, last = self.field.split()
        where = [gettext(key) for key in [*keys, IN_LANGUAGE.get(last, last)]]
        return gettext("%(field)s names %(kind)s: “%(text)s”.") % {
            "field": capfirst(" ".join(where)),
            "kind": self.kind,
            "text": self.text,
        }


def scan(entry):
    """Every hit in what the public would read of the entry as it is stored, published or not."""
    return scan_body(body_of(entry), names_to_keep_out(entry))


def body_of(entry):
    """The card as it would be if the entry were public."""
    ((_entry, body),) = bodies(type(entry)._base_manager.filter(pk=entry.pk))
    return body


def bodies(rows):
    """(entry, its card as it would be if it were public) for each of the rows."""
    declaration = declaration_of(rows.model)
    serializer = declaration.serializer()
    for entry in rows.prefetch_related(*declaration.shows).iterator(chunk_size=500):
        yield entry, serializer.to_representation(entry)


def body_says(body, name):
    """Whether a card says the name, in its texts or in an address that it gives."""
    addresses = [body.get(key) or "" for key in ("slug", "email", "url", "archived_url")]
    texts = [text for _where, _key, text in texts_of(body)]
    return any(says(fold_words(text), name) for text in [*texts, *addresses])


def scan_body(body, names=None):
    """Hits in a card; `names` are those that it must not say, as `names_to_keep_out` gives them."""
    hits = []
    for field, key, text in texts_of(body):
        plain = unicodedata.normalize("NFKC", text)
        kinds = PATTERNS[1:2] if key in ADDRESSES else PATTERNS
        for kind, pattern in kinds:
            hits += [Hit(field, kind, found.strip()) for found in pattern.findall(plain)]
            plain = pattern.sub(" ", plain)  # an address holds no handle besides
        if key not in ADDRESSES:
            hits += _named(field, text, names)
    hits += _named("slug", body.get("slug") or "", names)
    return list(dict.fromkeys(hits))


def _named(field, text, names):
    words = fold_words(text)
    return [
        Hit(field, kind, name)
        for (kind, name), spellings in (names or {}).items()
        if any(says(words, spelling) for spelling in spellings)
    ]


def names_to_keep_out(entry):
    """{(kind of hit, name): spellings} of all that the texts of the entry must not say."""
    places = {(PLACE, str(place)): spellings(place) for place in finer_places(entry)}
    return places | {(WITHDRAWN, str(gone)): spellings(gone) for gone in withdrawn()}


def withdrawn():
    """The records that were withdrawn for their own sake. What fell with them, and places or terms
    withdrawn as mistakes, have names that others may say."""
    for declaration in declared.values():
        if issubclass(declaration.model, Record):
            ordered = declaration.model.objects.filter(withdrawn_with=None)
            yield from ordered.filter(state=State.WITHDRAWN)


def spellings(entry):
    """The folded words of each of its names; those of two letters would be found everywhere."""
    names = [*texts(entry, "name").values()]
    if hasattr(entry, "other_names"):
        names += [other.name for other in entry.other_names.all()]
    folded = {tuple(fold_words(name)) for name in names if name}
    return sorted(words for words in folded if len(" ".join(words)) > 2)


def finer_places(entry):
    """The places of the record, and those above them, that are finer than the one it may show."""
    if not hasattr(entry, "placements"):
        return []
    exact = [row.location for row in entry.placements.all()]
    if getattr(entry, "seat", None):
        exact.append(entry.seat)
    finest, found = entry.shown_precision, []
    for place in exact:
        for unit in [place, *place.ancestors()]:
            if Precision.coarsest([unit.level, finest]) == unit.level and finest != "hidden":
                break  # this one may be shown, and so may all above it
            found.append(unit)
    return found


def says(words, name):
    """Whether the words hold the name in any of its cases: endings change, beginnings stay."""
    stems = [stem_of(word) for word in name]
    length = len(stems)
    return any(
        all(word.startswith(stem) for word, stem in zip(words[i : i + length], stems, strict=True))
        for i in range(len(words) - length + 1)
    )


def sought(name):
    """Pieces of words, of which every card that says the name holds one in `SearchText.said`.

    A piece may stand anywhere in a word.
    """
    return [max(map(stem_of, name), key=len)]


def stem_of(word):
    """What stays of a folded word in all of its cases."""
    if len(word) < 5:
        return word
    return word[: max(4, len(word) - 2)] if len(word) < 7 else word[: max(5, len(word) - 3)]


def texts_of(value, path=""):
    """(where, key, text) of what people read in the card itself, not in what it refers to."""
    for key, inner in value.items():
        where = f"{path} {key}".strip()
        if key in UNSCANNED:
            continue
        if isinstance(inner, str):
            yield where, key, inner
        elif isinstance(inner, dict) and "type" not in inner:
            yield from texts_of(inner, where)
        elif isinstance(inner, list):
            for number, row in enumerate(inner, start=1):
                if isinstance(row, dict) and "type" not in row:
                    yield from texts_of(row, f"{where} {number}")
                elif isinstance(row, str):
                    yield where, key, row
