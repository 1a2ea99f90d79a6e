"""What is said when a record is moved is kept beside it, for the staff alone."""

import pytest

from programmes.models import Programme
from registry.records.models import Remark
from tests.support.factories import programme
from tests.support.staff import Staff, address, fields, words

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


def test_what_is_handed_over_and_sent_back_is_remarked_on_drafts_too(ann, rita):
    contest = programme("contest", name_en="Contest", state="draft")
    ann.edits(contest, name_en="Contest of all", _act="review", **{"about-remark": "Please look"})
    start = words(ann.client.get("/admin/").content.decode())
    assert "Yours, waiting for a reviewer Contest of all programme · ann, " in start
    page = words(rita.reads(contest))
    assert "handed over Please look" in page
    assert "Please look" in rita.client.get("/admin/").content.decode()
    rita.edits(contest, _act="draft", **{"about-remark": "Where is the source?"})
    start = words(ann.client.get("/admin/").content.decode())
    assert "Sent back to you Contest of all programme · rita, " in start
    assert "Where is the source?" in start
    assert "Your drafts Nothing." in start
    assert [each.on for each in Remark.objects.all()] == ["review", "draft"]
    assert "sent back Where is the source?" in words(ann.reads(contest))


def test_why_a_record_came_back_stands_before_its_form(ann, rita):
    contest = programme("contest", name_en="Contest", state="draft")
    ann.edits(contest, _act="review", **{"about-remark": "Please look"})
    page = words(rita.reads(contest))
    assert page.index("Please look") < page.index("Name in English")
    rita.edits(contest, _act="draft", **{"about-remark": "Where is the source?"})
    page = words(ann.reads(contest))
    assert page.index("Where is the source?") < page.index("Name in English")
    assert page.index("Please look") > page.index("Name in English")


def test_a_remark_that_is_too_long_comes_back_as_it_was_typed(ann):
    contest = programme("contest", state="draft")
    long = "word " * 500
    response = ann.edits(contest, _act="review", **{"about-remark": long})
    assert response.status_code == 200
    assert fields(response.content.decode())["about-remark"].strip() == long.strip()
    contest.refresh_from_db()
    assert contest.state == "draft"


def test_no_act_loses_what_was_said_with_it(rita):
    contest = programme("contest", state="review")
    rita.edits(contest, _act="publish", **{"about-remark": "Well done"})
    assert [(each.on, each.text) for each in Remark.objects.all()] == [("publish", "Well done")]
    rita.acts("hide", contest)
    assert Remark.objects.count() == 1


def test_acts_upon_many_are_remarked_too(rita):
    contest = programme("contest", state="review")
    form = rita.form_of(Programme, "changelist")
    form |= {"action": "back_to_draft", "_selected_action": [contest.pk]}
    rita.client.post(address(Programme, "changelist"), form)
    remark = Remark.objects.get()
    assert (remark.on, remark.author, remark.text) == ("draft", rita.user, "")
