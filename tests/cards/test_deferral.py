"""What concerns thousands of cards is out of sight at once, and written share by share."""

from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards import backlog, deferral
from registry.cards import changeset as writing_module
from registry.cards.backlog import finish, write_share
from registry.cards.changeset import writing
from registry.cards.models import (
    Card,
    CardTerm,
    Counter,
    Deferred,
    DeferredReference,
    Tombstone,
)
from registry.cards.refused import Refused
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.cards.test_emergency import NAME, doors, proven, world
from tests.support import factories as make
from tests.support.doors import said
from tests.support.shares import few
from tests.support.staff import Staff, address

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
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(writing_module, "go_on", lambda seconds: None)


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
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(writing_module, "go_on", lambda seconds: None)
    acts(ngo, act)
    assert Deferred.objects.count() >= 6
    while write_share(4):
        assert proven() == []
    assert stored() == straight
    assert not Deferred.objects.exists()
    assert not DeferredReference.objects.exists()


@pytest.mark.parametrize(
    ("values", "is_deferred"),
    [
        ({"name_en": "Renamed"}, False),
        ({"embargo_until": timezone.now() + timedelta(days=1)}, True),
        ({"name_en": "Renamed", "slug": "renamed"}, True),
    ],
)
def test_only_where_names_alone_are_others_five_cards_count_for_one(
    values, is_deferred, monkeypatch
):
    ngo = make.organisation("zorka")
    for n in range(5):
        make.organisation(f"branch-{n}", parent=ngo)
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 3)
    monkeypatch.setattr(writing_module, "go_on", lambda seconds: None)
    for name, value in values.items():
        setattr(ngo, name, value)
    ngo.save()
    assert Deferred.objects.exists() == is_deferred


@pytest.mark.once
@pytest.mark.parametrize("act", few(["withdrawn", "hidden", "renamed"], "withdrawn"))
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
        patches.setattr(deferral, "MAX_AT_ONCE", 0)
        patches.setattr(writing_module, "go_on", lambda seconds: None)
        withdraw(ngo, Reason.SAFETY)
    assert Deferred.objects.exists()
    make.organisation("somebody-else")
    assert not Deferred.objects.exists()
    assert proven() == []


def test_what_cannot_become_public_as_it_stands_goes_to_review(halted):
    """A venue that comes into sight is read only then; its record does not stop the others."""
    place = make.belarus()["mstsislaw"]
    gone = make.organisation("gone", name_en="Zorka Circle")
    hall = make.organisation("hall", name_en="Hall", precision="region")
    exact = {"organisation": hall, "locations": [place], "precision": "exact"}
    for n in range(3):
        make.event(f"meeting-{n}", venue_en=f"Room {n}", **exact)
    told = make.event("told", venue_en="At the Zorka Circle", **exact)
    withdraw(gone, Reason.SAFETY)
    finish()
    hall.precision = "exact"
    hall.save()
    finish()
    told.refresh_from_db()
    assert told.state == State.REVIEW
    assert "Room 2" in Card.objects.get(slug="meeting-2").body
    assert not Deferred.objects.exists()
    assert proven() == []


def test_cards_that_wait_are_looked_at_before_they_are_rebuilt(halted):
    place = make.belarus()["mstsislaw"]
    gone = make.organisation("gone", name_en="Zorka Circle")
    hall = make.organisation("hall", name_en="Hall", precision="region")
    exact = {"organisation": hall, "locations": [place], "precision": "exact"}
    told = make.event("told", venue_en="At the Zorka Circle", **exact)
    withdraw(gone, Reason.SAFETY)
    finish()
    hall.precision = "exact"
    hall.save()
    call_command("cards", rebuild=True, stdout=StringIO())
    told.refresh_from_db()
    assert told.state == State.REVIEW
    assert not Card.objects.filter(body__contains="Zorka").exists()


def test_what_could_not_be_written_goes_with_a_great_act(halted, client):
    ngo = make.organisation("zorka")
    own = make.programme("own", roles=[("organiser", ngo)])
    card = Card.stored.get(slug="own")
    waits = {"how": deferral.How.ANEW, "rank": 0}
    Deferred.objects.create(type="programme", public_id=own.public_id, card=card, **waits)
    deferral.set_aside("programme", own.public_id)
    withdraw(ngo, Reason.SAFETY)
    finish()
    assert proven() == []
    assert client.get("/en/programmes/own/").status_code == 410
    assert not Deferred.objects.exists()


def test_a_second_withdrawal_wakes_nothing_that_the_first_took_away(halted):
    first = make.organisation("zorka", name_en="Zorka Circle", summary_en="Friends of Vesna Club")
    own = make.programme("own", roles=[("organiser", first)], summary_en="With the Vesna Club")
    second = make.organisation("vesna", name_en="Vesna Club")
    withdraw(first, Reason.SAFETY)
    withdraw(second, Reason.SAFETY)
    finish()
    for entry in (first, own, second):
        entry.refresh_from_db()
        assert entry.state == State.WITHDRAWN


