"""Which records may be the same: by what each is found, and the pairs that were found."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Sign(models.Model):
    """A number made of what two records that are the same mostly share: words of a name, a website.

    Nothing of it can be read, and it leads to no record but by equality.
    """

    card_type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    sign = models.BigIntegerField()

    when_merged = "stays"  # both are looked at again
    named_by = ("card_type", "public_id")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["card_type", "sign", "public_id"], name="sign_once")
        ]
        indexes = [models.Index(fields=["public_id"], name="sign_of")]


class PairQuerySet(models.QuerySet):
    def open(self):
        """Those of which nobody has said that they are two, the likeliest first."""
        return self.filter(settled_at=None).order_by("-score", "pk")

    def forget(self, card_type, public_ids):
        ids = list(public_ids)
        self.filter(models.Q(one__in=ids) | models.Q(other__in=ids), card_type=card_type).delete()
        Sign.objects.filter(card_type=card_type, public_id__in=ids).delete()


class LikelyPair(models.Model):
    """Two records, by their ids in order, that may be one; or of which somebody said that they are
    not, which is remembered."""

    card_type = models.CharField(max_length=20)
    one = models.UUIDField()
    other = models.UUIDField()
    score = models.SmallIntegerField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    when_merged = "stays"
    named_by = ("card_type", "one")
    objects = PairQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["card_type", "one", "other"], name="pair_once"),
            models.CheckConstraint(
                condition=models.Q(one__lt=models.F("other")), name="pair_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["card_type", "-score"],
                condition=models.Q(settled_at=None),
                name="pair_open",
            ),
            models.Index(fields=["other"], name="pair_other"),
            models.Index(fields=["one"], name="pair_one"),
        ]

    def settle(self, by):
        """They are two."""
        self.settled_by, self.settled_at = by, timezone.now()
        self.save(update_fields=["settled_by", "settled_at"])


class LookedFor(models.Model):
    """How far was looked for pairs of a kind: which version and which change were the newest."""

    card_type = models.CharField(max_length=20, unique=True)
    version = models.BigIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
