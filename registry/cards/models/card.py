"""The public side of the registry: what is not in these tables cannot be seen by a visitor.

They are written by the flush (`registry.cards.flush`) and by nothing else. No foreign key leads
from here to a record, so a locked record never holds up a reader, and a lost record no card.
"""

from collections.abc import Callable

from django.db import models
from django.db.models.functions import Concat

from ..private_django import chosen_database


class CardQuerySet(models.QuerySet):
    def of(self, card_type):
        return self.filter(type=card_type)

    def among(self, types):
        """Those of these types of cards that are looked up by their keys.

        As an expression the type offers no index: by one SQLite would go through all cards of the
        types, and ask of each whether its key is among those looked up.
        """
        kind = Concat("type", models.Value(""), output_field=models.CharField())
        return self.alias(kind=kind).filter(kind__in=types)

    def with_term(self, card_type, group, values):
        """Cards of one type that have at least one of the values in the group.

        The index of terms begins with the type: without one, all terms would be read. With the type
        of the cards as well, SQLite would look at all of them.
        """
        terms = CardTerm.stored.filter(type=card_type, group=group, value__in=values)
        return self.filter(pk__in=terms.values("card"))


# By a name: the type checker knows the methods of no base that is made in place.
CardsOfQuerySet = models.Manager.from_queryset(CardQuerySet)


class MadeOnce(models.Manager):
    """A manager whose first query, `rows`, is put together once and copied from then on.

    A page begins some dozen queries, and in each it is said what is withheld.
    """

    rows: Callable  # of all: those that the manager gives

    def get_queryset(self):
        if chosen_database(self):
            return self.rows(super().get_queryset())
        if "_made" not in vars(self):
            self._made = self.rows(super().get_queryset())
        return self._made.all()


class CardManager(MadeOnce, CardsOfQuerySet):
    """The cards that somebody may read: all but those that are withheld."""

    def rows(self, cards):
        return cards.exclude(pk__in=Deferred.withheld())


class Card(models.Model):
    """What the public may see of one record, as JSON text: exactly while it is public.

    `start` and `end` are days that can be compared without looking at nulls: an open or unknown
    side is the first or last day of the calendar, and a card without dates has them crossed, so
    that no span matches it. `uncertain` says that a side is unknown rather than open.
    """

    type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    slug = models.CharField(max_length=200)
    number = models.BigIntegerField(unique=True)
    body = models.TextField()
    updated_at = models.DateTimeField()
    parent = models.UUIDField(null=True, help_text="the record whose card this one is part of")
    sort = models.CharField(max_length=140, help_text="the default order; ends in the public id")
    name_en = models.CharField(max_length=120)
    name_be = models.CharField(max_length=120)
    name_ru = models.CharField(max_length=120)
    start = models.DateField()
    end = models.DateField()
    uncertain = models.BooleanField(default=True)
    # With the time of its public parts; `gaps`: only the spans beside it (`CardSpan`) say when.
    active_start = models.DateField()
    active_end = models.DateField()
    gaps = models.BooleanField(default=False)

    objects = CardManager()
    stored = CardQuerySet.as_manager()  # for those who write them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "public_id"], name="card_once"),
            models.UniqueConstraint(fields=["type", "slug"], name="card_slug_once"),
        ]
        indexes = [
            models.Index(fields=["type", "sort"], name="card_sort"),
            models.Index(fields=["type", "name_en", "public_id"], name="card_name_en"),
            models.Index(fields=["type", "name_be", "public_id"], name="card_name_be"),
            models.Index(fields=["type", "name_ru", "public_id"], name="card_name_ru"),
            models.Index(fields=["type", "start", "end"], name="card_start"),
            # With all that says whether it is on, ended or of unknown end, and whether it is there
            # to be read at all.
            models.Index(fields=["type", "end", "start", "uncertain", "id"], name="card_end"),
            models.Index(fields=["type", "active_start", "active_end"], name="card_active_start"),
            models.Index(fields=["type", "active_end", "active_start"], name="card_active_end"),
            models.Index(fields=["type", "updated_at", "public_id"], name="card_updated"),
            models.Index(fields=["parent"], name="card_parent"),
            models.Index(fields=["type", "number"], name="card_number"),  # the last change of each
        ]

    def __str__(self):
        return f"{self.type} {self.slug}"


