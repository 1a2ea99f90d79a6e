from django.db import models


class LastShown(models.Model):
    """Where a record that is out of sight was when it was last public: for the guard alone."""

    card_type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    shown = models.JSONField(help_text="the places as its last card had them")
    recorded = models.JSONField(help_text="what was recorded of where it is at that time")
    decided = models.JSONField(
        default=dict, help_text="the places as officers have decided since; nothing if they did not"
    )
    decided_by = models.JSONField(
        default=list, help_text="keys of the officers who have shown it more finely since"
    )

    when_merged = "stays"
    named_by = ("card_type", "public_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["public_id", "card_type"], name="last_shown_once")
        ]

    def __str__(self):
        return f"{self.card_type} {self.public_id}"

    @classmethod
    def of(cls, card_type, public_ids):
        return cls.objects.filter(card_type=card_type, public_id__in=public_ids)

    def decide(self, places, by=None):
        """How it may be shown by anybody but those who decided on it: this person, if not None,
        and whoever did before. Without places nothing is decided any more."""
        people = {*self.decided_by, by.pk} if by else self.decided_by
        self.decided, self.decided_by = places, sorted(people) if places else []
        self.save(update_fields=["decided", "decided_by"])

    def shown_to(self, person):
        """What is compared with what this person shows of it now."""
        return self.decided if self.decided and person.pk not in self.decided_by else self.shown

    @classmethod
    def forget(cls, card_type, public_ids):
        """What these showed when they were last public is lost."""
        cls.of(card_type, list(public_ids)).delete()
