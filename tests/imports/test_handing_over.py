"""What a file wrote, before a reviewer as one: published row by row, or all at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Organisation
from programmes.models import Programme
from registry.imports.models import Batch
from registry.records.models import Source, State
from tests.imports.test_foreign import Walk
from tests.imports.workbooks import xlsx
from tests.support.staff import Staff, fields

pytestmark = pytest.mark.django_db

COLUMNS = {"column-0": "name", "column-1": "roles:organiser"}


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


def handed_over(person, *names):
    """The address of the bundle of a file with a programme for each name, all of one organiser."""
    rows = [["Name", "Organiser"], *([name, "New Wave"] for name in names)]
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


def test_a_reviewer_finds_the_file_and_publishes_one_row_with_what_it_needs(ann, rita):
    at = handed_over(ann, "Fair", "Camp", "School")
    start = page_of(rita, reverse("admin:index"))
    assert f'<a href="{at}">list.xlsx</a>' in start
    answer = rita.client.post(at, ticked(page_of(rita, at), "Camp"))
    assert answer.url == at  # the rest waits
    assert states() == {"Fair": "review", "Camp": "public", "School": "review"}
    assert states(Organisation) == {"New Wave": "public"}
    assert Source.objects.get().state == State.PUBLIC


def test_all_of_it_is_published_at_once_but_for_what_goes_back(ann, rita):
    at = handed_over(ann, "Fair", "Camp", "School")
    form = fields(page_of(rita, at))
    camp = Programme.objects.get(name_en="Camp")
    answer = rita.client.post(at, {**form, f"back-programme-{camp.pk}": "No dates.", "_all": ""})
    assert states() == {"Fair": "public", "Camp": "draft", "School": "public"}
    assert answer.url == reverse("admin:index")
    assert at not in page_of(rita, answer.url)


def test_whoever_ticks_nothing_is_told_so(ann, rita):
    at = handed_over(ann, "Fair")
    answer = rita.client.post(at, fields(page_of(rita, at)))
    assert answer.status_code == 409
    assert "Choose what is to be published." in answer.content.decode()
    assert states() == {"Fair": "review"}


def test_whoever_only_writes_publishes_no_file(ann):
    assert ann.client.get(handed_over(ann, "Fair")).status_code == 403


def test_nobody_publishes_what_they_brought_in_themselves(ann, rita):
    at = handed_over(rita, "Fair")
    answer = rita.client.post(at, {**fields(page_of(rita, at)), "_all": ""})
    assert (answer.status_code, states()) == (409, {"Fair": "review"})
    assert ann.client.get(at).status_code == 404


def test_a_file_of_which_all_was_decided_on_elsewhere_waits_no_more(ann, rita):
    at = handed_over(ann, "Fair")
    for model in (Programme, Organisation, Source):
        model.objects.update(state=State.DRAFT)
    assert at in page_of(rita, reverse("admin:index"))
    Batch.objects.settle()
    assert at not in page_of(rita, reverse("admin:index"))
    assert "Nothing of it waits any more." in page_of(rita, at)


@pytest.mark.once
def test_its_page_costs_the_same_for_one_row_and_for_three(ann, rita):
    counts = []
    for names in (("Fair",), ("Camp", "School", "Forum")):
        at = handed_over(ann, *names)
        page_of(rita, at)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(rita, at)
        counts.append(len(queries))
    assert counts[0] == counts[1]
