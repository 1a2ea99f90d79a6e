"""What an entry was before. Taking an earlier version back is `revert`."""

from django.contrib.admin.utils import unquote
from django.http import Http404
from django.urls import reverse

from registry.records.relations import part_models, references
from registry.workflow.histories import rows_changed_since, timeline
from registry.workflow.rights import fills_in, sees

HISTORY_ROWS = 300


class PastMixin:
    object_history_template = "admin/records/history.html"

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        """The package's own differences name what this person may not see: see `timeline`."""

    def history_view(self, request, object_id, extra_context=None):
        entry = self._seen_or_404(request, object_id)
        rows = entry.history.select_related("history_user").order_by("-history_id")
        parts = []
        for model in part_models(self.model).values():
            kept = model.history.filter(record_id=entry.pk).select_related("history_user")
            told = timeline(model, kept.order_by("-history_id")[:HISTORY_ROWS], request.user)
            if told:
                parts.append((model._meta.verbose_name_plural, told))
        versions = timeline(self.model, rows[:HISTORY_ROWS], request.user)
        may_revert = fills_in(request.user, entry)
        # A version that changed rows alone is not among these.
        is_past = may_revert and versions and rows_changed_since(versions[0])
        context = {
            "versions": versions,
            "current": versions[0] if versions and not is_past else None,
            "parts": parts,
            "may_revert": may_revert,
        }
        return super().history_view(request, object_id, context | (extra_context or {}))

    def _address(self, entry):
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[entry.pk]
        )

    def get_object(self, request, object_id, from_field=None):
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            self.take_out_hidden(request.user, entry)
        return entry

    def take_out_hidden(self, user, entry):
        """{name: entry} of what it refers to and does not exist for this person: taken out, so
        that forms show nothing there. Whoever saves the entry puts it back."""
        hidden = {
            name: other
            for name in references(self.model)
            if self.model._meta.get_field(name).null
            and (other := getattr(entry, name)) is not None
            and not sees(user, other)
        }
        for name in hidden:
            setattr(entry, name, None)
        return hidden

    def _seen_or_404(self, request, object_id):
        try:
            entry = self.get_queryset(request).filter(pk=int(unquote(object_id))).first()
        except ValueError:
            entry = None
        if entry is None or not self.has_view_permission(request, entry):
            raise Http404
        return entry
