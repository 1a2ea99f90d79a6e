from django.apps import AppConfig, apps
from django.db.models import signals
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "registry.records"
    label = "records"
    verbose_name = _("Sources and terms")

    def ready(self):
        from . import cards, listeners  # noqa: F401 - cards are declared by importing them
        from .groups import make_groups
        from .models import Marked

        for model in apps.get_models():
            if issubclass(model, Marked):
                listeners.listen_to(model)
        signals.post_migrate.connect(make_groups)
        # The staff's own site; asked for once, when the admin makes itself ready after this.
        apps.get_app_config("admin").default_site = "registry.records.site.StaffSite"
