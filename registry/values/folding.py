"""One plain form for names in Belarusian, Russian and any romanisation of them; and sort keys.

`fold` is for comparing, never for showing or for addresses: it is meant to lose what romanisations
disagree on (Gomel and Homel give `homel`). What differs between *languages* (Hlybokaye, Glubokoe)
is carried by stored alternative names.
"""

import re
import string
import unicodedata
from functools import cache

from anyascii import anyascii

from .remembered import remembered

# What nobody sees: Unicode's Default_Ignorable_Code_Point (soft hyphens, joiners, marks of
# direction, selectors, tags, fillers). No language of the registry needs one, each hides a name.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)

# They join what they stand in: аб'ект is one word, and so is Ol’shany.
_APOSTROPHES = "'`‘’ʹʻʼʽˈ′"

# What is written for one plain letter or a few. The systems in use (BGN/PCGN, the national ones,
# Łacinka, scholarly, by way of Russian) differ exactly in v w u, g h kh, y i j, ie e.
_PLAIN_LETTERS = {
    "a": "а", "b": "б", "c": "цć", "ch": "чč", "d": "д", "e": "еёэєѣ", "f": "ф", "h": "гґх",
    "i": "іїийы", "ia": "я", "iu": "ю", "k": "к", "l": "лłĺ", "m": "м", "n": "нń",
    "o": "о", "p": "п", "r": "р", "s": "сś", "sh": "шš", "shch": "щ", "t": "т", "u": "вуўŭ",
    "z": "зź", "zh": "жžż", "": "ъь" + _APOSTROPHES,
}  # fmt: skip
_SAME_LETTERS = str.maketrans(
    {"g": "h", "j": "i", "q": "k", "v": "u", "w": "u", "x": "ks", "y": "i"}
)

# Spellings of one sound by several letters. Each is applied as soon as a word ends in it (see
# `_reduced`), so szcz needs no rule: it has become shcz when its last letter comes.
_SOUNDS = {
    "kh": "h",
    "ts": "c",
    "cz": "ch",
    "sz": "sh",
    "sch": "shch",
    "shh": "shch",
    "ie": "e",  # Liepieĺ, Lyepyel, Лепель
    "io": "e",  # ё is printed as е as often as not, and romanised io, yo, jo
}
_REDUCIBLE = re.compile("|".join(_SOUNDS) + r"|([a-z])\1")

# Latin letters for Cyrillic ones that look alike, in one word: what a keyboard or a scan mixed up.
_MIXED = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_LETTERS = re.compile(r"[^\W\d_]+")
_ALIKE = "aceopxyiABCEHIKMOPTXY"
_AS_CYRILLIC = str.maketrans(_ALIKE, "асеорхуіАВСЕНІКМОРТХУ")
_LOOKS_CYRILLIC = re.compile(rf"[{_ALIKE}\u0400-\u04ff]+")

# The end of a word still being typed that its next letter may change: st-s is сц, k-h is х.
_UNDECIDED = re.compile(r"(?<=.)(?:(?<=s)c[kt]?|[ikt])$")
# What it may become: Polot is the beginning of Polotsk (polock).
_BECOMES = {"i": ["e"], "k": ["h"], "t": ["c"], "c": ["hch"], "ck": ["hch"], "ct": ["c", "hch"]}


