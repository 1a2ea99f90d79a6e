from django.core.management.base import BaseCommand

from registry.reports.models import Report


class Command(BaseCommand):
    help = "Deletes what readers reported more than 90 days ago. Run it each day."

    def handle(self, **options):
        deleted, _ = Report.objects.outdated().delete()
        self.stdout.write(f"{deleted} reports deleted")
