import uuid
from contextlib import contextmanager
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.cards.models import Counter
from registry.cards.proof import differences
from registry.ops import ledger
from registry.ops.backups import opened
from registry.ops.dumps import DATABASES, BackupError
from registry.ops.scrubbing import scrub
from registry.workflow.erased_words import ErasedWords
from registry.workflow.erasure import erase_again
from registry.workflow.withdrawal import Reason, withdraw


class Command(BaseCommand):
    help = (
        "Puts a backup in the place of what the database holds: all of it or nothing. What was "
        "withdrawn or erased after the backup was made is taken out again before anybody sees it."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, help="the key of age that opens it")
        parser.add_argument("--ledger", type=Path, help="of withdrawals; default: LEDGER")
        parser.add_argument("--yes", action="store_true", help="do not ask whether to replace")

    def handle(self, *, file, identity, yes, **options):
        name = connection.settings_dict["NAME"]
        database = DATABASES[connection.vendor]
        try:
            lines = noted(options["ledger"])
            if not lines.exists():
                self.stderr.write(
                    f"There is no ledger at {lines}: what was withdrawn or erased after the backup "
                    "was made comes back. If there is a copy of it, name that with --ledger."
                )
            with opened(file, identity) as (manifest, data):
                made = manifest.moment
                self.ask(f"Replace {name} by what it was on {made:%d %B %Y, %H:%M %Z}?", yes)
                with database.staged(data) as staged:
                    with using(staged):
                        self.prepare(lines)
                        take_out_again(lines)  # what was withdrawn while that was done
                    database.exchange(staged, name)
        except (BackupError, CommandError, OSError, Error) as error:
            raise CommandError(f"{error}\nNothing was changed.") from None
        take_out_again(lines)  # and while the databases were exchanged
        self.stdout.write(
            f"The registry is what it was on {made:%d %B %Y, %H:%M %Z}. Everybody signs in anew. "
            "Accounts, rights and keys are those of that day: disable again who left since."
        )

    def ask(self, question, yes):
        if not yes and input(f"{question} Type yes: ").strip() != "yes":
            raise CommandError("You did not say yes.")

    def prepare(self, lines):
        """What must be so before the first reader comes."""
        call_command("migrate", verbosity=0, interactive=False)
        again, noted = take_out_again(lines)
        self.stdout.write(f"{again} withdrawn again, of {noted} in the ledger")
        Session.objects.all().delete()
        with writing():
            counter = Counter.lock()
            counter.registry = uuid.uuid4()  # by which mirrors learn that they must begin anew
            counter.save(update_fields=["registry"])
        if next(differences(), None):  # the cards of an older version
            call_command("cards", rebuild=True, stdout=self.stdout)
        call_command("cards", check=True, stdout=self.stdout)


def noted(file):
    """The ledger to obey. One that was named and is not there would take nothing out again, and of
    words that another key has noted nothing would be found."""
    if file and not file.is_file():
        raise CommandError(f"{file} is no file.")
    file = file or ledger.place()
    if unknown := ErasedWords.noted(file).unknown:
        raise CommandError(
            f"{unknown} erasures in {file} were noted with another SECRET_KEY, and could not be "
            "done again. Name that key in SECRET_KEY_FALLBACKS."
        )
    return file


def take_out_again(lines):
    """(how many were withdrawn, how many the ledger names). People go on withdrawing and erasing
    meanwhile: it is read anew each time."""
    taken_out = sorted(ledger.taken_out(lines).items(), key=str)
    withdrawn = sum(taken_out_again(*each) for each in taken_out)
    if erase_again(lines):
        scrub()
    return withdrawn, len(taken_out)


def taken_out_again(key, by_mistake):
    """Whether it had to be: what was made after the backup is not there, or it was gone already.

    For the strictest reason, so that texts that name it go back to review, unless it was there by
    mistake: its name is then the name of a record that is right.
    """
    card_type, public_id = key
    model = declared[card_type].model if card_type in declared else None
    entry = model and model._base_manager.filter(public_id=public_id).first()
    if entry is None or entry.is_gone:
        return False
    withdraw(entry, Reason.MISTAKE if by_mistake else Reason.SAFETY)
    return True


@contextmanager
def using(name):
    """Everything of this process happens in the database of that name."""
    own = connection.settings_dict["NAME"]
    to(name)
    try:
        yield
    finally:
        to(own)


def to(name):
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    connection.settings_dict["NAME"] = name
