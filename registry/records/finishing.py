"""Writes the cards that a great act has withheld, share by share (`registry.cards.deferring`).

Each share is a transaction of its own, so that others who write wait for one share and no more. Who
has deferred something begins at once; a person who waits for a page does not wait for all of it.
What is left, because of that or because the process was killed, the next one who writes goes on
with, and `tidy` does.
"""

import time
from contextvars import ContextVar

from django.db import connection, transaction

from registry.cards.declarations import declared
from registry.cards.deferring import How, next_share
from registry.cards.flush import Flush
from registry.cards.models import Deferred, DeferredReference
from registry.cards.shown import MANY, batches

from .refusal import Refused
from .serializers import reference_to
from .watch import Watch

SHARE = 400  # cards in one transaction
PATIENCE = 15  # seconds after which a person gets an answer, and sees how it goes on
PAUSE = 0.05  # seconds in which SQLite, that keeps no queue, lets another one write

_finishing = ContextVar("finishing", default=False)


def finish(seconds=None):
    """Write what waits, or as much as can be done in that time. Whether anything is left."""
    if _finishing.get():  # a share that moves records has deferred others: they come next
        return True
    token = _finishing.set(True)
    end = None if seconds is None else time.monotonic() + seconds
    try:
        while write_share(SHARE):
            if end is not None and time.monotonic() >= end:
                return Deferred.objects.exists()
            if connection.vendor == "sqlite" and not connection.in_atomic_block:
                time.sleep(PAUSE)
        return False
    finally:
        _finishing.reset(token)


def write_share(number):
    """Write so many of the cards that wait; whether there were any."""
    try:
        with transaction.atomic():
            flush = Flush(Watch(None, {}))
            share = next_share(number)
            _write(flush, share)
    except Refused:
        if len(share) > 1:
            return write_share(len(share) // 2)
        _send_back(*share[0])
    return bool(share)


def _send_back(card_type, public_id, _how):
    """What may not be seen as it would be now waits for a person."""
    from .histories import move  # which stands on the models, and these on what calls this

    model = declared[card_type].model
    keys = model._base_manager.filter(public_id=public_id).values_list("pk", flat=True)
    move(model, list(keys), None, "cannot become public as it stands", state="review")


def _write(flush, share):
    goes = all(how == How.WHOLE for *_, how in share)
    references = {} if goes else _references()
    for card_type, how, public_ids in _grouped(share):
        model = declared[card_type].model
        keys = model._base_manager.filter(public_id__in=public_ids).values_list("pk", flat=True)
        if how == How.WHOLE:
            flush.render(model, keys)
        else:
            flush.patch(model, keys, references, keys if how == How.PLACES else ())
            flush.lift(card_type, public_ids)
            flush.outdated.update(public_ids)  # what their parts gave meanwhile
    flush.settle()


def _grouped(share):
    """[(card type, how, public ids)] in the order of the share."""
    found = {}
    for card_type, public_id, how in share:
        found.setdefault((card_type, how), []).append(public_id)
    return [(*key, ids) for key, ids in found.items()]


def _references():
    """{id: how it is referred to now, or None} of all that deferred cards may name wrongly."""
    ids, found = {}, {}
    for card_type, public_id in DeferredReference.objects.values_list("type", "public_id"):
        ids.setdefault(card_type, []).append(public_id)
    for card_type, public_ids in ids.items():
        model = declared[card_type].model
        found |= {str(public_id): None for public_id in public_ids}
        for batch in batches(public_ids, MANY):
            known = model._base_manager.filter(public_id__in=batch, state="public")
            keys = list(known.values_list("pk", flat=True))
            shown = [key for key, _, public, *_ in model.fates(keys) if public]
            for entry in model._base_manager.filter(pk__in=shown):
                found[str(entry.public_id)] = reference_to(entry)
    return found
