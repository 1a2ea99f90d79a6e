from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "registry.records"
    label = "records"
    verbose_name = _("Sources and terms")

    def ready(self):
        from . import cards, listeners  # noqa: F401 - cards are declared by importing them
        from .models import Marked

        for model in apps.get_models():
            if issubclass(model, Marked):
                listeners.listen_to(model)
