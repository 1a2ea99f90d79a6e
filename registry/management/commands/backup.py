from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.cards.models import Counter
from registry.ops.backups import back_up, rotate
from registry.ops.dumps import BackupError


class Command(BaseCommand):
    help = (
        "Writes the whole registry into one new file of a folder, while the registry runs. The "
        "file holds everything, hidden records and accounts too: keep it as you keep passwords."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, nargs="?", help="default: BACKUPS")
        parser.add_argument("--keep", type=int, help="delete all but the newest so many backups")
        parser.add_argument(
            "--to", default=settings.BACKUPS_TO, help="encrypt to this public key of age (age1…)"
        )

    def handle(self, *, folder, keep, to, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep: at least the backup that is being made is kept.")
        if folder is None and not settings.BACKUPS:
            raise CommandError("Name a folder for the backup, or set BACKUPS to one.")
        counter = Counter.current()
        try:
            file = back_up(folder or settings.BACKUPS, (counter.registry, counter.number), to)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{file} ({file.stat().st_size / 1e6:.1f} MB)")
        for old in rotate(folder or settings.BACKUPS, keep) if keep else ():
            self.stdout.write(f"deleted {old}")
