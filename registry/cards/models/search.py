"""What is looked through for words: names and texts of cards, folded."""

from django.db import models

from .card import Beside, Card


class SearchName(Beside):
    """One folded name of a card, for "equals" and "begins with"."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="search_names")
    type = models.CharField(max_length=20)
    name = models.CharField(max_length=250)

    class Meta:
        indexes = [models.Index(fields=["name", "type"], name="search_name")]


class SearchText(Beside):
    """The folded words of a card, with their stems: those of its names, and all of them."""

    card = models.OneToOneField(Card, models.CASCADE, primary_key=True, related_name="search_text")
    names = models.TextField()
    words = models.TextField()


class NameWord(models.Model):
    """A folded word of the names of public cards, and in how many of them it is."""

    word = models.CharField(max_length=60, unique=True)
    cards = models.IntegerField()


class NameSpelling(models.Model):
    """A key under which a word is found that is spelled nearly so (`registry.cards.name_words`)."""

    key = models.CharField(max_length=10)
    word = models.ForeignKey(NameWord, models.CASCADE, related_name="spellings")

    class Meta:
        indexes = [models.Index(fields=["key", "word"], name="spelling_key")]


class OwnWords(Beside):
    """The folded words that a record says itself, not in the names of what it refers to, with those
    of its addresses and of what hides: there alone is a withdrawn name looked for.

    All of them are read for that, so they stand in a table with nothing else in it.
    """

    card = models.OneToOneField(Card, models.CASCADE, primary_key=True, related_name="own_words")
    words = models.TextField()
