"""Bringing a form up to date that was open while others saved.

Optimistic locking: a form carries the version that it shows. If others saved in between, what they
changed and this person did not is taken over into the form, what this person typed stays, and the
form comes back with what changed and by whom; nothing is saved. Of two precisions or embargoes the
stricter stays.
"""

from django.forms import MultiWidget
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from registry.records.relations import part_models
from registry.values.precision import Precision
from registry.workflow.histories import FieldChange, display_value, timeline


def rebase_form(admin, request, attempt):
    """Bring a form up to date that was sent for an older version: (what is in it now, what to
    tell as (field or None, sentence))."""
    entry, seen = attempt.entry, attempt.version
    data = attempt.typed.copy()
    data["seen_version"] = str(entry.version)
    told = [
        (
            None,
            gettext(
                "Someone else saved this while you were editing. Your changes are not saved yet."
            ),
        )
    ]

    history = entry.history.select_related("history_user")
    base = history.filter(version=seen).order_by("-history_id").first()
    form = admin.get_form(request, entry, change=True)(instance=entry, user=request.user)
    told += _merge(form, data, base, request.user)
    told += [(None, each) for each in _told_of(entry, seen, request.user)]

    since = _since(entry, seen)
    for formset_class, _inline in admin.get_formsets_with_inlines(request, entry):
        if formset_class.model in part_models(type(entry)).values():
            told += _merge_rows(formset_class, entry, data, since, request.user)
    return data, told


def told_since(entry, seen, user):
    """Who saved the entry and its rows after this version, when, and what they changed."""
    told, since = _told_of(entry, seen, user), _since(entry, seen)
    for model in part_models(type(entry)).values() if since else ():
        kept = model.history.filter(record_id=entry.pk).select_related("history_user")
        told += _told_of_rows(model, list(kept), since, user)
    return told


def _told_of(entry, seen, user):
    rows = list(entry.history.select_related("history_user").order_by("history_id"))
    told = timeline(type(entry), rows, user)
    return [_sentence(row, row.changes) for row in told if row.version > seen and row.changes]


def _since(entry, seen):
    """When others saved first what a form of this version does not show, or None."""
    after = entry.history.filter(version__gt=seen).order_by("history_id").first()
    return after.history_date if after and seen >= 0 else None


def _told_of_rows(model, rows, since, user):
    return [
        _sentence(row, row.changes or [FieldChange("", _row_of(row), "", "")])
        for row in timeline(model, rows, user)
        if row.history_date >= since
    ]


def _merge(form, data, base, user):
    """Fields that only the others changed get their value; what both changed is told."""
    told = []
    if base is None:
        return told
    for name, field in form.fields.items():
        if name not in form.initial:
            continue
        secret = name in getattr(form._meta.model, "secret", ())
        if not secret and not hasattr(base, name):
            continue
        model_field = form._meta.model._meta.get_field(name)
        key = form.add_prefix(name)
        typed = field.widget.value_from_datadict(data, {}, key)
        now = form.initial[name]
        if secret:  # its values are not kept: who changed which cannot be told apart
            same = base.secret_mark == form.instance.secret_mark
            was = now if same else None
        else:
            was = getattr(base, model_field.attname)
        if was == now:
            continue
        if not secret and not field.has_changed(was, typed):
            put(data, key, field, now)
        elif field.has_changed(now, typed):
            if _is_stricter(name, now, typed, field):
                put(data, key, field, now)
            sentence = others_changed(display_value(model_field, now, user))
            told.append((None, f"{field.label}: {sentence}") if form.prefix else (name, sentence))
    return told


def others_changed(value):
    sentence = gettext("Someone else changed this to “%(value)s”. Look at it and save again.")
    return sentence % {"value": value}


def _is_stricter(name, now, typed, field):
    if name == "precision" and typed in Precision.values:
        return Precision.coarsest([now, typed]) == now
    if name == "embargo_until" and now is not None:
        typed = field.clean(typed) if any(typed or ()) else None
        return typed is None or typed < now
    return False


def put(data, key, field, value):
    widget = field.widget
    if isinstance(widget, MultiWidget):
        for suffix, part in zip(widget.widgets_names, widget.decompress(value), strict=True):
            data[key + suffix] = _text(field, part)
    else:
        data[key] = _text(field, value)


def _text(field, value):
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(field.prepare_value(value))


def _merge_rows(formset_class, entry, data, since, user):
    """The same for the rows of one kind; rows that others removed or added are told."""
    model = formset_class.model
    prefix = formset_class.get_default_prefix()
    try:
        # No more forms than Django makes by itself: a higher number was not sent by one of ours.
        total = min(int(data.get(f"{prefix}-TOTAL_FORMS", 0)), 1000)
    except ValueError:
        return []
    current = {str(row.pk): row for row in model._base_manager.filter(record=entry)}
    rows = list(model.history.filter(record_id=entry.pk).select_related("history_user"))
    told = []
    for number in range(total):
        key = data.get(f"{prefix}-{number}-id", "")
        if not key:
            continue
        if key not in current:
            data[f"{prefix}-{number}-DELETE"] = "on"
            continue
        kept = [row for row in rows if str(row.id) == key and since and row.history_date < since]
        base = max(kept, key=lambda row: row.history_id, default=None)
        form = formset_class.form(instance=current[key], prefix=f"{prefix}-{number}", user=user)
        told += _merge(form, data, base, user)
    if since is not None:
        told += [(None, each) for each in _told_of_rows(model, rows, since, user)]
    return told


def _row_of(row):
    kind = f"{row.instance_type._meta.verbose_name} ({row.row})"
    if row.history_type == "+":
        return gettext("added: %(kind)s") % {"kind": kind}
    return gettext("removed: %(kind)s") % {"kind": kind}


def _sentence(row, what):
    return gettext("%(who)s, %(when)s: %(what)s") % {
        "who": row.history_user or gettext("The system"),
        "when": date_format(timezone.localtime(row.history_date), "SHORT_DATETIME_FORMAT"),
        "what": "; ".join(map(str, what)),
    }
