"""Where a record stood before, and what is still said of one that is gone."""

import hashlib

from django.db import models


class Tombstone(models.Model):
    """A record that was public and is not: its type, id and day, and nothing of its content.

    The address is kept as a hash, because a slug may carry a name. `gone` tells a page that was
    withdrawn (410) from one that is only back in review (404).
    """

    type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    number = models.BigIntegerField(unique=True)
    on = models.DateField()
    slug_hash = models.CharField(max_length=64)
    gone = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "public_id"], name="tombstone_once")]
        indexes = [models.Index(fields=["type", "slug_hash"], name="tombstone_slug")]

    @staticmethod
    def hash_of(slug):
        return hashlib.sha256(slug.encode()).hexdigest()


class RedirectManager(models.Manager):
    def get_by_natural_key(self, card_type, slug):
        return self.get(type=card_type, slug=slug)


class Redirect(models.Model):
    """An address that a record had before. Fixtures bring those of before the registry began."""

    type = models.CharField(max_length=20)
    slug = models.CharField(max_length=200)
    public_id = models.UUIDField()

    objects = RedirectManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "slug"], name="redirect_once")]

    def natural_key(self):
        return self.type, self.slug
