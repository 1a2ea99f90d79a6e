"""What who watches counts: requests and queues, told to this machine alone."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from registry.cards.models import Counter
from registry.ops.models import Due
from registry.reports.models import Report
from tests.support import factories as make
from tests.support.served import ask, server
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def told(text):
    """{(name, *values of its labels): number}, as Prometheus reads it."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(client, **headers):
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    return told(response.content.decode())


def test_a_request_is_counted_by_the_name_of_its_address_and_nothing_else_of_it(client):
    make.programme("zqcontest")
    before = read(client)
    for path in ("/en/programmes/zqcontest/?a=zqquery", "/en/programmes/zqnothing/"):
        client.get(path, headers={"User-Agent": "zqagent"}, REMOTE_ADDR="192.0.2.77")
    client.get("/zqnowhere")
    text = client.get("/metrics").content.decode()
    after = told(text)

    more = {key: after[key] - before.get(key, 0) for key in after}
    (kind,) = {key[1] for key in more if more[key] and "programme" in key[1]}
    assert more["registry_requests_total", kind, "200"] == 1
    assert more["registry_requests_total", kind, "404"] == 1
    assert more["registry_request_seconds_count", kind] == 2
    assert more["registry_requests_total", "none", "404"] == 1
    for word in ("zq", "192.0.2", "/en/"):
        assert word not in text


def test_queues_and_what_was_done_are_told(client, settings, tmp_path):
    settings.BACKUPS = str(tmp_path)
    make.programme("contest", state="review")
    make.event("final", state="review")
    make.organisation("club")
    Report.objects.create(kind="mistake", text="a", language="en")
    Report.objects.create(kind="mistake", text="a", language="en", state="handled")
    moment = timezone.now() - timedelta(hours=1)
    Due.objects.create(name="embargoes", begun=moment, done=moment)
    now = read(client)
    assert now["registry_waiting", "review"] == 2
    assert now["registry_waiting", "reports"] == 1
    assert {key[1] for key in now if key[0] == "registry_waiting"} == {
        *("cards", "erasures", "proposals", "reports", "review")
    }
    assert now[("registry_change_number",)] == Counter.current().number > 0
    assert now["registry_due_done_timestamp_seconds", "embargoes"] == moment.timestamp()
    assert now[("registry_backup_timestamp_seconds",)] == 0
    file = tmp_path / "registry-20261127T093000.000000Z.backup"
    file.touch()
    assert read(client)[("registry_backup_timestamp_seconds",)] == file.stat().st_mtime


@pytest.mark.parametrize(
    "meta",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_nobody_reads_them_through_a_proxy_or_from_elsewhere(client, meta):
    assert client.get("/metrics", **meta).status_code == 404


def test_an_administrator_reads_them_and_no_other_staff():
    for group, status in (("safety officer", 403), ("reviewer", 403), ("administrator", 200)):
        person = Staff(group, group)
        assert person.client.get("/admin/metrics/").status_code == status
    assert b"registry_requests_total" in person.client.get("/admin/metrics/").content


def test_without_a_database_the_counts_are_told(client):
    def away(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        now = read(client)
    assert now[("registry_database_up",)] == 0
    assert any(name == "registry_requests_total" for name, *_ in now)


@pytest.mark.slow
def test_the_processes_of_the_server_add_up(tmp_path):
    with server(tmp_path, WEB_CONCURRENCY="3") as (port, _log):
        for _time in range(12):
            assert ask(port, "/healthz/live")[0] == 200
        read = [told(ask(port, "/metrics")[2].decode()) for _time in range(6)]
    assert [each["registry_requests_total", "live", "200"] for each in read] == [12] * 6
