"""Another registry is followed: its records come as drafts, what it withdraws goes at once."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.core.management import CommandError, call_command

from organisations.models import Organisation
from programmes.models import Programme
from registry.imports.models import Batch
from registry.records.models import State
from tests.imports.test_foreign import Walk
from tests.support.factories import belarus
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db

REGISTRY = "5f0e7c9e-1b1f-4c1c-9a53-b6a3b1c6a001"
WAVE, SCHOOL = "5f0e7c9e-1b1f-4c1c-9a53-b6a3b1c6a002", "5f0e7c9e-1b1f-4c1c-9a53-b6a3b1c6a003"


def named(name):
    return {"en": None, "be": None, "ru": name}


def upsert(n, card_type, id_, **record):
    return {"n": n, "type": card_type, "id": id_, "action": "upsert", "record": record}


ADDED = [
    upsert(1, "organisation", WAVE, name=named("Новая волна"), kind="ngo", seat=None),
    upsert(
        2,
        "programme",
        SCHOOL,
        name=named("Школа лидеров"),
        dates={"edtf": "2024-23"},
        locations=[{"name": named("Мстиславль")}],
        roles=[{"role": "organiser", "organisation": {"id": WAVE, "name": named("Новая волна")}}],
    ),
]
GONE = [{"n": 3, "type": "programme", "id": SCHOOL, "action": "withdraw", "on": "2026-11-27"}]


@pytest.fixture
def other():
    """A registry on this machine that answers with `changes`."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802 the name that the library calls
            since = int(self.path.partition("since=")[2].partition("&")[0])
            changes = [each for each in self.server.changes if each["n"] > since]
            last = changes[-1]["n"] if changes else since
            said = {"registry": REGISTRY, "changes": changes, "next_since": last, "more": False}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.changes = list(ADDED)
    Thread(target=server.serve_forever, daemon=True).start()
    server.api = f"http://127.0.0.1:{server.server_port}/api/v1/"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ann():
    belarus()
    return Staff("ann", "editor")


def follows(other):
    call_command("follow", other.api, "--for", "ann")


def writes_it(ann):
    walk = Walk.of(ann, Batch.objects.latest("pk"))
    walk.goes_on("names")
    walk.goes_on("apply")


def test_records_of_another_registry_become_drafts(ann, other):
    follows(other)
    assert not Programme.objects.exists()  # somebody looks at them first
    writes_it(ann)
    school = Programme.objects.get()
    assert (school.name_ru, school.dates, school.state) == ("Школа лидеров", "2024-23", State.DRAFT)
    assert school.roles.get().organisation == Organisation.objects.get()
    assert school.placements.get().location.slug == "mstsislaw"


def test_a_withdrawal_there_withdraws_here_at_once(ann, other):
    follows(other)
    writes_it(ann)
    Programme.objects.update(state=State.PUBLIC)
    other.changes += GONE
    follows(other)
    assert Programme.objects.get().state == State.WITHDRAWN
    assert Organisation.objects.get().state == State.DRAFT


def test_what_is_withdrawn_there_before_anybody_looked_is_not_written(ann, other):
    follows(other)
    other.changes += GONE
    follows(other)
    writes_it(ann)
    assert not Programme.objects.exists()
    assert Organisation.objects.count() == 1


def test_what_was_read_is_not_read_again(ann, other):
    follows(other)
    follows(other)
    assert Batch.objects.count() == 1


@pytest.mark.once
def test_only_a_safe_address_is_followed(ann):
    with pytest.raises(CommandError, match="https"):
        call_command("follow", "file:///etc/", "--for", "ann")
    with pytest.raises(CommandError, match="account"):
        call_command("follow", "https://registry.example/", "--for", "nobody")
