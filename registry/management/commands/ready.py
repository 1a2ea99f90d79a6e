from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from registry.ops import due, health


class Command(BaseCommand):
    help = "Says whether the registry can do its work, as /healthz/ready does; if not, exit 1."

    def add_arguments(self, parser):
        parser.add_argument(
            "--tables",
            action="store_true",
            help="no more than whether the tables are those of this code",
        )
        parser.add_argument(
            "--not-newer",
            action="store_true",
            help="no more than whether this code can bring the tables up to date",
        )

    def handle(self, *, tables, not_newer, **options):
        if tables or not_newer:
            reason = self._of_tables(health.newer_tables if not_newer else health.wrong_tables)
        else:
            reason = health.unready()
            self.stdout.write("" if reason else due.missing() or "ready")
        if reason:
            raise CommandError(f"Not ready: {reason}.")

    @staticmethod
    def _of_tables(wrong):
        try:
            return wrong()
        except Error:
            return None  # while the database is away nobody knows; replies say so until it is back
