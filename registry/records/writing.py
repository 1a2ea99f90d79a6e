"""Every change to records happens in a `writing()` block, which writes the cards before it ends.

    with writing():
        programme.save()
        programme.roles.all().delete()

One transaction holds the change and the cards that follow from it. Blocks nest like atomic ones:
an inner one that raises takes back what it wrote, the outermost writes the cards. A write outside
of any block opens its own. Raw SQL is out of scope: `cards --check` finds what it left behind.

One writer at a time: the outermost block begins by locking the counter, on PostgreSQL as SQLite's
IMMEDIATE transactions do anyway. So nothing read in a block is stale, no two blocks wait for each
other's rows, and what shows a row cannot change between the write and the cards. Whoever locks
rows of records does it inside the block, never before it.

Somebody may answer for a block: `writing(by=user)`, or all that happens within `acting(user)`. Then
no place is shown more finely by it without the right to restrict (see `watch`). Nobody is asked
where nobody answers, as in a command of the operator.
"""

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from registry.cards.declarations import declared, dependants
from registry.cards.flush import Flush
from registry.cards.models import Counter
from registry.cards.reach import writing_order
from registry.cards.shown import batches

from .watch import Watch, forget, owners, recorded

_current = ContextVar("writing", default=None)
_person = ContextVar("person", default=None)


class Block:
    """What the current transaction has touched, from before and after each write."""

    def __init__(self, by=None):
        self.by = by  # who answers for it, or None
        self.due = False  # whether something was touched that is not flushed
        self.before = {}  # (model, key): what was recorded of where it is, before the first change
        self.entries = defaultdict(set)  # model with a card: keys to render
        # (model, whether the rows are new): keys whose dependants are found at the end
        self.touched = defaultdict(set)
        self.deleted = defaultdict(dict)  # card type: {public id: None}, in order
        self.redacted = defaultdict(set)  # model: keys whose old addresses must lead nowhere
        self.moved = []  # (card type, public id, old slug)
        self.forgotten = []  # keys of redirects: old addresses that say too much

    def touch(self, model, keys, seen_by_others=True, new=False):
        """The rows changed; those that show them are looked up when the block ends."""
        self.due = True
        if getattr(model, "card_type", None):
            self.entries[model].update(keys)
        if seen_by_others:
            self.touched[model, new].update(keys)

    def unlink(self, model, keys, new=False):
        """The rows are about to lose their links: look up now who shows them."""
        for batch in batches(keys):
            self.add(dependants(model, batch, new))

    def add(self, entries):
        """Records to render: {model: keys}."""
        self.due = True
        for model, keys in entries.items():
            self.entries[model].update(keys)

    def touch_rows(self, model, keys, fields=None):
        """A write of the given columns to many rows at once, before it happens."""
        names = set(fields or ())
        if names & model.locates.keys():
            self.note(*owners(model, keys))
        links = {f.name for f in model._meta.concrete_fields if f.is_relation}
        if names & (links | {f"{name}_id" for name in links}):
            self.unlink(model, keys)
        self.touch(model, keys, seen_by_others=not names or not names <= model.unseen_by_others)

    def note(self, model, keys):
        """Where these records are is about to be changed: keep what is recorded of it until now."""
        if self.by is None:
            return
        made = self.touched.get((model, True), ())
        keys = [key for key in keys if (model, key) not in self.before and key not in made]
        for key, what in recorded(model, keys).items():
            self.before[model, key] = what

    def flush(self):
        """Write the cards of all that was touched; whoever wants to know now whether it may be,
        and not when the block ends, calls it before."""
        if not self.due:
            return
        watch = Watch(self.by, self.before)
        flush = Flush(watch)
        for moved in self.moved:
            flush.moved(*moved)
        flush.forget(self.forgotten)
        for (model, new), keys in self.touched.items():
            self.unlink(model, sorted(keys), new)
        for card_type, public_ids in self.deleted.items():
            model = declared[card_type].model
            # A savepoint may have taken the deletion back, or a fixture made the record anew.
            present = dict(
                model._base_manager.filter(public_id__in=public_ids).values_list("public_id", "pk")
            )
            self.add({model: present.values()})
            gone = [public_id for public_id in public_ids if public_id not in present]
            flush.store(card_type, dict.fromkeys(gone), gone=dict.fromkeys(gone, True))
            forget(card_type, gone)
        # In a fixed order, so that equal changes get equal numbers, and parts before their wholes.
        for model in sorted(self.entries, key=lambda model: writing_order(model.card_type)):
            flush.render(model, self.entries[model], redacted=self.redacted[model])
        flush.settle()
        watch.decide()
        self.due, self.before = False, {}

    @contextmanager
    def answered_by(self, by):
        """What was written before this is for somebody else to answer for, and is flushed first."""
        if by is None or by == self.by:
            yield
            return
        self.flush()
        before, self.by = self.by, by
        try:
            yield
            self.flush()
        finally:
            self.by = before


def current_block():
    return _current.get()


@contextmanager
def acting(user):
    """Every block in here is this person's to answer for."""
    token = _person.set(user)
    try:
        yield
    finally:
        _person.reset(token)


@contextmanager
def writing(by=None):
    """An atomic block at whose end, still inside the transaction, the cards are written."""
    block = current_block()
    if block is not None:
        try:
            with transaction.atomic(), block.answered_by(by):
                yield block
        except BaseException:
            block.due = True  # cards that were flushed in here are taken back as well
            raise
        return
    block = Block(by or _person.get())
    token = _current.set(block)
    try:
        with transaction.atomic():
            Counter.lock()
            yield block
            block.flush()
    finally:
        _current.reset(token)


@contextmanager
def marking():
    """The block that is open, or one for a single write."""
    block = current_block()
    if block is not None:
        yield block
    else:
        with writing() as block:
            yield block
