"""All that a card says, for whoever looks for a name in it: every string that a person can type.

The rule is the reverse of the search's, which leaves out machine values: here a string is read
unless a check has validated it, so that a new key is read without anybody thinking of it.
"""

import html
import re
import unicodedata
from urllib.parse import unquote

from registry.values.folding import fold, fold_words, without_invisible

from .fields import fields_of
from .shapes.plain import UNKNOWN


def texts_of(body):
    """(where, shape, text) of all that was typed into the card itself, and not elsewhere."""
    fields = fields_of(body.get("type"))
    for key, value in body.items():
        shape = fields[key].shape if key in fields else UNKNOWN
        yield from shape.typed(value, key)


def readable_texts(body):
    """All words that the card says, as `readable_words` gives them, a break between the texts."""
    words = []
    for _where, _shape, text in texts_of(body):
        words += [*readable_words(text), ""]
    return words


def readable_words(text):
    """The folded words of a text; then, each after an empty one, those of other ways to read it."""
    words = fold(text).split()  # the search has just folded most of them
    others = [reading for reading in _other_readings(text) if reading != words]
    return [*words, *(word for reading in others for word in ("", *reading))]


# Letters that look alike and are folded to different ones (а, е, о are folded to the same): a word
# of several alphabets is read in each of them, and a nought as the letter.
_LATIN_LETTERS = re.compile("[A-Za-z]")
_CYRILLIC_LETTERS = re.compile("[\u0400-\u052f]")
_GREEK_LETTERS = re.compile("[\u0370-\u03ff]")
_AS_LATIN = str.maketrans("срхунвСРХУНВρνχυηωΒΗΡΧΥΝ0", "cpxyhbCPXYHBpvxunwBHPXYNo")
_AS_CYRILLIC = str.maketrans("cpxyhbCPXYHBρχυηωΒΗΡΧΥ03", "срхунвСРХУНВрхипшВНРХУоз")

_TAG = re.compile(r"<[^<>]{0,200}>|\[/?[a-z]{1,10}\]", re.IGNORECASE)
_PUNYCODE = re.compile(r"xn--([a-z0-9-]{1,59})", re.IGNORECASE)
_MARKS = re.compile(r"[\W_]+")
_AROUND = ',.;:!?()«»"“”„—–-'
_BESIDE_DIGITS = re.compile(r"[^\W\d_][0-9]|[0-9][^\W\d_]")
# Where a small letter meets a capital one, a capital one a word, and letters digits.
_SMALL, _CAPITAL = "a-zа-яёіїўґ", "A-ZА-ЯЁІЇЎҐ"
_CAPITALS = re.compile(
    rf"(?<=[{_SMALL}])(?=[{_CAPITAL}])|(?<=[{_CAPITAL}])(?=[{_CAPITAL}][{_SMALL}])"
    r"|(?<=[^\W\d_])(?=[0-9])|(?<=[0-9])(?=[^\W\d_])"
)
_LETTER_BY_LETTER = re.compile(r"(?<![^\W_])[^\W_]{1,2}(?:[\W_]{1,6}[^\W_]{1,2}){2,}(?![^\W_])")


def _other_readings(text):
    """The words of the text in each other way of reading it: without its markup and its escapes,
    with no marks inside of words, letter by letter, at each capital, and in the other alphabet."""
    plain = unicodedata.normalize("NFKC", without_invisible(text))
    bare = unwrapped(plain)
    if bare != plain:
        yield fold_words(bare)
    for found in _LETTER_BY_LETTER.finditer(bare):
        joined = _MARKS.sub("", found[0])
        if not joined.isdecimal():
            yield fold_words(joined)
            yield from _in_other_letters(joined)
    several = _alphabets(bare) > 1
    for token in bare.split():
        if token.isalpha() and not several and (token.islower() or token.istitle()):
            continue  # as nearly all words are
        if not token.isalpha():
            joined = _MARKS.sub("", token)
            if _MARKS.search(token.strip(_AROUND)) and not joined.isdecimal():
                yield fold_words(joined)
                yield from _in_other_letters(joined)
        if not (token.islower() or token.istitle()) or _BESIDE_DIGITS.search(token):
            yield _at_capitals(token)
        yield from _in_other_letters(token)


def unwrapped(text):
    if "&" in text or "<" in text or "[" in text:
        text = _TAG.sub("", without_invisible(html.unescape(text)))
    if "%" in text:
        text = without_invisible(unquote(text))
    if "xn--" in text.lower():
        text = _PUNYCODE.sub(_decoded, text)
    return text


def _decoded(found):
    try:
        return found[1].encode().decode("punycode")
    except (ValueError, OverflowError):
        return found[0]


def _at_capitals(token):
    """The words of проВясна2020 as those of про Вясна 2020."""
    return fold_words(_CAPITALS.sub(" ", token))


def _in_other_letters(token):
    if _alphabets(token) > 1 or _BESIDE_DIGITS.search(token):
        yield fold_words(token.translate(_AS_LATIN))
        yield fold_words(token.translate(_AS_CYRILLIC))


def _alphabets(text):
    if text.isascii():
        return 1
    letters = (_LATIN_LETTERS, _CYRILLIC_LETTERS, _GREEK_LETTERS)
    return sum(each.search(text) is not None for each in letters)
