"""The page on what the columns of a table mean: the data dictionary, in the reader's language."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programmes.api import RelationViewSet
from registry.api.tables.table import Columns
from registry.cards.declarations import declared
from registry.pages.addresses import addresses, with_etag

# What stands in a column, as the data package calls it.
TYPES = {
    "string": gettext_lazy("text"),
    "date": gettext_lazy("day"),
    "datetime": gettext_lazy("moment"),
    "integer": gettext_lazy("whole number"),
    "number": gettext_lazy("number of any kind"),
}


@require_safe
@with_etag
def columns(request):
    """`of` names the collection; without it, or with one that there is not, it is the first."""
    tables = [
        {"collection": each.collection, "words": each.plural, "columns": Columns(each.type)}
        for each in declared.values()
    ]
    words, own = _("Roles in programmes"), RelationViewSet.columns()
    tables.append({"collection": RelationViewSet.collection, "words": words, "columns": own})
    asked = request.GET.get("of")
    shown = next((each for each in tables if each["collection"] == asked), tables[0])
    language = get_language()
    context = {
        "collections": tables,
        "shown": shown,
        "columns": [
            {"name": column.name, "title": titles[language], "type": TYPES[column.type]}
            for column, titles in shown["columns"].dictionary()
        ],
        "crumbs": [{"name": _("Data"), "address": reverse("data")}],
        **addresses(request, request.path, f"of={shown['collection']}"),
    }
    return render(request, "pages/columns.html", context)
