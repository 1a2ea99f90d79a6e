"""All that a card says, for whoever looks for a name in it: every string that a person can type.

The rule is the reverse of the search's, which leaves out machine values: here a string is read
unless a check has validated it, so that a new key is read without anybody thinking of it.
"""

import html
import re
import unicodedata
from datetime import date
from functools import cache
from urllib.parse import unquote
from uuid import UUID
from zoneinfo import available_timezones

from registry.values.fields import LANGUAGE_TAG
from registry.values.folding import fold, fold_words, without_invisible

CODE_OF_PLACE = r"[A-Z]{2}(-[A-Z0-9]{1,3})?"


def _shape(pattern):
    return re.compile(pattern).fullmatch


def _reads(parse):
    def check(text):
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def _is_choice(text):
    """Columns of choices are held by the database: nothing else can stand in them."""
    return True


@cache
def _time_zones():
    return available_timezones()


# A language of three letters could be a name, so it is read.
_language, _place = _shape(LANGUAGE_TAG.replace("{2,3}", "{2}")), _shape(CODE_OF_PLACE)
_day, _key = _reads(date.fromisoformat), _shape("S[0-9]+")
# Of these keys a string is passed over if the check holds of it.
CHECKED = {
    "id": _reads(UUID),
    "edtf": _shape(r"[0-9XY?~%/.-]{1,40}"),
    "spans": _shape("[0-9./-]+"),
    **dict.fromkeys(("earliest", "latest", "seen_on", "verified_on"), _day),
    "time": _shape(r"[0-9T:.+Z-]+"),
    "time_zone": lambda text: text in _time_zones(),
    **dict.fromkeys(("language", "languages"), _language),
    **dict.fromkeys(("code", "region", "country", "iso_3166_1", "iso_3166_2"), _place),
    **dict.fromkeys(("key", "source", "sources"), _key),
    **dict.fromkeys(("type", "kind", "status", "mode", "cost", "precision"), _is_choice),
    **dict.fromkeys(("role", "result", "governed", "standing"), _is_choice),
    **dict.fromkeys(("measure", "qualifier"), _is_choice),
}
CHOSEN = {("term", "scheme")}  # what is typed in other cards
# The addresses of places and terms above, and of what parts name beyond what is listed.
OF_OTHERS = {"within", "reach_beyond"}


def texts_of(body, path="", card_type=None):
    """(where, key, text) of all that was typed into the card itself, not into what it refers to."""
    card_type = card_type or body.get("type")
    for key, value in body.items():
        where = f"{path} {key}".strip()
        if key in OF_OTHERS or (card_type, where) in CHOSEN:
            continue
        if key == "codes":
            # The keys of these are typed as well.
            yield from ((where, key, each) for each in value or ())
        if isinstance(value, dict) and "type" not in value:
            yield from texts_of(value, where, card_type)
            continue
        for number, row in enumerate(value if isinstance(value, list) else [value], start=1):
            if isinstance(row, dict) and "type" not in row:
                yield from texts_of(row, f"{where} {number}", card_type)
            elif isinstance(row, str) and not (key in CHECKED and CHECKED[key](row)):
                yield where, key, row


def readable_texts(body):
    """All words that the card says, as `readable_words` gives them, a break between the texts."""
    words = []
    for _where, _key, text in texts_of(body):
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
    for token in bare.split():
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
    alphabets = (_LATIN_LETTERS, _CYRILLIC_LETTERS, _GREEK_LETTERS)
    mixed = not token.isascii() and sum(bool(each.search(token)) for each in alphabets) > 1
    if mixed or _BESIDE_DIGITS.search(token):
        yield fold_words(token.translate(_AS_LATIN))
        yield fold_words(token.translate(_AS_CYRILLIC))
