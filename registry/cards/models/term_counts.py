"""How many cards have each term, so that no page has to count them."""

from django.db import models

from .card import Deferred, MadeOnce, StoredManager


class TrueCounts(MadeOnce):
    """Those of the cards that somebody may read: none while any is withheld that is counted until
    it is written, as all are but those set aside, and none while they are in doubt."""

    def rows(self, counts):
        counted = Deferred.objects.exclude(rank=Deferred.STUCK)
        untrue = models.Exists(counted) | models.Exists(TermCount.in_doubt())
        return counts.exclude(untrue)


class TermCount(models.Model):
    """How many cards of a type have a term, or how many of those that are `among` others.

    With no group and no value: how many there are. A row with no type counts nothing: it says that
    some count is in doubt, and stands until all are counted anew.
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

    @classmethod
    def in_doubt(cls):
        return cls.stored.filter(type="")

    @classmethod
    def doubt(cls):
        """None of them is told any more, and pages count: true, and slow. No act waits for that.

        Whether that is new.
        """
        row = {"type": "", "group": "", "value": "", "among": ""}
        return cls.stored.get_or_create(**row, defaults={"cards": 0})[1]
