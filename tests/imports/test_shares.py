"""A file is written, and undone, in shares between which others write: in the end all of it, or
nothing."""

import pytest
from django.urls import reverse
from django.utils import timezone

from programmes.models import Event, Programme
from registry.imports import undoing, writing_down
from registry.imports.models import KEPT, Batch
from registry.records.models import State
from tests.support.factories import event, programme
from tests.support.staff import Staff
from tests.support.workbooks import brings_in, decides, line_of, taken_out

pytestmark = pytest.mark.django_db

NEW = ("One", "Two", "Three")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


@pytest.fixture
def contest():
    return programme("contest", name_en="Contest")


@pytest.fixture
def slow(monkeypatch):
    """So slow that a share is one record."""
    monkeypatch.setattr(writing_down, "SHARE", -1)
    monkeypatch.setattr(undoing, "SHARE", -1)


@pytest.fixture
def batch(rita, contest):
    """A file that adds three drafts and changes a record."""
    book = taken_out(rita, Programme)
    line_of(book["programme"], contest)["name_en"] = "Great contest"
    book["programme"] += [{"name_en": name} for name in NEW]
    return brings_in(rita, book)[0]


def names():
    return [*Programme.objects.order_by("pk").values_list("name_en", flat=True)]


def presses(person, batch, what):
    """The page to which the button leads, as it is at first."""
    at = reverse("admin:imports_batch_change", args=[batch.pk])
    person.client.post(at, {"_do": what})
    batch.refresh_from_db()
    return at


def loads(person, at):
    return person.client.get(at).content.decode()


def test_what_is_new_is_written_in_shares_and_what_changes_after_that_at_once(rita, batch, slow):
    at = presses(rita, batch, "apply")
    assert names() == ["Contest", "One"]
    page = loads(rita, at)
    assert "2 / 4" in page
    assert 'http-equiv="refresh"' in page
    loads(rita, at)
    assert names() == ["Contest", *NEW]
    assert "Written: list.xlsx." in loads(rita, at)
    assert names() == ["Great contest", *NEW]
    batch.refresh_from_db()
    assert (batch.state, batch.content) == (Batch.State.APPLIED, None)


def test_undoing_is_done_in_shares_as_well(rita, batch, slow):
    decides(rita, batch, "apply")
    at = presses(rita, batch, "undo")
    assert names() == ["Contest", *NEW]
    page = loads(rita, at)
    assert "2 / 4" in page
    assert names() == ["Contest", "One", "Two"]
    while 'http-equiv="refresh"' in page:
        page = loads(rita, at)
    assert names() == ["Contest"]
    batch.refresh_from_db()
    assert (batch.state, batch.left) == (Batch.State.UNDONE, [])


def test_what_is_refused_late_takes_the_earlier_shares_back(rita, batch, contest, slow):
    at = presses(rita, batch, "apply")
    Staff("bo", "reviewer").edits(contest, name_en="Theirs")
    page = loads(rita, at)
    while 'http-equiv="refresh"' in page:
        page = loads(rita, at)
    assert names() == ["Theirs"]
    assert "Nothing was written. " in page
    batch.refresh_from_db()
    assert (batch.state, batch.wrote) == (Batch.State.CHECKED, [])


def test_whatever_ends_the_work_the_page_goes_on_with_it(rita, batch, slow):
    at = presses(rita, batch, "apply")
    assert Batch.objects.take(batch)  # as whoever was killed while writing has
    assert "1 / 4" in loads(rita, at)
    assert names() == ["Contest", "One"]
    Batch.objects.update(taken_until=timezone.now())  # as it is after a minute
    page = loads(rita, at)
    while 'http-equiv="refresh"' in page:
        page = loads(rita, at)
    assert names() == ["Great contest", *NEW]


def test_what_is_half_written_cannot_be_dropped_and_can_be_undone_after_a_week(rita, batch, slow):
    presses(rita, batch, "apply")
    presses(rita, batch, "drop")
    assert batch.state == Batch.State.WRITING
    Batch.objects.update(made_at=batch.made_at - KEPT)
    Batch.objects.forget()
    batch.refresh_from_db()
    assert (batch.state, batch.content) == (Batch.State.APPLIED, None)
    decides(rita, batch, "undo")
    assert names() == ["Contest"]


def test_a_file_changes_no_more_records_than_can_be_written_at_once(rita, monkeypatch):
    monkeypatch.setattr("registry.imports.batches.AT_ONCE", 1)
    for number in range(2):
        programme(f"p-{number}", state=State.DRAFT)
    book = taken_out(rita, Programme)
    for line in book["programme"]:
        line["name_be"] = "Назва"
    assert "The file changes 2 records, but at most 1 can be" in brings_in(rita, book)[1]


def test_events_of_which_history_keeps_no_exact_place_are_undone_as_well(rita):
    event("talk")
    book = taken_out(rita, Event)
    book["event"].append({"name_en": "Fair", "dates": "2024-05-12"})
    batch = decides(rita, brings_in(rita, book)[0], "apply")[0]
    assert Event.objects.filter(name_en="Fair").exists()
    decides(rita, batch, "undo")
    assert not Event.objects.filter(name_en="Fair").exists()
