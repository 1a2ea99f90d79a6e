"""The change numbers, which order all that ever became public."""

import uuid

from django.db import models


class Counter(models.Model):
    """The one row that orders all public changes; it stays locked until the writer commits."""

    registry = models.UUIDField(default=uuid.uuid4)
    number = models.BigIntegerField(default=0)
    deferring = models.BooleanField(default=False)  # whether there may be `Deferred` cards

    @classmethod
    def lock(cls):
        """The counter, held until the end of the transaction."""
        counter = cls.objects.select_for_update().filter(pk=1).first()
        if counter is None:
            cls.objects.get_or_create(pk=1)
            counter = cls.objects.select_for_update().get(pk=1)
        return counter

    @classmethod
    def current(cls):
        """The counter as committed; before the first change: number 0."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, registry=uuid.UUID(int=0))
