from django.db import models


class LastShown(models.Model):
    """Where a record that is out of sight was when it was last public: for the guard alone."""

    card_type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    shown = models.JSONField(help_text="the places as its last card had them")
    recorded = models.JSONField(help_text="what was recorded of where it is at that time")
    decided_by = models.JSONField(
        default=list, help_text="keys of the officers who have shown it more finely since"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["public_id", "card_type"], name="last_shown_once")
        ]

    def __str__(self):
        return f"{self.card_type} {self.public_id}"

    @classmethod
    def of(cls, card_type, public_ids):
        return cls.objects.filter(card_type=card_type, public_id__in=public_ids)

    @classmethod
    def decide(cls, card_type, public_ids, by):
        """Somebody who may has decided to show these more finely than they were."""
        for each in cls.of(card_type, list(public_ids)):
            each.decided_by = sorted({*each.decided_by, by.pk})
            each.save(update_fields=["decided_by"])

    def is_decided_beside(self, person):
        """Whether others decided on it than the one who shows it now."""
        return bool(self.decided_by) and person.pk not in self.decided_by

    @classmethod
    def forget(cls, card_type, public_ids):
        """What these showed when they were last public is lost."""
        cls.of(card_type, list(public_ids)).delete()
