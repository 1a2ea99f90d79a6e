from django.core.management.base import BaseCommand

from registry.ops import due


class Command(BaseCommand):
    help = (
        "Does what is due: lifts embargoes, deletes old reports and sessions, goes on with a great "
        "change that was broken off, makes the day's backup. Run it each minute."
    )

    def handle(self, **options):
        for name, told in due.run(at_once=True):
            self.stdout.write(f"{name}: {told or 'done'}")
