"""Keys of the API: made by an administrator, shown once, and counted by themselves."""

import re
import threading
import time
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.utils import timezone

from registry.keys.models import ApiKey
from registry.ops import throttling
from registry.ops.throttling import AnonymousThrottle, KeyThrottle
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"
MADE = "/admin/keys/apikey/add/"


@pytest.fixture(autouse=True)
def _a_new_minute(monkeypatch):
    """The tests of limits stand still within one minute, which nobody has used yet."""
    monkeypatch.setattr(time, "time", lambda: 29_000_000 * 60 + 15.0)
    AnonymousThrottle.window.done.clear()
    KeyThrottle.minute = None


@pytest.fixture
def made():
    return ApiKey.objects.create_key(name="Network", note="A mirror")


def ask(client, key, address=ROOT):
    return client.get(address, headers={"Authorization": f"Api-Key {key}"})


def fill(**values):
    return {"name": "Network", "note": "A mirror", **values} | {
        "expiry_date_0": "2030-01-01",
        "expiry_date_1": "12:00",
    }


def test_an_administrator_makes_a_key_and_sees_it_once(client):
    ada = Staff("ada", "administrator")
    page = ada.client.post(MADE, fill())
    key = re.search(r'<code id="key">([^<]+)</code>', page.content.decode())[1]
    assert "no-store" in page.headers["Cache-Control"]
    assert "messages" not in page.cookies
    row = ApiKey.objects.get()
    assert (row.name, row.note, row.prefix) == ("Network", "A mirror", key.partition(".")[0])
    kept = [str(value) for value in ApiKey.objects.values_list()[0]]
    kept += [str(value) for row in LogEntry.objects.values_list() for value in row]
    secret = key.partition(".")[2]
    assert not [value for value in kept if secret in value]
    for address in ("/admin/keys/apikey/", f"/admin/keys/apikey/{row.pk}/change/"):
        page = ada.client.get(address)
        assert page.status_code == 200
        assert secret not in page.content.decode()
        assert row.hashed_key not in page.content.decode()
    assert ask(client, key).status_code == 200


def test_only_administrators_see_keys_and_nobody_deletes_one(made):
    for group in ("editor", "reviewer", "safety officer"):
        staff = Staff(group[:4], group)
        for address in ("/admin/keys/apikey/", MADE):
            assert staff.client.get(address).status_code == 403
    ada = Staff("ada", "administrator")
    row = made[0]
    assert ada.client.post(f"/admin/keys/apikey/{row.pk}/delete/").status_code == 403
    ada.client.post(f"/admin/keys/apikey/{row.pk}/change/", fill(revoked="on"))
    row.refresh_from_db()
    assert row.revoked
    ada.client.post(f"/admin/keys/apikey/{row.pk}/change/", fill())
    row.refresh_from_db()
    assert row.revoked
    # The table that the package brings is no second door.
    assert ada.client.get("/admin/rest_framework_api_key/apikey/").status_code == 404


def test_a_key_that_is_not_valid_is_refused_and_said_nowhere(made, client, caplog):
    caplog.set_level("DEBUG")
    row, key = made
    old, expired = ApiKey.objects.create_key(
        name="Old", note="-", expiry_date=timezone.now() - timedelta(seconds=1)
    )
    gone, revoked = ApiKey.objects.create_key(name="Gone", note="-", revoked=True)
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
    for each in (
        expired,
        revoked,
        wrong,
        "",
        "x",
        "é" * 41,
        f"{'a' * 8}.{'b' * 32}",
        "\0",
        key * 2,
    ):
        response = ask(client, each)
        assert response.status_code == response.json()["status"] == 401
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.headers["WWW-Authenticate"] == "Api-Key"
        assert each not in response.content.decode() or len(each) < 2
    assert ask(client, key).status_code == 200
    assert not [each for each in (key, expired, revoked, wrong) if each in caplog.text]


def test_a_key_is_read_from_the_header_alone(made, client):
    _row, key = made
    for name in ("api_key", "key", "Authorization", "token"):
        response = client.get(ROOT, {name: key})
        assert response.status_code == 400
        assert key not in response.content.decode()
    # Another scheme is somebody else's, such as a proxy's.
    basic = client.get(ROOT, headers={"Authorization": "Basic YTpi"})
    assert basic.status_code == 200


def test_a_key_has_a_limit_of_its_own(made, client, settings):
    settings.API_RATE_ANON, settings.API_RATE_KEY = 2, 25
    _row, key = made
    codes = [client.get(ROOT).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    codes = [ask(client, key).status_code for _ in range(27)]
    assert codes == [200] * 25 + [429] * 2
    refused = ask(client, key)
    assert refused.headers["Retry-After"] == "45"
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_a_tenth_of_the_requests_is_counted_in_the_database_at_a_time(
    made, client, settings, django_assert_num_queries
):
    settings.API_RATE_KEY = 100
    _row, key = made
    ask(client, key)
    # On SQLite nothing is written: a reader would wait for whoever writes.
    shared = connection.vendor == "postgresql"
    row = ApiKey.objects.get()
    assert (row.minute, row.taken) == ((29_000_000, 10) if shared else (0, 0))
    with django_assert_num_queries(3 * 9):  # each: the key, and twice the change number
        for _ in range(9):
            ask(client, key)
    ask(client, key)
    assert ApiKey.objects.get().taken == (20 if shared else 0)


def test_processes_share_the_limit_of_a_key(made):
    row, _key = made
    assert [row.take(5, 10, 25) for _ in range(4)] == [10, 10, 5, 0]
    assert row.take(6, 10, 25) == 10  # another minute


@pytest.mark.django_db(transaction=True)
def test_whoever_takes_at_the_same_time_takes_no_more_than_there_is(made):
    row, taken = made[0], []

    def take():
        taken.extend(row.take(5, 10, 45) for _ in range(3))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 45


def test_wrong_keys_are_guesses_of_an_unknown_client(client, settings):
    settings.API_RATE_ANON = 2
    codes = [ask(client, "a" * 8 + "." + "b" * 32).status_code for _ in range(3)]
    assert codes == [401, 401, 429]


def test_counting_needs_no_more_memory_however_many_ask(rf, monkeypatch, settings):
    settings.API_RATE_ANON = 3
    monkeypatch.setattr(throttling, "MAX_CLIENTS", 50)
    throttle = AnonymousThrottle()

    def asks(number):
        return throttle.counted(rf.get(ROOT, REMOTE_ADDR=f"192.0.2.{number}"))

    for number in range(200):
        asks(number)
        busy = asks(255)
        assert len(throttle.window.done) <= 50
    assert not busy  # whoever asks all the time is not forgotten
    assert asks(1)
