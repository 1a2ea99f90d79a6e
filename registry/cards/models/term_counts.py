"""How many cards have each term, so that no page has to count them."""

from django.db import models

from .card import Deferred, StoredManager


class TrueCounts(models.Manager):
    """Those of the cards that somebody may read: none while any is withheld, which is counted
    until it is written."""

    def get_queryset(self):
        return super().get_queryset().exclude(models.Exists(Deferred.objects.all()))


class TermCount(models.Model):
    """How many cards of a type have a term, or how many of those that are `among` others.

    With no group and no value: how many there are.
    """

    type = models.CharField(max_length=20)
    group = models.CharField(max_length=30)
    value = models.CharField(max_length=230)
    among = models.CharField(max_length=10)
    cards = models.IntegerField()

    objects = TrueCounts()
    stored = StoredManager()  # for those who write them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "group", "value", "among"], name="count_once")
        ]

    def __str__(self):
        return f"{self.cards} {self.type} {self.group}:{self.value} {self.among}"