class Deferred(models.Model):
    """A card that is written in a transaction after the one that changed what it says.

    Where one act concerns thousands of cards, this is what it does to them at once: they are
    withheld from everybody. `rank` is the place in the order of writing: parts before wholes.
    """

    STUCK = 98  # the rank of what could not be written, and is not counted

    class How(models.IntegerChoices):
        ANEW = 0  # rendered, or taken away
        NAMES = 1  # only references can have changed
        PLACES = 2  # these, and the places

    type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    # Checked by nobody: that would lock each of thousands of cards. It goes where its card goes.
    card = models.OneToOneField(Card, models.CASCADE, related_name="deferred", db_constraint=False)
    how = models.SmallIntegerField(choices=How)
    rank = models.SmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "public_id"], name="deferred_once")]

    @classmethod
    def withheld(cls):
        """The keys of the cards, as a subquery."""
        return cls.objects.values("card")


class BesideManager(MadeOnce):
    """What stands beside the cards that somebody may read."""

    def rows(self, rows):
        return rows.exclude(card__in=Deferred.withheld())


class StoredManager(models.Manager):
    """All of it, for those who write it."""


class Beside(models.Model):
    """Rows of a card in a table of its own, by which it is found."""

    objects = BesideManager()
    stored = StoredManager()

    class Meta:
        abstract = True


class DeferredReference(models.Model):
    """A record that is referred to otherwise than deferred cards say."""

    public_id = models.UUIDField(unique=True)
    type = models.CharField(max_length=20)


class CardTerm(Beside):
    """One value under which a card can be filtered; type and order are copied into the index."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="terms", db_index=False)
    type = models.CharField(max_length=20)
    group = models.CharField(max_length=30)
    value = models.CharField(max_length=230)
    sort = models.CharField(max_length=140)

    class Meta:
        indexes = [
            models.Index(fields=["type", "group", "value", "sort", "card"], name="term_list"),
            # Whether a card has a term, asked of each card of a list: all that is read is in here.
            models.Index(fields=["card", "group", "value", "type"], name="term_card"),
        ]


class CardSpan(Beside):
    """One of the spans of days in which a card with gaps between them was active."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="spans", db_index=False)
    start = models.DateField()
    end = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["card", "start", "end"], name="span_card")]


class CardGiven(models.Model):
    """What the card of a part gives to that of one of its wholes (`registry.cards.reach`).

    A place or a term by its slug, an organisation as "role:slug", or a time with its days. `rank`
    and `sort` say which of the parts that give the same are named first.
    """

    card = models.ForeignKey(Card, models.CASCADE, related_name="gives", db_index=False)
    whole = models.UUIDField()
    rank = models.SmallIntegerField()
    sort = models.CharField(max_length=140)
    group = models.CharField(max_length=10)
    value = models.CharField(max_length=150)
    start = models.DateField(null=True)
    end = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["whole", "group", "value"], name="part_whole"),
            models.Index(fields=["card", "whole"], name="part_card"),
        ]


class LookedUp(models.Exists):
    """What is asked of each row as it comes.

    With an OFFSET, which PostgreSQL leaves where it stands. Without one it begins with all that the
    subquery finds or makes a table of that, since it takes a value for rare that thousands have: it
    knows how often each column has it, and not all of them together.
    """

    def as_postgresql(self, compiler, connection):
        return self.as_sql(compiler, connection, template="EXISTS(%(subquery)s OFFSET 0)")


def has_term(card_type, group, value, card="pk"):
    """The condition that a card has the value, looked up card by card.

    For cards that come in an order of their own, where the first few are enough.
    """
    terms = CardTerm.stored.filter(type=card_type, group=group, value=value)
    return LookedUp(terms.filter(card=models.OuterRef(card)))


class CardPoint(Beside):
    """A point of the card as shown: WGS 84 degrees. `own`, or one that its parts give."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="points")
    lon = models.FloatField()
    lat = models.FloatField()
    own = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["lon", "lat", "card"], name="point_box")]


class CardHead(Beside):
    """What a map says of a card, as JSON text: who it is, its name in all languages and in each,
    and where it is as GeoJSON (`registry.cards.heads`).

    A card is some five thousand letters, and nearly all that a map of ten thousand would cost is
    to read them. Kind and order stand here as well, so that a map of all reads nothing else.
    """

    card = models.OneToOneField(Card, models.CASCADE, primary_key=True, related_name="head")
    identity = models.CharField(max_length=36)
    slug = models.TextField()
    name = models.TextField()
    en = models.TextField()
    be = models.TextField()
    ru = models.TextField()
    geometry = models.TextField()
    type = models.CharField(max_length=20)
    sort = models.CharField(max_length=140)

    class Meta:
        indexes = [models.Index(fields=["type", "sort"], name="head_sort")]
