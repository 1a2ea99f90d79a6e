"""How finely a place may be shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    """How finely a place may be shown, from the finest to not at all."""

    EXACT = "exact", _("exact place")
    TOWN = "town", _("town or village")
    DISTRICT = "district", _("district")
    REGION = "region", _("region")
    COUNTRY = "country", _("country")
    HIDDEN = "hidden", _("not at all")

    @classmethod
    def coarsest(cls, precisions):
        return max(precisions, key=_COARSENESS.__getitem__)


def is_finer(now, before):
    return _COARSENESS[now] < _COARSENESS[before]


_COARSENESS = {value: rank for rank, value in enumerate(Precision.values)}
