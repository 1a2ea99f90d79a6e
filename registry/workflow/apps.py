from django.apps import AppConfig
from django.db.models import signals


class WorkflowConfig(AppConfig):
    name = "registry.workflow"
    label = "workflow"

    def ready(self):
        from registry.cards.guard import Guard
        from registry.ops import due

        from .embargoes import lift
        from .erasure import scrub_what_was_erased
        from .finer_places import PlaceGuard
        from .groups import make_groups
        from .ledger_gaps import fill_gaps
        from .likeness import look
        from .renewal import go_on

        Guard.use(PlaceGuard)
        due.each(due.MINUTE, "embargoes", lift)
        due.each(due.MINUTE, "erased", scrub_what_was_erased)
        due.each(due.MINUTE, "cards", go_on)
        due.each(due.MINUTE, "likely pairs", look)
        due.each(due.HOUR, "ledger", fill_gaps)
        signals.post_migrate.connect(make_groups)
