"""What was taken out of the public, in a file beside the database: a restore obeys it.

A backup knows nothing of what was withdrawn or erased after it. So each withdrawal, each end of
one, and each erasure is a line of this file as well, as soon as it is committed: the moment, what
happened, the type and the id. No name stands in it. The newest line of a record counts, and nothing
takes an erasure back. Of words that were erased it has a keyed hash, with a mark of the key.

    2026-11-27T09:30:00+00:00 gone organisation 7f0c2c1e-…
    2026-11-29T16:05:12+00:00 back organisation 7f0c2c1e-…
    2026-11-30T10:12:40+00:00 erased organisation 7f0c2c1e-…
    2026-11-30T10:12:40+00:00 words 5d41402a 2.7b52009b64fd0a2a…
"""

import contextlib
import errno
import logging
import os
import shutil
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

logger = logging.getLogger(__name__)

GONE, BACK = "gone", "back"
ERASED, WORDS = "erased", "words"
ROOM = 1_000_000  # bytes: 10,000 withdrawals
MISTAKE = "mistake"  # said beside `gone`: it is another record that has the name by right


def place():
    """The file: `LEDGER`, else one beside the file of SQLite, else one beside the code."""
    if settings.LEDGER:
        return Path(settings.LEDGER)
    if connection.vendor == "sqlite":
        return Path(f"{connection.settings_dict['NAME']}.ledger")
    return settings.BASE_DIR / "registry.ledger"


def note(happened, card_type, public_ids):
    """Write it as soon as this transaction is committed."""
    transaction.on_commit(partial(write, happened, card_type, public_ids))


def write(happened, card_type, public_ids):
    """Add a line for each of them. What is committed already cannot fail any more: a ledger that
    cannot be written is an error in the log, and `missing` says so to whoever watches."""
    now = timezone.now().isoformat(timespec="seconds")
    lines = [f"{now} {happened} {card_type} {public_id}\n" for public_id in public_ids]
    try:
        with opened(place()) as file:
            _append(file, "".join(lines).encode())
            os.fsync(file.fileno())
    except OSError:
        logger.exception("%d lines are missing in the ledger %s", len(lines), place())


def _append(file, text):
    """In one write, so that lines of two processes do not mix."""
    end = file.seek(0, os.SEEK_END)
    if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
        text = b"\n" + text  # one that was broken off takes none of these along
    if file.write(text) < len(text):
        raise OSError(errno.ENOSPC, "There was room for a part of them")


def opened(file):
    """To append to, and to be read by the registry's user alone."""
    mode = os.O_RDWR | os.O_APPEND | os.O_CREAT
    return os.fdopen(os.open(file, mode, 0o600), "ab", buffering=0)


def missing():
    """What is wrong with the ledger, or None."""
    try:
        with opened(place()):
            free = shutil.disk_usage(place().parent).free
    except OSError:
        return "the ledger of withdrawals cannot be written"
    return None if free >= ROOM else "the disk of the ledger of withdrawals is full"


def taken_out(file):
    """{(type, id): whether by mistake} of what is gone."""
    gone, mistaken = set(), set()
    for happened, *key in _records(file):
        key = tuple(key)
        if happened == BACK:
            gone.discard(key)
            mistaken.discard(key)
        elif happened == GONE:
            gone.add(key)
        elif happened == MISTAKE:
            mistaken.add(key)
    return {key: key in mistaken for key in gone}


def erased(file):
    """[(type, id)] of the records that were erased."""
    found = (key for happened, *key in _records(file) if happened == ERASED)
    return list(dict.fromkeys(map(tuple, found)))


def erased_words(file):
    """{(mark of the key, hash)} of the words that were erased."""
    return {(mark, digest) for happened, mark, digest in _lines(file) if happened == WORDS}


def _records(file):
    for happened, card_type, public_id in _lines(file):
        with contextlib.suppress(ValueError):  # broken off within the id, or no record's
            yield happened, card_type, UUID(public_id)


def _lines(file):
    """(what happened, type, id) of each line; one that is broken off is none."""
    # What a disk has damaged is no line; the others are.
    for line in file.read_text(errors="replace").splitlines() if file.exists() else ():
        _, *told = [*line.split(), ""]
        if len(told) == 4:
            yield told[:3]
