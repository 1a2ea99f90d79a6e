"""Pieces of pages that a process has drawn, each under all that it was drawn of.

What a piece shows is its key, so nothing can make it false, and a save of another record is no
reason to draw it anew, as it is for a page. It goes with the first change of any record that it
shows: what that said may be what somebody has had taken away.
"""

import re
import zlib
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import TypeVar

import orjson
from django.utils.functional import Promise
from django.utils.safestring import SafeData

ROOM = 4_000_000  # characters or bytes of what was asked for lately, as many of what was before
LONG = 8_000  # characters of what is kept packed
MOST = 50  # cards that change at once and are looked for one by one

# What inherits from a type is told by `_plain`: safe texts, texts that are said in a language.
PLAIN = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_NON_STR_KEYS
Drawn = TypeVar("Drawn", str, bytes)
ID = re.compile(rb'"id":"([0-9a-f-]{36})"')


class Packed(bytes):
    """A text that is kept packed."""


class Halves:
    """What is kept, in two halves: when the younger one is full it becomes the elder, whose place
    it takes. What is asked for of the elder is young again."""

    def __init__(self, room):
        self.room = room
        self.forget()

    def __len__(self):
        return len(self.young) + len(self.elder)

    def forget(self):
        self.young, self.elder, self.size = {}, {}, 0

    def forget_those_of(self, ids):
        for half in (self.young, self.elder):
            for key, (_made, shown) in list(half.items()):
                if any(each in shown for each in ids):
                    del half[key]

    def get(self, key):
        return self.young.get(key) or self.elder.get(key)

    def keep(self, key, kept):
        if key in self.young:
            return
        self.elder.pop(key, None)
        if self.size > self.room:
            self.young, self.elder, self.size = {}, self.young, 0
        self.young[key] = kept
        self.size += len(kept[0]) + len(kept[1])


class Pieces:
    """Texts, and pictures in a room of their own: whoever asks for all pictures drives no text
    out."""

    def __init__(self, room=ROOM):
        self.forgettings = 0  # how often something was forgotten
        self.lock = Lock()  # nothing moves from half to half past one who forgets
        self.texts, self.pictures = Halves(room), Halves(room)

    def __len__(self):
        return len(self.texts) + len(self.pictures)

    def forget(self):
        with self.lock:
            self.forgettings += 1
            self.texts.forget()
            self.pictures.forget()

    def forget_those_of(self, ids):
        """All that show one of these records, whose public ids are given as text."""
        if len(ids) > MOST:
            self.forget()
            return
        ids = [each.encode() for each in ids]
        with self.lock:
            self.forgettings += 1
            self.texts.forget_those_of(ids)
            self.pictures.forget_those_of(ids)

    def drawn(self, draw: Callable[[], Drawn], values: tuple, since: int | None = None) -> Drawn:
        """The text or picture that is made of these values and nothing else. A record stands in
        them, or in the text as JSON, with its id; of what names none nothing is kept, for it would
        stay.

        `since`: the `forgettings` before the values were read, if they may be older than what was
        forgotten meanwhile, which must not come back.
        """
        told = orjson.dumps(values, default=_plain, option=PLAIN)
        key = blake2b(told, digest_size=16).digest()
        if kept := self.texts.get(key) or self.pictures.get(key):
            made = _unpacked(kept[0])
        else:
            made = draw()
            kept = _packed(made), _shown(told, made)
        if kept[1]:
            with self.lock:
                if since in (None, self.forgettings):
                    (self.texts if isinstance(made, str) else self.pictures).keep(key, kept)
        return made


def _plain(value):
    """As JSON has it; a text that is not escaped any more is none that will be."""
    if hasattr(value, "told"):
        return value.told()
    if isinstance(value, SafeData):
        return {"safe": str(value) + ""}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Promise | str):
        return str(value)
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, type):
        return value.__qualname__
    raise TypeError(f"Nothing is drawn once of a {type(value).__name__}.")


def _shown(told, made):
    """The ids of all records that stand in the text or in what it is made of."""
    text = made.encode() if isinstance(made, str) else b""
    return b" ".join({*ID.findall(told), *ID.findall(text)})


def _packed(made):
    """A page takes a sixth of its room when it is packed; a picture is packed already."""
    if isinstance(made, str) and len(made) >= LONG:
        return Packed(zlib.compress(made.encode(), level=1))
    return made


def _unpacked(kept):
    return zlib.decompress(kept).decode() if isinstance(kept, Packed) else kept


pieces = Pieces()
