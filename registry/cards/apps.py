from django.apps import AppConfig
from django.core import checks
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import signals
from django.utils.translation import gettext_lazy as _


def count_anew(using=DEFAULT_DB_ALIAS, **options):
    """Counts that migrations could not bring along after an update, and, within an hour after a
    write found one wrong, these with the sets; without a doubt nothing."""
    from . import term_counts, term_sets
    from .models import Counter, TermCount

    if TermCount.in_doubt().exists():
        with transaction.atomic(using=using):
            counter = Counter.lock()  # or who writes meanwhile would bring along what was before
            term_counts.recount()
            term_sets.remake(counter)


class CardsConfig(AppConfig):
    name = "registry.cards"
    label = "cards"
    verbose_name = _("Cards")

    def ready(self):
        from registry.ops import due, metrics

        from .backlog import finish
        from .checks import check_columns, check_fields, check_signs
        from .models import Counter, Deferred

        due.each(due.MINUTE, "great changes", finish)
        # All others who write wait for it: not again and again, if the cause comes back.
        due.each(due.HOUR, "counts in doubt", count_anew)
        metrics.waiting["cards"] = Deferred.objects.count
        metrics.gauges["registry_change_number"] = (
            "Of the newest public change",
            lambda: Counter.current().number,
        )
        signals.post_migrate.connect(count_anew, sender=self)
        checks.register(check_fields)
        checks.register(check_columns)
        checks.register(check_signs)
