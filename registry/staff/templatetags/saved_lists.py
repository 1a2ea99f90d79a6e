"""The lists under names, above the list of which they are."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

from registry.staff.saved_lists import NameForm, kept, shown_lists

register = template.Library()


@register.inclusion_tag("admin/records/saved_above.html", takes_context=True)
def saved_lists(context, cl):
    request, page = context["request"], cl.model_admin
    if cl.is_popup:
        return {}
    asked = kept(cl, request.GET)
    lists = shown_lists(page.admin_site, request, page)
    is_here = any(each.is_own and each.row.asked == asked for each in lists)
    return {
        "lists": lists,
        "asked": asked,
        "kind": page.model._meta.label,
        "fields": _fields(get_language()) if asked and not is_here else "",
        "csrf_token": context["csrf_token"],
    }


@lru_cache(maxsize=10)
def _fields(language):
    """Those of the form that gives a list a name: the same for everybody."""
    form = NameForm(auto_id="id_saved_%s")
    name, shared = form["name"], form["is_shared"]
    return format_html(
        '<p>{} {}</p>\n<p>{} <label for="{}">{}</label></p>',
        name.label_tag(),
        name,
        shared,
        shared.id_for_label,
        shared.label,
    )
