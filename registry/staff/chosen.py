"""What was chosen in a list, as it was when the list was made: an act on it is done as a whole or
not at all."""

import re

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.utils.translation import gettext, ngettext

# So many rows of a list can be acted on at once: their versions stand in it.
ALL = 500


class ActForm(helpers.ActionForm):
    """The choice of an act, with the versions of what stands on further pages of the list."""

    seen = forms.CharField(required=False, label="", widget=forms.HiddenInput)


def versions_of(rows):
    """ "12:3,13:0", of all rows of a list that is not too long to act on as a whole."""
    pairs = list(rows.order_by().values_list("pk", "version")[: ALL + 1])
    return "" if len(pairs) > ALL else ",".join(f"{key}:{version}" for key, version in pairs)


def read_versions(text):
    """{key: version}"""
    return {int(key): int(n) for key, n in re.findall(r"(?a:\b(\d{1,18}):(\d{1,9})\b)", text)}


class Chosen:
    """The entries on which somebody acts: `rows` are held until the end of the transaction."""

    def __init__(self, request, rows):
        self.rows = list(rows[: ALL + 1])  # one more than may be, of however many
        keys = request.POST.getlist(helpers.ACTION_CHECKBOX_NAME)
        shown = {key: request.POST.get(f"seen-{key}", "") for key in keys if key.isdecimal()}
        self.seen = read_versions(",".join(f"{key}:{n}" for key, n in shown.items()))
        self.is_all = request.POST.get("select_across", "0") not in ("", "0")
        if self.is_all:
            self.seen |= read_versions(request.POST.get("seen", ""))
        there = {entry.pk for entry in self.rows}
        self.gone = len((self.seen.keys() if self.is_all else set(map(int, shown))) - there)

    def is_stale(self, request):
        """Whether others changed any of it since the list was made; told, by name."""
        if len(self.rows) > ALL:
            sentence = gettext("You can act on at most %(count)d at once. Filter the list first.")
            messages.error(request, sentence % {"count": ALL})
            return True
        stale = [entry for entry in self.rows if self.seen.get(entry.pk) != entry.version]
        for entry in stale:
            sentence = gettext("%(entry)s has changed since this list was made. Look at it again.")
            messages.warning(request, sentence % {"entry": entry})
        if self.gone:
            sentence = ngettext(
                "%(count)d record is no longer in this list.",
                "%(count)d records are no longer in this list.",
                self.gone,
            )
            messages.warning(request, sentence % {"count": self.gone})
        if stale or self.gone:
            messages.error(request, gettext("Nothing was done."))
        return bool(stale or self.gone)
