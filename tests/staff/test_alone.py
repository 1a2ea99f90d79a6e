"""An office of two: an administrator publishes their own record, and the other sees it later."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from programmes.models import Programme
from registry.cards.models import Card
from registry.records.models import PublishedAlone
from registry.staff.start_page import number_published_alone
from registry.staff.there import ALONE
from registry.workflow.withdrawal import withdraw
from tests.support.factories import belarus, organisation, programme
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LIST = "/admin/alone/"
WHY = "The other is on leave."


@pytest.fixture
def boss():
    return Staff("boss", "administrator")


@pytest.fixture
def bea():
    return Staff("bea", "administrator")


def written_by(person, slug="contest", **values):
    entry = programme(slug, state="draft")
    assert person.edits(entry, **({"name_en": "Anew"} | values)).status_code == 302
    assert person.acts("review", entry).status_code == 302
    return entry


def publishes(person, entry, **typed):
    form = fields(person.reads(entry, "publish_alone"))
    return person.client.post(address(entry, "publish_alone"), form | {"reason": WHY} | typed)


def state(entry):
    return Programme.objects.get(pk=entry.pk).state


def test_an_administrator_publishes_their_own_by_a_page_of_its_own_and_with_a_reason(boss):
    entry = written_by(boss)
    assert boss.acts("publish", entry).status_code == 200  # which nobody does with their own
    assert boss.acts("publish-alone", entry).status_code == 302  # no button of a form does it
    assert state(entry) == "review"
    at = address(entry, "publish_alone")
    assert at in boss.reads(entry)
    page = boss.reads(entry, "publish_alone")
    assert "<ins>Anew</ins>" in page
    assert publishes(boss, entry, reason="").status_code == 200
    assert state(entry) == "review"
    assert publishes(boss, entry).status_code == 302
    assert Card.objects.filter(public_id=entry.public_id).exists()
    newest = entry.history.latest("history_id")
    assert (newest.history_user, newest.history_change_reason) == (
        boss.user,
        f"published by one person: {WHY}",
    )
    assert WHY in LogEntry.objects.latest("pk").change_message


def test_the_others_see_it_in_a_list_until_one_of_them_has_looked_at_it(boss, bea):
    entry = written_by(boss)
    publishes(boss, entry)
    rita, ann = Staff("rita", "reviewer"), Staff("ann", "editor")
    for person in (bea, rita):
        assert f'href="{LIST}"' in person.client.get("/admin/").content.decode()
    page = rita.client.get(LIST).content.decode()
    assert all(word in page for word in ("Anew", WHY, "boss", 'name="seen"'))
    assert ann.client.get(LIST).status_code == 403
    assert f'href="{LIST}"' not in ann.client.get("/admin/").content.decode()
    # Whoever published it sees that it waits, and does not settle it.
    own = boss.client.get(LIST).content.decode()
    assert "Anew" in own
    assert 'name="seen"' not in own
    row = PublishedAlone.objects.get()
    assert boss.client.post(LIST, {"seen": row.pk}).status_code == 403
    assert ann.client.post(LIST, {"seen": row.pk}).status_code == 403
    assert PublishedAlone.objects.get().seen_at is None
    assert rita.client.post(LIST, {"seen": row.pk}).status_code == 302
    assert PublishedAlone.objects.get().seen_by == rita.user
    for person in (bea, rita):
        assert f'href="{LIST}"' not in person.client.get("/admin/").content.decode()
    # Once: who looks at it later does not take it from the first.
    assert not PublishedAlone.objects.settle(row.pk, bea.user)
    assert "rita" in bea.client.get(LIST).content.decode()


@pytest.mark.parametrize("typed", ["", "x", "0", "9" * 30, "\x00"])
def test_what_is_not_in_the_list_is_not_settled(bea, typed):
    assert bea.client.post(LIST, {"seen": typed}).status_code == 404


def test_nobody_else_publishes_alone(bea):
    rita = Staff("rita", "reviewer")
    own, of_others, before = written_by(rita), written_by(rita, "others"), programme("before")
    boss = Staff("boss", "administrator")
    boss.acts("hide", before)
    for person, entry in ((rita, own), (boss, of_others), (boss, before)):
        assert person.opens(entry, "publish_alone").status_code == 403
        sent = {"reason": WHY, "seen_version": Programme.objects.get(pk=entry.pk).version}
        assert person.client.post(address(entry, "publish_alone"), sent).status_code == 403
        assert state(entry) == "review"


@pytest.mark.parametrize(
    "typed",
    [
        {"summary_en": "Call +375 29 123-45-67."},
        {"precision": "exact"},
        {"summary_en": "With the Zorka Circle."},
    ],
)
def test_what_can_harm_waits_for_the_other_all_the_same(boss, typed):
    withdraw(organisation("zorka", name_en="Zorka Circle"), "safety")
    entry = written_by(boss, **typed)
    page = boss.reads(entry, "publish_alone")
    assert "errornote" in page
    assert 'name="reason"' not in page
    version = Programme.objects.get(pk=entry.pk).version
    sent = {"reason": WHY, "seen_version": version}
    reply = boss.client.post(address(entry, "publish_alone"), sent)
    assert (reply.status_code, state(entry)) == (409, "review")
    assert not PublishedAlone.objects.exists()


def test_a_precision_made_finer_in_the_draft_waits_for_the_other(boss):
    entry = programme("contest", state="draft", precision="region")
    boss.edits(entry, precision="town")
    boss.acts("review", entry)
    sent = {"reason": WHY, "seen_version": Programme.objects.get(pk=entry.pk).version}
    reply = boss.client.post(address(entry, "publish_alone"), sent)
    assert (reply.status_code, state(entry)) == (409, "review")


def test_what_was_changed_since_the_page_was_opened_is_not_published(boss, bea):
    entry = written_by(boss)
    form = fields(boss.reads(entry, "publish_alone"))
    bea.edits(entry, name_en="Another")
    reply = boss.client.post(address(entry, "publish_alone"), form | {"reason": WHY})
    assert (reply.status_code, state(entry)) == (409, "review")


def test_the_list_names_nothing_that_is_withdrawn_and_goes_with_the_record(boss, bea):
    entry, other = written_by(boss), written_by(boss, "other")
    for each in (entry, other):
        publishes(boss, each)
    withdraw(Programme.objects.get(pk=entry.pk), "safety")
    rita = Staff("rita", "reviewer")
    row = PublishedAlone.objects.get(public_id=entry.public_id)
    assert rita.client.post(LIST, {"seen": row.pk}).status_code == 404
    assert rita.client.get(LIST).content.decode().count('name="seen"') == 1
    Programme.objects.filter(pk=entry.pk).update(state="erased")
    assert PublishedAlone.objects.get().public_id == other.public_id


def test_the_list_says_what_was_changed_since(boss, bea):
    entry = written_by(boss)
    publishes(boss, entry)
    assert "It has changed since." not in bea.client.get(LIST).content.decode()
    boss.edits(entry, summary_en="More")
    assert "It has changed since." in bea.client.get(LIST).content.decode()


@pytest.mark.parametrize("number", [3, 9])
def test_the_number_on_the_first_page_takes_one_statement(
    boss, bea, number, django_assert_num_queries
):
    place = belarus()["mstsislaw"]
    for n in range(number):
        entry = programme(f"contest-{n}", locations=[place])
        PublishedAlone.objects.create(
            card_type="programme",
            public_id=entry.public_id,
            author=boss.user,
            reason=WHY,
            version=1,
        )
    assert bea.user.has_perm("programmes.publish_programme")  # which is asked once a request
    with django_assert_num_queries(1):
        ((_words, (told,)),) = number_published_alone(bea.user, {ALONE})
    assert (told.count, told.address) == (number, reverse("admin:published_alone"))
