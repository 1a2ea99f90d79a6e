"""The rows of a list of entries, and its filters.

The same as Django's own, which finds out anew for each cell what its column is, and for each row
where its form is: for fifty rows that was a third of the page. Of filters each choice was drawn by
nodes of a template.
"""

from html import escape

from django import template
from django.contrib.admin.templatetags.admin_list import admin_list_filter, result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import display_for_field, display_for_value
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from registry.staff.form_parts import printed

register = template.Library()
PLAIN = "admin/filter.html"
KEY = "__key__"
BY = " By %(filter_title)s "  # Django's own words


@register.inclusion_tag("admin/change_list_results.html")
def entry_rows(cl):
    headers = list(result_headers(cl))
    return {
        "cl": cl,
        "result_headers": headers,
        "num_sorted_fields": sum(bool(each["sortable"] and each["sorted"]) for each in headers),
        # As one, and not one by one: the template asks of each row whether a form stands in it.
        "results": [[SafeString("</tr>\n<tr>".join(rows(cl)))]] if cl.result_list else [],
    }


@register.simple_tag
def entry_filters(cl):
    """All filters of a list; one that has a template of its own is drawn by that."""
    return SafeString(
        "\n".join(
            filter_choices(spec.title, spec.choices(cl))
            if spec.template == PLAIN
            else admin_list_filter(cl, spec)
            for spec in cl.filter_specs
        )
    )


@register.simple_tag
def filter_choices(title, choices):
    """As Django's `admin/filter.html`."""
    title = printed(title)
    links = "".join(_choice(each) for each in choices)
    return SafeString(
        f'<details data-filter-title="{title}" open>'
        f"<summary>{gettext(BY) % {'filter_title': title}}</summary><ul>{links}</ul></details>"
    )


def _choice(choice):
    selected = ' class="selected"' if choice["selected"] else ""
    address = printed(iri_to_uri(choice["query_string"]))
    return f'<li{selected}><a href="{address}">{printed(choice["display"])}</a></li>'


def rows(cl):
    """The cells of each row, written out; the entry leads to its form."""
    columns = [(name, *cell_of(cl, name)) for name in cl.list_display]
    link = next(name for name in cl.list_display if name != "action_checkbox")
    form = form_address(cl)
    for entry in cl.result_list:
        cells = []
        for name, classes, cell in columns:
            shown = _escaped(cell(entry))
            if name != link:
                cells.append(f'<td class="{classes}">{shown}</td>')
                continue
            opener = f' data-popup-opener="{entry.pk}"' if cl.is_popup else ""
            address = form.replace(KEY, str(entry.pk))
            cells.append(f'<th class="{classes}"><a href="{address}"{opener}>{shown}</a></th>')
        yield "".join(cells)


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
        return f"field-{name.__name__}", lambda entry: _shown(name(entry), empty)
    if shown := getattr(cl.model_admin, name, None):
        return f"field-{name}", lambda entry: _shown(shown(entry), empty)
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


def _escaped(value):
    """As `conditional_escape`, which asks of each text whether it is to be translated."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def _shown(value, empty):
    # Most are texts, of which Django asks first whether they are dates, numbers or lists.
    is_text = isinstance(value, str) and value.strip()
    return value if is_text else display_for_value(value, empty)
