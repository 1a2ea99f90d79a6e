"""Erasing: a record, or words wherever they stand, so that no byte of them is left.

One safety officer asks, another one does it. A record stays as an empty row in the state *erased*,
by which its address goes on to say 410 and by which no file can make it anew. The ledger learns of
ids and of keyed hashes alone, and a restore erases again. What was deleted leaves the files of the
database when it is next scrubbed: see `scrub_what_was_erased`.
"""

from dataclasses import dataclass
from secrets import token_hex

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.cards.declarations import declared, of_entries
from registry.cards.models import Deferred
from registry.cards.refused import Refused
from registry.ops import ledger
from registry.ops.scrubbing import scrub
from registry.records.models import Entry, Erasure, Merge, Part, State
from registry.records.relations import part_models
from registry.values.fields import CodeField

from .erased_words import GAP, ErasedWords
from .everywhere import blank_log, saying, saying_packed, take_out
from .groups import RESTRICT
from .rights import may
from .why_kept import WhyKept
from .withdrawal import Reason, withdraw

ANOTHER = _("Another safety officer must do it: you asked for it.")
ERASED = WhyKept(gettext_noop("erased"))
# Rows of other apps that go with a record: functions that give those of an entry.
going_with = []


def may_erase(user):
    """Words stand in records of all kinds, so it takes the right over each of them."""
    return all(may(user, RESTRICT, declaration.model) for declaration in of_entries())


def entry_of(erasure):
    """The record that is to go, or None."""
    declaration = declared.get(erasure.card_type)
    if declaration is None or declaration.model is None:
        return None
    return declaration.model.objects.filter(public_id=erasure.public_id).first()


@dataclass
class Said:
    """Where words stand now."""

    entries: dict  # {entry: None} whose texts or rows say them, in order
    versions: int  # kept by history
    others: int  # proposals, remarks, reports of readers, lists, the log

    @property
    def number(self):
        return len(self.entries) + self.versions + self.others


def said(words):
    """Where the words stand, for the officer who asks: nothing is changed by it."""
    found = Said({}, 0, 0)
    keys = {}
    for model, key, _columns in saying(words) if words else ():
        if issubclass(model, Entry | Part):
            keys.setdefault(model, []).append(key)
        elif hasattr(model, "history_id"):
            found.versions += 1
        else:
            found.others += 1
    found.others += sum(1 for _row in saying_packed(words)) if words else 0
    for model, some in keys.items():
        rows = model._base_manager.filter(pk__in=some)
        if issubclass(model, Part):
            owners = model._meta.get_field("record").related_model
            rows = owners._base_manager.filter(pk__in=rows.values("record"))
        found.entries |= dict.fromkeys(rows)
    return found


def erase(erasure, by):
    """Do what another officer asked for; `Refused` if it was done meanwhile."""
    if not may_erase(by) or erasure.asked_by_id == by.pk:
        raise PermissionDenied(ANOTHER)
    words = ErasedWords.of(erasure.words)
    with writing(by=by):
        if not Erasure.objects.settle(erasure, by):
            raise Refused(gettext("This has already been done or dropped."))
        if (entry := entry_of(erasure)) is not None:
            erase_record(entry, by)
        rows = erase_words(words, by)
        words.note()
        Erasure.objects.filter(pk=erasure.pk).update(rows=rows, digests=words.lines())


def erase_words(words, by=None):
    """Take them out of every text; returns of how many rows."""
    if not words:
        return 0
    with writing(by=by) as changes, changes.showing_less():
        return take_out(words, changes, by)


def erase_record(entry, by=None):
    """Empty it and delete all that stands beside it; what cannot stay without it is withdrawn."""
    with writing(by=by) as changes, changes.showing_less():
        entry.refresh_from_db()
        if not entry.is_gone:
            withdraw(entry, Reason.REQUEST, by=by)
            entry.refresh_from_db()
        for merge in Merge.objects.standing().into(entry):
            for loser in type(entry)._base_manager.filter(public_id=merge.public_id):
                erase_record(loser, by)  # which is one with it, and says the same
        for part in part_models(type(entry)).values():
            part._base_manager.filter(record=entry.pk).delete()
            part.history.filter(record_id=entry.pk).delete()
        for rows_of in going_with:
            rows_of(entry).delete()
        entry.history.all().delete()
        blank_log(entry)
        bare = _emptied(entry)
        bare._history_user, bare._change_reason = by, ERASED.kept()
        bare.save()
        ledger.note(ledger.ERASED, entry.card_type, [entry.public_id])


def _emptied(entry):
    """The row with what a row cannot be without, and nothing of what it said."""
    model = type(entry)
    kept = {"pk": entry.pk, "public_id": entry.public_id, "version": entry.version}
    kept |= {"slug": f"erased-{token_hex(6)}", "name_en": GAP, "state": State.ERASED}
    for field in model._meta.concrete_fields:
        needed = not (field.null or field.blank or field.has_default())
        if needed or isinstance(field, CodeField):
            kept.setdefault(field.attname, getattr(entry, field.attname))
    links = [f.attname for f in model._meta.concrete_fields if f.is_relation]
    bare = model(**kept)
    try:
        bare.validate_constraints()
    except ValidationError:  # as of a place that lies in another
        bare = model(**{name: getattr(entry, name) for name in links} | kept)
    bare.slug_redacted, bare._state.adding = True, False
    bare._state.db = entry._state.db
    return bare


def erase_again(file):
    """What the ledger says was erased; returns how many records and rows had to be."""
    again = 0
    for card_type, public_id in ledger.erased(file):
        entry = entry_of(Erasure(card_type=card_type, public_id=public_id))
        if entry is not None and entry.state != State.ERASED:
            erase_record(entry)
            again += 1
    return again + erase_words(ErasedWords.noted(file))


def scrub_what_was_erased():
    """Each minute: once nothing of it is shown by cards that are yet to be written."""
    done = Erasure.objects.done().filter(scrubbed_at=None)
    keys = list(done.values_list("pk", flat=True))
    if not keys or Deferred.objects.exists():
        return None
    scrub()
    Erasure.objects.filter(pk__in=keys).update(scrubbed_at=timezone.now())
    return "the files of the database hold nothing of what was erased"
