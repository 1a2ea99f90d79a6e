"""The items of a batch in the forms of whoever brings them: tried out, and written.

Each goes through its record's own form, so rights, versions, the scan, the guard of places and
proposals decide as at any save.
"""

from copy import copy
from dataclasses import dataclass, field

from django.contrib.messages import WARNING
from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.cards.changeset import current_changeset, writing
from registry.cards.private_django import tell_to
from registry.records.models import State
from registry.staff.attempt import FormAttempt
from registry.staff.changeform import ask_for_another
from registry.staff.filled import ANOTHER, NOT_YOURS, OBSTACLES
from registry.staff.trial import hits_of, try_save
from registry.workflow.acts import Refused
from registry.workflow.finer_places import SOMEBODY
from registry.workflow.rights import proposes
from registry.workflow.scan import scan

from .filling import Fill

NEW, CHANGED, PROPOSED, SAME, WRONG = "new", "changed", "proposed", "same", "wrong"


@dataclass
class Outcome:
    """What becomes of an item; `wrong` are (line, column, sentence)."""

    state: str
    told: list[str] = field(default_factory=list)
    slug: str = ""  # of what is new
    wrong: list = field(default_factory=list)


class Told:
    """What the pages of records would tell in messages is told on that of the batch."""

    def __init__(self):
        self.sentences = []

    def add(self, level, message, extra_tags=""):
        if level >= WARNING:
            self.sentences.append(str(message))


def quietly(request):
    """The request as the forms of records take it: nothing sent but what they are filled with."""
    quiet = copy(request)
    quiet.GET, quiet.POST = QueryDict(), QueryDict()
    tell_to(quiet, Told())
    return quiet


