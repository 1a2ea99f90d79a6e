"""What the API must never do: break on a hostile query, or tell what is hidden."""

import time

import pytest
from django.db import connection

from registry.api.schema import PAGING
from registry.cards.models import Card
from registry.ops.throttling import AnonymousThrottle
from registry.records.models import State
from registry.site.api import VIEWSETS
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    organisation,
    programme,
    role,
    source,
    term,
)
from tests.support.growth import cost
from tests.support.shares import every

pytestmark = [pytest.mark.once, pytest.mark.django_db]
COLLECTIONS = [viewset.collection for viewset in VIEWSETS]

HUGE = "9" * 40
VALUES = {
    "a number beyond 64 bits": HUGE,
    "a negative number": "-1",
    "not a number": "NaN",
    "infinity": "1e999",
    "a NUL": "%00",
    "a NUL within": "BY%00MA",
    "half a character": "%ED%A0%80",
    "broken UTF-8": "%FF%FE",
    "the year 0": "0000",
    "the year 0 as a day": "0000-00-00",
    "a day that is not": "2016-02-31",
    "Arabic digits": "%D9%A2%D9%A0%D9%A1%D9%A6",
    "a quotation mark": "%22",
    "search operators": "%22+OR+%2A+NEAR%28a%29+-%3A%5E",
    "tsquery operators": "a+%26+%21%28b+%7C+c%29%3A%2A",
    "an apostrophe": "%27%3B--",
    "a backslash": "%5C",
    "percent and underscore": "%25_",
    "wrong brackets": "%5B%5D%7B%7D",
    "a right-to-left mark": "%E2%80%AE",
    "an emoji": "%F0%9F%90%9D",
    "64 kB": "a" * 65536,
    "3,000 words": "+".join(f"w{number}" for number in range(3000)),
    "a long word of marks": "%CC%81" * 150,
    "a slug that is reserved": "none",
    "commas": ",,,,",
    "a forged cursor": "eyJhIjoxfQ:1abc:xyz",
}


@pytest.fixture
def shown():
    """A small registry in which every collection has a record."""
    places = belarus()
    theme = term("local-governance")
    ngo = organisation("honey", seat=places["mstsislaw"], themes=[theme], sources=[source()])
    contest = programme(
        "contest", dates="2015/2016", roles=[("organiser", ngo)], locations=[places["mstsislaw"]]
    )
    sixth = edition("sixth", programme=contest, dates="2015", number=6)
    event("final", edition=sixth, dates="XXXX-03-21")
    figure(contest)
    return contest


def status(client, address):
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


@pytest.mark.parametrize("viewset", every(8, VIEWSETS), ids=COLLECTIONS)
def test_a_hostile_value_in_any_parameter_never_breaks_a_collection(viewset, shown, client):
    if connection.vendor == "postgresql":  # which works on a clock of its own
        connection.cursor().execute("SET LOCAL statement_timeout = '10s'")
    plain = cost(status, client, f"/api/v1/{viewset.collection}/facets/?year=2015")
    for name in [*viewset.parameters(), "no_such_parameter"]:
        for kind, value in VALUES.items():
            began = time.process_time()
            code = status(client, f"/api/v1/{viewset.collection}/?{name}={value}")
            assert code in (200, 400), (name, kind)
            if code == 200 and name not in PAGING:
                address = f"/api/v1/{viewset.collection}/facets/?{name}={value}"
                assert status(client, address) == 200, (name, kind)
            assert time.process_time() - began < 100 * plain, (name, kind)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_hostile_value_elsewhere_breaks_nothing(value, shown, client):
    for name in ("since", "limit", "registry", "lang", "format", "x"):
        for address in ("", "codes/", "changes/", "openapi.json"):
            code = status(client, f"/api/v1/{address}?{name}={value}")
            assert code in (200, 400, 409), (name, address)
    for collection in COLLECTIONS:
        code = status(client, f"/api/v1/{collection}/{value[:2000]}/")
        assert code in (400, 404), collection


def test_a_parameter_given_thousands_of_times_is_refused(shown, client):
    for name in ("location", "q", "fields", "role"):
        query = "&".join(f"{name}=x{number}" for number in range(3000))
        assert status(client, f"/api/v1/programmes/?{query}") == 400
    assert status(client, "/api/v1/programmes/?" + "&".join(["a=1"] * 6000)) == 400


