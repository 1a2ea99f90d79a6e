"""The emergency act takes everything out of sight at once, however much falls with it."""

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter as Tally
from contextlib import suppress
from io import StringIO
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from organisations.models import Organisation
from programmes.models import Edition, Event, Programme
from registry.cards.backlog import finish
from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.cards.models import (
    Card,
    CardHead,
    Counter,
    Deferred,
    OwnWords,
    Redirect,
    SearchText,
)
from registry.cards.proof import differences
from registry.records.models import State, WaitingWords
from registry.workflow.withdrawal import Entries, Reason, effects_of, withdraw
from tests.support import factories as make
from tests.support.doors import addresses, said
from tests.support.shares import few
from tests.support.staff import Staff, address

pytestmark = pytest.mark.django_db
NAME = "Zorka"


def world(number):
    """An organisation that runs so many programmes alone, and is named by as many others."""
    with writing():
        place = make.belarus()["mstsislaw"]
        ngo = make.organisation("zorka", name_en=f"{NAME} Circle", seat=place)
        other = make.organisation("other", name_en="Another")
        report = make.source("report", name_en="A report")
        for n in range(number):
            parts = {"locations": [place], "sources": [report], "figures": [{"source": report}]}
            own = make.programme(f"own-{n}", roles=[("organiser", ngo)], **parts)
            season = make.edition(f"season-{n}", programme=own, roles=[("host", ngo)])
            make.event(f"final-{n}", edition=season, roles=[("organiser", ngo)], **parts)
            shared = make.programme(f"shared-{n}", roles=[("organiser", other)], **parts)
            make.role(shared, ngo, "partner", source=make.source(f"alone-{n}"))
            make.role(shared, other, "funder", source=make.source(f"after-{n}"))
            make.programme(f"naming-{n}", summary_en=f"With the {NAME} Circle")
            make.organisation(f"branch-{n}", parent=ngo, name_en=f"Branch {n}")
            make.event(f"meeting-{n}", organisation=ngo)
    return ngo


def proven():
    return [*differences(), *WaitingWords.differences()]


def doors(ngo):
    """The addresses of all that there is; a search repeats what is typed, so not those."""
    names = {each: [] for each in declared}
    for card in Card.objects.all():
        names[card.type] += [card.slug, str(card.public_id)]
    some = {each: found[:4] for each, found in names.items()}
    some["programme"] += ["own-0", "shared-0", "naming-0"]
    some["organisation"] += [str(ngo.public_id)]
    return [each for each in dict.fromkeys(addresses(some)) if NAME.lower() not in each.lower()]


def statements(act, number):
    """How many the act takes where so many fall; all is undone."""
    with suppress(Undone), transaction.atomic():
        ngo = world(number)
        with CaptureQueriesContext(connection) as queries:
            act(ngo)
        assert proven() == []
        raise Undone
    return len(queries)


class Undone(Exception):
    pass


@pytest.mark.once
def test_the_act_takes_as_many_statements_for_thirty_as_for_three():
    fallen = []

    def act(ngo):
        report = withdraw(ngo, Reason.SAFETY)
        fallen.append((len(report.withdrawn), len(report.sent_back)))

    three, thirty = (statements(act, number) for number in (3, 30))
    assert fallen == [(1 + 4 * 3, 3), (1 + 4 * 30, 30)]
    assert three == thirty


@pytest.mark.once
def test_the_page_before_the_act_takes_as_many_statements_for_thirty_as_for_three():
    def page(ngo):
        report = effects_of(ngo)
        assert report.withdrawn.first(100)

    assert statements(page, 3) == statements(page, 30) < 30


@pytest.mark.once
@pytest.mark.parametrize(
    "values",
    [
        {"state": State.REVIEW},
        {"name_en": "Renamed", "slug": "renamed"},
        {"precision": "region"},
    ],
)
def test_hiding_renaming_and_coarsening_take_as_many_statements_for_thirty_as_for_three(values):
    def change(ngo):
        for name, value in values.items():
            setattr(ngo, name, value)
        ngo.save()

    assert statements(change, 3) == statements(change, 30)


@pytest.mark.slow
def test_right_after_the_act_no_door_says_the_name(client):
    ngo = world(2)
    ngo.other_names.create(name=f"{NAME} Club")
    prize = make.programme("zorka-circle-prize", name_en="Prize")
    prize.slug = "prize"
    prize.save()
    hidden = make.programme("hidden", state="review")
    make.event("waiting", programme=hidden, name_en=f"Day of the {NAME} Circle")
    asked = doors(ngo)
    assert any(NAME.lower() in said(client.get(each)) for each in asked)
    report = withdraw(ngo, Reason.SAFETY)
    assert "waiting" in {entry.slug for entry in report.sent_back}
    assert [each for each in asked if NAME.lower() in said(client.get(each))] == []
    assert not any(NAME.lower() in said(client.get(f"/en/{slug}")) for slug in ("", "search/"))
    assert not Redirect.objects.filter(slug__contains="zorka").exists()
    for texts in (SearchText, OwnWords):
        assert not texts.objects.filter(words__contains="zorka").exists()
    assert "zorka" not in str([*CardHead.stored.values_list()]).lower()
    shared = Card.objects.get(slug="shared-0").body
    assert '"S3"' not in shared  # of three sources one was cited by the lost role alone
    assert '"S2"' in shared
    assert proven() == []


