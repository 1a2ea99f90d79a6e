"""Which cards have each term, so that a list and the choices beside it are counted by what sets of
bits have in common."""

from django.db import models

from .card import Beside, Card, StoredManager


class CardBit(Beside):
    """The bit that stands for a card in the sets of its type."""

    card = models.OneToOneField(Card, models.CASCADE, primary_key=True, related_name="place")
    type = models.CharField(max_length=20)
    bit = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "bit"], name="bit_once")]

    def __str__(self):
        return f"{self.type} {self.bit}"


class TermSet(models.Model):
    """The cards of a type that have a term, withheld ones too: as `registry.cards.term_sets` packs
    them. With no group and no value: all there are."""

    type = models.CharField(max_length=20)
    group = models.CharField(max_length=40)
    value = models.CharField(max_length=230)
    cards = models.BinaryField()

    stored = StoredManager()  # what is withheld is taken out by those who read them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "group", "value"], name="term_set_once")
        ]

    def __str__(self):
        return f"{self.type} {self.group}:{self.value}"
