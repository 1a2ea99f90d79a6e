"""A disk that is full or read-only, a database that is stopped: real ones, under a real server.

Whoever reads is served where that can be; whoever writes is told so and given
back what they typed.
"""

import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.support.disks import disk, fill, make_read_only
from tests.support.postgres import Server, folder_of_servers, manage, served, told
from tests.support.served import ask, free_port, lay_tables, server
from tests.support.staff import fields

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.django_db]
WORLD = """
from tests.support import factories as make
from tests.support.staff import Staff
make.programme("contest", name_en="Contest")
olga = Staff("olga", "editor", "reviewer", "safety officer", "administrator")
print(olga.client.cookies["sessionid"].value)
"""
READ = ("/en/", "/be/programmes/contest/", "/api/v1/programmes/", "/api/v1/changes/?since=0")
FORM = "/admin/programmes/programme/1/change/"
LONG = "Typed at length. " * 20_000  # more than the pages of a small database have room for
TOKEN = "a" * 32  # the same in the cookie and in the form
HERE = {"Origin": "http://localhost", "Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Registry:
    """One with a programme and somebody of the staff who is logged in, on a disk of its own."""

    environment: dict
    disk: Path
    server: Server | None = None

    def __post_init__(self):
        file = Path(self.environment["DATABASE_URL"].removeprefix("sqlite:///"))
        if file.suffix != ".sqlite3" or not lay_tables(file):
            manage(self.environment, "migrate", "-v0")
        manage(self.environment, "collectstatic", "--no-input", "-v0")
        self.session = manage(self.environment, "shell", "--no-imports", "-c", WORLD).strip()


@pytest.fixture
def sqlite():
    with folder_of_servers() as folder, disk(folder / "disk", 96) as place:
        yield Registry(told(f"sqlite:///{place / 'registry.sqlite3'}", folder), place)


@pytest.fixture(scope="module")
def postgresql(django_db_setup):
    """Tables lie on the small disk; the log of the server, without which it stops, does not."""
    with ExitStack() as stack:
        folder = stack.enter_context(folder_of_servers())
        place = stack.enter_context(disk(folder / "disk", 96))
        server = stack.enter_context(Server(folder, database="registry"))
        server.owns(place)
        server.ask(f"CREATE TABLESPACE small LOCATION '{place}'")
        server.ask("CREATE DATABASE registry TABLESPACE small")
        yield Registry(server.told(), place, server)


class Person:
    """Somebody of the staff, in a browser that has the form of the programme open."""

    def __init__(self, port, session):
        self.port, self.cookies = port, f"sessionid={session}; csrftoken={TOKEN}"
        status, _headers, page = ask(port, FORM, Cookie=self.cookies)
        assert status == 200
        self.form = {**fields(page.decode()), "csrfmiddlewaretoken": TOKEN}

    def saves(self):
        typed = urlencode({**self.form, "description_en": LONG})
        return ask(self.port, FORM, "POST", typed, Cookie=self.cookies, **HERE)


def reports(port):
    typed = urlencode({"kind": "mistake", "text": LONG[:3900], "about": "programme/contest"})
    return ask(port, "/en/report/", "POST", typed, **HERE)


def is_asked_to_try_again(reply, typed=""):
    status, headers, page = reply
    assert status == 503, page[:300]
    assert headers["Retry-After"] == "5"
    assert headers["Cache-Control"] == "no-store"
    assert typed.encode() in page


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_on_a_full_disk_all_is_read_and_what_was_typed_is_given_back(database, request):
    kept = request.getfixturevalue(database)
    with served(kept.environment) as port:
        olga = Person(port, kept.session)
        fill(kept.disk)
        for path in READ:
            assert ask(port, path)[0] == 200, path
        assert ask(port, FORM, Cookie=olga.cookies)[0] == 200
        is_asked_to_try_again(olga.saves(), LONG.strip())
        is_asked_to_try_again(reports(port), LONG[:3900].strip())
        (kept.disk / "filler").unlink()
        assert olga.saves()[0] == 302
        assert reports(port)[0] == 303
        assert "are what the records say" in manage(kept.environment, "cards", "--check")


def test_a_database_that_is_stopped_is_a_sentence_and_comes_back_by_itself(postgresql):
    with served(postgresql.environment) as port:
        olga = Person(port, postgresql.session)
        postgresql.server.stop()
        began = time.monotonic()
        for path in READ:
            is_asked_to_try_again(ask(port, path))
        is_asked_to_try_again(ask(port, FORM, Cookie=olga.cookies))
        is_asked_to_try_again(olga.saves(), LONG.strip())
        is_asked_to_try_again(reports(port), LONG[:3900].strip())
        assert time.monotonic() - began < 10 * 7  # nobody waits longer than for a free connection
        assert ask(port, "/healthz/live")[0] == 200
        assert ask(port, "/healthz/ready")[::2] == (503, b"the database does not answer\n")
        postgresql.server.start()
        end = time.monotonic() + 30
        for path in READ:  # each of the processes notices by itself
            while ask(port, path)[0] != 200:
                assert time.monotonic() < end
        assert olga.saves()[0] == 302
        assert reports(port)[0] == 303


def counting():
    return {*Path("/dev/shm").glob("registry-metrics-*"), *Path("/tmp").glob("registry-metrics-*")}


def test_the_folder_in_which_requests_are_counted_may_be_gone(tmp_path):
    before = counting()
    with server(tmp_path) as (port, _):
        (folder,) = counting() - before
        shutil.rmtree(folder)
        for path in ("/en/about/", "/metrics", "/en/"):
            assert ask(port, path)[0] == 200


def test_a_disk_that_came_back_read_only_is_read(sqlite):
    """After a power failure: its log lies beside the file of SQLite."""
    with served(sqlite.environment) as port:
        olga = Person(port, sqlite.session)
        left = sqlite.disk.parent / "left"
        shutil.copytree(sqlite.disk, left)  # as it lies there while processes have it open
    assert (left / "registry.sqlite3-wal").exists()
    shutil.copytree(left, sqlite.disk, dirs_exist_ok=True)
    make_read_only(sqlite.disk)
    with served(sqlite.environment) as port:
        for path in READ:
            assert ask(port, path)[0] == 200, path
        olga.port = port
        is_asked_to_try_again(olga.saves(), LONG.strip())
        is_asked_to_try_again(reports(port), LONG[:3900].strip())


HOST = "10.98.76.54"
ASKS = """
import django, sys, time
django.setup()
from django.db import Error, connection
connection.cursor().execute("SELECT 1")
print("asked", flush=True)
sys.stdin.readline()
began = time.monotonic()
try:
    connection.cursor().execute("SELECT 1")
except Error:
    print(time.monotonic() - began)
"""


@contextmanager
def another_host():
    """A function that takes it away, as if its cable were pulled: nobody is told anything."""

    def network(act):
        command = ["ip", "address", act, f"{HOST}/32", "dev", "lo"]
        return subprocess.run(command, capture_output=True).returncode == 0

    if shutil.which("ip") is None or not network("add"):
        pytest.skip("nobody but root may have another address, and not in every container")
    try:
        yield lambda: network("del")
    finally:
        network("del")


def test_a_host_that_is_gone_without_a_word_is_given_up_in_seconds():
    with another_host() as pull, folder_of_servers() as folder:
        port = free_port()
        server = Server(folder, options=f"-c listen_addresses={HOST} -c port={port}")
        with (server.folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {HOST}/32 trust\n")
        with server:
            address = f"postgres://registry@{HOST}:{port}/postgres"
            asking = subprocess.Popen(
                [sys.executable, "-c", ASKS],
                cwd=settings.BASE_DIR,
                env={
                    **server.told(),
                    "DATABASE_URL": address,
                    "DJANGO_SETTINGS_MODULE": "registry.settings",
                },
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            try:
                assert asking.stdout.readline() == "asked\n"
                pull()
                told, _ = asking.communicate("\n", timeout=60)
            finally:
                asking.kill()
            assert float(told) < 20
