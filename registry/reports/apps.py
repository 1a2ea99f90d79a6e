from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "registry.reports"
    label = "reports"
    verbose_name = _("Reports of readers")

    def ready(self):
        from registry.ops import due, metrics
        from registry.workflow.erasure import going_with

        from .models import Report

        due.each(due.DAY, "reports", Report.objects.forget)
        going_with.append(Report.objects.about)
        metrics.waiting["reports"] = lambda: Report.objects.new().count()
