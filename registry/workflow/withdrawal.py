"""Taking a record out of every public output at once, with all that would still tell of it.

One transaction: the record, what cannot stay public without it, and the texts of others that
name it. The cards follow in the same transaction, so no door shows any of it afterwards. Its
statements are about sets of rows, so their number does not grow with what falls.
"""

from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import current_changeset, writing
from registry.cards.declarations import of_entries
from registry.cards.loader import batches
from registry.cards.models import Counter
from registry.cards.sql import listed
from registry.ops import ledger, reserve
from registry.records.models import MISTAKEN, Merge, Record, State
from registry.records.versions import keep_first, keep_first_of, move

from .acts import Refused
from .histories import NAMES_WITHDRAWN
from .mentions import MentionSearch
from .spellings import spellings_ever
from .why_kept import WhyKept


class Reason(models.TextChoices):
    SAFETY = "safety", _("safety of people")
    REQUEST = "request", _("asked for by those concerned")
    MISTAKE = "mistake", _("entered by mistake")
    LEGAL = "legal", _("legal duty")


WITHDRAWN = WhyKept(
    gettext_noop("withdrawn: %(reason)s"),
    reason=lambda code: str(Reason(code).label) if code in Reason.values else code,
)
ANOTHER = _("Another person must bring back what you withdrew, or asked to bring back.")


class Entries:
    """Entries of several kinds, known by their keys until somebody wants to see them."""

    def __init__(self, keys):
        self.keys = {model: set(some) for model, some in keys.items() if some}

    def __len__(self):
        return sum(map(len, self.keys.values()))

    def __iter__(self):
        for model, keys in self.keys.items():
            for batch in batches(sorted(keys)):
                yield from model._base_manager.filter(pk__in=batch).order_by("pk")

    def __contains__(self, entry):
        return entry.pk in self.keys.get(type(entry), ())

    def first(self, number):
        """So many of them."""
        found = []
        for model, keys in self.keys.items():
            some = sorted(keys)[: number - len(found)]
            found += model._base_manager.filter(pk__in=some).order_by("pk") if some else ()
        return found


class Effects:
    """What a withdrawal does, for the officer who orders it."""

    def __init__(self, entry, naming=None):
        own = {type(entry): {entry.pk}}
        self.fallen = reached(own, "falling_with")  # cannot stay public without it
        gone = union(own, self.fallen)
        self.withdrawn = Entries(gone)
        named = naming.look() if naming else {}
        named = {model: keys - gone.get(model, set()) for model, keys in named.items()}
        # A place would take every record in it along.
        places = {model: keys for model, keys in named.items() if model.card_type == "location"}
        back = {model: keys for model, keys in named.items() if model not in places}
        self.sent_back = Entries(back)  # records whose texts named it: in review now
        parts = reached(back, "hidden_with")
        self.out_of_sight = Entries(  # parts of those, until they are back
            {model: public(model, keys - gone.get(model, set())) for model, keys in parts.items()}
        )
        self.to_edit = Entries(places)  # places whose texts name it: they stay


def mention_search(entry, reason=None):
    """The search for the names of a record, of today and of before. Those of a place or a theme are
    said everywhere, and rightly, and that of a mistake is the name of the record that is right."""
    return (
        MentionSearch(spellings_ever(entry))
        if isinstance(entry, Record) and reason not in MISTAKEN
        else None
    )


def effects_of(entry, reason=None):
    """What a withdrawal of the record would do, as `Effects`."""
    return Effects(entry, mention_search(entry, reason))


def withdraw(entry, reason, by=None, naming=None):
    """Withdraw the record and what falls with it; returns the `Effects`. `Refused` if it is gone.

    Other records whose public texts name it go back to review. A place is only listed. `naming` is
    a search that was made before: the transaction then looks only at what has changed since.
    """
    # First of all: on a full disk nothing after this could be written (0014).
    reserve.give()
    naming = naming or mention_search(entry, reason)
    if current_changeset() is None:
        prepare(entry, naming)
    with writing(by=by) as changes, changes.showing_less():
        entry.refresh_from_db()  # what it is now, not when the caller read it
        if entry.is_gone:
            raise Refused(gettext("It is already withdrawn."))
        if naming and naming.names != spellings_ever(entry):  # it was renamed meanwhile
            naming = mention_search(entry, reason)
        effects = Effects(entry, naming)
        if naming and naming.addresses:
            gone = public_ids(effects.withdrawn.keys)
            # Not those of what goes: at these it answers that it was withdrawn.
            changes.forgotten += [key for key, of in naming.addresses.items() if of not in gone]
        entry.state = State.WITHDRAWN
        if isinstance(entry, Record):
            entry.withdrawal_reason, entry.withdrawn_with = reason, None
        if reason in MISTAKEN:
            for each in effects.withdrawn:
                ledger.note(ledger.MISTAKE, each.card_type, [each.public_id])
        why = WITHDRAWN.kept(reason=reason)
        _save(entry, by, why)
        with_it = {"withdrawal_reason": reason, "withdrawn_with": entry.public_id}
        for model, keys in effects.fallen.items():
            move(model, keys, by, why, state=State.WITHDRAWN, **with_it)
        why = NAMES_WITHDRAWN.kept(kind=entry.card_type, id=entry.public_id)
        for model, keys in effects.sent_back.keys.items():
            move(model, keys, by, why, state=State.REVIEW)
    return effects


