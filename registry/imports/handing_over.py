"""What a file wrote goes to a reviewer as one, who publishes it row by row, or a page at once."""

from functools import partial
from time import monotonic

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from registry.cards.changeset import writing
from registry.records.models import State
from registry.staff.bundle_page import DecidingTogether, Together
from registry.staff.start_page import Item, by_and_when
from registry.workflow.acts import ACTS, Refused
from registry.workflow.bundles import MOST, hand_over, in_review, needs, waiting_of
from registry.workflow.groups import PUBLISH
from registry.workflow.rights import may, visible

from .models import Batch, publishes
from .publishing import choose, is_published_by, publish_on, publish_share
from .writing_down import SHARE

FILES = 20  # that wait on the first page


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
        """What of it waits for this person, a page at a time; or how far publishing has come."""
        end = monotonic() + SHARE
        batch = self._batch_or_404(request, pk)
        if not publishes(request.user):
            raise PermissionDenied
        refused = []
        if request.method == "GET" and is_published_by(batch, request.user):
            try:
                self._publish_on(request, batch)
            except Refused as refusal:
                refused = [refusal.sentence, *refusal.hits]
            if is_published_by(batch, request.user):
                number = batch.publishing["number"]
                done = number - len(batch.publishing["left"])
                return self.show_working(request, batch, done, number, publishing=True)
            if not refused:
                return redirect(self._on_from(batch))
        context = {
            "title": gettext("Publish what a file wrote"),
            "subtitle": batch.name,
            "row_by_row": True,
        }
        return self.together_view(
            request,
            partial(self._find, request, batch),
            context,
            partial(self._on_from, batch),
            partial(self._publish_first, request, batch, end),
            refused,
        )

    def _find(self, request, batch):
        waiting = in_review([(each[0], each[1]) for each in batch.wrote], request.user)
        found = needs(waiting[:MOST], request.user)
        needed = {other for each, others in found.items() for other in others if other != each}
        return Together(found, {*found} - needed, more=len(waiting) > MOST)

    def _on_from(self, batch):
        Batch.objects.filter(pk=batch.pk).settle()
        more = Batch.objects.handed_over().filter(pk=batch.pk).exists()
        return reverse("admin:imports_batch_bundle", args=[batch.pk]) if more else "admin:index"

    def _publish_first(self, request, batch, end, entries):
        choose(batch, entries, request.user)
        return publish_share(batch, request.user, partial(self.publish_all, request), end)

    def _publish_on(self, request, batch):
        done = publish_on(batch, request.user, partial(self.publish_all, request))
        self.tell_of_published(request, done)

    def waiting_as_one(self, request, own):
        """For the first page: [(item, [(type, public id)] of what waits in it)] of the files of
        which drafts wait, for whoever publishes them, or whose they are."""
        rows = Batch.objects.handed_over().select_related("owner").defer("content")
        rows = rows.filter(owner=request.user) if own else rows
        files = {batch: [(each[0], each[1]) for each in batch.wrote] for batch in rows[:FILES]}
        named = [each for some in files.values() for each in some]
        waiting = waiting_of(named, request.user, "change" if own else PUBLISH)
        for batch, some in files.items():
            if ids := [each for each in some if each in waiting]:
                yield self._waiting_item(batch, len(ids), "change" if own else "bundle"), ids

    def _waiting_item(self, batch, number, view):
        meta = batch._meta
        at = reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=[batch.pk])
        kind = f"{meta.verbose_name} · {gettext('records')}: {number}"
        return Item(at, str(batch), kind, by_and_when(batch.owner, batch.handed_over_at))
