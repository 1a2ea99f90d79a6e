"""After any transaction whatever, the cards are what the records say, and a reader misses nothing.

Seeded, so that a failure can be repeated: the message names the seed and what was done.
"""

import random
from contextlib import suppress
from datetime import time, timedelta

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone

from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme, Role
from registry.cards import changeset as writing_module
from registry.cards import deferral
from registry.cards.backlog import finish, write_share
from registry.cards.changeset import writing
from registry.cards.models import Card, Counter, Redirect, Tombstone
from registry.cards.proof import differences
from registry.locations.models import Location
from registry.records.models import Source, State, Term, WaitingWords
from registry.values.precision import Precision
from registry.values.texts import LANGUAGES
from registry.workflow.embargoes import lift
from registry.workflow.withdrawal import Reason, withdraw
from tests.support import factories as make
from tests.support.shares import few

RECORDS = (Organisation, Programme, Edition, Initiative, Event)
ACTIVITIES = RECORDS[1:]
ENTRIES = (*RECORDS, Location, Term, Source)
WORDS = ("Honey", "Linden", "Sakavik", "Мёд", "Ліпа", "Сакавік", "")
DATES = ("", "2016", "2016-02/2016-10", "../2015", "2013/..", "XXXX-03-21", "2013-23")


class World:
    """Some records, and every kind of act that can be done to them, each chosen by chance."""

    def __init__(self, seed, folder):
        self.chance, self.folder = random.Random(seed), folder
        self.done = []
        self.fresh = 0
        with writing():
            self.populate()

    def populate(self):
        places = make.belarus()
        for name in ("hodosy", "bashni"):
            make.location(name, "agrotown", parent=places["mstsislaw-district"], lat=54.1, lon=31.5)
        make.location("minsk", "city", parent=places["belarus"], iso_3166_2="BY-HM")
        for n in range(3):
            make.source(f"source-{n}")
            make.term(f"term-{n}", parent=Term.objects.order_by("?").first() if n else None)
        for n in range(5):
            make.organisation(f"ngo-{n}", seat=self.one(Location), locations=[self.one(Location)])
        for n in range(4):
            make.programme(f"programme-{n}", **self.parts())
            make.edition(f"edition-{n}", programme=self.one(Programme), **self.parts())
            make.initiative(f"initiative-{n}", edition=self.one(Edition), **self.parts())
            whole = self.chance.choice((Programme, Edition, Organisation))
            make.event(
                f"event-{n}",
                **{whole._meta.model_name: self.one(whole)},
                **self.parts(),
                lat=54.02,
                lon=31.72,
                venue_en="Hall",
            )

    def parts(self):
        return {
            "roles": [(self.chance.choice(Role.Kind.values), self.one(Organisation))],
            "locations": [self.one(Location)],
            "themes": [self.one(Term)],
            "sources": [self.one(Source)],
            "figures": [{"source": self.one(Source)}],
            "dates": self.chance.choice(DATES),
            "state": self.state(),
        }

    def one(self, model):
        """A row of the model by chance, or None; by its order, as keys differ between runs."""
        rows = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        return model._base_manager.get(pk=self.chance.choice(rows)) if rows else None

    def some(self, model):
        keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        return model.objects.filter(pk__in=self.chance.sample(keys, min(len(keys), 3)))

    def state(self):
        return self.chance.choice([State.PUBLIC] * 6 + State.values)

    def word(self):
        return self.chance.choice(WORDS)

    def new_slug(self):
        self.fresh += 1
        old = Redirect.objects.order_by("slug").values_list("slug", flat=True)
        # Sometimes an address that another record had before.
        return self.chance.choice([f"slug-{self.fresh}", *[f"slug-{self.fresh}", *old][:2]])

    def write(self, row, **values):
        """Set the columns of one row in one of the ways in which it can be done."""
        ways = ["save", "save some", "update", "bulk_update", "raw"]
        way = self.chance.choice(ways)
        self.done.append(f"    {way} {row._meta.label} {row.pk} {values}")
        if way == "update":
            type(row).objects.filter(pk=row.pk).update(**values)
            return
        for name, value in values.items():
            setattr(row, name, value)
        if way == "save":
            row.save()
        elif way == "save some":
            row.save(update_fields=list(values))
        elif way == "bulk_update":
            type(row).objects.bulk_update([row], list(values))
        else:
            for copy in serializers.deserialize("json", serializers.serialize("json", [row])):
                copy.save()

    # What can be done to an entry.

    def edit(self):
        row = self.one(self.chance.choice(ENTRIES))
        names = ["name_en", "name_be", "note_en"]
        if isinstance(row, RECORDS):
            names += ["summary_en", "description_ru", "website"]
        if isinstance(row, Edition):
            names.remove("note_en")
            self.write(row, number=self.fresh)
        self.write(row, **{self.chance.choice(names): self.word()})

    def rename(self):
        self.fresh += 1
        name = f"name_{self.chance.choice(LANGUAGES)}"
        names = (f"Name {self.fresh}", self.word())
        self.write(self.one(self.chance.choice(ENTRIES)), **{name: self.chance.choice(names)})

    def rename_some(self):
        """At once, and perhaps together with another change of what shows them."""
        for row in self.some(self.chance.choice((Organisation, Location, Term, Programme))):
            self.fresh += 1
            self.write(row, name_en=f"Name {self.fresh}")
        if self.chance.random() < 0.5:
            getattr(self, self.chance.choice(("move_part", "hide", "show_finer", "edit")))()

    def hide(self):
        row = self.one(self.chance.choice(ENTRIES))
        self.write(row, state=State.REVIEW if row.state == State.PUBLIC else State.PUBLIC)

    def show_finer(self):
        self.write(self.one(self.chance.choice(RECORDS)), precision=Precision.EXACT)

    def readdress(self):
        row = self.one(self.chance.choice(ENTRIES))
        self.done.append(f"    readdress {row._meta.label} {row.pk}")
        row.slug, row.slug_redacted = self.new_slug(), self.chance.random() < 0.2
        row.save()

    def swap_addresses(self):
        model = self.chance.choice(ENTRIES)
        one, other = self.one(model), self.one(model)
        if one != other:
            first, second = one.slug, other.slug
            self.write(one, slug=f"between-{self.fresh}")
            self.write(other, slug=first)
            one.refresh_from_db()
            self.write(one, slug=second)

    def change_state(self):
        self.write(self.one(self.chance.choice(ENTRIES)), state=self.state())

    def change_states(self):
        rows = self.some(self.chance.choice(ENTRIES))
        rows.update(state=self.state())

    def withdraw(self):
        row = self.one(self.chance.choice(RECORDS))
        if not row.is_gone:
            withdraw(row, Reason.SAFETY)

    def embargo(self):
        until = timezone.now() + timedelta(days=self.chance.choice((-1, 1)))
        row = self.one(self.chance.choice(RECORDS))
        self.write(row, embargo_until=self.chance.choice((None, until)))

    def lift_embargoes(self):
        lift()

    def change_precision(self):
        row = self.one(self.chance.choice(RECORDS))
        self.write(row, precision=self.chance.choice(Precision.values))

    def move_exact_point(self):
        self.write(self.one(Event), lat=self.chance.uniform(53, 55), lon=31.7)

    def change_time(self):
        zone = self.chance.choice(("Europe/Minsk", "Europe/Warsaw", "Asia/Vladivostok"))
        start = self.chance.choice((None, time(1), time(18)))
        self.write(self.one(Event), time_zone=zone, start_time=start, dates="2016-05-01")

    def change_dates(self):
        self.write(self.one(self.chance.choice(ACTIVITIES)), dates=self.chance.choice(DATES))

    def delete(self):
        row = self.one(self.chance.choice(ENTRIES))
        if self.chance.random() < 0.5:
            row.delete()
        else:
            type(row).objects.filter(pk=row.pk).delete()

    def create(self):
        with writing():
            model = self.chance.choice(ACTIVITIES)
            values = {"programme": self.one(Programme)} if model is Edition else {}
            getattr(make, model._meta.model_name)(self.new_slug(), **values, **self.parts())

    # How entries stand to each other.

    def move_place(self):
        row = self.one(Location)
        finer = {"region": ["country"], "district": ["region"]}
        above = finer.get(row.kind, ["region", "district"])
        if row.kind != "country":
            self.write(row, parent=self.chance.choice(Location.objects.filter(kind__in=above)))

    def move_place_point(self):
        self.write(self.one(Location), lat=self.chance.uniform(53, 55), lon=31.7)

    def move_term(self):
        row, above = self.one(Term), self.one(Term)
        self.write(row, parent=above if above.pk < row.pk else None)

    def move_seat(self):
        row = self.one(Organisation)
        self.write(row, seat=self.one(Location), parent=self.one(Organisation))

    def move_programme(self):
        self.write(self.one(Programme), parent=self.one(Programme))

    def move_edition(self):
        self.write(self.one(Edition), programme=self.one(Programme))

    def move_part_of_edition(self):
        row = self.one(self.chance.choice((Initiative, Event)))
        if row is None:
            return
        whole = self.chance.choice(row.belongs_to)
        values = dict.fromkeys(row.belongs_to)
        values[whole] = self.one(row._meta.get_field(whole).related_model)
        self.write(row, **values)

    def set_children(self):
        self.one(Edition).events.set(self.some(Event))

    def clear_children(self):
        self.one(Programme).children.clear()

    # Parts.

    def relation(self):
        """The model of some part of activities, and two owners."""
        model = self.chance.choice(ACTIVITIES)
        names = ("roles", "placements", "themes", "figures", "citations")
        return getattr(model, self.chance.choice(names)).rel.related_model, model

    def move_part(self):
        part, owner = self.relation()
        if (row := self.one(part)) is not None:
            self.write(row, record=self.one(owner))

    def adopt_parts(self):
        part, owner = self.relation()
        relation = part._meta.get_field("record").remote_field.related_name
        getattr(self.one(owner), relation).add(*self.some(part))

    def exchange_what_a_part_names(self):
        part, _ = self.relation()
        if (row := self.one(part)) is not None:
            for name in ("organisation", "location", "term", "source"):
                if hasattr(row, f"{name}_id"):
                    self.write(row, **{name: self.one(part._meta.get_field(name).related_model)})
                    break

    def delete_part(self):
        part, _ = self.relation()
        if (row := self.one(part)) is not None:
            row.delete()

    def delete_parts(self):
        self.some(self.relation()[0]).delete()

    def create_roles(self):
        owner = self.one(self.chance.choice(ACTIVITIES))
        rows = [
            owner.roles.model(record=owner, organisation=self.one(Organisation), role=kind)
            for kind in self.chance.sample(Role.Kind.values, 3)
        ]
        owner.roles.model.objects.bulk_create(rows, ignore_conflicts=self.chance.random() < 0.5)

    def live(self):
        row = self.one(Organisation)
        kind = self.chance.choice(("founded", "closed", "relocated"))
        make.life_event(row, kind, "2016", source=self.one(Source))
        row.other_names.create(name=self.word() or "Other")

    def load(self):
        """A fixture made of the rows as they are, one of them changed."""
        models = [self.chance.choice(ENTRIES), self.relation()[0]]
        rows = [row for model in models for row in self.some(model)]
        for row in rows[:1]:
            row.note_en, row.state = self.word(), State.PUBLIC
        file = self.folder / "rows.json"
        natural = self.chance.random() < 0.5
        file.write_text(
            serializers.serialize(
                "json", rows, use_natural_primary_keys=natural, use_natural_foreign_keys=natural
            )
        )
        call_command("loaddata", file, verbosity=0)

    def act(self):
        name = self.chance.choice(ACTS)
        self.done.append(f"  {name}")
        # An act that is refused (by the database, or a file that would show a place more finely)
        # is one that a person would have to take back.
        with suppress(ProtectedError, IntegrityError, CommandError), writing():
            getattr(self, name)()

    def transact(self):
        self.done.append("transaction")
        with suppress(ZeroDivisionError), writing():
            for _ in range(self.chance.randint(1, 4)):
                self.act()
            if self.chance.random() < 0.15:
                with suppress(ZeroDivisionError), writing():
                    self.act()
                    self.done.append("  taken back")
                    raise ZeroDivisionError
            if self.chance.random() < 0.1:
                self.done.append("  all taken back")
                raise ZeroDivisionError


