import orjson
from django.core.management.base import BaseCommand

from registry.cards.clock import today
from registry.cards.read import READ

from ...iati import lacking
from ...models import Programme


class Command(BaseCommand):
    help = "How many public programmes can be told as activities of IATI 2.03."

    def add_arguments(self, parser):
        parser.add_argument(
            "--report",
            action="store_true",
            help="name those that lack a mandatory element, and what they lack",
        )

    def handle(self, *, report, **options):
        rows = Programme.objects.public().order_by("sort").values_list(*READ, named=True)
        day, count, left_out = today(), 0, 0
        for row in rows.iterator(chunk_size=500):
            count += 1
            if wanting := lacking(row, orjson.loads(row.body), day):
                left_out += 1
                if report:
                    self.stdout.write(f"{row.slug}: {', '.join(wanting)}")
        self.stdout.write(f"{count - left_out} of {count} programmes are activities of IATI.")
