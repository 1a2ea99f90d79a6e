import gc
import resource
import time
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError

from registry.cards.models import Card
from registry.locations.models import Location, inside
from registry.records.models import State, Term

from ...models import Programme
from ...synthesis import Synthesis

# Programmes in one transaction; each brings about four further records.
BATCH = 400


class Command(BaseCommand):
    help = (
        "Fills the registry with made-up records, the same for the same seed, through the same "
        "door as every other change: for measuring, never for a registry that is in use."
    )

    def add_arguments(self, parser):
        parser.add_argument("--programmes", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument(
            "--places",
            type=int,
            default=20_000,
            help="villages are made up until the gazetteer has so many places (%(default)s)",
        )
        parser.add_argument("--add", action="store_true", help="to the programmes that are there")

    def handle(self, *, programmes, seed, places, add, **options):
        if programmes < 1 or seed < 0:
            raise CommandError("--programmes is a number above zero, --seed one not below.")
        if Programme.objects.exists() and not add:
            raise CommandError(
                "The registry has programmes already: this is for an empty one (or say --add)."
            )
        # The first that each seed makes is a term, and an address ends in the seed and a number.
        if Term.objects.filter(slug__endswith=f"-{seed}-1").exists():
            raise CommandError(f"The records of seed {seed} are here already: choose another.")
        synthesis = Synthesis(seed, gazetteer())
        self.began = time.monotonic()
        with collection_between_batches():
            synthesis.add_vocabulary(sources=max(20, programmes // 100))
            self.report("words and sources")
            missing = max(0, places - Location.objects.count())
            self.fill("villages", missing, 1000, synthesis.add_villages)
            self.fill("organisations", max(1, programmes // 5), 1000, synthesis.add_organisations)
            self.fill("programmes with all of theirs", programmes, BATCH, synthesis.add_programmes)
        self.stdout.write(f"{Card.objects.count():,} cards")

    def fill(self, what, number, at_once, add):
        for done in range(0, number, at_once):
            add(min(at_once, number - done))
            # While the collector is off, all that a batch makes stays in the youngest generation.
            gc.collect(0)
            self.report(f"{what}: {min(done + at_once, number):,} of {number:,}")

    def report(self, what):
        """The seconds since the beginning and the most memory used so far."""
        seconds = time.monotonic() - self.began
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.stdout.write(f"{seconds:7.1f} s  {kilobytes / 1024:4.0f} MB  {what}")


@contextmanager
def collection_between_batches():
    """Rows of a batch refer to each other in circles: looking for those all the time took a fifth
    of it, so they are looked for once, after each batch.
    """
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def gazetteer():
    """Belarus and every public place in it, in a fixed order."""
    country = Location.objects.filter(iso_3166_1="BY").values_list("pk", flat=True)
    keys = inside(country)
    places = list(Location.objects.filter(pk__in=keys, state=State.PUBLIC).order_by("slug"))
    if not any(place.kind == Location.Kind.DISTRICT for place in places):
        raise CommandError(
            "The gazetteer is needed first: manage.py loaddata location_sources locations"
        )
    return places
