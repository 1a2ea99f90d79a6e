from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    label = "organisations"
    verbose_name = _("Organisations")

    def ready(self):
        from . import serializers  # noqa: F401 - cards are declared by importing them
