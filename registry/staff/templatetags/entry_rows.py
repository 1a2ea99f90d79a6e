"""The rows of a list of entries.

The same as Django's own, which finds out anew for each cell what its column is, and for each row
where its form is: for fifty rows that was a third of the page.
"""

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
KEY = "__key__"


@register.inclusion_tag("admin/change_list_results.html")
def entry_rows(cl):
    headers = list(result_headers(cl))
    return {
        "cl": cl,
        "result_headers": headers,
        "num_sorted_fields": sum(bool(each["sortable"] and each["sorted"]) for each in headers),
        "results": list(rows(cl)),
    }


def rows(cl):
    """The cells of each row; the entry itself leads to its form."""
    columns = [(name, *cell_of(cl, name)) for name in cl.list_display]
    link = next(name for name in cl.list_display if name != "action_checkbox")
    form = form_address(cl)
    for entry in cl.result_list:
        row = []
        for name, classes, cell in columns:
            if name != link:
                row.append(format_html('<td class="{}">{}</td>', classes, cell(entry)))
                continue
            opener = format_html(' data-popup-opener="{}"', entry.pk) if cl.is_popup else ""
            address = SafeString(form.replace(KEY, str(entry.pk)))
            row.append(
                format_html(
                    '<th class="{}"><a href="{}"{}>{}</a></th>',
                    *(classes, address, opener, cell(entry)),
                )
            )
        yield row


def form_address(cl):
    """That of the form of an entry with the key `KEY`, escaped: it leads back to this list."""
    page = f"admin:{cl.opts.app_label}_{cl.opts.model_name}_change"
    address = reverse(page, args=[KEY])
    context = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    return format_html("{}", add_preserved_filters(context, address))


def cell_of(cl, name):
    """(the classes of a column, what it shows of an entry)"""
    empty = cl.model_admin.get_empty_value_display()
    if name == "action_checkbox":
        return "action-checkbox", cl.model_admin.action_checkbox
    if callable(name):
        return f"field-{name.__name__}", lambda entry: display_for_value(name(entry), empty)
    if shown := getattr(cl.model_admin, name, None):
        return f"field-{name}", lambda entry: display_for_value(shown(entry), empty)
    try:
        field = cl.opts.get_field(name)
    except FieldDoesNotExist:
        return f"field-{name}", lambda entry: display_for_value(getattr(entry, name), empty)
    if field.flatchoices:
        labels = dict(field.flatchoices)
        return f"field-{name}", lambda entry: labels.get(getattr(entry, name), empty)
    wide = " nowrap" if isinstance(field, models.DateField) else ""
    return f"field-{name}{wide}", lambda entry: display_for_field(
        getattr(entry, name), field, empty
    )
