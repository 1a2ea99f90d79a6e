"""Words that must stand nowhere any more, known by keyed hashes alone.

The hashes outlive the words: in the ledger, so that no restore and no file brings them back. To
know whether a text says them, its words are taken one, two, three … at a time and hashed as well.

Said are words that follow each other whatever stands between them, in small or capital letters, all
in one word, and in the Latin letters of addresses and of the search: `Іван Пятроў` is said by
`ivan-pyatrou` and by `ІВАНПЯТРОЎ`, not by `Івана Пятрова`.
"""

import json
import re
from contextlib import suppress
from hashlib import blake2b
from urllib.parse import unquote_plus

from anyascii import anyascii
from django.conf import settings

from registry.ops import ledger
from registry.values.folding import fold, without_invisible

GAP = "[…]"  # what stands in a text where they stood
SHORTEST = 3  # letters: shorter ones are found by chance
_WORD = re.compile(r"[^\W_]+")


class ErasedWords:
    """`pieces` is a word of each form, by which a database finds what may say it; None: unknown."""

    def __init__(self, digests, pieces=None):
        self.digests, self.pieces = frozenset(digests), pieces
        self._keys = {mark_of(key): key for key in keys()}
        self._by_key = {
            key: {digest for other, digest in digests if other == mark}
            for mark, key in self._keys.items()
        }
        lengths = {int(digest.partition(".")[0]) for _mark, digest in digests}
        self._lengths = sorted(lengths, reverse=True)

    @classmethod
    def of(cls, lines):
        """Each line of the text holds words, of at least three letters, that are to go."""
        found = {form for line in lines.splitlines() for form in forms(line)}
        key = keys()[0]
        digests = {(mark_of(key), digest(form, key)) for form in found}
        return cls(digests, sorted({max(form, key=len) for form in found}))

    @classmethod
    def noted(cls, file=None):
        """All that the ledger has."""
        return cls(ledger.erased_words(file or ledger.place()))

    @property
    def unknown(self):
        """How many were noted with a key that is not there any more: nothing can find them."""
        return sum(mark not in self._keys for mark, _digest in self.digests)

    def __bool__(self):
        return bool(self.digests)

    def lines(self):
        """Each hash on a line of its own, behind the mark of its key."""
        return "\n".join(sorted(f"{mark} {digest}" for mark, digest in self.digests))

    def note(self):
        """In the ledger, once it is committed."""
        for mark in {mark for mark, _digest in self.digests}:
            ledger.note(ledger.WORDS, mark, sorted(d for m, d in self.digests if m == mark))

    def spans(self, text):
        """(start, end) of each place of the text that says them."""
        found = list(_WORD.finditer(text)) if self._may_say(text) else ()
        words, at = [each[0].casefold() for each in found], 0
        while at < len(words):
            fits = (n for n in self._lengths if at + n <= len(words) and self._has(words, at, n))
            length = next(fits, 0)
            if length:
                yield found[at].start(), found[at + length - 1].end()
            at += length or 1

    def _may_say(self, text):
        """To hash each word takes much longer than to see that none of the pieces is there."""
        if self.pieces is None:
            return bool(self)
        text = text.casefold()
        return any(piece in text for piece in self.pieces)

    def _has(self, words, at, length):
        form = words[at : at + length]
        return any(digest(form, key) in known for key, known in self._by_key.items() if known)

    def without(self, value):
        """A text, or whatever of JSON, with a gap in the place of the words."""
        if isinstance(value, dict):
            return {self.without(key): self.without(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.without(each) for each in value]
        return self._without(value) if isinstance(value, str) else value

    def _without(self, text):
        if "\\u" in text:  # JSON in a column of text, as the log of the admin has it
            with suppress(ValueError):
                read = json.loads(text)
                cleaned = self.without(read)
                return text if cleaned == read else json.dumps(cleaned, ensure_ascii=False)
        if "%" in text and next(self.spans(unquote_plus(text)), None):
            return GAP
        for start, end in reversed(list(self.spans(text))):
            text = text[:start] + GAP + text[end:]
        return text


def forms(words):
    """The ways in which these words are found, as tuples of words."""
    plain = without_invisible(words)
    ways = {tuple(_WORD.findall(way.casefold())) for way in (plain, anyascii(plain), fold(plain))}
    ways |= {("".join(way),) for way in ways}
    return {way for way in ways if len("".join(way)) >= SHORTEST}


def digest(form, key):
    """Of some words, with their number: by it the hash is compared with as many at a time."""
    return f"{len(form)}.{blake2b(' '.join(form).encode(), key=key, digest_size=20).hexdigest()}"


def keys():
    """The registry's own, which notes, and those that it had before, by which it still knows."""
    every = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [blake2b(each.encode(), person=b"erased words").digest() for each in every]


def mark_of(key):
    return blake2b(key, digest_size=4).hexdigest()
