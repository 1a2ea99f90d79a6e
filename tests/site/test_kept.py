"""What readers take away: a box for other sites, and a place as one file."""

import re

import pytest

from programmes.models import Programme
from registry.cards import flush
from registry.cards.models import Counter, change_numbers
from registry.records.models import State
from registry.site.kept import OfflineFile
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.doors import content_of
from tests.support.factories import belarus, organisation, programme, source

pytestmark = pytest.mark.django_db
FILE = "/en/places/mahilyow-region/offline/"
BOX = "/embed/en/places/mahilyow-region/"


@pytest.fixture
def club():
    places, paper = belarus(), source("paper", name_en="Paper", url="https://paper.example/1")
    club = organisation("club", name_en="Club", seat=places["mstsislaw"])
    where = {"locations": [places["mstsislaw"]], "roles": [("organiser", club)]}
    programme("contest", name_en="Contest", sources=[paper], **where)
    programme("hidden", name_en="Hidden", state=State.DRAFT, **where)
    return club


@pytest.mark.parametrize("address", [BOX, "/embed/en/organisations/club/"])
def test_a_box_may_be_framed_anywhere_and_runs_no_script(client, club, address):
    answer = client.get(address)
    html = answer.content.decode()
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer
    assert "<script" not in html
    assert "/en/programmes/contest/" in html
    assert "Hidden" not in html
    assert not answer.cookies


def test_no_other_page_may_be_framed(client, club):
    for address in ("/en/places/mahilyow-region/", FILE, "/en/organisations/club/"):
        assert "frame-ancestors 'none'" in client.get(address)["Content-Security-Policy"]


def test_a_page_gives_the_lines_that_show_its_box(client, club):
    html = client.get("/en/places/mahilyow-region/").content.decode()
    assert f"http://testserver{BOX}" in html


def test_a_box_of_what_is_gone_says_nothing_of_it(client, club):
    withdraw(club, Reason.SAFETY)
    answer = client.get("/embed/en/organisations/club/")
    assert answer.status_code == 410
    assert "Club" not in answer.content.decode()
    assert client.get("/embed/en/organisations/never-was/").status_code == 404


def test_a_place_is_one_file_with_its_day_and_sources_that_needs_no_network(client, club):
    answer = client.get(FILE)
    html = content_of(answer).decode()
    assert "attachment" in answer["Content-Disposition"]
    assert not re.search(r"<(script|link|img)\b", html)
    for said in ("Contest", "Club", "Paper", "https://paper.example/1", "as recorded on"):
        assert said in html
    assert "Hidden" not in html


def test_what_came_while_a_file_was_drawn_goes_with_its_withdrawal(client, club, monkeypatch):
    # As in another process: this one does not forget by itself.
    monkeypatch.setattr(flush, "forget_texts", lambda ids: None)
    sections, come = OfflineFile.sections, []

    def slow(self, *given):
        if not come:
            come.append(programme(name_en="Lantern", locations=[club.seat]))
        return sections(self, *given)

    monkeypatch.setattr(OfflineFile, "sections", slow)
    assert "Lantern" in client.get(FILE).text
    withdraw(come[0], Reason.SAFETY)
    assert "Lantern" not in client.get(FILE).text


def test_what_came_and_went_while_a_file_was_drawn_is_kept_in_none(client, club, monkeypatch):
    monkeypatch.setattr(flush, "forget_texts", lambda ids: None)
    sections, come = OfflineFile.sections, []

    def slow(self, *given):
        if come:
            return sections(self, *given)
        known = Counter.remembered
        come.append(programme(name_en="Lantern", locations=[club.seat]))
        found = sections(self, *given)
        with monkeypatch.context() as elsewhere:
            elsewhere.setattr(change_numbers, "forget_texts", lambda ids: None)
            withdraw(come[0], Reason.SAFETY)
        Counter.remembered = known
        return found

    monkeypatch.setattr(OfflineFile, "sections", slow)
    client.get(FILE)
    assert "Lantern" not in client.get(FILE).text


@pytest.mark.slow
def test_a_file_of_much_stays_under_300_kb_and_says_what_it_leaves_out(client):
    places = belarus()
    for number in range(190):
        programme(f"p{number}", locations=[places["mstsislaw"]], summary_en="Long words. " * 150)
    html = content_of(client.get(FILE)).decode()
    assert 200_000 < len(html.encode()) < 300_000
    assert "more, on the page" in html


def test_a_file_that_was_given_before_says_what_changed_since(client, club):
    assert "Contest" in content_of(client.get(FILE)).decode()
    contest = Programme.objects.get(slug="contest")
    contest.name_en = "Olympiad"
    contest.save()
    html = content_of(client.get(FILE)).decode()
    assert "Olympiad" in html
    assert "Contest" not in html
    withdraw(contest, Reason.SAFETY)
    assert "Olympiad" not in content_of(client.get(FILE)).decode()
