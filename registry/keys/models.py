"""Keys with which a partner's tool may ask the API more often than an unknown client."""

import re
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.models import AbstractAPIKey, BaseAPIKeyManager

KEY = re.compile(r"[0-9A-Za-z]{8}\.[0-9A-Za-z]{32}", re.ASCII)
LIFE = timedelta(days=365)


def in_a_year():
    return timezone.now() + LIFE


class ApiKeyManager(BaseAPIKeyManager):
    def assign_key(self, obj):
        key = super().assign_key(obj)
        # The package puts the hash into the id, and so into the admin's addresses.
        obj.id = obj.prefix
        return key

    def usable(self, key):
        """The key as it was given to a partner, if it is valid today; else None."""
        if not KEY.fullmatch(key):
            return None
        found = self.get_usable_keys().filter(prefix=key.partition(".")[0]).first()
        return found if found and not found.has_expired and found.is_valid(key) else None


class ApiKey(AbstractAPIKey):
    """The key of one partner's tool: a hash of it, and how much of a minute it has used."""

    name = models.CharField(_("name"), max_length=50, help_text=_("Whose key it is."))
    note = models.TextField(
        _("used by"),
        help_text=_("What uses it, and the role mailbox to write to about it."),
    )
    expiry_date = models.DateTimeField(
        _("valid until"), default=in_a_year, help_text=_("A year at most is good practice.")
    )
    revoked = models.BooleanField(
        _("revoked"),
        default=False,
        help_text=_("From the next request on the key opens nothing. This cannot be undone."),
    )
    minute = models.BigIntegerField(default=0, editable=False)
    taken = models.IntegerField(default=0, editable=False)

    objects = ApiKeyManager()

    class Meta:
        ordering = ["-created", "pk"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def take(self, minute, size, limit):
        """Take up to `size` of this minute's requests from what all processes share."""
        with transaction.atomic():
            row = type(self).objects.select_for_update().get(pk=self.pk)
            taken = row.taken if row.minute == minute else 0
            size = max(0, min(size, limit - taken))
            type(self).objects.filter(pk=self.pk).update(minute=minute, taken=taken + size)
        return size
