"""The lines of a form, and of the rows in it, written out.

The same as in Django's `admin/includes/fieldset.html` and `admin/edit_inline/stacked.html`, which
ask of each field over and over what stands beside it and what is wrong with it: that was half of
the page.
"""

from django import template
from django.forms.formsets import (
    INITIAL_FORM_COUNT,
    MAX_NUM_FORM_COUNT,
    MIN_NUM_FORM_COUNT,
    TOTAL_FORM_COUNT,
)
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.staff.form_parts import as_it_is, attributes, printed
from registry.staff.inlines import PartFormSet

register = template.Library()
ENDS = ":?.!"  # no colon comes after these; Django's own words


@register.simple_tag
def form_rows(inline):
    """The rows of a record inside its form."""
    formset = inline.formset
    prefix = conditional_escape(formset.prefix)
    title = inline.opts.verbose_name if formset.max_num == 1 else inline.opts.verbose_name_plural
    one = conditional_escape(capfirst(inline.opts.verbose_name))
    rows = list(inline)
    last = len(rows) - 1 if inline.has_add_permission else None
    inside = "".join(
        _row(inline, row, number, number == last, one) for number, row in enumerate(rows)
    )
    heading = f'<h2 id="{prefix}-heading" class="inline-heading">{printed(capfirst(title))}</h2>'
    errors = conditional_escape(inline.non_form_errors())
    inside = f"{_numbers_of(formset, prefix)}{errors}{inside}"
    return mark_safe(  # noqa: S308  # put together of what is HTML already
        f'<div class="js-inline-admin-formset inline-group" id="{prefix}-group"'
        ' data-inline-type="stacked"'
        f' data-inline-formset="{conditional_escape(inline.inline_formset_data())}">'
        f'<fieldset class="module {inline.classes}" aria-labelledby="{prefix}-heading">'
        f"{_folded(heading, inside, inline.is_collapsible)}</fieldset></div>"
    )


def _row(inline, row, number, is_empty, kind):
    formset, original = inline.formset, row.original
    prefix = conditional_escape(formset.prefix)
    classes = "inline-related"
    classes += " has_original" if original else ""
    classes += " empty-form last-related" if is_empty else ""
    named = conditional_escape(original) if original else f"#{number + 1}"
    deletion = ""
    if formset.can_delete and inline.has_delete_permission and original:
        field = row.deletion_field()
        deletion = f'<span class="delete">{field.field} {label_of(field)}</span>'
    lines = _lines_of_row(formset, row, number, is_empty)
    fields = [row.pk_field()] if row.needs_explicit_pk_field() else []
    keys = "".join(_key(each.field) for each in (*fields, row.fk_field()))
    return (
        f'<div class="{classes}" id="{prefix}-{"empty" if is_empty else number}">'
        f'<h3><b>{kind}:</b> <span class="inline_label">{named}</span>{deletion}</h3>'
        f"{row.form.non_field_errors() or ''}{lines}{keys}</div>"
    )


def _key(field):
    """A field that nobody sees; of what was sent as Django says it."""
    if field.form.is_bound or (value := field.value()) is None:
        return str(field)
    name = conditional_escape(field.html_name)
    return f'<input type="hidden" name="{name}" value="{as_it_is(value)}" id="id_{name}">'


def _lines_of_row(formset, row, number, is_empty):
    """Those of the row that is added are the same for each record."""
    fieldsets = list(row)
    drawn = formset.drawn if is_empty and isinstance(formset, PartFormSet) else None
    if drawn and formset.prefix in drawn:
        return drawn[formset.prefix]
    lines = "".join(
        _lines(fieldset, formset.prefix, number, place, 4)
        for place, fieldset in enumerate(fieldsets)
    )
    said = any(fieldset.name for fieldset in fieldsets)  # by its number
    dated = any(field.show_hidden_initial for field in row.form.fields.values())
    if drawn is not None and not said and not dated:
        drawn[formset.prefix] = lines
    return lines


def _numbers_of(formset, prefix):
    """How many rows there are, which the browser sends with them."""
    if formset.is_bound:
        form = formset.management_form
        return f"{form.non_field_errors() or ''}{''.join(str(field) for field in form)}"
    numbers = {
        TOTAL_FORM_COUNT: formset.total_form_count(),
        INITIAL_FORM_COUNT: formset.initial_form_count(),
        MIN_NUM_FORM_COUNT: formset.min_num,
        MAX_NUM_FORM_COUNT: formset.max_num,
    }
    return "".join(
        f'<input type="hidden" name="{prefix}-{name}" value="{number}" id="id_{prefix}-{name}">'
        for name, number in numbers.items()
    )


