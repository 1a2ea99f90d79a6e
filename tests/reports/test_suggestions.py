"""A reader, or a partner, suggests a record: it becomes a draft, and never public by itself."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from programmes.models import Event
from registry.cards.models import Card
from registry.keys.models import ApiKey
from registry.records.models import Remark, State
from registry.reports.models import Report
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db

TYPED = {
    "suggested": "event",
    "what": "Honey Fair",
    "who": "Honey Club, organiser",
    "place": "Mstsislaw",
    "dates": "12 May 2027",
    "source": "https://honey.example/fair",
}
SENT = {
    "type": "event",
    "what": "Honey Fair",
    "where": "Mstsislaw",
    "source": "Honey News, 2027",
    "language": "be",
}


def send(typed=TYPED, origin="http://testserver"):
    return Client().post(
        "/en/report/suggest/",
        urlencode(typed),
        content_type="application/x-www-form-urlencoded",
        headers={"Origin": origin},
    )


def test_what_a_reader_suggests_waits_in_the_queue_piece_by_piece():
    answer = send()
    report = Report.objects.get()
    assert answer["Location"] == f"/en/report/thanks/?kind=event&number={report.reference}"
    assert {name: getattr(report, name) for name in TYPED} == TYPED
    assert not Card.objects.exists()


@pytest.mark.parametrize("lacking", ["suggested", "what", "source"])
def test_what_lacks_is_said_and_what_was_typed_stays(lacking):
    answer = send({**TYPED, lacking: ""})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#f-{lacking}"' in html
    assert "Honey Club, organiser" in html
    assert not Report.objects.exists()


def test_what_another_site_or_a_program_sends_is_refused():
    assert send(origin="https://elsewhere.example").status_code == 403
    assert send({**TYPED, "subject": "filled in"}).status_code == 400
    assert not Report.objects.exists()


def test_an_editor_makes_a_draft_with_the_source_and_the_words_beside_it():
    send()
    report, ann = Report.objects.get(), Staff("ann", "editor")
    assert "Write a draft of it" in ann.reads(report)
    ann.client.post(f"/admin/reports/report/{report.pk}/draft/")
    fair = Event.objects.get()
    assert (fair.state, fair.name_en, fair.dates) == (State.DRAFT, "Honey Fair", "2027-05-12")
    source = fair.citations.get().source
    assert (source.state, source.url) == (State.DRAFT, "https://honey.example/fair")
    assert "Honey Club, organiser" in Remark.objects.get(public_id=fair.public_id).text
    assert not Card.objects.exists()
    report.refresh_from_db()
    assert (report.state, report.handled_by) == ("handled", "ann")
    assert ann.client.post(f"/admin/reports/report/{report.pk}/draft/").status_code == 404


def test_who_may_read_no_reports_makes_no_draft():
    send()
    nobody = Staff("nobody")
    nobody.client.post(f"/admin/reports/report/{Report.objects.get().pk}/draft/")
    assert not Event.objects.exists()


def post(data, key=None):
    headers = {"Authorization": f"Api-Key {key}"} if key else {}
    return Client().post(
        "/api/v1/suggestions/", data, content_type="application/json", headers=headers
    )


@pytest.fixture
def key():
    return ApiKey.objects.create_key(name="Network", note="A mirror")[1]


def test_a_partner_suggests_with_a_key_and_nobody_without(key):
    assert post(SENT).status_code == 401
    answer = post(SENT, key)
    report = Report.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"number": report.reference})
    assert (report.what, report.place, report.language) == ("Honey Fair", "Mstsislaw", "be")
    assert not Card.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "person"},
        {"what": ""},
        {"what": 5},
        {"colour": "red"},
        {"language": "de"},
        {"source": "x" * 501},
    ],
)
def test_what_a_partner_sends_wrongly_is_named(wrong, key):
    answer = post(SENT | wrong, key)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["parameter"] == next(iter(wrong))
    assert not Report.objects.exists()
