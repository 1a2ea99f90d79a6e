"""What shows a place more finely waits for a second person; what shows less waits for nobody."""

import pytest
from django.contrib.admin.models import LogEntry

from programmes.models import Programme
from registry.cards import changeset, deferral
from registry.cards.backlog import finish
from registry.cards.models import Card, Deferred
from registry.records.models import Proposal, Remark
from registry.records.versions import move
from tests.support.factories import belarus, organisation, programme
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def contest():
    return programme("contest", precision="region", locations=[belarus()["mstsislaw"]])


@pytest.fixture
def olga():
    return Staff("olga", "safety officer")


@pytest.fixture
def boss():
    return Staff("boss", "administrator")


def body(entry):
    return Card.objects.get(public_id=entry.public_id).body


def at(entry, end=""):
    proposal = Proposal.objects.of(entry).latest("pk")
    return f"{address(entry, 'change').removesuffix('change/')}proposals/{proposal.pk}/{end}"


def decides(person, entry, decision, **typed):
    proposal = Proposal.objects.of(entry).latest("pk")
    sent = {"_decide": decision, "revision": proposal.revision, **typed}
    return person.client.post(at(entry), sent)


@pytest.mark.parametrize("group", ["safety officer", "administrator"])
@pytest.mark.parametrize("second", ["safety officer", "administrator", "reviewer"])
def test_a_finer_place_waits_for_a_second_person(contest, group, second):
    first, other = Staff("first", group), Staff("second", second)
    before = body(contest)
    assert first.edits(contest, precision="town").status_code == 302
    contest.refresh_from_db()
    assert (contest.precision, body(contest)) == ("region", before)
    assert not LogEntry.objects.exists()
    assert decides(first, contest, "accept").status_code == 403
    # The other is told on the first page, and shown what it would do.
    assert at(contest) in other.client.get("/admin/").content.decode()
    assert at(contest) in first.client.get("/admin/").content.decode()  # as theirs, that waits
    page = other.client.get(at(contest)).content.decode()
    assert 'value="accept"' in page
    assert decides(other, contest, "accept").status_code == 302
    contest.refresh_from_db()
    assert contest.precision == "town"
    assert "mstsislaw" in body(contest) != before
    newest = contest.history.latest("history_id")
    assert (newest.history_user, newest.history_change_reason) == (
        first.user,
        "accepted by second",
    )


def test_an_editor_decides_on_no_finer_place_and_is_shown_none(contest, olga):
    ann = Staff("ann", "editor")
    olga.edits(contest, precision="town")
    assert ann.client.get(at(contest)).status_code == 404
    assert decides(ann, contest, "accept").status_code == 404
    assert at(contest) not in ann.client.get("/admin/").content.decode()


def test_an_officer_decides_on_nothing_but_what_shows_a_place_more_finely(contest, olga):
    ann = Staff("ann", "editor")
    ann.edits(contest, name_en="Anew")
    assert 'value="accept"' not in olga.client.get(at(contest)).content.decode()
    assert decides(olga, contest, "accept").status_code == 403
    assert at(contest) not in olga.client.get("/admin/").content.decode()


def test_an_officer_who_is_an_editor_too_has_their_words_looked_at_by_a_reviewer(contest, olga):
    both = Staff("both", "editor", "safety officer")
    both.edits(contest, precision="town", name_en="Anew")
    assert decides(olga, contest, "accept").status_code == 403
    assert decides(Staff("rita", "reviewer"), contest, "accept").status_code == 302
    contest.refresh_from_db()
    assert (contest.precision, contest.name_en) == ("town", "Anew")


def test_a_finer_precision_takes_two_also_while_nothing_is_shown_by_it(boss):
    """Else the exact place that is typed next would be shown by one."""
    empty = programme("empty")
    boss.edits(empty, precision="exact")
    empty.refresh_from_db()
    assert (empty.precision, Proposal.objects.count()) == ("town", 1)
    # Nor does a button beside it save it.
    page = boss.edits(empty, precision="exact", _act="hide").content.decode()
    assert "you decide on that with another person" in page
    empty.refresh_from_db()
    assert (empty.precision, empty.state) == ("town", "public")


def test_what_shows_more_by_a_row_waits_with_all_that_was_typed(boss):
    shy = organisation("shy", precision="region")
    places = [belarus()["mstsislaw"]]
    contest = programme("contest", locations=places, roles=[("organiser", shy)])
    boss.edits(contest, **{"roles-0-DELETE": "on", "summary_en": "Typed just now"})
    contest.refresh_from_db()
    assert (contest.roles.count(), contest.summary_en) == (1, "")
    rita = Staff("rita", "reviewer")
    assert "Typed" in rita.client.get(at(contest)).content.decode()
    assert decides(rita, contest, "accept").status_code == 302
    contest.refresh_from_db()
    assert (contest.roles.count(), contest.summary_en) == (0, "Typed just now")


