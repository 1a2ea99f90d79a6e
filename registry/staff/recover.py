"""Drafts that were deleted, and how they come back: out of what history keeps of them.

A version is kept when a draft is deleted, so that it is known which rows it had then. It comes
back as a draft, under its own id, to be reviewed as ever. What was ever public does not: it is to
be withdrawn, not deleted, and what it showed is forgotten with it.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_noop

from registry.cards.changeset import writing
from registry.records.models import State
from registry.records.versions import keep_first, keep_versions
from registry.values.texts import LANGUAGES, spoken
from registry.workflow.recovery import RECOVERED, recover
from registry.workflow.rights import may
from registry.workflow.why_kept import WhyKept

DELETED = WhyKept(gettext_noop("deleted"))  # why the last version was kept
MOST = 100


class RecoverMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        view = self.admin_site.admin_view(self.deleted_view)
        return [path("deleted/", view, name=name), *super().get_urls()]

    def delete_view(self, request, object_id, extra_context=None):
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with writing():
            return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request, entry):
        keep_first(entry)
        keep_versions(type(entry), [entry.pk], request.user, DELETED.kept())
        super().delete_model(request, entry)

    def deleted_view(self, request):
        if not may(request.user, "delete", self.model):
            raise PermissionDenied
        if request.method == "POST":
            return self._recover(request)
        rows = self._deleted().select_related("history_user").order_by("-history_id")[:MOST]
        context = self.admin_site.each_context(request) | {
            "title": gettext("Deleted drafts"),
            "opts": self.opts,
            "rows": [(row, _name(row)) for row in rows],
        }
        return render(request, "admin/records/deleted.html", context)

    def _deleted(self):
        """The last version of each, as it was kept when it was deleted."""
        versions = self.model.history.filter(id=OuterRef("id"))
        newest = versions.exclude(history_type="-").order_by("-history_id").values("history_id")
        return self.model.history.filter(
            ~Exists(self.model._base_manager.filter(pk=OuterRef("id"))),
            ~Exists(versions.filter(state=State.PUBLIC)),
            history_change_reason=DELETED.kept(),
            history_id=Subquery(newest[:1]),
        )

    def _recover(self, request):
        key = request.POST.get("version", "")
        with writing():
            row = self._deleted().filter(history_id=int(key[:18]) if key.isdecimal() else 0).first()
            if row is None:
                raise Http404
            entry, lost = recover(row, request.user)
            self.log_change(request, entry, RECOVERED.kept())
        messages.success(request, gettext("%(entry)s: a draft again.") % {"entry": entry})
        for what in lost:
            sentence = gettext(
                "Not recovered, because it now belongs to another record or names "
                "something that is gone:"
            )
            messages.warning(request, f"{sentence} {what}")
        return redirect(self._address(entry))

    def changelist_view(self, request, extra_context=None):
        at = "deleted/" if may(request.user, "delete", self.model) else None
        return super().changelist_view(request, {"deleted": at} | (extra_context or {}))


def _name(row):
    names = {language: getattr(row, f"name_{language}") for language in LANGUAGES}
    return spoken({language: name for language, name in names.items() if name}) or row.slug
