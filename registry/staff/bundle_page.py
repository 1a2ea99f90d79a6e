"""The page of a record with all that it needs, which a reviewer publishes by one act."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.records.models import State
from registry.records.relations import part_models, references
from registry.workflow.acts import ACTS, Refused
from registry.workflow.bundles import bundle, publish
from registry.workflow.differences import difference, stored, told
from registry.workflow.rights import names_only_seen
from registry.workflow.scan import scan

from .lists import tell_of_readers

CHANGED = _("Something of this was changed since you opened it: look at it again.")


class BundleMixin:
    def get_urls(self):
        view, at = self.admin_site.admin_view(self.bundle_view), "<int:pk>/bundle/"
        name = f"{self.opts.app_label}_{self.opts.model_name}_bundle"
        return [path(at, view, name=name), *super().get_urls()]

    def bundle_view(self, request, pk):
        entry = self._seen_or_404(request, str(pk))
        if not ACTS["publish"].is_open_to(request.user, entry):
            raise PermissionDenied
        refused = []
        if request.method == "POST":
            try:
                entries = self._publish(request, pk)
            except Refused as refusal:
                refused = [refusal.sentence, *refusal.hits]
            else:
                for each in entries:
                    now = type(each)._base_manager.get(pk=each.pk)
                    tell_of_readers(request, now, ACTS["publish"])
                return redirect("admin:index")
        entries = bundle(entry, request.user)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Publish with what it needs"),
            "subtitle": str(entry),
            "original": entry,
            "opts": self.opts,
            "refused": refused,
            "items": [self._item(each, request.user) for each in entries],
        }
        status = 409 if refused else 200
        return render(request, "admin/records/bundle.html", context, status=status)

    def _publish(self, request, pk):
        """All that the page showed, as it is stored now and nobody else changes meanwhile."""
        with writing(by=request.user):
            entry = self.locked(self.get_queryset(request), pk).get()
            entries = bundle(entry, request.user)
            if any(request.POST.get(seen(each)) != str(each.version) for each in entries):
                raise Refused(str(CHANGED))
            publish(entries, request.user)
            for each in entries:
                self.log_change(request, each, str(ACTS["publish"].label))
        return entries

    def _item(self, entry, user):
        meta = entry._meta
        return {
            "entry": entry,
            "kind": meta.verbose_name,
            "state": State(entry.state),
            "seen": seen(entry),
            "at": reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[entry.pk]),
            "hits": scan(entry),
            "sections": all_that_it_says(entry, user),
        }

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and request.method == "GET" and obj.state == State.REVIEW:
            publishes = ACTS["publish"].is_open_to(request.user, obj)
            needed = len(bundle(obj, request.user)) - 1 if publishes else 0
            context["needed"] = needed
        return super().render_change_form(request, context, add, change, form_url, obj)


def all_that_it_says(entry, user):
    """Its fields and rows as a difference from nothing, in words for this person."""
    after = stored_for(entry, user)
    nothing = {(type(entry), entry.pk): dict.fromkeys(after[type(entry), entry.pk])}
    return told(difference(nothing, after), user)


def stored_for(entry, user):
    """What is stored of it, without rows that name what does not exist for this person."""
    found = stored(entry)
    for model in part_models(type(entry)).values():
        rows = model.objects.filter(record=entry).select_related(*references(model))
        for row in rows:
            if not names_only_seen(user, row):
                found.pop((model, row.pk), None)  # it may have come just now
    return found


def seen(entry):
    """The name under which the page says which version of the entry it shows."""
    return f"seen-{entry.card_type}-{entry.pk}"
