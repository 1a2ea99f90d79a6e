from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocationsConfig(AppConfig):
    name = "registry.locations"
    label = "locations"
    verbose_name = _("Places")
    pages = "registry.locations.urls"

    def ready(self):
        # First the cards: the others ask for them.
        from . import serializers  # noqa: F401, I001
        from . import api  # noqa: F401
