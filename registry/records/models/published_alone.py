"""What one person wrote and published as well, until another has looked at it."""

from django.db import models
from django.utils import timezone

from registry.values.fields import TypedCharField

from .proposal import OfRecord, OfRecordQuerySet, person


class PublishedAloneQuerySet(OfRecordQuerySet):
    def unseen(self):
        return self.filter(seen_at=None)

    def settle(self, key, by):
        """Whether it is seen by this person now: once, and never by whoever published it."""
        others = self.unseen().filter(pk=key).exclude(author=by)
        return bool(others.update(seen_by=by, seen_at=timezone.now()))


class PublishedAlone(OfRecord):
    """`author` published their own record, for a reason."""

    reason = TypedCharField(max_length=60)
    version = models.PositiveIntegerField(help_text="of the record, as it was published")
    published_at = models.DateTimeField(default=timezone.now)
    seen_by = person()
    seen_at = models.DateTimeField(null=True)

    objects = PublishedAloneQuerySet.as_manager()

    class Meta(OfRecord.Meta):
        ordering = ["published_at", "pk"]
        indexes = [
            models.Index(fields=["public_id"], name="published_alone_of"),
            models.Index(
                fields=["published_at"],
                condition=models.Q(seen_at=None),
                name="published_alone_unseen",
            ),
        ]
