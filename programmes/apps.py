from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    label = "programmes"
    verbose_name = _("Programmes and events")

    def ready(self):
        from . import serializers  # noqa: F401 - cards are declared by importing them
