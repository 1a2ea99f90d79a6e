from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocationsConfig(AppConfig):
    name = "registry.locations"
    label = "locations"
    verbose_name = _("Places")

    def ready(self):
        from . import serializers  # noqa: F401 - cards are declared by importing them
