"""After an upgrade the cards are written anew, share by share, by code that makes them so."""

import csv
from io import StringIO
from itertools import pairwise

import orjson
import pytest
from django.core.management import call_command

from registry.cards.declarations import dump
from registry.cards.models import Card, Renewal
from registry.workflow import renewal
from tests.support.factories import event, organisation, programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def made_by_other_code():
    """A programme and three events whose cards lack what this code would say; the programme."""
    contest = programme("contest", name_en="Contest")
    for slug in ("first", "second", "third"):
        event(slug, programme=contest)
    outdated()
    Renewal.objects.update_or_create(pk=1, defaults={"form": "other", "type": "", "after": 0})
    return contest


def outdated():
    Card.stored.filter(type__in=("programme", "event")).update(body='{"as": "it was"}')


def stale():
    return set(Card.stored.filter(body__contains="it was").values_list("slug", flat=True))


def command(act):
    said = StringIO()
    call_command("cards", act, stdout=said)
    return said.getvalue()


def test_an_upgrade_notes_it_and_what_is_due_does_it(made_by_other_code):
    assert "in the background" in command("--renew")
    assert stale() == {"contest", "first", "second", "third"}
    assert "rendered after an upgrade" in renewal.go_on()
    assert stale() == set()
    command("--check")
    assert renewal.go_on() is None
    outdated()
    assert "stay" in command("--renew")
    assert renewal.go_on() is None
    assert stale() == {"contest", "first", "second", "third"}


@pytest.mark.parametrize("query", ["", "&lang=be"])
def test_until_then_a_card_that_lacks_a_new_key_is_in_every_table(
    made_by_other_code, client, query
):
    """As those of an organisation lacked `reach_audiences` when that was new."""
    organisation("one")
    body = orjson.loads(Card.stored.get(slug="one").body)
    del body["reach_audiences"], body["other_names"]
    Card.stored.filter(slug="one").update(body=dump(body))
    b"".join(client.get(f"/api/v1/organisations/?format=xlsx{query}"))
    table = b"".join(client.get(f"/api/v1/organisations/?format=csv{query}")).decode("utf-8-sig")
    names, cells = csv.reader(StringIO(table))
    assert len(names) == len(cells)
    assert cells[names.index("slug")] == "one"


def test_who_was_killed_is_followed_where_it_stood(made_by_other_code, monkeypatch):
    monkeypatch.setattr(renewal, "SHARE", 2)
    renewal.begin()
    seen = [stale()]
    while Renewal.objects.exclude(type="").exists():
        assert renewal.renew(seconds=0) <= 2
        renewal.begin()  # asked for once more, it goes on where it is
        seen.append(stale())
    assert all(after <= before for before, after in pairwise(seen))
    assert {len(left) for left in seen} == {4, 3, 1, 0}
    assert stale() == set()
    command("--check")


def test_older_code_writes_nothing_of_what_newer_code_has_begun(made_by_other_code):
    renewal.begin()
    Renewal.objects.update(form="newer")
    assert renewal.renew(None) == 0
    assert stale() == {"contest", "first", "second", "third"}


def test_a_new_registry_has_nothing_to_write(db):
    assert "stay" in command("--renew")
    programme("contest")
    assert renewal.go_on() is None
