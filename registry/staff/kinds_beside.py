"""The kinds that somebody may open, which each page of the staff names beside it."""

from urllib.parse import quote

from django.template.loader import render_to_string

from .kept import KeptByRights


class KindsBeside:
    """The kinds of one staff site."""

    def __init__(self):
        self._found, self._written = KeptByRights(), KeptByRights()

    def listed(self, request, app_label, find):
        """What `find()` gives for whoever has these rights."""
        return self._found.once(request, app_label, find)

    def written(self, request, kinds):
        """The HTML of `listed` kinds, with those marked in whose pages the request is."""
        path = quote(request.path)
        of_apps = [app["app_url"] for app in kinds]
        addresses = [kind["admin_url"] for app in kinds for kind in app["models"]]
        here = tuple(each for each in of_apps + addresses if each and each in path)
        return self._written.once(request, here, lambda: _write(request, kinds))


def _write(request, kinds):
    context = {"available_apps": kinds, "request": request}
    return render_to_string("admin/nav_sidebar.html", context)
