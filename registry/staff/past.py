"""What an entry was before, and opening an earlier version in the form of today."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext

from registry.records.relations import part_models, references
from registry.workflow.histories import timeline
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
        context = {
            "versions": timeline(self.model, rows[:HISTORY_ROWS], request.user),
            "parts": parts,
            "may_revert": fills_in(request.user, entry),
        }
        return super().history_view(request, object_id, context | (extra_context or {}))

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An earlier version in the form of today: reverting is editing, with all its checks."""
        entry = self._seen_or_404(request, object_id)
        # The form posts to the address of the entry itself, so that all of its checks are made.
        if request.method == "POST" or not version_id.isdecimal():
            raise Http404
        kept = entry.history.filter(history_id=int(version_id)).first()
        if kept is None or not fills_in(request.user, entry):
            raise Http404
        for field in self.model._meta.concrete_fields:
            # History has no exact place: that of today stays in the form.
            if field.editable and not field.primary_key and hasattr(kept, field.attname):
                setattr(entry, field.attname, getattr(kept, field.attname))
        self.take_out_hidden(request.user, entry)
        date = kept.history_date
        sentence = gettext("These are the values of %(day)s. Nothing is changed until you save.")
        messages.info(request, sentence % {"day": f"{localtime(date):%Y-%m-%d %H:%M}"})
        return self.show_form(request, entry, self._address(entry))

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
