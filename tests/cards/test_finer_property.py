"""Whatever a reviewer's transactions are made of, no card shows a place more finely afterwards.

What is finer is said here once more, from the tables of the gazetteer and of the records: the
registry says it from the cards.
"""

from contextlib import suppress
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models import ProtectedError
from orjson import loads

from programmes.models import Event
from registry.cards.changeset import acting, writing
from registry.cards.models import Card
from registry.cards.refused import Refused
from registry.locations.models import Location
from registry.records.models import State
from tests.cards.test_kernel_property import RECORDS, World
from tests.support.shares import few
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db
FINENESS = ("exact", "town", "district", "region", "country")


class Movements(World):
    """Mostly acts by which a place may be shown in another way."""

    def act(self):
        if self.chance.random() < 0.3:
            super().act()
            return
        name = self.chance.choice(MOVES)
        self.done.append(f"  {name}")
        with suppress(ProtectedError, IntegrityError, CommandError), writing():
            getattr(self, name)()

    def classify(self):
        """A town with a code of its own counts as a region."""
        row = self.one(Location)
        if row.kind not in ("country", "region", "district"):
            self.write(row, iso_3166_2=self.chance.choice(("", f"BY-{row.pk % 1000}")))


MOVES = (
    *("change_precision", "change_precision", "classify", "move_place", "change_state"),
    *("move_edition", "move_part_of_edition", "move_programme", "move_seat", "delete_part"),
    *("exchange_what_a_part_names", "move_part", "change_states"),
)


def tree():
    """{id of a place: the ids of those in which it lies}."""
    places = Location.objects.select_related("parent__parent__parent")
    return {str(p.public_id): {str(up.public_id) for up in p.ancestors()} for p in places}


def entered():
    """{id of a record: what is recorded of where it is}; erased ones are left out."""
    found = {}
    for model in RECORDS:
        for row in model.objects.exclude(state=State.ERASED).prefetch_related("placements"):
            ids = {str(one.location.public_id) for one in row.placements.all()}
            if getattr(row, "seat", None):
                ids.add(str(row.seat.public_id))
            if isinstance(row, Event):
                ids |= {"exact"} if row.lat is not None else set()
                ids |= {"venue"} if row.venue_en else set()
            found[str(row.public_id)] = ids
    return found


def cards():
    types = [model.card_type for model in RECORDS]
    rows = Card.objects.filter(type__in=types).values_list("body", flat=True)
    return {body["id"]: body for body in map(loads, rows)}


def places(body):
    return {p["id"]: p for p in [*body["locations"], body.get("seat")] if p}


def violations(old, new, before, now, inside):
    """What a card shows more finely, in words; `before` and `now` are what is recorded."""
    was, fresh = places(old), now - before
    typed = {place for one in fresh & inside.keys() for place in {one} | inside[one]}
    if before and not was:
        typed, fresh = set(), set()
    for key, place in places(new).items():
        level = FINENESS.index(place["precision"])
        if key in was:
            if 0 < level < FINENESS.index(was[key]["precision"]):
                yield f"{place['slug']} is {place['precision']}"
        elif any(place["slug"] in one["within"] for one in was.values()):
            continue  # it lies around what was shown
        elif inside[key] & was.keys():
            yield f"{place['slug']} lies in what was shown"
        elif key not in typed:
            yield f"{place['slug']} was not entered"
    exact = [{p["precision"] for p in places(body).values()} for body in (old, new)]
    if "exact" in exact[1] - exact[0] and "exact" not in fresh:
        yield "the point is exact"
    if new.get("venue", {}).get("en") and not old["venue"]["en"] and "venue" not in fresh:
        yield "the venue"


def run(seed, transactions, folder, by=None, second=None):
    """How many transactions were refused, and [(what is finer, what was done)]."""
    world = Movements(seed, folder)
    refused, found, last = 0, [], {}
    for _ in range(transactions):
        rows = entered()
        last = {key: value for key, value in last.items() if key in rows}
        last |= {key: (body, rows[key]) for key, body in cards().items()}
        since = len(world.done)
        try:
            with acting(by, second):
                world.transact()
        except (Refused, CommandError):
            refused += 1
        now, inside = entered(), tree()
        for key, body in cards().items():
            if key in last and body != last[key][0]:
                old, before = last[key]
                for what in violations(old, body, before, now[key], inside):
                    found.append((what, f"seed {seed}:\n" + "\n".join(world.done[since:])))
    return refused, found


@pytest.mark.parametrize(
    ("seed", "group"), few([(1, "reviewer"), (2, "administrator")], (1, "reviewer"))
)
def test_no_transaction_of_one_person_shows_a_place_more_finely(seed, group, tmp_path):
    refused, found = run(seed, 40, tmp_path, Staff("rita", group).user)
    assert found == []
    assert refused
    call_command("cards", check=True, stdout=StringIO())


@pytest.mark.slow
def test_without_the_rule_such_transactions_do_show_more(tmp_path):
    """Else the test above could not fail."""
    refused, found = run(1, 150, tmp_path)
    assert found
    assert not refused


@pytest.mark.slow
def test_whoever_may_restrict_shows_more_with_a_second_person(tmp_path):
    both = [Staff("boss", "administrator").user, Staff("rita", "reviewer").user]
    _, found = run(2, 30, tmp_path, *both)
    assert found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 212))
def test_nor_does_any_of_many_more(seed, tmp_path):
    _, found = run(seed, 100, tmp_path, Staff("rita", "reviewer").user)
    assert found == []
