from django.core.management.base import BaseCommand, CommandError

from registry.cards.declarations import declared, of_entries

from ...acts import Refused
from ...withdrawal import Reason, withdraw


class Command(BaseCommand):
    help = "Takes a record out of every public output, with all that would still tell of it."

    def add_arguments(self, parser):
        types = sorted(declaration.type for declaration in of_entries())
        parser.add_argument("type", choices=types, metavar="TYPE")
        parser.add_argument("slug", metavar="SLUG", help="its address or public id")
        parser.add_argument("--reason", required=True, choices=Reason.values)

    def handle(self, slug, reason, **options):
        model = declared[options["type"]].model
        try:
            entry = model.objects.get_by_natural_key(slug)
        except model.DoesNotExist:
            raise CommandError(f"There is no {options['type']} {slug}.") from None
        try:
            effects = withdraw(entry, reason)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        for what, entries in (
            ("withdrawn", effects.withdrawn),
            ("back in review, its text named it", effects.sent_back),
            ("out of sight, a part of what is back in review", effects.out_of_sight),
            ("a place whose text names it: edit it", effects.to_edit),
        ):
            for one in entries:
                self.stdout.write(f"{one.card_type} {one.slug}: {what}")