@pytest.mark.parametrize("group", ["safety officer", "administrator", "editor", "reviewer"])
def test_what_shows_less_is_done_at_once_and_cancels_nothing(contest, olga, group):
    Staff("eve", "editor").edits(contest, name_en="Anew")
    olga.edits(contest, precision="town")
    assert Staff("somebody", group).edits(contest, precision="country").status_code == 302
    contest.refresh_from_db()
    assert contest.precision == "country"
    assert Proposal.objects.filter(state="waiting").count() == 2


@pytest.mark.parametrize("group", ["safety officer", "editor"])
def test_what_shows_less_of_very_many_is_hidden_at_once_and_written_later(monkeypatch, group):
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(changeset, "go_on", lambda seconds: None)
    shy, town = organisation("shy"), belarus()["mstsislaw"]
    finish()
    contest = programme("contest", locations=[town], roles=[("organiser", shy)])
    finish()
    assert "mstsislaw" in body(contest)
    assert Staff("somebody", group).edits(shy, precision="country").status_code == 302
    held = Deferred.objects.get(public_id=contest.public_id)
    assert held.how == Deferred.How.PLACES
    assert not Card.objects.filter(public_id=contest.public_id).exists()
    finish()
    assert "mstsislaw" not in body(contest)


def test_an_embargo_beside_a_finer_place_is_kept_at_once(contest, olga):
    later = {"embargo_until_0": "2040-01-01", "embargo_until_1": "00:00"}
    olga.edits(contest, precision="town", **later)
    contest.refresh_from_db()
    assert (contest.precision, contest.embargo_until.year) == ("region", 2039)  # in UTC
    assert list(Proposal.objects.get().difference[0]["new"]) == ["precision"]


def test_a_finer_place_is_not_accepted_once_its_author_is_no_officer(contest, olga):
    olga.edits(contest, precision="town")
    olga.user.groups.clear()
    response = decides(Staff("bea", "administrator"), contest, "accept")
    assert response.status_code == 409
    contest.refresh_from_db()
    assert contest.precision == "region"


def test_its_author_amends_it_or_takes_it_back(contest, olga, boss):
    olga.edits(contest, precision="town")
    form = olga.client.get(at(contest, "form/"))
    assert form.status_code == 200
    assert decides(boss, contest, "send-back", answer="Too fine.").status_code == 302
    assert Remark.objects.get(on="returned").text == "Too fine."
    assert at(contest) in olga.client.get("/admin/").content.decode()
    assert decides(olga, contest, "drop").status_code == 302
    assert not Proposal.objects.exists()


def test_it_is_of_today_or_looked_at_again(contest, olga, boss):
    olga.edits(contest, precision="town")
    move(Programme, [contest.pk], boss.user, "moved", verified_on="2026-01-01")
    assert decides(boss, contest, "accept").status_code == 409
    contest.refresh_from_db()
    assert contest.precision == "region"


HIT = "Write to somebody@example.org"


def amends(person, entry, **typed):
    """What the person changes in the form of the proposal."""
    form = at(entry, "form/")
    return person.client.post(form, fields(person.client.get(form).content.decode()) | typed)


def test_what_is_amended_to_show_no_place_more_finely_is_no_officers_to_accept(contest, olga, boss):
    boss.edits(contest, precision="town")
    assert amends(boss, contest, precision="region", summary_en=HIT).status_code == 302
    assert not Proposal.objects.get().finer
    assert decides(olga, contest, "accept", reason="They agreed.").status_code == 403
    assert at(contest) not in olga.client.get("/admin/").content.decode()
    # And the other way about: it waits for an officer too once it shows a place more finely.
    assert amends(boss, contest, precision="town", summary_en="Plain").status_code == 302
    assert Proposal.objects.get().finer
    assert decides(olga, contest, "accept").status_code == 302
    contest.refresh_from_db()
    assert (contest.precision, contest.summary_en) == ("town", "Plain")


def test_an_officer_accepts_no_text_in_which_the_scan_finds_something(contest, olga, boss):
    boss.edits(contest, precision="town", summary_en=HIT)
    page = olga.client.get(at(contest)).content.decode()
    assert "somebody@example.org" in page
    assert "Another person must look at this." in page
    assert 'value="accept"' not in page
    refused = decides(olga, contest, "accept", reason="They agreed.")
    assert (refused.status_code, "somebody" in str(body(contest))) == (409, False)
    rita = Staff("rita", "reviewer")
    assert 'value="accept"' in rita.client.get(at(contest)).content.decode()
    assert decides(rita, contest, "accept", reason="They agreed.").status_code == 302
    assert "somebody" in str(body(contest))
