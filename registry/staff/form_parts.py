"""The small parts of forms, written out: Django has a template for each, with others inside.

A form of an entry has some four hundred of them, and as templates they took two fifths of its page.
What is written here is what Django's templates give, to the letter (tests/staff/test_costs.py).
"""

from django.forms.renderers import DjangoTemplates
from django.template.base import render_value_in_context
from django.template.context import Context
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeData, mark_safe
from django.utils.translation import gettext

PLAIN = Context()
# What leads from a choice to the entries that can be chosen. Django's own words, and its pictures.
LINKS = {
    "change": ("Change selected %(model)s", "icon-changelink.svg"),
    "add": ("Add another %(model)s", "icon-addlink.svg"),
    "delete": ("Delete selected %(model)s", "icon-deletelink.svg"),
    "view": ("View selected %(model)s", "icon-viewlink.svg"),
}


def printed(value):
    """As {{ value }}, which puts numbers and days into the words of the language."""
    if isinstance(value, str | Promise):  # a text, or one that is said in a language
        return conditional_escape(value)
    return render_value_in_context(value, PLAIN)


def as_it_is(value):
    """As {{ value|stringformat:"s" }}."""
    return value if isinstance(value, SafeData) else escape(str(value))


def attributes(attrs):
    return "".join(
        f" {name}" if value is True else f' {name}="{as_it_is(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def input_of(context):
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{as_it_is(widget["value"])}"'
    begin = f'<input type="{printed(widget["type"])}" name="{printed(widget["name"])}"'
    return f"{begin}{value}{attributes(widget['attrs'])}>"


def textarea(context):
    widget = context["widget"]
    text = printed(widget["value"]) if widget["value"] else ""
    name, attrs = printed(widget["name"]), attributes(widget["attrs"])
    return f'<textarea name="{name}"{attrs}>\n{text}</textarea>'


def select(context):
    widget, parts = context["widget"], []
    for group, options, _number in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{printed(group)}">')
        parts += [f"\n  {option(each)}" for each in options]
        if group:
            parts.append("\n  </optgroup>")
    begin = f'<select name="{printed(widget["name"])}"{attributes(widget["attrs"])}>'
    return f"{begin}{''.join(parts)}\n</select>"


def option(widget):
    value, attrs = as_it_is(widget["value"]), attributes(widget["attrs"])
    return f'<option value="{value}"{attrs}>{printed(widget["label"])}</option>\n'


def label(context):
    words = printed(context["label"])
    if not context["use_tag"]:
        return words
    tag = context["tag"]
    return f"<{tag}{attributes(context['attrs'] or {})}>{words}</{tag}>"


def errors(context):
    found = context["errors"]
    if not found:
        return ""
    key = f' id="{found.field_id}_error"' if getattr(found, "field_id", None) else ""
    rows = "".join(f"<li>{printed(each)}</li>" for each in found)
    return f'<ul class="{printed(context["error_class"])}"{key}>{rows}</ul>'


def related(context):
    """A choice among entries, with the links that may stand beside it."""
    links = ""
    if not context["is_hidden"]:
        links = "".join(link(act, context) for act in LINKS if context[f"can_{act}_related"])
    limited = context["model_has_limit_choices_to"]
    model = "" if limited else f'data-model-ref="{printed(context["model_name"])}"'
    choice = context["rendered_widget"]
    return f'<div class="related-widget-wrapper" {model}>\n    {choice}\n    {links}\n</div>'


def link(act, context):
    words, picture = LINKS[act]
    if act == "add":
        to = f'href="{printed(context["add_related_url"])}?{printed(context["url_params"])}"'
    else:
        whose = "delete" if act == "delete" else "change"
        asked = context["view_related_url_params" if act == "view" else "url_params"]
        address = printed(context[f"{whose}_related_template_url"])
        to = f'data-href-template="{address}?{printed(asked)}"'
    popup = "" if act == "view" else ' data-popup="yes"'
    before, after = (popup, "") if act == "add" else ("", popup)
    title = gettext(words) % {"model": printed(context["model"])}
    return (
        f'<a class="related-widget-wrapper-link {act}-related"'
        f' id="{act}_id_{printed(context["name"])}"{before} {to}{after} title="{title}">'
        f'<img src="{static(f"admin/img/{picture}")}" alt="" width="24" height="24"></a>'
    )


INPUTS = ("text", "number", "email", "url", "hidden", "date", "time", "checkbox", "password")
WRITTEN = {f"django/forms/widgets/{each}.html": input_of for each in ("input", *INPUTS)} | {
    "django/forms/widgets/textarea.html": textarea,
    "django/forms/widgets/select.html": select,
    "admin/widgets/related_widget_wrapper.html": related,
    "django/forms/label.html": label,
    "django/forms/errors/list/default.html": errors,
    "django/forms/errors/list/ul.html": errors,
}


class FormRenderer(DjangoTemplates):
    def render(self, template_name, context, request=None):
        if write := WRITTEN.get(template_name):
            return mark_safe(write(context))  # noqa: S308  # each value is escaped where it stands
        return super().render(template_name, context, request)
