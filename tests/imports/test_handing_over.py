"""What a file wrote, before a reviewer as one: published row by row, or all at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Organisation
from programmes.models import Programme
from registry.imports import handing_over, publishing
from registry.imports.models import Batch
from registry.records.models import Source, State
from tests.imports.test_foreign import Walk
from tests.imports.workbooks import xlsx
from tests.support.factories import programme
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.django_db, pytest.mark.once]

COLUMNS = {"column-0": "name", "column-1": "roles:organiser"}


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


@pytest.fixture
def slow(monkeypatch):
    """So slow that a share is one record."""
    for module in (handing_over, publishing):
        monkeypatch.setattr(module, "SHARE", -1)


def given_over(person, *names, organiser="New Wave"):
    """The address of the bundle of a file with a programme for each name, all of one organiser."""
    rows = [["Name", "Organiser"], *([name, organiser] for name in names)]
    walk = Walk(person, xlsx(rows))
    walk.goes_on("sheet", kind="programme", header="0:0")
    walk.goes_on("columns", **COLUMNS)
    walk.goes_on("names")
    walk.goes_on("apply")
    assert f"Handed over to a reviewer: {len(names) + 2}" in walk.goes_on("review")
    return reverse("admin:imports_batch_bundle", args=[walk.batch.pk])


def states(model=Programme):
    return dict(model.objects.values_list("name_en", "state"))


def page_of(person, at):
    return person.client.get(at).content.decode()


def ticked(page, name):
    """The form with this one ticked."""
    entry = Programme.objects.get(name_en=name)
    return {**fields(page), f"with-programme-{entry.pk}": "on"}


def waits(person, heading):
    """What the first page has under this heading."""
    page = page_of(person, reverse("admin:index"))
    return page.partition(f"<h2>{heading}</h2>")[2].partition("<h2>")[0]


def test_a_reviewer_finds_the_file_and_publishes_one_row_with_what_it_needs(ann, rita):
    at = given_over(ann, "Fair", "Camp", "School")
    assert f'<a href="{at}">list.xlsx</a>' in waits(rita, "Waiting for a reviewer")
    answer = rita.client.post(at, ticked(page_of(rita, at), "Camp"))
    assert answer.url == at  # the rest waits
    assert states() == {"Fair": "review", "Camp": "public", "School": "review"}
    assert states(Organisation) == {"New Wave": "public"}
    assert Source.objects.get().state == State.PUBLIC


def test_all_of_it_is_published_at_once_but_for_what_goes_back(ann, rita):
    at = given_over(ann, "Fair", "Camp", "School")
    form = fields(page_of(rita, at))
    camp = Programme.objects.get(name_en="Camp")
    answer = rita.client.post(at, {**form, f"back-programme-{camp.pk}": "No dates.", "_all": ""})
    assert states() == {"Fair": "public", "Camp": "draft", "School": "public"}
    assert answer.url == reverse("admin:index")
    assert at not in page_of(rita, answer.url)


def test_whoever_ticks_nothing_is_told_so(ann, rita):
    at = given_over(ann, "Fair")
    answer = rita.client.post(at, fields(page_of(rita, at)))
    assert answer.status_code == 409
    assert "Choose what is to be published." in answer.content.decode()
    assert states() == {"Fair": "review"}


def test_whoever_only_writes_publishes_no_file(ann):
    assert ann.client.get(given_over(ann, "Fair")).status_code == 403


def test_nobody_publishes_what_they_brought_in_themselves(ann, rita):
    at = given_over(rita, "Fair")
    answer = rita.client.post(at, {**fields(page_of(rita, at)), "_all": ""})
    assert (answer.status_code, states()) == (409, {"Fair": "review"})
    assert ann.client.get(at).status_code == 404


def test_a_file_of_which_all_was_decided_on_elsewhere_waits_no_more(ann, rita):
    at = given_over(ann, "Fair")
    for model in (Programme, Organisation, Source):
        model.objects.update(state=State.DRAFT)
    assert at not in page_of(rita, reverse("admin:index"))
    assert "Nothing in it is waiting any more." in page_of(rita, at)
    Batch.objects.settle()
    assert Batch.objects.get().handed_over_at is None


@pytest.mark.once
def test_its_page_costs_the_same_for_one_row_and_for_three(ann, rita):
    counts = []
    for names in (("Fair",), ("Camp", "School", "Forum")):
        at = given_over(ann, *names, organiser=f"Friends of {names[0]}")
        page_of(rita, at)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(rita, at)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_file_waits_once_with_its_number_and_its_records_do_not_wait_beside_it(ann, rita):
    at = given_over(ann, "Fair", "Camp")
    lone = programme("lone", name_en="Lone", state=State.REVIEW)
    mine = waits(rita, "Waiting for a reviewer")
    assert (mine.count("<li>"), "records: 4" in mine) == (2, True)
    assert address(lone, "change") in mine
    theirs = waits(ann, "Yours, waiting for a reviewer")
    assert theirs.count("<li>") == 1
    assert at.replace("bundle/", "") in theirs
    Batch.objects.update(handed_over_at=None)  # of which nobody keeps the rest together any more
    assert waits(rita, "Waiting for a reviewer").count("<li>") == 5


def follows(person, at):
    """How many the page says are published, each time that it is loaded, until it is another."""
    found = []
    while 'http-equiv="refresh"' in (page := page_of(person, at)):
        found.append(re.search(r"(\d+) / \d+", page)[1])
    return found


def test_what_is_chosen_is_published_in_shares_each_after_what_it_needs(ann, rita, slow):
    at = given_over(ann, "Fair", "Camp")
    answer = rita.client.post(at, {**fields(page_of(rita, at)), "_all": ""})
    assert answer.url == at
    assert set(states().values()) == {"review"}  # the source alone is public, which they need
    assert follows(rita, at) == ["2", "3"]
    assert states() == {"Fair": "public", "Camp": "public"}
    assert at not in page_of(rita, reverse("admin:index"))


def test_whoever_is_killed_while_publishing_goes_on_from_the_same_page(ann, rita, slow):
    at = given_over(ann, "Fair")
    rita.client.post(at, {**fields(page_of(rita, at)), "_all": ""})
    assert Batch.objects.take(batch := Batch.objects.get())  # as whoever was killed has
    assert "1 / 3" in page_of(rita, at)
    Batch.objects.leave(batch)
    assert follows(rita, at) == ["2"]
    assert states() == {"Fair": "public"}


def test_what_was_changed_meanwhile_ends_it_and_waits_with_the_rest(ann, rita, slow):
    at = given_over(ann, "Fair", "Camp")
    rita.client.post(at, {**fields(page_of(rita, at)), "_all": ""})
    ann.edits(Programme.objects.get(name_en="Camp"), summary_en="For all.")
    page = page_of(rita, at)
    assert "Not published, and waiting as before: 3." in page
    assert "Something in this has changed" in page
    assert set(states().values()) == {"review"}
    answer = rita.client.post(at, {**fields(page), "_all": ""})  # once it was looked at again
    assert (answer.url, follows(rita, at)) == (at, ["2"])
    assert set(states().values()) == {"public"}


def test_what_a_reviewer_has_chosen_goes_on_for_nobody_else(ann, rita, slow):
    at = given_over(ann, "Fair")
    rita.client.post(at, {**fields(page_of(rita, at)), "_all": ""})
    bo = Staff("bo", "reviewer")
    assert 'http-equiv="refresh"' not in page_of(bo, at)
    assert states() == {"Fair": "review"}


def test_what_stands_in_the_way_of_the_last_one_is_told_before_the_first_is_published(
    ann, rita, slow
):
    at = given_over(ann, "Fair", "Camp")
    Programme.objects.filter(name_en="Camp").update(summary_en="Call +375 29 123-45-67 today")
    answer = rita.client.post(at, {**fields(page_of(rita, at)), "_all": ""})
    assert answer.status_code == 409
    assert "Camp: This cannot be published as it stands." in answer.content.decode()
    assert Source.objects.get().state == State.REVIEW
    assert Batch.objects.get().publishing is None
