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


class SuccessorQuerySet(models.QuerySet):
    def last_of(self, card_type, public_id):
        """The id of what the record has become a part of, or None: the last one, where that has
        become a part of another."""
        found, last = {public_id}, None
        into = self.values_list("into", flat=True)
        while one := into.filter(type=card_type, public_id=last or public_id).first():
            if one in found:  # no merge makes a circle; a file could
                return None
            last = one
            found.add(last)
        return last


class Successor(models.Model):
    """A record was one with another, `into`: where it was public, its id and addresses lead there.

    It is asked for behind a tombstone alone, so what never was public leads nowhere.
    """

    type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    into = models.UUIDField()

    objects = SuccessorQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "public_id"], name="successor_once")]
