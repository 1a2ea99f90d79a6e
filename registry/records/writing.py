"""Every change to records happens in a `writing()` block, which writes the cards before it ends.

    with writing():
        programme.save()
        programme.roles.all().delete()

One transaction holds the change and the cards that follow from it. Blocks nest; the outermost
flushes. A write outside of any block opens its own. Raw SQL is out of scope: `cards --check`
finds what it left behind.
"""

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from registry.cards.declarations import dependants
from registry.cards.flush import Flush, batches

_current = ContextVar("writing", default=None)


class Block:
    """What the current transaction has touched, from before and after each write."""

    def __init__(self):
        self.entries = defaultdict(set)  # model with a card: keys to render
        self.touched = defaultdict(set)  # model: keys whose dependants are found at the end
        self.deleted = {}  # (card type, public id) of rows that are no more, in order

    def touch(self, model, keys, seen_by_others=True):
        """The rows changed; those that show them are looked up when the block ends."""
        if getattr(model, "card_type", None):
            self.entries[model].update(keys)
        if seen_by_others:
            self.touched[model].update(keys)

    def unlink(self, model, keys):
        """The rows are about to lose their links: look up now who shows them."""
        for batch in batches(keys):
            for dependant, found in dependants(model, batch).items():
                self.entries[dependant].update(found)

    def touch_rows(self, model, keys, fields=None):
        """A write of the given columns to many rows at once, before it happens."""
        names = set(fields or ())
        links = {f.name for f in model._meta.concrete_fields if f.is_relation}
        if names & (links | {f"{name}_id" for name in links}):
            self.unlink(model, keys)
        self.touch(model, keys, seen_by_others=not names or not names <= model.unseen_by_others)

    def flush(self):
        if not self.entries and not self.touched and not self.deleted:
            return
        flush = Flush()
        for model, keys in self.touched.items():
            self.unlink(model, sorted(keys))
        for card_type, public_id in self.deleted:
            flush.store(card_type, {public_id: None}, gone={public_id: True})
        # In a fixed order, so that equal changes get equal numbers.
        for model, keys in sorted(self.entries.items(), key=lambda item: item[0]._meta.label):
            flush.render(model, keys)


def current_block():
    return _current.get()


@contextmanager
def writing():
    """An atomic block at whose end, still inside the transaction, the cards are written."""
    block = current_block()
    if block is not None:
        yield block
        return
    block = Block()
    token = _current.set(block)
    try:
        with transaction.atomic():
            yield block
            block.flush()
    finally:
        _current.reset(token)
