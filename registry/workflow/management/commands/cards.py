from django.core.management.base import BaseCommand, CommandError

from registry.cards.proof import differences
from registry.records.models import WaitingWords
from registry.workflow import renewal


class Command(BaseCommand):
    help = "Proves that every card is what its record says, or writes the cards anew."

    def add_arguments(self, parser):
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--check", action="store_true", help="name every difference; exit 1")
        act.add_argument(
            "--rebuild", action="store_true", help="write anew; equal bytes keep their number"
        )
        act.add_argument(
            "--renew",
            action="store_true",
            help="after an upgrade: anew in the background, while readers are served",
        )

    def handle(self, check, renew, **options):
        if check:
            self._check()
        elif renew:
            going = renewal.begin()
            self.stdout.write(
                "The cards are written anew in the background." if going else "The cards stay."
            )
        else:
            renewal.begin(anyway=True)
            self.stdout.write(f"{renewal.renew(None)} records rendered")

    def _check(self):
        found = [*differences(), *WaitingWords.differences()]
        for difference in found:
            self.stdout.write(difference)
        if found:
            raise CommandError(f"{len(found)} differences; mend them with cards --rebuild")
        self.stdout.write("The cards are what the records say.")
