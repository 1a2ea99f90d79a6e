"""The change numbers, which order all that ever became public."""

import uuid
from contextvars import ContextVar

from django.core.cache import caches
from django.db import models

from registry.cards.pieces import MOST, pieces
from registry.cards.private_django import Planned, asked, row_of
from registry.cards.replicas import reading
from registry.values.remembered import forget

# Whether a transaction makes numbers: taken back, it leaves them to other changes.
numbering = ContextVar("numbering", default=False)

# What had been forgotten before somebody read: -1 where they may read what is older than that.
_forgotten = ContextVar("forgotten", default=-1)

_CURRENT = Planned("SELECT registry, number, deferring FROM cards_counter WHERE id = 1")
_CHANGED = Planned(
    "SELECT public_id FROM cards_card WHERE number > %s UNION ALL"
    " SELECT public_id FROM cards_tombstone WHERE number > %s LIMIT %s"
)


class Counter(models.Model):
    """The one row that orders all public changes; it stays locked until the writer commits."""

    registry = models.UUIDField(default=uuid.uuid4)
    number = models.BigIntegerField(default=0)
    deferring = models.BooleanField(default=False)  # whether there may be `Deferred` cards

    # (registry, number) as of which this process keeps what it made of texts
    remembered: tuple[uuid.UUID, int] | None = None

    @classmethod
    def lock(cls):
        """The counter, held until the end of the transaction."""
        counter = cls.objects.select_for_update().filter(pk=1).first()
        if counter is None:
            cls.objects.get_or_create(pk=1)
            counter = cls.objects.select_for_update().get(pk=1)
        return counter

    @classmethod
    def current(cls):
        """The counter as committed; before the first change: number 0."""
        forgotten, counter = pieces.forgettings, cls._read()
        if numbering.get():
            return counter
        registry, number = Counter.remembered or (None, 0)
        if counter.registry != registry or counter.number > number:
            forget_texts(counter._changed_since(number) if counter.registry == registry else None)
            Counter.remembered = (counter.registry, counter.number)
            forgotten = pieces.forgettings
        # One that reads from a replica may be a little behind the others of this process.
        is_behind = counter.registry == registry and counter.number < number
        _forgotten.set(-1 if is_behind else forgotten)
        return counter

    def _changed_since(self, number):
        """The public ids of what changed after a number, or None of too much to look for it."""
        if self.deferring or not pieces:  # what is withheld has its old number
            return None
        with asked(reading(), _CHANGED, [number, number, MOST + 1]) as cursor:
            ids = [str(uuid.UUID(str(row[0]))) for row in cursor.fetchall()]
        return ids if len(ids) <= MOST else None

    @classmethod
    def _read(cls):
        # Read for every reply and 304: to put the statement together would cost more than a 304.
        with asked(reading(), _CURRENT) as cursor:
            row = cursor.fetchone()
        if row is None:
            return cls(pk=1, registry=uuid.UUID(int=0))
        registry, number, deferring = row
        if isinstance(registry, str):  # SQLite has no such type
            registry = uuid.UUID(registry)
        names = "id", "registry", "number", "deferring"
        return row_of(cls, reading().alias, names, (1, registry, number, bool(deferring)))


def keep(key, make, timeout=None, since=None):
    """What is made of the registry as a whole, kept in the process until something changes.

    `since`: `read_since()`, if the key says of which number it is.
    Within a transaction that makes numbers nothing is kept and nothing that was kept is read.
    """
    if numbering.get():
        return make()
    since = pieces.forgettings if since is None else since
    made = caches["kept"].get(key)
    if made is None:
        made = make()
        keep_since(since, key, made, timeout)
    return made


def read_since():
    """What had been forgotten before `Counter.current()`, for `keep_since`; -1 where what was read
    may be older than that, of which nothing is kept."""
    return _forgotten.get()


def keep_since(since, key, made, timeout=None):
    """Keep it, unless something was forgotten `since` (`pieces.forgettings`): what was read before
    that must not come back. Returns whether it is kept."""
    with pieces.lock:
        if is_kept := pieces.forgettings == since:
            caches["kept"].set(key, made, timeout)
    return is_kept


def drawn(draw, *values):
    """The text that is made of these values, which were read after `Counter.current()`, kept until
    one of the records in them changes (`registry.cards.pieces`)."""
    if numbering.get():
        return draw()
    # A registry that was restored gives its numbers again, under another id.
    registry, _number = Counter.remembered or (None, 0)
    return pieces.drawn(draw, (registry, values), read_since())


def forget_texts(changed=None):
    """Nothing that a process keeps outlives the change by which it may have gone.

    `changed`: the public ids of all that changed, as text; None of more than are looked for.
    """
    forget()
    if changed is None:
        pieces.forget()
    else:
        pieces.forget_those_of(changed)
    caches["kept"].clear()  # at last: whoever keeps something has asked whether this is yet to come