NOT_ACTS = {"populate", "parts", "one", "some", "state", "word", "new_slug", "write", "relation"}
ACTS = [
    name
    for name, value in vars(World).items()
    if callable(value) and not name.startswith("_") and name not in NOT_ACTS | {"act", "transact"}
]


class Reader:
    """Someone who asks for what has changed since the newest number they saw."""

    def __init__(self):
        self.seen, self.mirror = 0, {}

    def poll(self):
        # First how far everything is committed: between two queries others may write on.
        newest = Counter.current().number
        span = {"number__gt": self.seen, "number__lte": newest}
        for row in Tombstone.objects.filter(**span):
            self.mirror.pop((row.type, row.public_id), None)
        for row in Card.objects.filter(**span):
            self.mirror[row.type, row.public_id] = (row.number, row.body)
        self.seen = newest


def cards():
    rows = Card.objects.values_list("type", "public_id", "number", "body")
    return {(card_type, public_id): (number, body) for card_type, public_id, number, body in rows}


def all_of(model):
    return model._base_manager.order_by("pk")


def run(seed, transactions, folder):
    world, reader = World(seed, folder), Reader()
    reader.poll()
    for _ in range(transactions):
        before, newest = cards(), Counter.current().number
        since = len(world.done)
        world.transact()
        story = f"seed {seed}:\n" + "\n".join(world.done[since:])
        assert [*differences(), *WaitingWords.differences()] == [], story
        for model in ENTRIES:
            fates = model.fates(model._base_manager.values_list("pk", flat=True))
            told = [(row.pk, row.public_id, row.is_public, row.is_gone) for row in all_of(model)]
            assert [fate[:4] for fate in fates] == told, story
        after = cards()
        for key, (number, body) in after.items():
            if key in before and before[key][1] == body:
                assert number == before[key][0], f"{key} did not change\n{story}"
            else:
                assert newest < number <= Counter.current().number, f"{key}\n{story}"
        reader.poll()
        assert reader.mirror == after, story