@register.simple_tag
def form_lines(fieldset, prefix, id_prefix, id_suffix, level):
    return mark_safe(_lines(fieldset, prefix, id_prefix, id_suffix, level))  # noqa: S308  # as above


def _lines(fieldset, prefix, id_prefix, id_suffix, level):
    inside = "".join(form_line(line) for line in fieldset)
    about = ""
    if fieldset.description:
        about = f'<div class="description">{fieldset.description}</div>'  # of ours, and HTML
    if not fieldset.name:
        return f'<fieldset class="module aligned {fieldset.classes}">{about}{inside}</fieldset>'
    key = f"{conditional_escape(prefix)}-{id_prefix}-{id_suffix}-heading"
    name = conditional_escape(fieldset.name)
    heading = f'<h{level} id="{key}" class="fieldset-heading">{name}</h{level}>'
    inside = _folded(heading, f"{about}{inside}", fieldset.is_collapsible)
    classes = f"module aligned {fieldset.classes}"
    return f'<fieldset class="{classes}" aria-labelledby="{key}">{inside}</fieldset>'


def _folded(heading, inside, is_folded):
    if is_folded:
        return f"<details><summary>{heading}</summary>{inside}</details>"
    return f"{heading}{inside}"


def form_line(line):
    fields, one = list(line), len(line.fields) == 1
    classes = ["form-row"]
    classes += ["errors"] if one and line.errors() else []
    classes += [] if line.has_visible_field else ["hidden"]
    classes += [f"field-{name}" for each in fields if (name := name_of(each))]
    inside = "".join(field_of(each, one) for each in fields)
    if one:
        inside = f"{line.errors()}{inside}"
    else:
        inside = f'<div class="flex-container form-multiline">{inside}</div>'
    return f'<div class="{" ".join(classes)}">{inside}</div>'


def field_of(each, one):
    """A field with its name and what helps to fill it in; beside others with what is wrong."""
    found = "" if one or each.is_readonly else each.errors()
    is_hidden = part_of(each, "is_hidden")
    classes = ["flex-container"]
    if not one:
        classes += ["fieldBox", *([f"field-{name}"] if (name := name_of(each)) else [])]
        classes += [*(["errors"] if found else []), *(["hidden"] if is_hidden else [])]
    classes += ["checkbox-row"] if each.is_checkbox else []
    if each.is_readonly:
        inside = f'{each.label_tag()}<div class="readonly">{each.contents()}</div>'
    elif each.is_checkbox:
        inside = f"{each.field}{label_of(each)}"
    else:
        inside = f"{label_of(each)}{each.field}"
    beside = help_of(each, is_hidden)
    return f'<div>{found}<div class="{" ".join(classes)}">{inside}</div>{beside}</div>'


def label_of(each):
    """As `label_tag` of a field that is filled in."""
    field = each.field
    words = conditional_escape(field.label)
    suffix = "" if each.is_checkbox else field.form.label_suffix
    if suffix and words and words[-1] not in gettext(ENDS):
        words = f"{words}{conditional_escape(suffix)}"
    classes = ["vCheckboxLabel"] if each.is_checkbox else []
    classes += ["required"] if field.field.required else []
    classes += [] if each.is_first else ["inline"]
    attrs = {"class": " ".join(classes)} if classes else {}
    if key := field.id_for_label:
        attrs["for"] = key
    return f"<label{attributes(attrs)}>{words}</label>"


def help_of(each, is_hidden):
    text, key = part_of(each, "help_text"), part_of(each, "id_for_label")
    if not text:
        return ""
    hidden = " hidden" if is_hidden else ""
    named = f' id="{conditional_escape(key)}_helptext"' if key else ""
    return f'<div class="help{hidden}"{named}><div>{text}</div></div>'


def name_of(each):
    return conditional_escape(part_of(each, "name") or "")


def part_of(each, name):
    """What Django's template finds: of a field that is only read there is less."""
    return each.field.get(name) if each.is_readonly else getattr(each.field, name)
