"""Undoing what a batch wrote: field by field and row by row, but for what was edited since; in
shares, so that others write between two of them."""

from time import monotonic

from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.cards.changeset import writing
from registry.records.models import Proposal, State
from registry.records.relations import part_models
from registry.staff.filled import OBSTACLES
from registry.staff.stale_forms import put
from registry.values.precision import Precision
from registry.workflow.acts import Refused
from registry.workflow.histories import rows_at
from registry.workflow.rights import proposes
from registry.workflow.why_kept import WhyKept

from .filling import one_more
from .items import quietly, sentences
from .models import Batch
from .writing_down import SHARE

UNDONE = WhyKept(gettext_noop("file %(number)s, undone"))


def undo(batch, request, tables):
    """What the batch wrote begins to be as it was."""
    applied = Batch.objects.filter(pk=batch.pk, state=Batch.State.APPLIED)
    values = {"looked_at": 0, "number": len(batch.wrote)}
    values |= {"handed_over_at": None, "publishing": None}
    if not applied.update(state=Batch.State.UNDOING, **values):
        raise Refused(_("This has already been decided."))
    undo_on(batch, request, tables)


def undo_on(batch, request, tables):
    """The next share; what could not be undone is kept in `batch.left`."""
    if not Batch.objects.take(batch):
        return  # somebody is at it
    try:
        batch.refresh_from_db()
        if batch.state == Batch.State.UNDOING:
            _undo_share(batch, request, tables)
    finally:
        Batch.objects.leave(batch)
        batch.refresh_from_db()


def _undo_share(batch, request, tables):
    end, left, done = monotonic() + SHARE, list(batch.left), batch.looked_at
    with writing(by=request.user):
        undoing = Undoing(request, tables, batch)
        for kind, public_id, *what in batch.wrote[::-1][done:]:
            if told := undoing.undo(kind, public_id, *what):
                left.append([kind, public_id, [str(each) for each in told]])
            done += 1
            if monotonic() > end:
                break
        values = {"looked_at": done, "left": left}
        if done == len(batch.wrote):
            values |= _at_the_end(batch, left)
        Batch.objects.filter(pk=batch.pk).update(**values)


def _at_the_end(batch, left):
    """Undone; or, if the rest of it was refused while it was written, as it was before that."""
    if "refused" in batch.holds and not left:
        return {"state": Batch.State.CHECKED, "wrote": []}
    return {"state": Batch.State.UNDONE, "decided_at": timezone.now(), "content": None}


class Undoing:
    def __init__(self, request, tables, batch):
        self.request, self.tables = quietly(request), tables
        self.why = UNDONE.kept(number=batch.pk)

    def undo(self, kind, public_id, before, after, proposal):
        """Sentences on what of this record stays; each is undone by itself."""
        page = self.tables[kind].page
        try:
            with writing():
                rows = page.get_queryset(self.request).filter(public_id=public_id)
                entry = page.locked(rows).first()
                if entry is None:
                    return [] if before is None else [_("It is no longer here.")]
                if proposal is not None:
                    return self._take_back(proposal)
                if before is None:
                    return self._delete(page, entry, after)
                return self._restore(page, entry, before, after)
        except ProtectedError:
            return [_("Other records name it now.")]
        except OBSTACLES as obstacle:
            return sentences(obstacle)

    def _take_back(self, key):
        proposal = Proposal.objects.filter(pk=key).first()
        if proposal is None:
            return []
        if proposal.state == Proposal.State.ACCEPTED:
            return [_("The proposal has since been accepted.")]
        proposal.delete()
        return []

    def _delete(self, page, entry, after):
        if entry.state == State.PUBLIC or entry.history.filter(state=State.PUBLIC).exists():
            return [_("It has since become public: it can be withdrawn, but not deleted.")]
        if not _is_as_written(entry, after):
            return [_("It has been edited since.")]
        page.delete_model(self.request, entry)
        return []

    def _restore(self, page, entry, before, after):
        if proposes(self.request.user, entry):
            return [_("You can now only propose a change to it.")]
        history = entry.history.order_by("history_id")
        then, done = history.filter(version=before).last(), history.filter(version=after).first()
        if then is None or done is None:
            return [_("Its history does not say what it was before.")]
        fill = Restoring(entry, then, done)
        attempt, forms = page.fill_in(self.request, str(entry.pk), entry.version, fill)
        if not forms.are_valid():
            return list(map(str, forms.faults()))
        if forms.are_changed():
            forms.form.instance._change_reason = self.why
            page.save_valid(self.request, attempt, forms)
        return fill.left


