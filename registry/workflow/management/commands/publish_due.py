from django.core.management.base import BaseCommand
from django.utils import timezone

from registry.cards.changeset import writing
from registry.cards.declarations import of_entries
from registry.records.models import Record


class Command(BaseCommand):
    help = "Lifts the embargoes that have fallen due. Run it each minute; it is never early."

    def handle(self, **options):
        now = timezone.now()
        lifted = 0
        for declaration in of_entries():
            if issubclass(declaration.model, Record):
                with writing():
                    for record in declaration.model.objects.filter(embargo_until__lte=now):
                        # One by one, as a save keeps a version in history and `update()` none.
                        record.embargo_until = None
                        record.save()
                        lifted += 1
                        if not record.is_public:
                            told = "no embargo any more, but still not shown"
                            self.stdout.write(f"{record.card_type} {record.slug}: {told}")
        self.stdout.write(f"{lifted} embargoes lifted")
