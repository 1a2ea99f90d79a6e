from django.db import models


class Renewal(models.Model):
    """The one row that says how far the cards have been written anew since an upgrade."""

    form = models.CharField(max_length=64)  # a hash of what cards are made by
    type = models.CharField(max_length=20, blank=True)  # whose turn it is; "" when all are done
    after = models.BigIntegerField(default=0)  # the key of the last record of that type
