"""Staff write dates as they are used to, and read them in words."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.records.models import Proposal
from tests.support.factories import (
    belarus,
    event,
    figure,
    life_event,
    organisation,
    programme,
    source,
)
from tests.support.shares import few
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]
AUTUMN = "2013-23"


@pytest.fixture
def ann():
    return Staff("anna", "editor")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("восень 2013", "2013-23"), ("19.05.2018", "2018-05-19"), ("2013/..", "2013/..")],
)
def test_a_date_is_stored_as_edtf_however_it_was_written(ann, typed, stored):
    contest = programme("contest", state="draft")
    assert ann.edits(contest, dates=typed).status_code == 302
    assert Programme.objects.get().dates == stored


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "February to October 2016"), ("be", "з лютага па кастрычнік 2016"),
     ("ru", "с февраля по октябрь 2016")],
)  # fmt: skip
def test_a_form_shows_a_date_in_the_readers_words_and_saves_it_unchanged(ann, language, words):
    contest = programme("contest", state="draft", dates="2016-02/2016-10")
    ann.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    form = ann.form_of(contest)
    assert form["dates"] == words
    assert ann.sends(form, contest).status_code == 302
    assert Programme.objects.get().dates == "2016-02/2016-10"
    assert LogEntry.objects.get().change_message == "[]"  # nothing was changed


def test_dates_of_rows_are_written_in_the_same_way(ann):
    fund = organisation("fund", state="draft")
    paper = source("paper", state="public")
    form = ann.form_of(fund)
    row = {
        "life_events-TOTAL_FORMS": "1",
        "life_events-0-kind": "founded",
        "life_events-0-date": "каля 1994",
        "life_events-0-source": str(paper.pk),
    }
    assert ann.sends(form, fund, **row).status_code == 302
    assert Organisation.objects.get().life_events.get().date == "1994~"


def test_a_date_that_cannot_be_read_comes_back_with_what_would_do(ann):
    contest = programme("contest", state="draft", dates="2013")
    page = ann.edits(contest, dates="when it was warm", name_en="Typed as well").content.decode()
    again = fields(page)
    assert (again["dates"], again["name_en"]) == ("when it was warm", "Typed as well")
    assert "This date cannot be read. Write it as 21 November 2015" in page
    assert Programme.objects.get().dates == "2013"


def test_what_might_be_read_otherwise_is_told_after_saving(ann):
    contest = programme("contest", state="draft")
    ann.edits(contest, dates="03/04/2016")
    assert "“03/04/2016” was read as “3 April 2016”" in ann.reads(Programme, "changelist")
    ann.edits(contest, dates="3 May 2016")
    assert "was read as" not in ann.reads(Programme, "changelist")


@pytest.mark.parametrize(
    "who", few(["editor", "reviewer", "safety officer", "administrator"], "administrator")
)
def test_no_page_of_the_staff_speaks_edtf(who):
    """Every kind of date, in every column and row that has one, at every page of its record."""
    person, paper = Staff("olga", who), source("paper", date=AUTUMN)
    ngo = organisation("honey", name_en="Honey", sources=[paper])
    life_event(ngo, "founded", AUTUMN, source=paper)
    contest = programme("contest", dates=AUTUMN, sources=[paper], roles=[("organiser", ngo)])
    contest.roles.update(valid_from=AUTUMN)
    day = event("day", programme=contest, dates=AUTUMN)
    place = belarus()["mstsislaw"]
    place.valid_from = AUTUMN
    place.save()
    for each in (contest, ngo):
        figure(each, "50", source=paper, period=AUTUMN)
    for each in (ngo, place):
        each.other_names.create(name="Wax", valid_from=AUTUMN, valid_to=AUTUMN)
    draft = programme("draft", state="draft", dates=AUTUMN)
    boris = Staff("boris", "editor")
    for each in (paper, ngo, contest, day, draft):
        boris.edits(each, note_en="Anew")  # is proposed, or kept in history
    said = 0
    for each in (paper, ngo, contest, day, place, draft):
        pages = [address(each, page) for page in ("change", "history", "delete")]
        pages += [address(type(each), "changelist")]
        pages += [f"{pages[1]}{row.pk}/" for row in each.history.all()]
        pages += [
            f"{pages[0].removesuffix('change/')}proposals/{row.pk}/"
            for row in Proposal.objects.of(each)
        ]
        for at in pages:
            html = person.client.get(at).content.decode()
            assert AUTUMN not in html, at
            assert "XXXX" not in html, at
            said += html.count("autumn 2013")
    assert said > 20
    # Nor the form that comes back when others were faster.
    if who != "safety officer":
        form = person.form_of(draft)
        boris.edits(draft, dates="winter 2013", name_en="Anew")
        html = person.sends(form, draft, dates="spring 2014").content.decode()
        assert "winter 2013" in html
        assert "2013-24" not in html
        assert "2014-21" not in html


def test_lists_and_history_say_dates_in_words(ann):
    contest = programme("contest", state="draft", dates="2013-23")
    ann.edits(contest, dates="2014-24")
    event("meeting", state="draft", programme=contest, dates="2016-05~")
    assert "winter 2014/15" in ann.reads(Programme, "changelist")
    assert "about May 2016" in ann.reads(contest)
    history = ann.reads(contest, "history")
    assert "autumn 2013" in history
    assert "winter 2014/15" in history
    assert "2013-23" not in history


@pytest.mark.parametrize("language", ["en", "be", "ru"])
@pytest.mark.parametrize("typed", ["19:30", "19.30", "19-30", "7.30 pm", "7:30 PM"])
def test_a_time_of_day_is_read_as_people_write_it(ann, language, typed):
    meeting = event("meeting", state="draft", programme=programme("contest"), dates="2016-05-19")
    ann.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    assert ann.edits(meeting, start_time=typed, time_zone="Europe/Minsk").status_code == 302
    assert Event.objects.get().start_time == datetime.time(19, 30)


def test_how_a_date_is_read_is_told_while_it_is_typed(ann):
    address = reverse("admin:date_reading")
    ann.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "be"
    told = ann.client.get(address, {"written": "Autumn 2013"})
    assert told.content.decode() == "→ восень 2013"
    ann.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    for text in ("soon", "2016 " * 1000):
        assert "cannot be read" in ann.client.get(address, {"written": text}).content.decode()
    assert Client().get(address, {"written": "2013"}).status_code == 302
