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
        from registry.ops import metrics

        from . import api, listeners  # noqa: F401
        from .models import Erasure, Marked, Proposal
        from .models.entry import number_in_review
        from .word_index import make_word_indexes

        metrics.waiting["review"] = number_in_review
        metrics.waiting["proposals"] = lambda: Proposal.objects.waiting().count()
        metrics.waiting["erasures"] = lambda: Erasure.objects.waiting().count()
        for model in apps.get_models():
            if issubclass(model, Marked):
                listeners.listen_to(model)
        post_migrate.connect(make_word_indexes)