def without_invisible(text: str) -> str:
    """The text in NFC without what nobody sees: as every column of text is stored."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def fold(text: str) -> str:
    """Lower-case ASCII letters and digits in words, a space between them. Takes any text.

    fold(fold(x)) == fold(x).
    """
    # Names of places, terms and sources stand in many cards; long texts would only fill the cache.
    return _folded(text) if len(text) <= 200 else _folded.__wrapped__(text)


def words_in(text):
    """The set of its folded words."""
    return _words(text) if len(text) <= 200 else frozenset(fold(text).split())


@remembered(maxsize=20_000)
def _words(text):
    return frozenset(_folded.__wrapped__(text).split())


@remembered(maxsize=20_000)
def _folded(text):
    return " ".join(fold_words(text))


def fold_words(text: str) -> list[str]:
    return [_folded_word(word) for word in _plain_words(text)]


def _plain_words(text):
    if not text.isascii() and _MIXED.search(text):
        text = _LETTERS.sub(
            lambda word: _in_cyrillic(word) if _MIXED.search(word[0]) else word[0], text
        )
    return re.findall("[a-z0-9]+", _composed(text).translate(_PLAIN))


def unmixed(text: str) -> str:
    """What somebody typed, without Latin letters in place of Cyrillic ones that look alike.

    Where a word has some, one of such Latin letters alone is taken for a Cyrillic one as well. Of
    a text that is only right for the word itself: Hope beside a slip is still Hope.
    """
    if text.isascii() or not _MIXED.search(text):
        return text
    return _LETTERS.sub(_in_cyrillic, text)


def _in_cyrillic(word):
    return word[0].translate(_AS_CYRILLIC) if _LOOKS_CYRILLIC.fullmatch(word[0]) else word[0]


def _folded_word(word):
    """An acronym such as TTS is no spelling of the one letter to which it would be reduced."""
    reduced = _reduced(word)
    return reduced if len(reduced) > 1 else word


def fold_together(words):
    """Folded words as one, which is what `fold` would make of it."""
    return _folded_word("".join(words))


def fold_prefix(word: str) -> str:
    """What every longer word that begins like this one has as its beginning when folded.

    Kamy is folded to `kami`, Kamyanyets to `kamianec`, but Kamyenets to `kamenec`: so here Kamy
    gives `kam`.
    A single letter is kept, although k may still become kh.
    """
    return _UNDECIDED.sub("", " ".join(map(_reduced, _plain_words(word))))


def beginnings(word: str) -> list[str]:
    """What the longer words that begin like this one begin with when folded: one of these.

    The first holds the whole of what was typed; of the others its next letters make another sound.
    By one letter alone nearly everything would be found: such are left out.
    """
    folded, sure = fold(word), fold_prefix(word)
    others = _BECOMES.get(folded.removeprefix(sure), []) if folded.startswith(sure) else []
    if sure.endswith("s") and folded == sure + "t":  # st, which may be that of сц and of щ
        others = ["c", "hch"]
    found = [folded, *(_reduced(sure + other) for other in others if len(sure) > 1)]
    return [each for n, each in enumerate(found) if not n or len(each) > 1]


@remembered(maxsize=50_000)
def _reduced(word):
    """The word with no spelling of `_SOUNDS` and no doubled letter left in it.

    One pass, and nothing is left to do in a second one: each letter meets a beginning that is
    already reduced.
    """
    match = _REDUCIBLE.search(word)
    # "zzzz" is no word: reduced to one letter, every word with that beginning would match it.
    if not match or (len(word) > 2 and word == word[0] * len(word)):
        return word
    letters = list(word[: match.start()])
    for letter in word[match.start() :]:
        _append(letters, letter)
    return "".join(letters)


def _append(letters, letter):
    letters.append(letter)
    for length in (3, 2):
        ending = "".join(letters[-length:])
        sound = letter if ending == letter * 2 and letter.isalpha() else _SOUNDS.get(ending)
        if sound:
            del letters[-length:]
            for each in sound:
                _append(letters, each)
            return


# Marks, and all else that is neither letter nor space. The two Japanese letters become marks.
LONGEST_RUN = 40
_MARKS = re.compile(rf"((?:[^\w\s]|[\uff9e\uff9f]){{{LONGEST_RUN}}})(?:[^\w\s]|[\uff9e\uff9f])+")


def _composed(text):
    """NFKC in one case. Ordering a run of combining marks takes quadratic time, so runs are cut."""
    text = text.replace("´", "'")
    if len(text) > LONGEST_RUN:
        text = _MARKS.sub(r"\1", text)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _spelled(character):
    """Any letter or digit of the world in lower-case ASCII; a mark on a letter is dropped."""
    if character.isalnum():
        return re.sub("[^a-z0-9]", "", anyascii(character).lower())
    joins = unicodedata.category(character).startswith("M") or _INVISIBLE.match(character)
    return "" if joins else " "


class _Table(dict):
    """A table for str.translate that asks for what is not in it (and does not keep the answer)."""

    def __init__(self, letters, others):
        common = [*range(0x530), *range(0x2000, 0x2040)]  # Latin, Cyrillic and their signs
        super().__init__({code: others(chr(code)) for code in common} | letters)
        self.others = others

    def __missing__(self, code):
        return self.others(chr(code))


def _spelled_plainly(character):
    return _spelled(character).translate(_SAME_LETTERS)


_PLAIN = _Table(
    {
        ord(letter): plain.translate(_SAME_LETTERS)
        for plain, letters in _PLAIN_LETTERS.items()
        for letter in letters
    },
    others=_spelled_plainly,
)

# One order serves both languages: a letter that one of them lacks stands where the other has it.
_CYRILLIC = "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюя"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_SORTED = _Table(
    str.maketrans(
        _CYRILLIC + _LATIN + string.digits + " ",
        _CYRILLIC + _LATIN + string.digits + " ",
        _APOSTROPHES,
    ),
    others=_spelled,
)


@cache
def _weights(language):
    first, second = (_CYRILLIC, _LATIN) if language in ("be", "ru") else (_LATIN, _CYRILLIC)
    weights = {letter: 0x30 + place for place, letter in enumerate(first + second)}
    weights[" "] = 0x01
    if language == "ru":
        # In Russian lists ё is е, and decides only between names that are otherwise the same.
        weights["ё"] = weights["е"]
    return weights


def sort_key(text: str, language: str) -> str:
    """The place of a name in an English (en), Belarusian (be) or Russian (ru) list.

    Up to 80 hexadecimal digits, two for each letter, so that every database, whatever its
    collation, orders them alike. Word breaks come before digits, digits before letters, the
    language's own script before the other; numbers go by size. Other scripts are romanised.
    """
    weights = _weights(language)
    # More than any key can hold; of a page of text only the beginning is worth the work.
    plain = " ".join(_composed(text[:400]).translate(_SORTED).split())
    key = []
    for number, other in re.findall(r"([0-9]+)|(.)", plain):
        if number:
            digits = number.lstrip("0") or "0"
            key.append(0x10 + min(len(digits), 15))
            key.extend(0x20 + int(digit) for digit in digits)
        else:
            key.append(weights[other])
    if language == "ru" and "ё" in plain:
        key += [0x00, 0x01]
    return bytes(key).hex()[:80]
