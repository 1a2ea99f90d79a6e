from django.db import models


class Due(models.Model):
    """When something that is due again and again was begun and done; see `due.py`."""

    name = models.CharField(max_length=30, primary_key=True)
    begun = models.DateTimeField(null=True)
    done = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "due"