class Run:
    """Items one after the other, within one transaction."""

    def __init__(self, request, tables, items, dates_are_read=False):
        self.user, self.tables, self.items = request.user, tables, items
        self.request = quietly(request)
        self.dates_are_read = dates_are_read  # and were told where they may be meant otherwise
        self.keys = {}  # {ref: key} of what is added
        self.brought = {}  # {ref: outcome} of what was added before its turn
        self.blanks = {}  # {kind: forms that nobody has touched}
        self.trials = {}  # {id: (record, trial)} of what is proposed
        self.written = []  # [(attempt, record)]
        self.added = {item.ref: item for item in items if item.key is None and item.id}

    def try_out(self, item):
        """The `Outcome` of an item. Nothing of it is to stay: it is called within `tried_out`."""
        told = Told()
        tell_to(self.request, told)
        try:
            for needed in item.needs:
                self._bring(needed)
            outcome = self._try_change(item) if item.key else self._try_new_once(item)
        except OBSTACLES as obstacle:
            return Outcome(WRONG, wrong=[(item.lines[0], "", each) for each in sentences(obstacle)])
        outcome.told = [*told.sentences, *outcome.told]
        return outcome

    def _bring(self, needed):
        """What another item adds and this one names."""
        if needed in self.keys:
            return
        item = self.added[needed]
        self.keys[needed] = None  # two may need each other
        for other in item.needs:
            self._bring(other)
        if self._try_new_once(item).wrong:
            raise Refused(_("It names “%(id)s”, which cannot be added.") % {"id": item.id})

    def _try_new_once(self, item):
        if not item.id:
            return self._try_new(item)
        if item.ref not in self.brought:
            self.brought[item.ref] = self._try_new(item)
        return self.brought[item.ref]

    def _try_new(self, item):
        page, fill = self.tables[item.kind].page, self._fill(item)
        with writing():
            attempt, forms = self._fill_in_new(item, fill)
            if not self._are_valid(forms, fill):
                return Outcome(WRONG, wrong=list(fill.told(forms)))
            self._tell_of_dates(page, forms)
            entry = page.write(self.request, attempt, forms)
            current_changeset().flush()
        self.keys[item.ref] = entry.pk
        stored = _as_stored(entry)
        return Outcome(NEW, [str(hit) for hit in scan(stored)], stored.slug)

    def _tell_of_dates(self, page, forms):
        if not self.dates_are_read:
            page.tell_of_doubtful_dates(self.request, forms)

    def _try_change(self, item):
        page, fill = self.tables[item.kind].page, self._fill(item)
        entry = self._entry(item)
        waits = proposes(self.user, entry)
        with writing(by=self.user, second=SOMEBODY if waits else None):
            attempt, forms = page.fill_in(self.request, str(item.key), item.version, fill)
            if not self._are_valid(forms, fill):
                return Outcome(WRONG, wrong=list(fill.told(forms)))
            if not forms.are_changed():
                return Outcome(SAME)
            if not waits:
                ask_for_another(attempt.entry, forms.form)
            self._tell_of_dates(page, forms)
            trial = try_save(page, self.request, attempt, forms)
            hits = trial.hits if entry.state == State.PUBLIC else scan(_as_stored(entry))
        if not trial.difference:
            return Outcome(SAME)
        self.trials[item.id] = entry, trial
        return self._outcome(item, entry, trial, waits, [str(hit) for hit in hits])

    def _outcome(self, item, entry, trial, waits, hits):
        line = item.lines[0]
        if not waits:
            refused = hits and entry.state == State.PUBLIC
            wrong = [(line, "", each) for each in (str(ANOTHER), *hits)] if refused else []
            return Outcome(WRONG if refused else CHANGED, hits, wrong=wrong)
        wrong = [
            (
                line,
                name,
                _("A change that shows less is not proposed: it is made at once, on its own page."),
            )
            for name in trial.stricter
        ]
        if item.needs:
            told = _("A proposal names what is there already: write what is new first.")
            wrong.append((line, "", told))
        return Outcome(WRONG if wrong else PROPOSED, hits, wrong=wrong)

    # Writing

    def write(self, item, outcome, why):
        """The item is written as it was tried out: (public id, version before, version after, the
        key of a proposal). Else `Refused`."""
        entry = item.key and self._entry(item)
        if entry and proposes(self.user, entry) != (outcome.state == PROPOSED):
            raise Refused(str(NOT_YOURS))
        if outcome.state == PROPOSED:
            return str(entry.public_id), item.version, item.version, self._propose(item, why)
        page, fill = self.tables[item.kind].page, self._fill(item, outcome.slug)
        if entry:
            attempt, forms = page.fill_in(self.request, str(item.key), item.version, fill)
        else:
            attempt, forms = self._fill_in_new(item, fill)
        if not self._are_valid(forms, fill):
            raise Refused(" ".join(str(told) for _line, _column, told in fill.told(forms)))
        forms.form.instance._change_reason = why
        if entry and "precision" in forms.form.changed_data:  # of which more follows than a card
            page.save_valid(self.request, attempt, forms)
        else:
            self.written.append((attempt, page.write_valid(self.request, attempt, forms)))
        stored = _as_stored(forms.form.instance)
        self.keys[item.ref] = stored.pk
        return str(stored.public_id), item.version if entry else None, stored.version, None

    def object_to_hits(self):
        """`Refused` if the scan finds in what was written something that the public did not see
        before: once, when all cards are written."""
        for attempt, entry in self.written:
            if entry.state == State.PUBLIC and (hits := hits_of(attempt, _as_stored(entry))):
                raise Refused(f"{entry}: {ANOTHER}", hits)

    def _propose(self, item, why):
        tried, trial = self.trials[item.id]
        entry = self.tables[item.kind].page.locked(type(tried).objects.all(), item.key).get()
        if entry.version != trial.version:
            raise Refused(_("%(entry)s has changed in the meantime.") % {"entry": entry})
        about = {"source": why, "remark": "", "finer": False}
        page = self.tables[item.kind].page
        return page.keep_proposal(self.user, entry, trial, about, None).pk

    def _entry(self, item):
        entry = self.tables[item.kind].page.get_object(self.request, str(item.key))
        if entry is None:
            raise Refused(str(NOT_YOURS))
        return entry

    def _fill_in_new(self, item, fill):
        page = self.tables[item.kind].page
        if item.kind not in self.blanks:
            self.blanks[item.kind] = page.blank(self.request)
        return page.fill_in_new(self.request, fill, self.blanks[item.kind])

    def _fill(self, item, slug=""):
        return Fill(self.tables[item.kind], item, self.keys, slug)

    def _are_valid(self, forms, fill):
        return forms.are_valid() and not fill.refused


def _as_stored(entry):
    return type(entry)._base_manager.get(pk=entry.pk)


def sentences(obstacle):
    """What stands in the way, as forms tell it."""
    return [sentence for _field, sentence in FormAttempt({}, obstacle=obstacle).told()]