@pytest.mark.django_db
@pytest.mark.parametrize("seed", few(range(4), 0))
def test_transactions_leave_every_card_right(seed, tmp_path):
    run(seed, 20, tmp_path)


def run_deferred(seed, transactions, folder, monkeypatch):
    """The same where everything is withheld first, and written some shares at a time."""
    chance = random.Random(seed)

    def some_shares(seconds):
        for _ in range(chance.randint(0, 3)):
            write_share(chance.randint(1, 6))

    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(writing_module, "go_on", some_shares)
    world, reader = World(seed, folder), Reader()
    for n in range(transactions):
        since = len(world.done)
        world.transact()
        story = f"seed {seed}:\n" + "\n".join(world.done[since:])
        assert [*differences(), *WaitingWords.differences()] == [], story
        reader.poll()
        if n % 8 == 7:
            assert not finish()
            assert [*differences(), *WaitingWords.differences()] == [], story
            reader.poll()
            assert reader.mirror == cards(), story


@pytest.mark.slow
@pytest.mark.django_db
def test_what_is_written_share_by_share_leaves_every_card_right(tmp_path, monkeypatch):
    run_deferred(7, 48, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(200, 212))
def test_a_hundred_more_share_by_share_leave_every_card_right(seed, tmp_path, monkeypatch):
    run_deferred(seed, 104, tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(100, 118))
def test_a_hundred_more_leave_every_card_right(seed, tmp_path):
    run(seed, 100, tmp_path)
