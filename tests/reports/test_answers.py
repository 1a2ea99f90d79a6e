"""Where the settings say how mail leaves, staff answer readers from the admin."""

import pytest
from django.core import mail

from registry.reports.models import Report, ReportKind
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db
CONTACT = "reader@example.org"


@pytest.fixture
def report():
    return Report.objects.create(
        kind=ReportKind.MISTAKE, text="The final was in Minsk.", contact=CONTACT, language="en"
    )


@pytest.fixture
def mailing(settings):
    settings.MAIL_FROM = "registry@example.org"


def address(report):
    return f"/admin/reports/report/{report.pk}/answer/"


def test_without_mail_the_address_is_shown_and_nothing_can_be_sent(report):
    rita = Staff("rita", "reviewer")
    html = rita.reads(report)
    assert CONTACT in html
    assert "Answer the reader" not in html
    assert rita.client.post(address(report), {"answer": "Thank you."}).status_code == 403


def test_an_answer_goes_to_the_reader_and_is_noted(report, mailing):
    rita = Staff("rita", "reviewer")
    assert address(report) in rita.reads(report)
    rita.client.post(address(report), {"answer": "It is mended. Thank you."})
    (sent,) = mail.outbox
    assert (sent.to, sent.from_email) == ([CONTACT], "registry@example.org")
    assert report.reference in sent.subject
    assert sent.body == "It is mended. Thank you."
    report.refresh_from_db()
    assert "rita" in report.note


def test_what_the_mail_server_does_not_take_is_not_lost(report, mailing, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # where nobody listens
    rita = Staff("rita", "reviewer")
    html = rita.client.post(address(report), {"answer": "It is mended."}).content.decode()
    assert "It is mended." in html
    assert "did not accept it" in html
    report.refresh_from_db()
    assert report.note == ""


def test_who_may_not_read_contacts_answers_nobody(report, mailing):
    ann = Staff("ann", "editor")
    report.kind = ReportKind.RECORD
    report.save()
    assert "Answer the reader" not in ann.reads(report)
    assert ann.client.post(address(report), {"answer": "Thank you."}).status_code == 403
    assert mail.outbox == []
