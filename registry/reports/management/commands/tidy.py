from django.core.management.base import BaseCommand

from registry.cards.backlog import finish

from ...models import Report


class Command(BaseCommand):
    help = (
        "Deletes what readers reported more than 90 days ago, and goes on with a great change that "
        "was broken off. Run it each minute or so."
    )

    def handle(self, **options):
        deleted, _ = Report.objects.outdated().delete()
        self.stdout.write(f"{deleted} reports deleted")
        finish()
