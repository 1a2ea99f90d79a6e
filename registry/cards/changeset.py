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
no place is shown more finely by it without the right to restrict, and without a second person who
answers for it as well (see `Guard`). Nobody is asked where nobody answers, as in a command of the
operator.
"""

from collections import defaultdict
from contextlib import contextmanager
from contextvars import ContextVar
from copy import deepcopy

from django.db import transaction
from django.db.models import Exists, OuterRef

from registry.values.texts import LANGUAGES

from . import deferral, former_addresses
from .backlog import PATIENCE, go_on
from .declarations import bound_by, declared, dependants, placed_by, references_by_id
from .deferral import How
from .finer import owners, recorded
from .flush import Flush
from .guard import Guard
from .many_words import together
from .models import Card, Counter, Deferred
from .models.change_numbers import numbering
from .reach import writing_order
from .sql import listed

NAMES = frozenset(f"name_{code}" for code in LANGUAGES)

_current: ContextVar["ChangeSet | None"] = ContextVar("writing", default=None)
_people = ContextVar("people", default=(None, None))


class ChangeSet:
    """What the current transaction has touched, from before and after each write."""

    def __init__(self, by=None, second=None):
        self.by = by  # who answers for it, or None
        self.second = second  # who does as well, or None
        self.shows_less = False  # what is written now: see showing_less
        self.counter = None  # as it is locked for this transaction, if that is known
        self.due = False  # whether something was touched that is not flushed
        self.before = {}  # (model, key): what was recorded of where it is, before the first change
        self.entries = defaultdict(set)  # model with a card: keys to render
        self.placed = defaultdict(set)  # the same: of which nothing but the places can have changed
        # (model, whether the rows are new): keys whose dependants are found at the end
        self.touched = defaultdict(set)
        self.named = defaultdict(set)  # model: keys whose dependants show a reference to them
        self.renames = True  # whether nothing but names of these is another
        self.placing = defaultdict(set)  # model: keys that decide where others are
        self.deleted = defaultdict(dict)  # card type: {public id: None}, in order
        self.redacted = defaultdict(set)  # model: keys whose old addresses must lead nowhere
        self.moved = []  # (card type, public id, old slug)
        self.forgotten = []  # keys of redirects: old addresses that say too much
        self.rendered = {}  # (model, key): what the flush has read of rows that changed alone
        self.at_once = None  # {model: keys}: see follows_from
        self.left = False  # whether there are cards that are written after this

    def changed(self, model, keys, columns=None, new=False):
        """The rows changed, in these columns or in any; who shows them is found at the end."""
        self.due = True
        if getattr(model, "card_type", None):
            self.entries[model].update(keys)
        columns = None if columns is None else set(columns) - model.unseen_by_others
        if columns is not None and not columns:
            return
        if new or not is_seen_in_reference_only(model, columns):
            self.touched[model, new].update(keys)
            return
        if shown := columns & model.seen_in_references:
            self.named[model].update(keys)
            self.renames &= shown <= NAMES
        if columns & model.places_others:
            self.placing[model].update(keys)

    def note_dependants(self, model, keys, new=False):
        """The rows are about to lose their links: look up now who shows them."""
        self.add(dependants(model, keys, new))
        self.add_placed(bound_by(model, keys, new))

    def add(self, entries):
        """Records to render: {model: keys}."""
        self.due = True
        for model, keys in entries.items():
            self.entries[model].update(keys)

    def add_placed(self, entries):
        """Records that may be shown in other places now: {model: keys}."""
        self.due = True
        for model, keys in entries.items():
            places = declared[model.card_type].serializer.placed()
            (self.placed if places else self.entries)[model].update(keys)

    def rows_changed(self, model, keys, fields=None):
        """A write of the given columns to many rows at once, before it happens."""
        columns = None if fields is None else columns_named(model, fields)
        if columns and columns & model.locates.keys():
            self.note_whereabouts(*owners(model, keys))
        links = {field.name for field in model._meta.concrete_fields if field.is_relation}
        if columns is None or columns & links:
            if is_seen_in_reference_only(model, columns):
                self.add_placed(placed_by(model, keys))
            else:
                self.note_dependants(model, keys)
        self.changed(model, keys, columns)

    def note_whereabouts(self, model, keys):
        """Where these records are is about to be changed: keep what is recorded of it until now."""
        if self.by is None:
            return
        made = self.touched.get((model, True), ())
        keys = [key for key in keys if (model, key) not in self.before and key not in made]
        for key, what in recorded(model, keys).items():
            self.before[model, key] = what

    def follows_from(self, *entries):
        """Of this transaction nothing but these is looked at right after it. If much more has to be
        rendered because of them, that can be withheld and written later, like what names them."""
        self.at_once = defaultdict(set)
        for entry in entries:
            self.at_once[type(entry)].add(entry.pk)

    def flush(self):
        """Write the cards of all that was touched; whoever wants to know now whether it may be,
        and not when the block ends, calls it before."""
        if not self.due:
            return
        asked = (None, None) if self.shows_less else (self.by, self.second)
        guard = Guard.over(asked[0], self.before, asked[1])
        flush, self.counter = Flush(guard, self.counter), None
        for moved in self.moved:
            former_addresses.lead_on_hidden(*moved)
        former_addresses.forget(self.forgotten)
        told, patched = self._told()
        for (model, new), keys in self.touched.items():
            self.note_dependants(model, sorted(keys), new)
        for model, keys in self.placing.items():
            self.add_placed(placed_by(model, keys))
        self._remove_deleted(flush)
        # In copies: a savepoint that is taken back has all of it before it again.
        entered, placed = deepcopy(self.entries), deepcopy(self.placed)
        # In a fixed order, so that equal changes get equal numbers, and parts before their wholes.
        models = sorted(
            {*entered, *placed, *patched}, key=lambda model: writing_order(model.card_type)
        )
        self._defer(flush, guard, models, entered, placed, patched, told)
        rest = {model: (placed[model] | patched[model]) - entered[model] for model in models}
        references = {}
        for rows in told if any(rest.values()) else ():
            gone = map(str, rows.values_list("public_id", flat=True))
            references |= dict.fromkeys(gone) | references_by_id(rows)
        with together(sum(map(len, rest.values()))):
            for model in models:
                flush.render(model, entered[model], redacted=self.redacted[model])
                flush.patch(model, rest[model], references, placed[model])
            flush.settle()
        guard.decide()
        self.due, self.before, self.left = False, {}, flush.counter.deferring
        self.counter, self.rendered = flush.counter, flush.rendered

    def _remove_deleted(self, flush):
        for card_type, public_ids in self.deleted.items():
            model = declared[card_type].model
            # A savepoint may have taken the deletion back, or a fixture made the record anew.
            present = dict(
                model._base_manager.filter(public_id__in=public_ids).values_list("public_id", "pk")
            )
            self.add({model: present.values()})
            gone = [public_id for public_id in public_ids if public_id not in present]
            flush.remove(card_type, dict.fromkeys(gone, True))
            model.forget(gone)

    def _defer(self, flush, guard, models, entered, placed, patched, told):
        """Of more cards than one transaction should write, withhold those that only go, or only
        name others: what is new, or entered, is written now."""
        anew = {model: entered[model] | placed[model] for model in models}
        name = 1 / deferral.NAMES_AS_ONE if self.renames else 1
        many = sum(len(anew[m]) + name * len(patched[m] - anew[m]) for m in models)
        if many <= deferral.MAX_AT_ONCE:
            return
        deferral.take_up()
        since = deferral.newest_key()
        for model in models:
            now = entered[model] | self.redacted[model]
            places = placed[model] - now if guard.allows(model) else set()
            names = patched[model] - now - placed[model]
            # Of what tells where it was, that is kept as it was before: its card goes now.
            moved = {key for of, key in self.before if of is model}
            going = rows_of(model, entered[model] - self.redacted[model] - moved)
            going = going.exclude(model.public_condition()).values_list("pk", flat=True)
            going = set(going)
            follow = self._following(guard, model, entered[model]) - going
            later = (going, How.ANEW), (follow, How.ANEW), (places, How.PLACES), (names, How.NAMES)
            for keys, how in later:
                deferral.withhold(rows_of(model, keys), how, goes=keys is going)
            withheld = _withheld(rows_of(model, going | follow | places | names))
            for keys in (entered[model], placed[model], patched[model]):
                keys -= withheld
        for rows in told:
            deferral.refer(rows)
        flush.defer(since)

    def _following(self, guard, model, entered):
        """Those that are only rendered because of what is looked at right after this."""
        if self.at_once is None or not guard.allows(model):
            return set()
        return entered - self.at_once[model] - self.redacted[model]

    @contextmanager
    def answered_by(self, by, second=None):
        """What was written before this is for somebody else to answer for, and is flushed first."""
        if by is None or (by == self.by and second in (None, self.second)):
            yield
            return
        self.flush()
        before, (self.by, self.second) = (self.by, self.second), (by, second)
        try:
            yield
            self.flush()
        finally:
            self.by, self.second = before

    @contextmanager
    def showing_less(self):
        """No place can become finer by what is written in here, so nobody is asked whether it may:
        that goes at once, and what follows from it may be written later."""
        self.flush()
        before, self.shows_less = self.shows_less, True
        try:
            yield
            self.flush()
        finally:
            self.shows_less = before

    def _told(self):
        """([queries of what is referred to otherwise now], {model: keys of who refers to those}).

        Who has a card is referred to by others, and who has none is not: so those without one
        before and after have changed nothing, and who gets one now is shown anew.
        """
        told, patched = [], defaultdict(set)
        for model, keys in self.named.items():
            with_card, appearing = _with_card(model, keys)
            self.note_dependants(model, appearing)
            for dependant, found in dependants(model, with_card).items() if with_card else ():
                patched[dependant].update(found)
            told.append(rows_of(model, with_card))
        return told, patched


def columns_named(model, names):
    """The names of fields, for those of their columns as well."""
    return {model._meta.get_field(name).name for name in names}


def is_seen_in_reference_only(model, columns):
    """Whether others show of these columns no more than a reference, or a place."""
    if columns is None or not getattr(model, "card_type", None):
        return False
    return columns <= model.seen_in_references | model.places_others | model.unseen_by_others


def rows_of(model, keys):
    return model._base_manager.filter(pk__in=listed(keys)).order_by()


def _with_card(model, keys):
    """(keys of those with a card, keys of those that get one)."""
    # A card that waits to be taken away is known to nobody.
    cards = Card.stored.of(model.card_type).exclude(deferred__rank=deferral.FIRST)
    known = Exists(cards.filter(public_id=OuterRef("public_id")))
    rows = rows_of(model, keys)
    appearing = rows.filter(~known, model.public_condition())
    return [list(each.values_list("pk", flat=True)) for each in (rows.filter(known), appearing)]


def _withheld(rows):
    """The keys of those of the rows whose cards are withheld."""
    late = Deferred.objects.filter(type=rows.model.card_type, public_id=OuterRef("public_id"))
    return set(rows.filter(Exists(late)).values_list("pk", flat=True))


def current_changeset():
    return _current.get()


@contextmanager
def acting(user, second=None):
    """Every block in here is this person's to answer for, or that of both."""
    token = _people.set((user, second))
    try:
        yield
    finally:
        _people.reset(token)


@contextmanager
def writing(by=None, second=None):
    """An atomic block at whose end, still inside the transaction, the cards are written."""
    changes = current_changeset()
    if changes is not None:
        try:
            with transaction.atomic(), changes.answered_by(by, second):
                yield changes
        except BaseException:
            # Cards that were flushed in here are taken back as well, and their numbers.
            changes.due, changes.counter = True, None
            raise
        return
    changes = ChangeSet(*((by, second) if by else _people.get()))
    token, numbers = _current.set(changes), numbering.set(True)
    try:
        with transaction.atomic():
            changes.counter = Counter.lock()
            yield changes
            changes.flush()
    finally:
        numbering.reset(numbers)
        _current.reset(token)
    if changes.left:
        go_on(PATIENCE if _people.get()[0] else None)


@contextmanager
def in_changeset():
    """The change set that is open, or one for a single write."""
    changes = current_changeset()
    if changes is not None:
        yield changes
    else:
        with writing() as changes:
            yield changes
