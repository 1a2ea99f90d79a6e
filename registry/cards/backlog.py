"""Writes the cards that a great act has withheld, share by share (`registry.cards.deferral`).

Each share is a transaction of its own, so that others who write wait for one share and no more. Who
has deferred something begins at once; a person who waits for a page does not wait for all of it.
What is left, because of that or because the process was killed, the next one who writes goes on
with, and `manage.py due` does.
"""

import logging
import time
from contextvars import ContextVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_noop

from .declarations import declared, references_by_id
from .deferral import How, set_aside, waiting
from .flush import Flush
from .guard import Guard
from .many_words import together
from .models import Counter, Deferred, DeferredReference
from .refused import Refused
from .sql import listed

# Why a record goes back to review that would be shown once more.
UNFIT = gettext_noop("cannot be published as it stands")

logger = logging.getLogger(__name__)

SHARE = 250  # cards in one transaction, at most
LEAST = 50
LONG = 0.4  # seconds after which the next one is smaller: others wait for one, and a second is much
PATIENCE = 15  # seconds after which a person gets an answer, and sees how it goes on
PAUSE = 0.05  # seconds in which SQLite, that keeps no queue, lets another one write

_at_work = ContextVar("finishing", default=False)


def go_on(seconds):
    """The same after an act that is done, whatever happens: the next one who writes tries again."""
    try:
        finish(seconds)
    except Exception:  # the act is committed: its answer does not depend on this
        logger.exception("What was withheld could not be written yet")


def finish(seconds=None):
    """Write what waits, or as much as can be done in that time. Whether anything is left."""
    if _at_work.get():  # a share that moves records has deferred others: they come next
        return True
    token = _at_work.set(True)
    end = None if seconds is None else time.monotonic() + seconds
    try:
        # With few, as nobody knows yet how long these take; a fast one is followed by many.
        number, began = min(SHARE, LEAST), time.monotonic()
        while write_share(number):
            now = time.monotonic()
            if end is not None and now >= end:
                return waiting().exists()
            number = paced(number, now - began)
            if connection.vendor == "sqlite" and not connection.in_atomic_block:
                time.sleep(PAUSE)
            began = time.monotonic()
        return False
    finally:
        _at_work.reset(token)


def paced(number, lasted):
    """How many the next share is to have, after one of this number that lasted so many seconds."""
    # Not below a part of it: what each share costs by itself would come to more than what it does.
    return min(SHARE, max(LEAST, int(number * LONG / lasted))) if lasted else SHARE


def write_share(number):
    """Write so many of the cards that wait; whether there were any."""
    share = []
    try:
        with transaction.atomic():
            flush = Flush(Guard.over())
            share = flush.next_share(number)
            with together(len(share)):
                _write(flush, share)
    except (OperationalError, InterfaceError):
        raise  # of the database, and not of what is written
    except Exception as error:  # noqa: BLE001 - whatever it is, the others do not wait for it
        if not share:
            raise
        if len(share) > 1:
            return write_share(len(share) // 2)
        _leave_out(error, *share[0])
    return bool(share)


def _leave_out(error, card_type, public_id, _how):
    """One that cannot be written keeps the others from nothing."""
    if isinstance(error, Refused):
        # What may not be seen as it would be now waits for a person.
        declared[card_type].model.send_back(public_id, UNFIT)
        return
    logger.error("%s %s cannot be written", card_type, public_id, exc_info=error)
    with transaction.atomic():
        Counter.lock()
        set_aside(card_type, public_id)


def _write(flush, share):
    goes = all(how == How.ANEW for *_, how in share)
    references = {} if goes else _references()
    for card_type, how, public_ids in _grouped(share):
        model = declared[card_type].model
        keys = model._base_manager.filter(public_id__in=public_ids).values_list("pk", flat=True)
        if how == How.ANEW:
            flush.render(model, keys)
        else:
            flush.patch(model, keys, references, keys if how == How.PLACES else ())
            flush.lift(card_type, public_ids)
            flush.outdated.update(public_ids)  # what their parts gave meanwhile
        left = Deferred.objects.filter(type=card_type, public_id__in=public_ids)
        gone = list(left.values_list("public_id", flat=True))
        if gone:  # there is no such record any more
            flush.remove(card_type, dict.fromkeys(gone, True))
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
        rows = declared[card_type].model._base_manager.order_by()
        found |= {str(public_id): None for public_id in public_ids}  # of what was deleted as well
        found |= references_by_id(rows.filter(public_id__in=listed(public_ids)))
    return found
