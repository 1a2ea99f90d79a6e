"""A line of a form.

The same as in Django's `admin/includes/fieldset.html`, which asks of each field over and over what
stands beside it and what is wrong with it: that was a third of the page.
"""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
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
    # Put together of what is HTML already, and of names of fields.
    return mark_safe(f'<div class="{" ".join(classes)}">{inside}</div>')  # noqa: S308


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
        inside = f"{each.field}{each.label_tag()}"
    else:
        inside = f"{each.label_tag()}{each.field}"
    beside = help_of(each, is_hidden)
    return f'<div>{found}<div class="{" ".join(classes)}">{inside}</div>{beside}</div>'


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
