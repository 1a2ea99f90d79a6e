"""Eight people write at once, to the same records, while somebody follows what changes."""

import random
import threading
import time
from contextlib import suppress

import pytest
from django.db import connection

from organisations.models import Organisation
from programmes.models import Edition, Event, Programme
from programmes.models.parts import ProgrammeRole
from registry.cards.changeset import writing
from registry.cards.models import Counter
from registry.cards.proof import differences
from registry.locations.models import Location
from registry.records.models import State
from registry.values.precision import Precision
from registry.workflow.acts import Refused
from registry.workflow.withdrawal import Reason, withdraw
from tests.cards.test_kernel_property import Reader, cards
from tests.support import factories as make

WRITERS, TRANSACTIONS = 8, 12
MODELS = (Organisation, Programme, Edition, Event)


def populate():
    with writing():
        places = make.belarus()
        for n in range(4):
            ngo = make.organisation(f"ngo-{n}")
            town = {"locations": [places["mstsislaw"]], "roles": [("organiser", ngo)]}
            programme = make.programme(f"programme-{n}", **town, figures=[{}])
            edition = make.edition(f"edition-{n}", programme=programme, **town)
            make.event(f"event-{n}", edition=edition, **town)


class Writer(threading.Thread):
    pause = 0  # seconds between two transactions

    def __init__(self, seed, transactions=TRANSACTIONS):
        super().__init__()
        self.chance, self.transactions = random.Random(seed), transactions
        self.errors, self.saves = [], 0

    def run(self):
        try:
            for _ in range(self.transactions):
                self.chance.choice(self.ACTS)(self)
                time.sleep(self.pause)
        except Exception as error:  # noqa: BLE001 - shown by the test
            self.errors.append(error)
        finally:
            connection.close()

    def one(self, model):
        return model.objects.get(
            pk=self.chance.choice(list(model.objects.values_list("pk"))[:4])[0]
        )

    def count(self):
        """Read, add one, write: what two do at once must add up to two."""
        with writing():
            town = Location.objects.get(slug="mstsislaw")
            town.population = (town.population or 0) + 1
            town.save()
        self.saves += 1

    def rename_two(self):
        """Two records in either order: whoever locks rows as they come, deadlocks."""
        with writing():
            for model in self.chance.sample(MODELS, 2):
                row = self.one(model)
                row.name_en = f"Name {self.chance.random()}"
                row.save()

    def update_many(self):
        model = self.chance.choice(MODELS)
        model.objects.order_by("?").update(precision=self.chance.choice(Precision.values))

    def publish_and_take_back(self):
        row = self.one(self.chance.choice(MODELS))
        row.state = self.chance.choice((State.PUBLIC, State.PUBLIC, State.REVIEW))
        row.save()

    def withdraw(self):
        with writing(), suppress(Refused):  # another may have withdrawn it in between
            withdraw(self.one(self.chance.choice(MODELS)), Reason.SAFETY)

    def move_role(self):
        with writing():
            role = self.one(ProgrammeRole)
            role.record, role.organisation = self.one(Programme), self.one(Organisation)
            if not role.record.roles.filter(organisation=role.organisation).exists():
                role.save()

    def move_edition(self):
        edition = self.one(Edition)
        edition.programme = self.one(Programme)
        edition.save()

    def figures(self):
        with writing():
            programme = self.one(Programme)
            programme.figures.all().delete()
            make.figure(programme, source=make.source(f"source-{self.chance.random():.16f}"[2:]))

    ACTS = (
        *(count, count, rename_two, rename_two, update_many, publish_and_take_back),
        *(publish_and_take_back, withdraw, move_role, move_edition, figures),
    )


@pytest.mark.django_db(transaction=True)
def test_eight_writers_lose_nothing_and_a_reader_misses_nothing():
    populate()
    reader, polls = Reader(), 0
    writers = [Writer(seed) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        reader.poll()
        polls += 1
        time.sleep(0.01)
    for writer in writers:
        writer.join()
    reader.poll()
    assert [error for writer in writers for error in writer.errors] == []
    town = Location.objects.get(slug="mstsislaw")
    assert town.population == town.version == sum(writer.saves for writer in writers)
    assert polls > 10
    assert reader.seen == Counter.current().number > WRITERS
    assert reader.mirror == cards()
    assert list(differences()) == []


@pytest.mark.django_db(transaction=True)
def test_two_blocks_that_touch_the_same_records_in_opposite_orders_both_succeed():
    pairs = make.programme("first"), make.programme("second")
    errors = []

    def write(records):
        try:
            with writing():
                for record in records:
                    record.save()
                    time.sleep(0.2)
        except Exception as error:  # noqa: BLE001 - shown by the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(order,)) for order in (pairs, pairs[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(differences()) == []
