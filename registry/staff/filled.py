"""A form that a page fills in: as if somebody opened it, changed one thing and saved it.

So what is set for many at once, or typed on the translation desk, obeys all that decides at a save:
versions, rights, read-only fields, the scan, the guard of places, and proposals.
"""

from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import current_changeset, writing
from registry.records.models import Entry, State
from registry.workflow.acts import Refused
from registry.workflow.finer_places import SOMEBODY, Finer
from registry.workflow.rights import proposes

from .attempt import FormAttempt
from .changeform import ask_for_another
from .stale_forms import put, told_since
from .trial import tried_out, try_save

NOT_YOURS = _("You can no longer change this.")
ANOTHER = _("Another person must look at this.")
STALE = _("It has changed since this page was made. Look at it again.")
# What an untouched form does not send, or asks for beside what is stored.
UNSENT = ("redact", "override", "DELETE")


class Overtaken(Refused):
    """Others saved the entry since the page was made."""


@dataclass(frozen=True)
class Outcome:
    """What setting something does to one entry, or why nothing comes of it."""

    entry: Entry | None = None
    difference: list = field(default_factory=list)
    is_done: bool = False
    proposed: bool = False
    why: tuple = ()  # sentences: why it is left as it is
    stale: bool = False


class FillingMixin:
    def try_filling(self, request, key, version, fill):
        """What `fill(typed, forms)` would do to the entry, if it is what was seen: an `Outcome`."""
        try:
            entry, trial, finer = self._tried(request, key, version, fill)
        except OBSTACLES as obstacle:
            return self._left(request, key, version, obstacle)
        is_proposed = finer or proposes(request.user, entry)
        # Of a proposal the reviewer decides, and of a draft whoever publishes it.
        refused = bool(trial.hits) and entry.state == State.PUBLIC and not is_proposed
        why = (str(ANOTHER), *map(str, trial.hits)) if refused else ()
        done = bool(trial.difference) and not refused
        return Outcome(entry, trial.difference, done, is_proposed, why)

    def save_filled(self, request, key, version, fill):
        """It is done, or proposed: an `Outcome`."""
        entry = self.get_object(request, str(key))
        waits = entry is not None and proposes(request.user, entry)
        try:
            if not waits:
                return self._save_filled(request, key, version, fill)
        except OBSTACLES as obstacle:
            if not getattr(obstacle, "alone", False):
                return self._left(request, key, version, obstacle)
        try:  # others may have saved it since
            return self._propose_filled(request, key, version, fill)
        except OBSTACLES as obstacle:
            return self._left(request, key, version, obstacle)

    def _save_filled(self, request, key, version, fill):
        with writing():
            attempt, forms = self._filled(request, key, version, fill)
            # What is so already gets no version, and no history.
            if changed := forms.are_changed():
                self.save_valid(request, attempt, forms)
        return Outcome(attempt.entry, is_done=changed)

    def save_valid(self, request, attempt, forms):
        """All of valid forms that were filled in."""
        if attempt.entry is not None:
            ask_for_another(attempt.entry, forms.form)
        less = attempt.entry is not None and forms.show_less()
        with current_changeset().showing_less() if less else nullcontext():
            self.save_all(request, attempt, forms)

    def write_valid(self, request, attempt, forms):
        """The same as one of many: the entry. The cards are written once, at the end; then whoever
        calls this asks `hits_of` for each that is public."""
        entry, added = self.write(request, attempt, forms), attempt.entry is None
        message = self.construct_change_message(request, forms.form, forms.written, added)
        (self.log_addition if added else self.log_change)(request, entry, message)
        return entry

    def _tried(self, request, key, version, fill):
        """(the entry, what it would do, whether that takes a second person)."""
        try:
            return *self._tried_by(request, None, key, version, fill), False
        except Finer as obstacle:
            if not obstacle.alone:
                raise
            return *self._tried_by(request, SOMEBODY, key, version, fill), True

    def _tried_by(self, request, second, key, version, fill):
        with tried_out(request.user, second):
            attempt, forms = self._filled(request, key, version, fill)
            if second is None:
                ask_for_another(attempt.entry, forms.form)
            trial = try_save(self, request, attempt, forms)
        entry = self.get_object(request, str(key))
        if entry is None:
            raise Refused(str(NOT_YOURS))
        return entry, trial

    def _propose_filled(self, request, key, version, fill):
        """What shows less is done at once, as ever; the rest waits."""
        entry, trial, finer = self._tried(request, key, version, fill)
        found = trial.difference
        if trial.stricter and self._restrict(request, str(key), trial):
            entry, trial, finer = self._tried(request, key, trial.version + 1, fill)
        if trial.difference:
            finer = finer and not proposes(request.user, entry)
            about = {"source": "", "remark": "", "finer": finer}
            self.keep_proposal(request.user, entry, trial, about, None)
        return Outcome(entry, found, bool(found), bool(trial.difference))

    def _filled(self, request, key, version, fill):
        """(attempt, valid forms) of the entry as it is stored, which nobody changes meanwhile."""
        attempt, forms = self.fill_in(request, key, version, fill)
        if not forms.are_valid():
            raise Refused(" ".join(map(str, forms.faults())))
        return attempt, forms

    def fill_in(self, request, key, version, fill):
        """The same of forms that nobody has asked yet whether they are valid."""
        entry = self.locked(self.get_queryset(request), str(key)).first()
        if entry is None or not self.has_change_permission(request, entry):
            raise Refused(str(NOT_YOURS))
        if entry.version != version:
            raise Overtaken(str(STALE))
        seen = QueryDict(mutable=True)
        seen["seen_version"] = str(version)
        attempt = self._begin(request, FormAttempt(seen), entry)
        forms = self._forms(request, entry)
        typed = untouched(forms, seen)
        fill(typed, forms)
        attempt = replace(attempt, typed=typed)
        return attempt, self._forms(request, entry, attempt)

    def blank(self, request):
        """The forms of a new entry, and what they would send untouched."""
        forms = self._forms(request, None)
        return forms, untouched(forms, QueryDict(mutable=True))

    def fill_in_new(self, request, fill, blank):
        """The same for a new entry; of many new ones `blank` is made once."""
        forms, typed = blank[0], blank[1].copy()
        fill(typed, forms)
        attempt = FormAttempt(typed)
        return attempt, self._forms(request, None, attempt, like=forms)

    def _left(self, request, key, version, obstacle):
        told = [sentence for _field, sentence in FormAttempt({}, obstacle=obstacle).told()]
        entry = self.get_object(request, str(key))
        stale = isinstance(obstacle, Overtaken)
        if stale and entry is not None:
            told += told_since(entry, version, request.user)
        return Outcome(entry, why=tuple(told), stale=stale)


OBSTACLES = (Refused, IntegrityError, PermissionDenied)


def untouched(forms, typed):
    """What a browser would send of these forms if nobody typed anything."""
    rows = [form for formset in forms.formsets for form in formset.initial_forms]
    for form in (forms.form, *rows):
        for name, each in form.fields.items():
            if name in UNSENT:
                continue
            stored = form.get_initial_for_field(each, name)
            put(typed, form.add_prefix(name), each, stored)
            if each.show_hidden_initial:  # where a column's default is made anew each time
                put(typed, form.add_initial_prefix(name), each, stored)
    for formset in forms.formsets:
        for head in ("TOTAL_FORMS", "INITIAL_FORMS"):
            typed[f"{formset.prefix}-{head}"] = str(len(formset.initial_forms))
    return typed
