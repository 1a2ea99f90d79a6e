from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from registry.cards.models import Counter
from registry.ops.backups import BackupError, back_up, rotate


class Command(BaseCommand):
    help = (
        "Writes the whole registry into one new file of a folder, while the registry runs. The "
        "file holds everything, hidden records and accounts too: keep it as you keep passwords."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, help="delete all but the newest so many backups")
        parser.add_argument("--to", help="encrypt to this public key of age (age1…)")

    def handle(self, *, folder, keep, to, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep: at least the backup that is being made is kept.")
        counter = Counter.current()
        try:
            file = back_up(folder, (counter.registry, counter.number), to)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
        for old in rotate(folder, keep) if keep else ():
            self.stdout.write(f"deleted {old}")
