from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "registry.cards"
    label = "cards"
    verbose_name = _("Cards")

    def ready(self):
        from .checks import check_columns, check_fields

        checks.register(check_fields)
        checks.register(check_columns)
