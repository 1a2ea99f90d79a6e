"""A record that was entered twice and is one now: what was moved, so that it can be put back."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .proposal import OfRecord, OfRecordQuerySet, person


class MergeQuerySet(OfRecordQuerySet):
    def standing(self):
        return self.filter(undone_at=None)

    def into(self, entry):
        """Those by which others became one with this record."""
        return self.filter(card_type=entry.card_type, into=entry.public_id)

    def forget(self, card_type, public_ids):
        """With either of both goes what is known of how they became one."""
        either = Q(public_id__in=list(public_ids)) | Q(into__in=list(public_ids))
        self.filter(either, card_type=card_type).delete()


class Merge(OfRecord):
    """The record, the loser, is one with that of the id `into`, the survivor, since then.

    `moved` holds keys and names of columns alone, no values: these are in history.
    """

    into = models.UUIDField()
    merged_at = models.DateTimeField(default=timezone.now)
    moved = models.JSONField(default=dict)
    asked_by = person()  # who wants it undone, where that shows a place more finely
    undone_by = person()
    undone_at = models.DateTimeField(null=True)

    when_merged = "stays"  # of the loser: its own merges are undone after its own
    objects = MergeQuerySet.as_manager()

    class Meta(OfRecord.Meta):
        ordering = ["-merged_at", "-pk"]
        indexes = [models.Index(fields=["into"], name="merge_into")]
        constraints = [
            models.UniqueConstraint(
                fields=["card_type", "public_id"],
                condition=Q(undone_at=None),
                name="merged_once",
            )
        ]
