from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    label = "organisations"
    verbose_name = _("Organisations")
    pages = "organisations.urls"

    def ready(self):
        # First the cards: the others ask for them.
        from . import serializers  # noqa: F401, I001
        from . import api, iati  # noqa: F401
