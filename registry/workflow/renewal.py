"""Writes all cards anew, share by share: after an upgrade in the background, while readers are
served those of before, or at once (`cards --rebuild`).

How far it is stands in the database and is committed with each share, so whoever is killed is
followed by the next one who finds the code that the row names. Older code, which may still serve
while an upgrade goes on, does not: it would write what the newer one has just replaced.
"""

import hashlib
import sys
import time
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from registry.cards import name_words, term_counts, term_sets
from registry.cards.backlog import PAUSE, finish
from registry.cards.changeset import writing
from registry.cards.declarations import declared, of_entries
from registry.cards.flush import Flush
from registry.cards.many_words import together
from registry.cards.models import Card, Renewal
from registry.records.models import WaitingWords

SHARE = 200  # records in one transaction
ROOMS = ("cards", "records", "values")  # of the registry; beside the apps that declare a kind


@cache
def form():
    """A hash of all code that makes cards and of the locked packages that it uses.

    What changes no card is in it too: an upgrade then writes nothing, and has read everything.
    """
    registry = settings.BASE_DIR / "registry"
    modules = {declaration.serializer.__module__ for declaration in of_entries()}
    folders = {Path(sys.modules[module].__file__).parent for module in modules}
    folders |= {registry / room for room in ROOMS}
    files = {file for folder in folders for file in folder.rglob("*.py")}
    code = hashlib.sha256()
    for file in (*sorted(files), settings.BASE_DIR / "requirements.txt"):
        code.update(file.name.encode() + file.read_bytes())
    return code.hexdigest()


def begin(anyway=False):
    """Note that the cards are to be written anew, if they were made by other code or `anyway`."""
    with transaction.atomic():
        Renewal.objects.get_or_create(pk=1)
        row = Renewal.objects.select_for_update().get(pk=1)
        if anyway or row.form != form():
            row.form, row.after = form(), 0
            row.type = _types()[0] if anyway or Card.stored.exists() else ""
            row.save()
        return bool(row.type)


def renew(seconds=30):
    """Go on with it for that long, a share at least, or to the end with None; how many records."""
    row = Renewal.objects.filter(form=form()).exclude(type="").first()
    if row is None:
        return 0
    finish()  # what a great act has left is looked at by the guard, which nothing here asks
    done, end = 0, None if seconds is None else time.monotonic() + seconds
    while row.type:
        done += _write_share(row)
        if end is not None and time.monotonic() >= end:
            break
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            time.sleep(PAUSE)
    return done


def go_on():
    """The same as something that is due; what there is to tell, or None."""
    done = renew()
    return f"{done} records rendered after an upgrade" if done else None


def _write_share(row):
    model = declared[row.type].model
    with writing():
        following = model._base_manager.filter(pk__gt=row.after).order_by("pk")
        keys = list(following.values_list("pk", flat=True)[:SHARE])
        if keys:
            row.after = keys[-1]
            flush = Flush()
            with together(len(keys)):
                flush.render(model, keys, force=True)
                flush.settle()
        else:
            types = _types()
            row.type, row.after = dict(zip(types, [*types[1:], ""], strict=True))[row.type], 0
        if not row.type:
            _sweep()
        row.save(update_fields=["type", "after"])
    return len(keys)


def _sweep():
    """What no record has, and what is counted over all of them."""
    flush = Flush()
    flush.sweep()
    flush.settle()
    WaitingWords.sweep()
    name_words.recount()
    term_counts.recount()
    term_sets.remake(flush.counter)


def _types():
    return [declaration.type for declaration in of_entries()]
