"""A list of the staff as somebody asked for it, under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.values.fields import TypedCharField


class SavedList(models.Model):
    """The filters and words of a list, which its owner finds again; others do if it is shared."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60, help_text="the label of the list's model")
    name = TypedCharField(_("name"), max_length=80)
    asked = models.CharField(max_length=1000, help_text="the query of its address")
    is_shared = models.BooleanField(_("for all staff who see this list"), default=False)

    class Meta:
        default_permissions = ()  # one's own; what a list shows follows from the reader's rights
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "kind", "name"], name="saved_list_once"),
        ]
