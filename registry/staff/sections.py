"""A form as a person thinks: what is needed first, the rest folded, with counts."""

from dataclasses import dataclass

from django.contrib.admin.utils import flatten
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist
from django.db.models.fields import NOT_PROVIDED
from django.utils.text import capfirst


@dataclass(frozen=True)
class Fault:
    """What is wrong with a form, and where in the page."""

    sentence: str
    label: str = ""  # of the field
    at: str = ""  # its id; "" where it is of no field

    def __str__(self):
        return f"{self.label}: {self.sentence}" if self.label else self.sentence


def faults(form, formsets):
    """Whatever keeps a form from being saved, in the order of the page."""
    yield from _faults_of(form)
    for formset in formsets:
        for sentence in formset.non_form_errors():
            yield Fault(sentence, at=f"{formset.prefix}-group")
        kind = capfirst(formset.model._meta.verbose_name)
        for number, row in enumerate(formset.forms, 1):
            yield from _faults_of(row, f"{kind} {number}", row.prefix)


def _faults_of(form, row="", row_id=""):
    for name, sentences in form.errors.items():
        label, at = row, row_id
        if name != NON_FIELD_ERRORS and not form[name].is_hidden:
            label = ", ".join(str(part) for part in (row, form[name].label) if part)
            at = form[name].id_for_label
        yield from (Fault(sentence, label, at) for sentence in sentences)


def in_order(admin_form, inlines, needed):
    """The fieldsets and rows of a form: first, open, what is needed; then the rest, folded.

    How finely a place is shown stays open as well: nobody is to publish one without a look at it.
    """
    first, *others = admin_form
    rows = {inline.formset.prefix: inline for inline in inlines}
    asked = [rows.pop(name) for name in needed if name in rows]
    for inline in rows.values():
        _fold_rows(inline)
    safety = [each for each in others if "precision" in flatten(each.fields)]
    folded = [each for each in others if each not in safety]
    for fieldset in folded:
        _fold_fields(fieldset)
    return [first, *asked, *safety, *folded, *rows.values()]


def _fold_rows(inline):
    formset = inline.formset
    kept = sum(
        form.instance.pk is not None or (form.is_bound and form.has_changed())
        for form in formset.forms
    )
    inline.opts.verbose_name_plural = f"{inline.opts.verbose_name_plural} ({kept})"
    if not formset.is_bound or formset.is_valid():
        inline.classes = "collapse"


def _fold_fields(fieldset):
    if fieldset.name:
        names = flatten(fieldset.fields)
        filled = sum(_is_filled_in(fieldset.form, name) for name in names)
        fieldset.name = f"{fieldset.name} ({filled})"
        fieldset.classes = "collapse"


def _is_filled_in(form, name):
    """Whether it says anything, beside what a new record says by itself."""
    value = form[name].value() if name in form.fields else getattr(form.instance, name, None)
    try:
        usual = form.instance._meta.get_field(name).default
    except FieldDoesNotExist:
        usual = NOT_PROVIDED
    return value not in (None, "", False, usual)
