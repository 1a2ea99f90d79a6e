from django.apps import AppConfig
from django.db.models import signals


class WorkflowConfig(AppConfig):
    name = "registry.workflow"
    label = "workflow"

    def ready(self):
        from .groups import make_groups

        signals.post_migrate.connect(make_groups)
