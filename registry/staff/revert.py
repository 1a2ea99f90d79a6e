"""An earlier version of a record, its rows too, taken back as a new version.

It is the form of today, filled in with what was kept (`FillingMixin`): so rights, versions, the
scan, the guard of places and proposals decide as at any save, and what would differ is shown first.
"""

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_noop

from registry.records.models import Entry
from registry.records.relations import references
from registry.values.precision import Precision
from registry.workflow.differences import told
from registry.workflow.finer_places import SOMEBODY
from registry.workflow.histories import rows_at
from registry.workflow.rights import fills_in, sees
from registry.workflow.why_kept import WhyKept

from .attempt import FormAttempt
from .filled import untouched
from .proposals import PROPOSED
from .stale_forms import put
from .trial import tried_out


def _in_words(day):
    """A kept day as readers write it; a reason that a person typed may have anything there."""
    try:
        return date_format(datetime.fromisoformat(day), "SHORT_DATETIME_FORMAT")
    except ValueError:
        return day


TAKEN_BACK = WhyKept(gettext_noop("taken back to %(day)s"), day=_in_words)
# An address that was changed may have said too much; links to it lead on. A row is the one it is.
STAYS = ("slug", "id", "record")


class RevertMixin:
    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """What would differ if the version were taken back; sent, it is."""
        entry = self._seen_or_404(request, unquote(object_id))
        kept = None
        if version_id.isdecimal() and len(version_id) < 19 and fills_in(request.user, entry):
            kept = entry.history.filter(history_id=int(version_id)).first()
        if kept is None:
            raise Http404
        fill = Filling(kept, request.user)
        if request.method == "POST":
            return self._revert(request, entry, fill)
        if "form" in request.GET:
            return self._open_in_form(request, entry, fill)
        return self._show_revert(request, entry, fill)

    def _revert(self, request, entry, fill):
        version = FormAttempt(request.POST).version
        outcome = self.save_filled(request, entry.pk, version, fill)
        if outcome.why:
            return self._show_revert(request, entry, fill, outcome)
        sentence = gettext("It is again as it was on %(day)s.") % {"day": fill.day}
        messages.success(request, PROPOSED if outcome.proposed else sentence)
        return redirect(self._address(entry))

    def _show_revert(self, request, entry, fill, refused=None):
        entry = self._seen_or_404(request, str(entry.pk))
        outcome = self.try_filling(request, entry.pk, entry.version, fill)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Take back to %(day)s") % {"day": fill.day},
            "subtitle": str(entry),
            "original": entry,
            "opts": self.opts,
            "outcome": outcome,
            "refused": refused.why if refused else outcome.why,
            "sections": told(outcome.difference, request.user),
        }
        status = 409 if refused else 200
        return render(request, "admin/records/revert.html", context, status=status)

    def _open_in_form(self, request, entry, fill):
        """For who wants to change something of it first, or must."""
        with tried_out(request.user, SOMEBODY):
            entry = self.locked(self.get_queryset(request), entry.pk).get()
            seen = QueryDict(mutable=True)
            seen["seen_version"] = str(entry.version)
            attempt = self._begin(request, FormAttempt(seen), entry)
            forms = self._forms(request, entry)
            typed = untouched(forms, seen)
            fill(typed, forms)
            forms = self._forms(request, entry, replace(attempt, typed=typed))
            forms.are_valid()  # or says why not
            return self._page(request, entry, forms, self._address(entry))


class Filling:
    """Fills the form of an entry with a kept version of it, as far as this person sees it."""

    def __init__(self, kept, user):
        self.kept, self.user = kept, user
        self.kept_day = f"{localtime(kept.history_date):%Y-%m-%d %H:%M}"
        self.day = _in_words(self.kept_day)
        self.rows = rows_at(kept)

    def __call__(self, typed, page_forms):
        form = page_forms.form
        form.instance._change_reason = TAKEN_BACK.kept(day=self.kept_day)
        self._fill(typed, form, self.kept, form.prefix or "")
        self._show_no_more(typed, form)
        for formset in page_forms.formsets:
            if formset.model in self.rows:
                self._fill_rows(typed, formset, dict(self.rows[formset.model]))

    def _fill(self, typed, form, kept, prefix):
        for name, field in form.fields.items():
            value = self._value(form._meta.model, name, kept)
            if value is None and field.required:
                continue  # an empty one would tell that something hidden was there
            if value is not MISSING and name not in STAYS:
                put(typed, f"{prefix}-{name}" if prefix else name, field, value)

    def _value(self, model, name, kept):
        """What was kept for the field; MISSING if nothing is (an exact place, a field of the form
        alone). What does not exist for this person, or any more, was not recorded for them."""
        column = next((f for f in model._meta.concrete_fields if f.name == name), None)
        if column is None or not hasattr(kept, column.attname):
            return MISSING
        value = getattr(kept, column.attname)
        if column.is_relation and value is not None:
            other = column.related_model._base_manager.filter(pk=value).first()
            if other is None or (isinstance(other, Entry) and not sees(self.user, other)):
                return None
        return value

    def _show_no_more(self, typed, form):
        """Taking back is no decision on what is shown: the stricter of both stays."""
        if "precision" in form.fields:
            both = [form.initial["precision"], self.kept.precision]
            typed["precision"] = Precision.coarsest(both)
        if "embargo_until" in form.fields:
            both = (form.initial["embargo_until"], self.kept.embargo_until)
            latest = max(filter(None, both), default=None)
            put(typed, "embargo_until", form.fields["embargo_until"], latest)

    def _fill_rows(self, typed, formset, then):
        surplus = []
        for row in formset.initial_forms:
            if kept := then.pop(row.instance.pk, None):
                if self._is_whole(kept):  # or it stays as it is
                    self._fill(typed, row, kept, row.prefix)
            else:
                surplus.append(row)
        there = set(formset.model.objects.filter(record=self.kept.id).values_list("pk", flat=True))
        missing = [row for key, row in then.items() if key not in there and self._is_whole(row)]
        for row in surplus:
            if same := _taken_out(missing, row.instance):
                self._fill(typed, row, same, row.prefix)
            else:
                typed[f"{row.prefix}-DELETE"] = "on"
        first = len(formset.initial_forms)
        for number, kept in enumerate(missing, first):
            self._fill(typed, formset.empty_form, kept, f"{formset.prefix}-{number}")
        typed[f"{formset.prefix}-TOTAL_FORMS"] = str(first + len(missing))

    def _is_whole(self, kept):
        """Whether all that the row named is there for this person."""
        model = kept.instance_type
        named = [name for name in references(model) if name != "record"]
        pairs = ((getattr(kept, f"{name}_id"), self._value(model, name, kept)) for name in named)
        return all(value is not None for key, value in pairs if key is not None)


MISSING = object()


def _taken_out(missing, row):
    """Of the kept rows the one that was entered anew since, and may be there only once."""
    own = named_by(row)
    for kept in missing if any(own) else ():
        if named_by(kept) == own:
            missing.remove(kept)
            return kept
    return None


def named_by(row):
    """What a row names, and what nothing else may have: by these it is known to be the same."""
    model = getattr(row, "instance_type", type(row))
    names = [name for name in references(model) if name != "record"]
    once = [c.fields for c in model._meta.constraints if hasattr(c, "fields")]
    names += [name for fields in once for name in fields if name not in ("record", *names)]
    return [getattr(row, model._meta.get_field(name).attname) for name in names]
