from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "registry.records"
    label = "records"
    verbose_name = _("Sources and terms")

    def ready(self):
        # First the cards: the others ask for them.
        from . import serializers  # noqa: F401, I001
        from . import api, listeners  # noqa: F401
        from .models import Marked
        from .word_index import make_word_indexes

        for model in apps.get_models():
            if issubclass(model, Marked):
                listeners.listen_to(model)
        post_migrate.connect(make_word_indexes)
