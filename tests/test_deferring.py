"""What concerns thousands of cards is out of sight at once, and written share by share."""

import factories as make
import pytest
from django.db import transaction
from doors import said
from staff import Staff, address
from test_emergency import NAME, doors, proven, world

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards import deferring
from registry.cards.models import Card, Counter, Deferred, DeferredReference, Tombstone
from registry.records import finishing
from registry.records import writing as writing_module
from registry.records.finishing import finish, write_share
from registry.records.models import State
from registry.records.withdrawal import Reason, withdraw
from registry.records.writing import writing

pytestmark = pytest.mark.django_db

ACTS = {
    "withdrawn": {},
    "hidden": {"state": State.REVIEW},
    "renamed": {"name_en": "Renamed", "slug": "renamed"},
    "coarser": {"precision": "region"},
}


@pytest.fixture
def halted(monkeypatch):
    """Everything is too much for one transaction, and nobody goes on with it."""
    monkeypatch.setattr(deferring, "MOST", 0)
    monkeypatch.setattr(writing_module, "finish", lambda seconds: None)


def acts(ngo, act):
    if act == "withdrawn":
        withdraw(ngo, Reason.SAFETY)
        return
    for name, value in ACTS[act].items():
        setattr(ngo, name, value)
    ngo.save()


class Undone(Exception):
    pass


def written_at_once(act):
    """What the cards are if one transaction writes them all."""
    found = {}
    try:
        with transaction.atomic():
            acts(Organisation.objects.get(slug="zorka"), act)
            found.update(stored())
            raise Undone
    except Undone:
        return found


def stored():
    cards = {f"{card.type} {card.public_id}": (card.slug, card.body) for card in Card.stored.all()}
    tombs = {f"{tomb.type} {tomb.public_id}": tomb.gone for tomb in Tombstone.objects.all()}
    return {"cards": cards, "tombs": tombs}


def naming(client, asked):
    return [each for each in asked if NAME.lower() in said(client.get(each))]


@pytest.mark.parametrize("act", ACTS)
def test_share_by_share_the_cards_become_what_one_transaction_makes_of_them(act, monkeypatch):
    ngo = world(3)
    straight = written_at_once(act)
    monkeypatch.setattr(deferring, "MOST", 0)
    monkeypatch.setattr(writing_module, "finish", lambda seconds: None)
    acts(ngo, act)
    assert Deferred.objects.count() >= 6
    while write_share(4):
        assert proven() == []
    assert stored() == straight
    assert not Deferred.objects.exists()
    assert not DeferredReference.objects.exists()


@pytest.mark.parametrize("act", ["withdrawn", "hidden", "renamed"])
def test_the_name_is_gone_from_every_door_before_the_first_share_is_written(act, client, halted):
    ngo = world(2)
    if act != "withdrawn":
        Programme.objects.filter(slug__startswith="naming-").delete()  # their own texts say it
    asked = doors(ngo)
    assert naming(client, asked)
    before = Counter.current().number
    acts(ngo, act)
    assert Deferred.objects.exists()
    assert Counter.current().number > before  # what others keep by the number is asked for anew
    assert naming(client, asked) == []
    shared = client.get("/en/programmes/shared-0/")
    assert (shared.status_code, shared["Retry-After"]) == (503, "5")
    while write_share(3):
        assert naming(client, ["/en/programmes/", "/en/organisations/", "/en/"]) == []
    assert client.get("/en/programmes/shared-0/").status_code == 200


def test_who_writes_one_of_them_before_its_turn_has_written_it_all(client, halted):
    ngo = world(2)
    withdraw(ngo, Reason.SAFETY)
    shared = Programme.objects.get(slug="shared-0")
    shared.summary_en = "Entered meanwhile"
    Programme.objects.filter(pk=shared.pk).update(summary_en="Entered meanwhile")
    page = client.get("/en/programmes/shared-0/").content.decode()
    assert "Entered meanwhile" in page
    assert NAME not in page
    other = Organisation.objects.get(slug="other")
    other.name_en = "Called otherwise"
    other.save()
    assert proven() == []
    finish()
    assert proven() == []
    assert "Called otherwise" in client.get("/en/programmes/shared-1/").content.decode()


def test_what_was_withheld_comes_back_under_a_new_number(client, halted):
    ngo = world(1)
    acts(ngo, "coarser")
    during = Counter.current().number
    withheld = set(Deferred.objects.values_list("public_id", flat=True))
    assert withheld
    finish()
    told = set(Card.objects.filter(number__gt=during).values_list("public_id", flat=True))
    assert withheld <= told | set(Tombstone.objects.values_list("public_id", flat=True))


def test_a_second_act_upon_what_is_withheld_loses_neither(halted):
    ngo = world(2)
    acts(ngo, "renamed")
    write_share(2)
    acts(Organisation.objects.get(slug="renamed"), "coarser")
    write_share(2)
    withdraw(Organisation.objects.get(slug="renamed"), Reason.SAFETY)
    assert not Card.objects.filter(body__contains="Renamed").exists()
    finish()
    assert proven() == []
    assert not Card.objects.filter(body__contains="Renamed").exists()


def test_what_a_killed_process_left_the_next_one_who_writes_goes_on_with(monkeypatch):
    ngo = world(1)
    with monkeypatch.context() as patches:
        patches.setattr(deferring, "MOST", 0)
        patches.setattr(writing_module, "finish", lambda seconds: None)
        withdraw(ngo, Reason.SAFETY)
    assert Deferred.objects.exists()
    make.organisation("somebody-else")
    assert not Deferred.objects.exists()
    assert proven() == []


def test_what_cannot_become_public_as_it_stands_goes_to_review(monkeypatch, halted):
    """A venue that comes into sight is read only then; its record does not stop the others."""
    place = make.belarus()["mstsislaw"]
    gone = make.organisation("zorka", name_en="Zorka Circle")
    hall = make.organisation("hall", name_en="Hall", precision="region")
    for n in range(3):
        make.event(f"meeting-{n}", organisation=hall, locations=[place], venue_en=f"Room {n}")
    make.event("told", organisation=hall, locations=[place], venue_en="At the Zorka Circle")
    withdraw(gone, Reason.SAFETY)
    acts(hall, "coarser")
    hall.precision = "exact"
    hall.save()
    finish()
    assert proven() == []


def test_a_person_gets_an_answer_and_sees_how_it_goes_on(monkeypatch):
    boss, ngo = Staff("boss", "safety officer"), world(3)
    monkeypatch.setattr(deferring, "MOST", 0)
    monkeypatch.setattr(finishing, "SHARE", 2)
    monkeypatch.setattr(writing_module, "PATIENCE", 0)
    done = boss.client.post(address(ngo, "withdraw"), {"reason": "safety"}, follow=True)
    left = Deferred.objects.count()
    assert left
    page = done.content.decode()
    assert "unfinished" in page
    monkeypatch.setattr(finishing, "SHARE", 1000)
    told = boss.client.post("/admin/unfinished/", follow=True)
    assert not Deferred.objects.exists()
    assert "unfinished" not in told.content.decode()


def test_what_is_entered_by_the_thousand_is_written_at_once(halted):
    with writing():
        for n in range(5):
            make.programme(f"many-{n}")
    assert not Deferred.objects.exists()
    assert Card.objects.of("programme").count() == 5
