"""What a file wrote goes to a reviewer as one, who publishes it row by row, or a page at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from registry.cards.changeset import writing
from registry.records.models import State
from registry.staff.bundle_page import DecidingTogether, Together
from registry.workflow.acts import ACTS
from registry.workflow.bundles import MOST, hand_over, in_review, needs
from registry.workflow.rights import may, visible

from .models import Batch, publishes


class HandingOverMixin(DecidingTogether):
    def drafts(self, request, batch):
        """The drafts that it wrote and that exist for this person, a list for each kind."""
        return (visible(rows, request.user) for rows in batch.written(State.DRAFT))

    def may_hand_over(self, request, batch):
        return any(
            may(request.user, "change", rows.model) and rows.exists()
            for rows in self.drafts(request, batch)
        )

    def _hand_over(self, request, batch):
        """All drafts that it wrote to a reviewer, each with what it needs."""
        done, act = 0, ACTS["review"]
        with writing(by=request.user):
            for rows in self.drafts(request, batch):
                for key in list(rows.values_list("pk", flat=True)):
                    entry = rows.filter(pk=key).first()  # it may have gone along with another
                    if entry is not None and act.is_open_to(request.user, entry):
                        along, _more = hand_over(entry, request.user, remark=batch.name)
                        done += 1 + len(along)
            Batch.objects.filter(pk=batch.pk).update(handed_over_at=timezone.now())
        told = gettext("Handed over to a reviewer: %(count)d")
        messages.success(request, told % {"count": done})

    def bundle_view(self, request, pk):
        """What of it waits for this person, a page at a time."""
        batch = self._batch_or_404(request, pk)
        if not publishes(request.user):
            raise PermissionDenied

        def find():
            waiting = in_review([(each[0], each[1]) for each in batch.wrote], request.user)
            found = needs(waiting[:MOST], request.user)
            needed = {other for each, others in found.items() for other in others if other != each}
            return Together(found, {*found} - needed, more=len(waiting) > MOST)

        def to_go_on():
            Batch.objects.filter(pk=batch.pk).settle()
            more = Batch.objects.handed_over().filter(pk=batch.pk).exists()
            return reverse("admin:imports_batch_bundle", args=[pk]) if more else "admin:index"

        context = {
            "title": gettext("Publish what a file wrote"),
            "subtitle": batch.name,
            "row_by_row": True,
        }
        return self.together_view(request, find, context, to_go_on)
