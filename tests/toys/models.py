from django.db import models

from registry.records.models import Citation, Part, Record, owner
from registry.values.fields import CodeField, EdtfField, TypedCharField


class Toy(Record):
    """Something to play with, of which a source tells."""

    class Kind(models.TextChoices):
        BALL = "ball", "ball"
        KITE = "kite", "kite"

    class Shade(models.TextChoices):
        LIGHT = "light", "light"
        DARK = "dark", "dark"

    kind = CodeField("kind", max_length=8, choices=Kind.choices, blank=True)
    motto = TypedCharField("motto", max_length=200, blank=True)
    shade = CodeField("shade", max_length=8, choices=Shade.choices, blank=True)
    base = models.ForeignKey(
        "locations.Location", models.PROTECT, null=True, blank=True, related_name="+"
    )
    workshop = TypedCharField("workshop", max_length=80, blank=True, help_text="Never shown.")

    unseen_by_others = Record.unseen_by_others | {"motto", "shade", "workshop"}
    locates = {"base": None}

    class Meta(Record.Meta):
        verbose_name = "toy"
        verbose_name_plural = "toys"
        ordering = ["slug"]


class ToyCitation(Citation):
    record = owner(Toy, "citations")

    class Meta(Citation.Meta):
        verbose_name = "source"
        verbose_name_plural = "sources"


class Sale(Part):
    """What was paid for a toy, by whom, and to whom."""

    class Currency(models.TextChoices):
        BYN = "BYN", "Belarusian rouble"
        EUR = "EUR", "euro"

    record = owner(Toy, "sales")
    amount = models.DecimalField("amount", max_digits=12, decimal_places=2)
    currency = CodeField("currency", max_length=3, choices=Currency.choices)
    date = EdtfField("date")
    words = TypedCharField("on the bill", max_length=80, blank=True)
    buyer = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    seller = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.ForeignKey(
        "records.Source", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Part.Meta):
        verbose_name = "sale"
        verbose_name_plural = "sales"
