from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    label = "programmes"
    verbose_name = _("Programmes and events")
    pages = "programmes.urls"

    def ready(self):
        # First the cards: the others ask for them.
        from . import serializers  # noqa: F401, I001
        from . import api, calendars, iati  # noqa: F401