def test_nobody_is_held_to_a_card_that_is_not_what_it_would_say(halted):
    """Else an editor could undo a coarsening before its card is written."""
    place = make.belarus()["mstsislaw"]
    ngo = make.organisation("zorka")
    programme = make.programme("told", roles=[("organiser", ngo)], locations=[place])
    assert "mstsislaw" in Card.objects.get(slug="told").body
    acts(ngo, "coarser")
    editor = Staff("ed", "editor").user
    with pytest.raises(Refused), writing(by=editor):
        programme.roles.all().delete()
    finish()
    assert Card.objects.get(slug="told").body.count("mstsislaw-district") == 0
    assert proven() == []


def test_counts_and_choices_know_of_nothing_that_is_withheld(client, halted):
    theme = make.term("zorka-theme", scheme="theme")
    make.programme("told", themes=[theme])
    make.programme("kept")
    theme.state = State.WITHDRAWN
    theme.save()
    withdraw(Programme.objects.get(slug="told"), Reason.SAFETY)
    assert Deferred.objects.filter(type="programme").exists()
    assert client.get("/api/v1/programmes/").status_code == 503
    assert client.get("/api/v1/programmes/facets/").status_code == 503
    page = client.get("/en/programmes/?theme=nonsense").content.decode()
    assert "zorka" not in page
    assert not CardTerm.objects.filter(type="programme", value="zorka-theme").exists()
    finish()
    assert client.get("/api/v1/programmes/").json()["count"] == 1


def test_what_a_savepoint_takes_back_is_still_to_be_written(halted):
    programmes = [make.programme(f"told-{n}") for n in range(3)]
    boss = Staff("boss", "safety officer").user
    with writing():
        Programme.objects.all().update(state=State.REVIEW)
        with suppress(Undone), writing(by=boss):
            programmes[0].refresh_from_db()
            raise Undone
    finish()
    assert not Card.objects.of("programme").exists()
    assert proven() == []


def test_what_was_hidden_and_is_public_again_before_its_turn_is_shown_with_all(halted):
    ngo, other = make.organisation("zorka"), make.organisation("other")
    told = make.programme("told", roles=[("organiser", other), ("partner", ngo)])
    acts(ngo, "hidden")
    told.summary_en = "Saved meanwhile"
    told.save()
    ngo.state = State.PUBLIC
    ngo.save()
    finish()
    assert "zorka" in Card.objects.get(slug="told").body
    assert proven() == []


def test_one_that_cannot_be_written_keeps_nobody_else_waiting(monkeypatch):
    ngo = world(1)
    with monkeypatch.context() as patches:
        patches.setattr(deferral, "MAX_AT_ONCE", 0)
        patches.setattr(writing_module, "go_on", lambda seconds: None)
        acts(ngo, "renamed")
    Card.stored.filter(slug="shared-0").update(body="{broken")
    make.organisation("innocent")
    left = Deferred.objects.filter(card__parent=None)  # its figures stay with it
    assert [each.card.slug for each in left] == ["shared-0"]
    assert any("cannot be written" in line for line in proven())
    assert Card.objects.filter(slug="innocent").exists()
    call_command("cards", rebuild=True, stdout=StringIO())
    assert proven() == []
    assert not Deferred.objects.exists()


def test_a_former_address_leads_to_what_is_withheld(client, halted):
    programme = make.programme("older")
    programme.slug = "newer"
    programme.save()
    finish()
    assert client.get("/en/programmes/older/").status_code == 301
    programme.state = State.REVIEW
    programme.save()
    assert client.get("/en/programmes/older/").status_code == 503


def test_a_person_gets_an_answer_and_sees_how_it_goes_on(monkeypatch):
    boss, ngo = Staff("boss", "safety officer"), world(3)
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(backlog, "SHARE", 2)
    monkeypatch.setattr(writing_module, "PATIENCE", 0)
    done = boss.client.post(address(ngo, "withdraw"), {"reason": "safety"}, follow=True)
    left = Deferred.objects.count()
    assert left
    page = done.content.decode()
    assert "unfinished" in page
    monkeypatch.setattr(backlog, "SHARE", 1000)
    told = boss.client.post("/admin/unfinished/", follow=True)
    assert not Deferred.objects.exists()
    assert "unfinished" not in told.content.decode()


def test_a_share_that_takes_long_is_followed_by_a_smaller_one():
    assert backlog.paced(250, 0.1) == backlog.SHARE
    assert backlog.paced(250, 2 * backlog.LONG) == 125
    assert backlog.paced(125, backlog.LONG / 2) == 250
    assert backlog.paced(125, 100) == backlog.LEAST
    assert backlog.paced(250, 0) == backlog.SHARE


def test_who_goes_on_begins_with_a_small_share(monkeypatch):
    asked = []
    monkeypatch.setattr(backlog, "write_share", lambda number: asked.append(number))
    for seconds in (None, 0):
        finish(seconds)
    assert asked == [backlog.LEAST, backlog.LEAST]
    assert backlog.LEAST < backlog.SHARE


def test_what_is_entered_by_the_thousand_is_written_at_once(halted):
    with writing():
        for n in range(5):
            make.programme(f"many-{n}")
    assert not Deferred.objects.exists()
    assert Card.objects.of("programme").count() == 5
