"""The clock goes back by years, and on: nothing changes its order, and nothing stops."""

import time
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from registry.ops import backups, due
from registry.ops.models import Due
from tests.support.factories import event, programme
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    def set_to(year, minute=0):
        moment = datetime(year, 5, 1, 12, minute, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        monkeypatch.setattr(time, "time", moment.timestamp)

    return set_to


def test_changes_are_told_in_the_order_of_their_numbers(clock, client):
    tags = []
    for year, name in ((2030, "First"), (2020, "Second"), (2027, "Third")):
        clock(year)
        programme(name.lower(), name_en=name)
        tags.append(client.get("/en/programmes/").headers["ETag"])
    told = client.get("/api/v1/changes/?since=0").json()["changes"]
    assert [each["record"]["slug"] for each in told] == ["first", "second", "third"]
    since = client.get(f"/api/v1/changes/?since={told[0]['n']}").json()["changes"]
    assert [each["record"]["slug"] for each in since] == ["second", "third"]
    assert len(set(tags)) == 3


def test_a_form_of_before_overwrites_nothing_and_history_begins_with_the_newest(clock):
    clock(2030)
    ann, bob = Staff("ann", "reviewer"), Staff("bob", "reviewer")
    contest = programme("contest", name_en="Zqfirst")
    form = ann.form_of(contest)
    clock(2020)
    bob.edits(contest, name_en="Zqsecond")
    page = ann.sends(form, contest, summary_en="Zqtyped").content.decode()
    assert "Someone else saved this while you were editing." in page
    assert all(words in page for words in ("Zqtyped", "Zqsecond"))
    contest.refresh_from_db()
    assert (contest.name_en, contest.summary_en) == ("Zqsecond", "")
    ann.edits(contest, name_en="Zqthird")
    history = ann.reads(contest, "history")
    assert history.index("Zqthird") < history.index("Zqfirst")


def test_a_place_in_a_list_that_was_signed_later_is_still_one(clock, client):
    clock(2030)
    for n in range(3):
        event(f"talk-{n}")
    following = client.get("/api/v1/events/?page_size=1").json()["next"]
    clock(2020)
    assert client.get(following).status_code == 200


def test_what_is_due_is_done_after_the_clock_went_back_and_on(clock, monkeypatch):
    done = []
    monkeypatch.setattr(due, "TASKS", {})
    due.each(due.MINUTE, "bells", lambda: done.append(timezone.now().year))
    for year, minute in ((2030, 0), (2020, 0), (2020, 1), (2027, 0)):
        clock(year, minute)
        for _ in due.run():
            pass
    assert done == [2030, 2020, 2020, 2027]
    assert Due.objects.get().done.year == 2027
    assert due.missing() is None


def test_backups_that_are_named_for_times_to_come_drive_no_new_one_out(clock, tmp_path):
    clock(2027)
    for name in ("20260501T000000.000000Z", "20270501T120000.000000Z", "20300501T000000.000000Z"):
        (tmp_path / f"registry-{name}.backup").touch()
    (gone,) = backups.rotate(tmp_path, 2)
    assert "20300501" in gone.name
    (gone,) = backups.rotate(tmp_path, 1)
    assert "20260501" in gone.name
