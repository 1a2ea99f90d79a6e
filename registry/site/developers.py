"""The page for developers: a guide whose examples are files, run by the tests as they stand."""

from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from registry.pages.addresses import addresses, with_etag

EXAMPLES = {
    "curl": (gettext_lazy("On the command line"), "curl.txt"),
    "python": ("Python", "python.txt"),
    "r": ("R", "r.txt"),
    "spreadsheet": (gettext_lazy("In a spreadsheet"), "spreadsheet.txt"),
}
SYNC = "sync.txt"


def example(file, api):
    # It is code, and escaped where it is shown: an ampersand must not become `&amp;` twice.
    return render_to_string(f"developers/{file}", {"api": mark_safe(api)}).strip()  # noqa: S308


@require_safe
@with_etag
def developers(request):
    api = request.build_absolute_uri(reverse("api:root"))
    context = {
        "api": api,
        "crumbs": [{"name": _("Data"), "address": reverse("data")}],
        "examples": [
            {"key": key, "name": name, "code": str(example(file, api))}
            for key, (name, file) in EXAMPLES.items()
        ],
        "sync": str(example(SYNC, api)),
        **addresses(request, request.path),
    }
    return render(request, "pages/developers.html", context)
