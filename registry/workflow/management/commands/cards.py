from django.core.management.base import BaseCommand, CommandError

from registry.cards import name_words, term_counts
from registry.cards.backlog import finish
from registry.cards.changeset import writing
from registry.cards.declarations import of_entries
from registry.cards.flush import Flush
from registry.cards.loader import batches
from registry.cards.proof import differences
from registry.records.models import WaitingWords


class Command(BaseCommand):
    help = "Proves that every card is what its record says, or writes the cards anew."

    def add_arguments(self, parser):
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--check", action="store_true", help="name every difference; exit 1")
        act.add_argument(
            "--rebuild", action="store_true", help="write anew; equal bytes keep their number"
        )

    def handle(self, check, **options):
        if check:
            found = [*differences(), *WaitingWords.differences()]
            for difference in found:
                self.stdout.write(difference)
            if found:
                raise CommandError(f"{len(found)} differences; mend them with cards --rebuild")
            self.stdout.write("The cards are what the records say.")
        else:
            self.stdout.write(f"{rebuild()} records rendered")


def rebuild():
    """Render every record, a transaction for each batch; returns how many there are."""
    finish()  # what a great act has left is looked at by the guard, which nothing here asks
    done = 0
    for declaration in of_entries():
        keys = declaration.model._base_manager.order_by("pk").values_list("pk", flat=True)
        for batch in batches(list(keys)):
            with writing():
                flush = Flush()
                flush.render(declaration.model, batch, force=True)
                flush.settle()
            done += len(batch)
    with writing():
        flush = Flush()
        flush.sweep()
        flush.settle()
        WaitingWords.sweep()
        name_words.recount()
        term_counts.recount()
    return done
