from django.db import models

from registry.records.models import Citation, Record, owner
from registry.values.fields import CodeField, TypedCharField


class Toy(Record):
    """Something to play with, of which a source tells."""

    class Kind(models.TextChoices):
        BALL = "ball", "ball"
        KITE = "kite", "kite"

    kind = CodeField("kind", max_length=8, choices=Kind.choices, blank=True)
    workshop = TypedCharField("workshop", max_length=80, blank=True, help_text="Never shown.")

    unseen_by_others = Record.unseen_by_others | {"workshop"}

    class Meta(Record.Meta):
        verbose_name = "toy"
        verbose_name_plural = "toys"
        ordering = ["slug"]


class ToyCitation(Citation):
    record = owner(Toy, "citations")

    class Meta(Citation.Meta):
        verbose_name = "source"
        verbose_name_plural = "sources"