class Restoring:
    """Fills the form of an entry with how it was before, where it is as the batch left it."""

    def __init__(self, entry, then, done):
        self.entry, self.then, self.done = entry, then, done
        self.before, self.after = rows_at(then), rows_at(done)
        self.left = []

    def __call__(self, typed, forms):
        for name in forms.form.fields:
            self._put_back(typed, forms.form, name)
        kinds = part_models(type(self.entry))
        for formset in forms.formsets:
            if formset.prefix in kinds:
                self._put_rows_back(typed, formset, kinds[formset.prefix])

    def _put_back(self, typed, form, name):
        field = next((f for f in form._meta.model._meta.concrete_fields if f.name == name), None)
        if field is None or not hasattr(self.then, field.attname):
            return
        was, wrote, now = (
            getattr(row, field.attname) for row in (self.then, self.done, self.entry)
        )
        if was == wrote or now == was:
            return
        if now != wrote:
            self._leave(_("edited since: %(what)s"), field)
        elif _shows_more(name, was, now):
            self._leave(_("not shown more: %(what)s"), field)
        else:
            put(typed, name, form.fields[name], was)

    def _put_rows_back(self, typed, formset, model):
        before, after = self.before[model], self.after[model]
        there = {row.pk: row for row in model.objects.filter(record=self.entry)}
        forms = {row.instance.pk: row for row in formset.initial_forms}
        for key in sorted(before.keys() | after.keys()):
            was, wrote, now = before.get(key), after.get(key), there.get(key)
            if _alike(was, wrote) or _alike(was, now):
                continue
            form = forms.get(key)
            if not _alike(now, wrote) or (now is not None and form is None):
                self._leave(_("edited since: %(what)s"), model)
            elif was is None:
                typed[f"{form.prefix}-DELETE"] = "on"
            else:
                prefix = form.prefix if form else one_more(typed, formset)
                _fill_row(typed, form or formset.empty_form, prefix, was)

    def _leave(self, sentence, what):
        """`what` is a field, or the model of a row."""
        name = getattr(what, "verbose_name", None) or what._meta.verbose_name
        self.left.append(capfirst(sentence % {"what": name}))


def _is_as_written(entry, version):
    """Whether it and its rows say what they said in that version, wherever it was moved since."""
    done = entry.history.filter(version=version).order_by("history_id").first()
    if done is None or not _alike(done, entry):
        return False
    for model, rows in rows_at(done).items():
        there = {row.pk: row for row in model.objects.filter(record=entry)}
        if there.keys() != rows.keys() or not all(_alike(rows[key], there[key]) for key in rows):
            return False
    return True


def _fill_row(typed, form, prefix, kept):
    for name, field in form.fields.items():
        column = next((f for f in form._meta.model._meta.concrete_fields if f.name == name), None)
        if column is not None and name not in ("id", "record") and hasattr(kept, column.attname):
            put(typed, f"{prefix}-{name}", field, getattr(kept, column.attname))


def _alike(one, other):
    """Whether two of a row, kept or stored, say the same; None is no row."""
    if one is None or other is None:
        return one is other
    model = getattr(one, "instance_type", type(one))
    names = [field.attname for field in model._meta.concrete_fields if field.editable]
    kept = [name for name in names if hasattr(one, name) and hasattr(other, name)]  # no exact place
    return all(getattr(one, name) == getattr(other, name) for name in kept)


def _shows_more(name, was, now):
    """Undoing is no decision on what is shown: the stricter of both stays."""
    if name == "precision":
        return Precision.coarsest([was, now]) != was
    return name == "embargo_until" and now is not None and (was is None or was < now)
