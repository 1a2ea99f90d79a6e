"""examples/sync.py, as a partner runs it: a program of its own that may die at any moment."""

import ast
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.conf import settings

from programmes.models import Event, Programme
from registry.cards.changeset import writing
from registry.cards.models import Card, Counter
from registry.cards.read import read
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.cards.test_concurrency import Writer, populate
from tests.support import factories as make

SYNC = settings.BASE_DIR / "examples" / "sync.py"
WRITERS = 4
EMPTY = {"registry": str(uuid.uuid4()), "changes": [], "next_since": 0, "more": False}

pytestmark = pytest.mark.django_db(transaction=True)


class Mirror:
    """The client with small pages, so that a small registry has many."""

    def __init__(self, server, folder):
        self.path = str(folder / "mirror.sqlite3")
        program = folder / "sync.py"
        program.write_text(SYNC.read_text().replace("PAGE = 500", "PAGE = 7"))
        self.command = [sys.executable, program, f"{server.url}/api/v1/", self.path]

    def start(self):
        return subprocess.Popen(self.command, stderr=subprocess.PIPE, text=True)

    def run(self):
        running = self.start()
        _, errors = running.communicate(timeout=120)
        assert (running.returncode, errors) == (0, "")

    @property
    def rows(self):
        """{(type, id): record}"""
        with sqlite3.connect(self.path) as mirror:
            rows = mirror.execute("SELECT type, id, record FROM records")
            return {(kind, key): json.loads(record) for kind, key, record in rows}


@pytest.fixture
def mirror(live_server, tmp_path):
    return Mirror(live_server, tmp_path)


@pytest.fixture
def public(live_server, rf):
    """What the mirror should hold: every card, and nothing else."""
    request = rf.get("/", headers={"Host": live_server.url.removeprefix("http://")})

    def public():
        return {
            (card.type, str(card.public_id)): read(card, request) for card in Card.objects.all()
        }

    return public


class Editor(Writer):
    """Also gives records other addresses, and adds new ones."""

    # SQLite does not queue who waits: of writers that never pause, one may wait for ever.
    pause = 0.02

    def readdress(self):
        row = self.one(Programme)
        row.slug, row.slug_redacted = f"at-{uuid.uuid4()}", self.chance.random() < 0.3
        row.save()

    def create(self):
        with writing():
            make.event(f"new-{uuid.uuid4()}", programme=self.one(Programme), figures=[{}])

    def delete(self):
        last = Event.objects.order_by("-pk").first()
        if last and last.slug.startswith("new-"):
            last.delete()

    ACTS = (*Writer.ACTS, readdress, readdress, create, create, delete)


@pytest.mark.parametrize(
    "edits",
    [60, pytest.param(200, marks=pytest.mark.slow), pytest.param(2000, marks=pytest.mark.slow)],
)
def test_a_mirror_that_is_cut_off_again_and_again_ends_with_exactly_what_is_public(
    edits, mirror, public
):
    populate()
    chance, cut = random.Random(edits), 0
    writers = [Editor(seed, edits // WRITERS) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        running = mirror.start()
        time.sleep(chance.uniform(0.05, 0.5))  # it takes a tenth of a second to come up
        cut += running.poll() is None
        running.kill()
        running.communicate()
    for writer in writers:
        writer.join()
    assert [error for writer in writers for error in writer.errors] == []
    assert cut > 0
    mirror.run()
    assert mirror.rows == public()
    assert len(mirror.rows) > 10


@pytest.mark.parametrize("number", [5, 10_000])
def test_after_a_restore_the_mirror_is_read_anew(number, mirror, public):
    """The registry has another id then, and its numbers may be higher or lower than before."""
    populate()
    mirror.run()
    gone = make.programme("gone")
    mirror.run()
    assert ("programme", str(gone.public_id)) in mirror.rows
    before = Counter.objects.get()
    # As a restored backup: made before the programme was, so nothing tells of its end.
    Card.objects.filter(public_id=gone.public_id).delete()
    newest = Card.objects.order_by("-number").first().number
    Counter.objects.update(registry=uuid.uuid4(), number=max(number, newest))
    mirror.run()
    assert Counter.objects.get().registry != before.registry
    assert mirror.rows == public()
    assert ("programme", str(gone.public_id)) not in mirror.rows


def test_what_is_withdrawn_or_in_review_is_gone_from_the_mirror_at_the_next_run(mirror, public):
    contest = make.programme("contest", name_en="Zq Contest")
    school = make.programme("school")
    mirror.run()
    with writing():
        withdraw(contest, Reason.SAFETY)
    school.state = State.REVIEW
    school.save()
    mirror.run()
    assert mirror.rows == public() == {}
    with open(mirror.path, "rb") as file:
        assert b"Zq Contest" not in file.read()


def test_it_waits_as_long_as_it_is_told_to(tmp_path):
    replies = [(429, b"{}"), (503, b"{}"), (200, json.dumps(EMPTY).encode())]
    asked = []

    class Busy(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            asked.append((time.monotonic(), self.headers["Authorization"]))
            status, body = replies[len(asked) - 1]
            self.send_response(status)
            self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        api = f"http://127.0.0.1:{server.server_port}/"
        environment = {**os.environ, "REGISTRY_API_KEY": "aaaaaaaa.b"}
        command = [sys.executable, SYNC, api, str(tmp_path / "mirror.sqlite3")]
        subprocess.run(command, env=environment, check=True, timeout=60)
        server.shutdown()
    assert len(asked) == 3
    assert asked[2][0] - asked[0][0] >= 2
    assert {key for _, key in asked} == {"Api-Key aaaaaaaa.b"}


def test_it_is_one_file_of_the_standard_library_alone():
    names = set()
    for node in ast.walk(ast.parse(SYNC.read_text())):
        if isinstance(node, ast.Import):
            names |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.partition(".")[0])
    assert names
    assert names <= sys.stdlib_module_names
    done = subprocess.run([sys.executable, SYNC], capture_output=True, text=True)
    assert done.returncode == 1
    assert "python3 sync.py https://" in done.stderr
