"""The lists under names, above the list of which they are."""

from django import template

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
        "form": NameForm(auto_id="id_saved_%s") if asked and not is_here else None,
        "csrf_token": context["csrf_token"],
    }
