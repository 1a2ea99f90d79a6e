"""What one officer asks to erase, and another does: the record of it that stays."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.values.fields import TypedTextField

from .proposal import person


class ErasureQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(done_at=None)

    def done(self):
        return self.exclude(done_at=None)

    def settle(self, erasure, by):
        """Whether this person does it now: once, and never who asked for it."""
        others = self.waiting().filter(pk=erasure.pk).exclude(asked_by=by)
        values = {"done_by": by, "done_at": timezone.now(), "words": ""}
        return bool(others.update(**values))


class Erasure(models.Model):
    """A record, or words wherever they stand. The words are kept until it is done and no longer."""

    card_type = models.CharField(max_length=20, blank=True)
    public_id = models.UUIDField(null=True)
    words = TypedTextField(
        _("words"),
        blank=True,
        max_length=2000,
        help_text=_(
            "Each on a line of its own, each of its forms too: “Petrov” is not found in “Petrova”."
            " They are taken out of every text, of history and of the log, and are not accepted"
            " from a file again."
        ),
    )
    asked_by = person()
    asked_at = models.DateTimeField(default=timezone.now)
    done_by = person()
    done_at = models.DateTimeField(null=True)
    digests = models.TextField(default="", help_text="what the ledger has of the words, by lines")
    rows = models.PositiveIntegerField(default=0, help_text="that said the words")
    scrubbed_at = models.DateTimeField(
        null=True, help_text="when no byte of it was left in the files of the database"
    )

    when_merged = "stays"  # nothing is merged while it waits
    named_by = ("card_type", "public_id")
    objects = ErasureQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may erase follows from the rights over all records
        ordering = ["-pk"]
