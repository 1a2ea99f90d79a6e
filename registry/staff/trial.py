"""Trying out what a form would do: it is saved as ever, looked at, and taken back as a whole."""

from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass

from django.forms import MultiWidget
from django.http import QueryDict

from registry.cards.changeset import current_changeset, writing
from registry.values.precision import Precision
from registry.workflow.differences import difference, stored
from registry.workflow.scan import is_exact, names_to_keep_out, new_hits, public_body

from .attempt import FormAttempt
from .stale_forms import put


class _TakenBack(Exception):
    """Ends a try-out: nothing of it stays."""


@contextmanager
def tried_out(by, second=None):
    """Whatever is written in here is answered for by this person, and taken back at the end."""
    # A change set knows of what was written although it was taken back: this one must be its own.
    assert current_changeset() is None
    try:
        with writing(by=by, second=second):
            yield
            raise _TakenBack
    except _TakenBack:
        pass


@dataclass(frozen=True)
class Trial:
    """What a valid form would do to the entry as it is stored now."""

    version: int
    difference: list
    fields: list  # the names of those that the form has
    typed: dict  # what was sent for them
    hits: list  # what the scan finds in it that was not there before
    stricter: dict  # {column: value} of what would show less of it


def try_save(page, request, attempt, forms):
    """The form is saved by its page, within `tried_out`; the flush asks the guard of places."""
    entry, version = attempt.entry, attempt.version
    before = stored(entry)
    page.write(request, attempt, forms)
    entry = type(entry)._base_manager.get(pk=entry.pk)
    return Trial(
        version=version,
        difference=difference(before, stored(entry)),
        fields=names_of(forms),
        typed=typed_into(forms, attempt.typed),
        hits=hits_of(attempt, entry),
        stricter=dict(_stricter(forms.form)),
    )


def _stricter(form):
    for name in form.changed_data:
        old, new = form.initial.get(name), form.cleaned_data[name]
        coarser = name == "precision" and Precision.coarsest([old, new]) == new
        longer = name == "embargo_until" and new is not None and (old is None or new > old)
        if coarser or longer:
            yield name, new


def hits_of(attempt, entry):
    """What the scan finds in the entry as it was saved just now, and did not before."""
    current_changeset().flush()
    names = names_to_keep_out(entry)
    return new_hits(attempt.public_before, public_body(entry), names, is_exact(entry))


def names_of(forms):
    """The names of all fields of a form and of its rows: by them it is known to be the same."""
    own = [name for name in forms.form.fields if name != "override"]
    rows = [
        f"{formset.prefix}.{name}"
        for formset in forms.formsets
        for name in formset.empty_form.fields
    ]
    return sorted([*own, *rows])


def typed_into(forms, typed):
    """{key: values} of what was sent for these fields, without whatever else came with it."""
    found = {}
    rows = [form for formset in forms.formsets for form in formset.forms]
    heads = [formset.management_form for formset in forms.formsets]
    for form in (forms.form, *heads, *rows):
        for name, field in form.fields.items():
            key = form.add_prefix(name)
            ends = getattr(field.widget, "widgets_names", ())
            keys = [key + end for end in ends] if isinstance(field.widget, MultiWidget) else [key]
            # Of rows that go nothing was checked, and no database keeps a NUL.
            sent = [each for each in keys if each in typed]
            value = getattr(form, "cleaned_data", {}).get(name)
            if sent and hasattr(value, "isoformat"):
                # Whoever accepts it may write days otherwise: as ISO all languages read them.
                put(iso := {}, key, field, value)
                found |= {each: [text] for each, text in iso.items()}
                continue
            for each in sent:
                found[each] = [value.replace("\0", "") for value in typed.getlist(each)]
    return found


def attempt_of(proposal):
    """The proposed form, as if it were sent now."""
    typed = QueryDict(mutable=True)
    for key, values in proposal.typed.items():
        typed.setlist(key, values)
    typed["seen_version"] = str(proposal.version)
    return FormAttempt(typed, proposal=proposal)


def fill(typed, forms, names):
    """What the form did not have when it was sent shows what is stored: nothing is emptied."""
    _fill_in(typed, forms.form, forms.form.prefix or "", names)
    for formset in forms.formsets:
        rows, head = formset.initial_forms, f"{formset.prefix}-TOTAL_FORMS"
        if head not in typed:
            for each in ("TOTAL_FORMS", "INITIAL_FORMS"):
                typed[f"{formset.prefix}-{each}"] = str(len(rows))
        sent = range(min(int(typed[head]), formset.absolute_max))
        at = {typed.get(f"{formset.prefix}-{n}-id"): f"{formset.prefix}-{n}" for n in sent}
        for row in rows:
            prefix = at.get(str(row.instance.pk), "" if at else row.prefix)
            if prefix:
                _fill_in(typed, row, prefix, names)


def _fill_in(typed, form, prefix, names):
    kind = prefix.rpartition("-")[0]
    for name, field in form.fields.items():
        if (f"{kind}.{name}" if kind else name) not in names:
            key = f"{prefix}-{name}" if prefix else name
            put(typed, key, field, form.get_initial_for_field(field, name))


def as_sent_by(person, request):
    """The request as if this person had sent it; what it tells goes to whoever did."""
    theirs = copy(request)
    theirs.user = person
    return theirs
