"""A database that goes away in the middle of a request: "try again", wherever it happens."""

from urllib.parse import urlencode

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.keys.models import ApiKey
from registry.locations.models import Location
from registry.reports.models import Report
from tests.support.factories import belarus, event, organisation, programme
from tests.support.shares import few
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]
GROUPS = ("editor", "reviewer", "safety officer", "administrator")
ABOUT = "programme/contest"
STATEMENTS = 200  # more than any request has that is asked here


class GoneAway:
    """Lets some statements pass, then none."""

    def __init__(self, statements, error):
        self.left, self.error, self.refused = statements, error, 0

    def __call__(self, execute, sql, params, many, context):
        # Taking back needs no answer of the server: what it had of an open transaction is gone.
        if "ROLLBACK" in sql or "RELEASE" in sql:
            return execute(sql, params, many, context)
        if self.left <= 0:
            self.refused += 1
            raise self.error("server closed the connection unexpectedly")
        self.left -= 1
        return execute(sql, params, many, context)


def replies(ask, error=OperationalError):
    """The reply for each statement at which the database goes away, until all pass."""
    found = []
    for statements in range(STATEMENTS):
        gone = GoneAway(statements, error)
        with transaction.atomic():
            with connection.execute_wrapper(gone):
                reply = ask()
            transaction.set_rollback(True)
        if not gone.refused:
            assert reply.status_code < 400, reply
            return found
        found.append(reply)
    raise AssertionError("More statements than expected.")


@pytest.fixture
def records():
    places = belarus()
    ngo = organisation("honey", seat=places["mstsislaw"])
    contest = programme("contest", roles=[("organiser", ngo)], locations=[places["mstsislaw"]])
    return {"programme": contest, "organisation": ngo, "event": event("final", programme=contest)}


def try_again(reply):
    assert reply.status_code == 503, (reply, reply.content[:200])
    assert reply.headers["Retry-After"] == "5"
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Location" not in reply.headers


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize(
    "path",
    [
        *("/en/", "/be/programmes/?location=BY-MA", "/ru/places/mstsislaw/", "/en/search/?q=hon"),
        *("/api/v1/programmes/", "/api/v1/programmes/contest/", "/api/v1/changes/?since=0"),
        f"/en/report/?about={ABOUT}",
    ],
)
def test_a_reader_is_asked_to_try_again(path, error, records, client):
    found = replies(lambda: client.get(path), error)
    assert found
    for reply in found:
        try_again(reply)


@pytest.mark.parametrize("error", few([OperationalError, InterfaceError], OperationalError))
def test_staff_are_asked_to_try_again_on_every_list_and_form(error, records):
    officer = person()
    pages = [
        "/admin/",
        *(address(model, "changelist") for model in (Event, Report, ApiKey, Location)),
    ]
    pages += [f"{address(model, 'changelist')}?region=BY-MA" for model in (Programme, Organisation)]
    for entry in records.values():
        pages += [address(entry, page) for page in ("change", "history")]
    for path in pages:
        found = replies(lambda path=path: officer.client.get(path), error)
        assert len(found) > 2, path  # the session, the user, and what the page shows
        for reply in found:
            try_again(reply)


@pytest.mark.slow
def test_a_form_that_could_not_be_saved_can_be_sent_again(records):
    officer = person()
    contest = records["programme"]
    form = {**officer.form_of(contest), "name_en": "Renamed"}
    sent = replies(
        lambda: officer.client.post(
            address(contest, "change"), form, headers={"sec-fetch-site": "same-origin"}
        )
    )
    assert len(sent) > 10
    for reply in sent:
        try_again(reply)
        assert b"<dd>Renamed</dd>" in reply.content
    contest.refresh_from_db()
    assert contest.name_en != "Renamed"
    assert officer.client.post(address(contest, "change"), form).status_code == 302
    contest.refresh_from_db()
    assert contest.name_en == "Renamed"
    # What is told once is taken out of the session, which is then to be saved.
    found = replies(lambda: officer.opens(contest))
    assert len(found) > 10
    for reply in found:
        try_again(reply)


def test_a_report_can_be_sent_again(records):
    report = urlencode({"kind": "mistake", "text": "The year is another.", "about": ABOUT})
    sent = replies(
        lambda: Client().post(
            "/en/report/",
            report,
            content_type="application/x-www-form-urlencoded",
            headers={"origin": "http://testserver"},
        )
    )
    assert len(sent) > 1
    for reply in sent:
        try_again(reply)
        assert b"<dd>The year is another.</dd>" in reply.content
        assert b"mistake" not in reply.content


def test_a_login_can_be_sent_again():
    user = person().user
    user.set_password("correct horse battery")
    user.save()
    browser = Client(raise_request_exception=False)
    form = fields(browser.get("/admin/login/").content.decode())
    typed = {**form, "username": user.username, "password": "correct horse battery"}
    here = {"sec-fetch-site": "same-origin"}
    sent = replies(lambda: browser.post("/admin/login/", typed, headers=here))
    assert len(sent) > 3
    for reply in sent:
        try_again(reply)
        assert b"correct horse" not in reply.content


def nobody_can_write(how):
    """From now on, as the database itself says no: it is read-only, or out of room."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION READ ONLY")
        elif how == "read-only":
            cursor.execute("PRAGMA query_only = 1")
        else:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")


def everybody_can_again():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = 0")
            cursor.execute("PRAGMA max_page_count = 4294967294")


@pytest.mark.parametrize("how", ["read-only", "full"])
def test_what_cannot_be_written_can_be_read_and_what_was_typed_is_given_back(how, records, client):
    if how == "full" and connection.vendor == "postgresql":
        pytest.skip("the room is that of its own server")
    officer, contest = person(), records["programme"]
    long = "Typed at length. " * 20_000  # more than the pages of a small database have room for
    form = {**officer.form_of(contest), "description_en": long}
    here = {"origin": "http://testserver"}
    try:
        with transaction.atomic():
            nobody_can_write(how)
            for path in ("/en/", "/be/programmes/contest/", "/api/v1/changes/?since=0"):
                assert client.get(path).status_code == 200
            assert "contest" in officer.reads(contest)
            saved = officer.client.post(address(contest, "change"), form, headers=here)
            report = {"kind": "mistake", "text": long[:3900], "contact": "me@mail.example"}
            sent = Client(raise_request_exception=False).post(
                "/en/report/",
                urlencode(report),
                content_type="application/x-www-form-urlencoded",
                headers=here,
            )
            transaction.set_rollback(True)
    finally:
        everybody_can_again()
    try_again(saved)
    assert b"Typed at length. " in saved.content
    if how == "read-only":  # of a full one there may be a page left for a few words
        try_again(sent)
        assert b"me@mail.example" in sent.content
    contest.refresh_from_db()
    assert contest.description_en == ""


def person():
    """One who may do everything, in a browser that is shown the reply to an error."""
    found = Staff("officer", *GROUPS)
    found.client.raise_request_exception = False
    return found