def prepare(entry, naming):
    """The long part of a withdrawal, before its transaction, while others go on writing."""
    if naming:
        naming.look()
    _keep_first_of_what_falls(entry)


def _keep_first_of_what_falls(entry):
    """What was loaded has no history yet. It gets its first versions before, in transactions of
    their own, so that others wait the less for the one that takes it away."""
    for model, keys in reached({type(entry): {entry.pk}}, "falling_with").items():
        for batch in batches(sorted(keys), 1000):
            with transaction.atomic():
                Counter.lock()
                keep_first_of(model, batch)


# Why the version is kept that tells who asked.
ASKED_BACK = WhyKept(gettext_noop("asked for it to be brought back"))
BROUGHT_BACK = WhyKept(gettext_noop("brought back"))


def bring_back(entry, by):
    """Undo a withdrawal, by another person than the one who ordered it. Leads into review.

    Where nobody is known to have ordered it, as on the command line, the first person only asks
    and a second one does it. Returns whether it was done.
    """
    with writing(by=by):
        entry.refresh_from_db()
        if entry.state != State.WITHDRAWN:
            raise PermissionDenied(_("This is not withdrawn."))
        if is_merged(entry):
            raise PermissionDenied(_("It was merged into another record. Undo the merge instead."))
        if (first := withdrawn_by(entry)) == by.pk:
            raise PermissionDenied(ANOTHER)
        if first is None:
            _save(entry, by, ASKED_BACK.kept())
            return False
        entry.state = State.REVIEW
        if isinstance(entry, Record):
            entry.withdrawal_reason, entry.withdrawn_with = "", None
        ledger.note(ledger.BACK, entry.card_type, [entry.public_id])
        _save(entry, by, BROUGHT_BACK.kept())
        return True


def is_merged(entry):
    """Whether it is gone because it is one with another record."""
    return Merge.objects.standing().of(entry).exists()


def withdrawn_by(entry):
    """The key of the person who ordered the withdrawal that is in force, or else of the one who
    asked for its end; or None. Nothing else is saved of what is withdrawn."""
    ordered = None
    versions = entry.history.order_by("-history_id").values_list("state", "history_user_id")
    for state, person in versions:
        if state != State.WITHDRAWN:
            break
        ordered = person or ordered
    return ordered


def reached(causes, step):
    """{model: keys} of the public records to which the step leads from {model: keys}, however far
    removed: a few statements for each step and kind."""
    found, frontier = defaultdict(set), causes
    while frontier:
        come = defaultdict(set)
        for model, keys in frontier.items():
            for declaration in of_entries():
                rows = getattr(declaration.model, step)(model, listed(keys))
                rows = rows.filter(state=State.PUBLIC).order_by().values_list("pk", flat=True)
                come[declaration.model].update(rows)
        frontier = {}
        for model, keys in come.items():
            keys -= found[model] | set(causes.get(model, ()))
            if keys:
                frontier[model] = keys
                found[model] |= keys
    return {model: keys for model, keys in found.items() if keys}


def public(model, keys):
    """Those of the keys that the public sees."""
    return {key for key, _, public, *_ in model.fates(keys) if public}


def public_ids(entries):
    rows = (model._base_manager.filter(pk__in=keys) for model, keys in entries.items())
    return {public_id for each in rows for public_id in each.values_list("public_id", flat=True)}


def union(one, other):
    return {model: {*one.get(model, ()), *other.get(model, ())} for model in {**one, **other}}


def _save(entry, by, why):
    keep_first(entry)
    entry._history_user, entry._change_reason = by, why
    entry.save()