def test_a_new_name_reads_no_part_of_what_an_organisation_only_shares():
    ngo, other = make.organisation("zorka"), make.organisation("other")
    shared = make.programme("shared", roles=[("organiser", other), ("partner", ngo)])
    make.event("final", programme=shared)
    with CaptureQueriesContext(connection) as queries:
        ngo.name_en, ngo.precision = "Renamed", "region"
        ngo.save()
    assert "Renamed" in Card.objects.get(slug="shared").body
    assert not [query for query in queries if '"programmes_event"."summary_en"' in query["sql"]]
    assert proven() == []


def test_the_check_of_the_cards_finds_what_waits_without_being_listed():
    make.event("waiting", programme=make.programme("hidden", state="review"))
    assert WaitingWords.objects.count() == 1
    WaitingWords.objects.all().delete()
    with pytest.raises(CommandError, match="1 differences"):
        call_command("cards", check=True, stdout=StringIO())
    call_command("cards", rebuild=True, stdout=StringIO())
    assert proven() == []


def test_what_falls_says_in_its_history_who_took_it_along_and_what_it_was():
    officer = Staff("olga", "safety officer").user
    ngo = world(2)
    own = Programme.objects.get(slug="own-1")
    Programme.history.all().delete()
    withdraw(ngo, Reason.SAFETY, by=officer)
    own.refresh_from_db()
    newest, first = own.history.order_by("-history_id")
    assert (own.withdrawn_with, own.withdrawal_reason) == (ngo.public_id, "safety")
    assert (newest.state, newest.history_user, newest.version) == ("withdrawn", officer, 1)
    assert newest.history_change_reason == "withdrawn: safety"
    assert (first.state, first.history_user_id, first.history_type) == ("public", None, "+")


@pytest.mark.parametrize("door", ["a command", "the form"])
def test_what_was_loaded_has_its_first_version_before_the_transaction_that_takes_it_away(door):
    ngo, boss = world(2), Staff("boss", "administrator")
    for model in (Programme, Edition, Event):
        model.history.all().delete()
    began = []
    with CaptureQueriesContext(connection) as queries:
        if door == "the form":
            boss.client.post(address(ngo, "withdraw"), {"reason": "safety"})
        else:
            withdraw(ngo, Reason.SAFETY)
    for query in queries:
        kept = "INSERT INTO" in query["sql"] and "historicalprogramme" in query["sql"]
        moved = query["sql"].startswith(('UPDATE "organisations_', 'UPDATE "programmes_'))
        began += [query["sql"]] if kept or moved else []
    first = next(n for n, sql in enumerate(began) if "historicalprogramme" in sql)
    moved = next(n for n, sql in enumerate(began) if sql.startswith("UPDATE"))
    assert first < moved
    own = Programme.objects.get(slug="own-1")
    assert [each.state for each in own.history.order_by("history_id")] == ["public", "withdrawn"]


def test_the_page_before_the_act_names_a_hundred_and_counts_the_others():
    boss, ngo = Staff("boss", "safety officer"), make.organisation("zorka", name_en=NAME)
    with writing():
        for n in range(103):
            make.programme(f"own-{n}", roles=[("organiser", ngo)])
    page = " ".join(boss.reads(ngo, "withdraw").split())
    _, _, told = page.partition("This would be withdrawn: 104")
    assert len(re.findall("<li>", told.partition("</ul>")[0])) == 100
    assert "4 more" in told
    done = boss.client.post(address(ngo, "withdraw"), {"reason": "safety"}, follow=True)
    assert "4 more" in done.content.decode()
    assert not Card.objects.of("programme").exists()


def test_entries_are_named_up_to_a_number_and_counted_whole():
    ngos = [make.organisation() for _ in range(3)]
    entries = Entries({Organisation: {ngo.pk for ngo in ngos}, Programme: {make.programme().pk}})
    assert len(entries) == 4
    assert entries.first(2) == ngos[:2]
    assert len(list(entries)) == len(entries.first(9)) == 4


# Killed at any moment: the child says that it is ready, and withdraws as soon as it is told to.
CHILD = """
import django; django.setup()
from organisations.models import Organisation
from registry.workflow.withdrawal import Reason, withdraw
ngo = Organisation.objects.get(slug="zorka")
print("ready", flush=True)
input()
withdraw(ngo, Reason.SAFETY)
print("done", flush=True)
"""