@pytest.mark.parametrize(
    "query",
    [
        "organisation__email=x",
        "roles__organisation__embargo_until=2016",
        "state=draft",
        "precision=hidden",
        "ordering=precision",
        "ordering=organisation__email",
        "fields=address",
        "fields=name__en",
        "search=x",
        "limit=1",
        "offset=1",
        "page=2",
    ],
)
def test_only_listed_words_are_parameters_orders_and_fields(query, shown, client):
    response = client.get(f"/api/v1/programmes/?{query}")
    assert response.status_code == 400
    assert response.json()["allowed"]


@pytest.fixture
def hidden():
    """{what it is: its slug}: programmes of which nobody may learn."""
    embargoed = programme("secret-embargo", embargo_until="2030-01-01T00:00:00+03:00")
    review = programme("secret-reviewed")
    review.state = State.REVIEW
    review.save()
    return {
        "a draft": programme("secret-draft", state=State.DRAFT).slug,
        "one in review that was public": review.slug,
        "an embargoed one": embargoed.slug,
        "one withdrawn before it was public": programme(
            "secret-withdrawn", state=State.WITHDRAWN
        ).slug,
        "none": "never-was",
    }


def test_hidden_and_absent_give_the_same_bytes(hidden, client):
    replies = {client.get(f"/api/v1/programmes/{slug}/").content for slug in hidden.values()}
    assert len(replies) == 1
    assert client.get("/api/v1/programmes/never-was/").status_code == 404


def test_an_unknown_address_gives_the_bytes_of_a_hidden_record(hidden, client):
    absent = client.get("/api/v1/programmes/never-was/").content
    for address in ("/api/", "/api/v2/", "/api/v1/persons/", "/api/v1/programmes/a/b/"):
        response = client.get(address)
        assert (response.status_code, response.content) == (404, absent), address


def test_the_hidden_stand_in_no_reply(hidden, shown, client):
    places = ["", "codes/", "openapi.json", "changes/?limit=1000"]
    for collection in COLLECTIONS:
        places += [f"{collection}/", f"{collection}/facets/", f"{collection}/?format=csv"]
        places += [f"{collection}/?format=ndjson", f"{collection}/?q=secret"]
    for place in places:
        response = client.get(f"/api/v1/{place}")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code == 200
        assert b"secret" not in body.lower(), place


def test_an_organisation_that_is_hidden_filters_as_one_that_never_was(shown, client):
    draft = organisation("hidden-honey", state=State.DRAFT)
    role(shown, draft)
    replies = [
        client.get(f"/api/v1/programmes/?organisation={slug}").content
        for slug in (draft.slug, "never-was-one")
    ]
    assert replies[0] == replies[1]
    assert b'"count":0' in replies[0]


def test_a_withdrawn_record_leaves_type_id_and_day(shown, client):
    identity = str(shown.public_id)
    withdraw(shown, Reason.SAFETY)
    for name in ("contest", identity):
        response = client.get(f"/api/v1/programmes/{name}/")
        assert response.status_code == 410
        assert response.headers["Content-Type"] == "application/problem+json"
        record = response.json()["record"]
        assert set(record) == {"type", "id", "on"}
        assert (record["type"], record["id"]) == ("programme", identity)
        assert b"contest" not in response.content.lower()


def test_reading_sets_no_cookie_and_is_open_to_every_origin(shown, client):
    for address in ("", "programmes/", "programmes/contest/", "programmes/nope/", "docs/"):
        response = client.get(f"/api/v1/{address}", headers={"Origin": "https://elsewhere.example"})
        assert not response.cookies
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert "Origin" not in response.headers.get("Vary", "")
        assert "Last-Modified" not in response.headers
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def limited(settings):
    settings.API_RATE_ANON = 3
    AnonymousThrottle.window.done.clear()
    yield
    AnonymousThrottle.window.done.clear()


def test_a_client_that_asks_too_often_is_told_when_to_come_back(limited, shown, client):
    # A minute may end between two requests; then the count begins again.
    codes = [client.get("/api/v1/programmes/").status_code for _ in range(8)]
    assert set(codes) == {200, 429}
    response = next(
        r for r in iter(lambda: client.get("/api/v1/codes/"), None) if r.status_code == 429
    )
    assert response.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    other = client.get("/api/v1/programmes/", REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200
    counted = AnonymousThrottle.window.done
    assert not any("192.0.2.7" in key or "127.0.0.1" in key for key in counted)


def test_cards_are_all_that_is_read(shown, client, django_assert_num_queries):
    with django_assert_num_queries(3) as queries:
        client.get("/api/v1/programmes/?location=BY-MA")
    tables = {word for query in queries for word in query["sql"].replace('"', " ").split()}
    assert Card._meta.db_table in tables
    assert not [word for word in tables if word.startswith(("programmes_", "organisations_"))]
