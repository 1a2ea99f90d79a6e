from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "registry.imports"
    label = "imports"
    verbose_name = _("Files brought in")

    def ready(self):
        from registry.ops import due
        from registry.workflow.everywhere import packed

        from .models import Batch

        due.each(due.DAY, "imports", Batch.objects.forget)
        due.each(due.DAY, "imports handed over", Batch.objects.settle)
        packed[Batch] = (lambda batch: batch.holds, Batch.keep)