# The same where everything is withheld first, and written in shares of two.
IN_SHARES = """
from registry.cards import backlog, deferral
deferral.MAX_AT_ONCE, backlog.SHARE, backlog.PAUSE = 0, 2, 0
"""

# Before each share it waits for a line.
STEP_BY_STEP = """
import sys
write_share = backlog.write_share
def one(number):
    print("share", flush=True)
    sys.stdin.readline()
    return write_share(number)
backlog.write_share = one
"""


class Child:
    def __init__(self, code=CHILD):
        name = connection.settings_dict["NAME"]
        database = os.environ.get("DATABASE_URL", "")
        if connection.vendor == "sqlite":
            database = f"sqlite:///{name}"
        else:
            database = urlunsplit(urlsplit(database)._replace(path=f"/{name}"))
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": database},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline() == "ready\n"

    def acts(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def is_killed(self):
        self.process.kill()
        self.process.communicate()
        with transaction.atomic():
            Counter.lock()  # PostgreSQL notices it when it answers next


def as_it_was():
    with writing():
        for model in (Organisation, Programme, Edition, Event):
            model.objects.exclude(state=State.PUBLIC).update(
                state=State.PUBLIC, withdrawal_reason="", withdrawn_with=None
            )


def states():
    return {
        state
        for model, slug in (
            (Organisation, "zorka"),
            (Programme, "own-"),
            (Edition, "season-"),
            (Event, "final-"),
        )
        for state in model.objects.filter(slug__startswith=slug).values_list("state", flat=True)
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_at_any_moment_it_has_taken_all_or_nothing_away(kills, client):
    chance, outcomes = random.Random(kills), set()
    ngo = world(4)
    asked = doors(ngo)
    child = Child()
    began = time.monotonic()
    child.acts()
    assert child.process.stdout.readline() == "done\n"
    lasts = time.monotonic() - began
    child.is_killed()
    for _ in range(kills):
        as_it_was()
        child = Child()
        child.acts()
        time.sleep(lasts * chance.uniform(0, 1.2))
        child.is_killed()
        assert states() in ({State.PUBLIC}, {State.WITHDRAWN})
        assert proven() == []
        outcomes |= states()
        gone = states() == {State.WITHDRAWN}
        assert Card.objects.filter(body__contains=NAME).exists() is not gone
    if not gone:
        withdraw(ngo, Reason.SAFETY)
    assert [each for each in asked if NAME.lower() in said(client.get(each))] == []
    assert kills < 50 or outcomes == {State.PUBLIC, State.WITHDRAWN}


def hides_or_shows_all(client, asked):
    """What a killed act has come to, of which nothing is left afterwards: the addresses `asked`
    say the name all of them as before, or none does."""
    gone, late = states() == {State.WITHDRAWN}, Deferred.objects.count()
    assert gone or states() == {State.PUBLIC}
    assert proven() == []
    named = [each for each in asked if NAME.lower() in said(client.get(each))]
    assert bool(named) is not gone
    finish()
    assert proven() == []
    assert not Deferred.objects.exists()
    assert Card.objects.filter(body__contains=NAME).exists() is not gone
    as_it_was()
    finish()
    return ("withheld" if late else "written") if gone else "as it was"


def saying(client, ngo):
    return [each for each in doors(ngo) if NAME.lower() in said(client.get(each))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
@pytest.mark.parametrize("shares", few([0, 1, 4], 1))
def test_killed_between_two_shares_it_shows_nothing_of_the_name(shares, client):
    ngo = world(4)
    asked = saying(client, ngo)
    child = Child(CHILD.replace("\nngo =", f"{IN_SHARES}{STEP_BY_STEP}\nngo ="))
    child.acts()
    for _ in range(shares):
        assert child.process.stdout.readline() == "share\n"
        child.acts()
    assert child.process.stdout.readline() == "share\n"
    child.is_killed()
    assert hides_or_shows_all(client, asked) == "withheld"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_killed_at_any_moment_in_shares_it_shows_nothing_of_the_name(client):
    ngo, outcomes, kills = world(4), Tally(), 50
    asked = saying(client, ngo)
    code = CHILD.replace("\nngo =", f"{IN_SHARES}\nngo =")
    lasts = None
    for n in range(kills + 1):
        child = Child(code)
        began = time.monotonic()
        child.acts()
        if lasts is None:  # the first one tells how long it takes
            assert child.process.stdout.readline() == "done\n"
            lasts = time.monotonic() - began
        else:
            time.sleep(lasts * 1.1 * n / kills)
        child.is_killed()
        outcomes[hides_or_shows_all(client, asked)] += 1
    assert outcomes["withheld"] >= kills / 5
    assert outcomes["as it was"]
