"""A primary and two streaming replicas, real ones: who reads where, and what lagging shows."""

import json
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from bin.tests import postgres_programs
from tests.support.served import ask, free_port, running

pytestmark = [pytest.mark.once, pytest.mark.slow]
PROGRAMS = postgres_programs()
WORLD = """
from tests.support import factories as make
make.programme("contest", name_en="Contest")
for n in range(3):
    make.programme(f"secret{n}", name_en="Zorka")
"""
WITHDRAW = """
from programmes.models import Programme
from registry.workflow.withdrawal import Reason, withdraw
withdraw(Programme.objects.get(slug="{}"), Reason.SAFETY)
"""
BOUND = 2.0  # seconds, the default of REPLICA_LAG


class Server:
    """A PostgreSQL on a socket in a folder of its own, which a test may stop and start."""

    def __init__(self, folder, primary=None):
        self.folder = folder / ("replica" + secrets.token_hex(2) if primary else "primary")
        self.folder.mkdir()
        self.person = {}
        if os.geteuid() == 0:  # it refuses root
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.person = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        if primary:
            copy = [PROGRAMS / "pg_basebackup", "-h", primary.folder, "-U", "registry", "-D", data]
            self.run([*copy, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
        else:
            make = [PROGRAMS / "initdb", "-D", data, "-U", "registry", "-A", "trust", "-E", "UTF8"]
            self.run([*make, "--no-sync", "--locale=C.UTF-8"])
        self.start()

    def run(self, command):
        subprocess.run(
            command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **self.person
        )

    def start(self):
        options = f"-k {self.folder} -h '' -c hot_standby=on -c log_statement=all"
        log = ["-l", self.folder / "log"]
        self.control("start", "-o", options, *log)

    def stop(self):
        self.control("stop", "-m", "immediate")

    def control(self, act, *more):
        control = [PROGRAMS / "pg_ctl", "-D", self.folder / "data", "-w"]
        self.run([*control, act, *more])

    @property
    def address(self):
        return f"postgres://registry@/postgres?host={self.folder}"

    def ask(self, statement):
        at = {"host": str(self.folder), "user": "registry", "dbname": "postgres"}
        with psycopg.connect(**at, autocommit=True) as session:
            return session.execute(statement).fetchone()[0]

    def reads(self):
        """How often cards were asked for."""
        return (self.folder / "log").read_bytes().count(b'FROM "cards_card"')


@pytest.fixture
def servers():
    if PROGRAMS is None:
        pytest.skip("no PostgreSQL on this machine (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="registry-replicas-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        primary = Server(folder)
        stack.callback(primary.stop)
        replicas = [Server(folder, primary) for _ in range(2)]
        for replica in replicas:
            stack.callback(lambda replica=replica: replica.control("status") or replica.stop())
        yield primary, replicas


def told(primary, replicas):
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG")},
        "DEMO": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": primary.address,
        "DATABASE_REPLICA_URLS": " ".join(each.address for each in replicas),
        "LEDGER": str(primary.folder.parent / "ledger"),
        "PYTHONUTF8": "1",
    }


def manage(primary, *arguments):
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=told(primary, []),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def served(primary, replicas):
    port = free_port()
    serve = [sys.executable, "-m", "gunicorn", "--config", "python:registry.ops.gunicorn_conf"]
    environment = {**told(primary, replicas), "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "2"}
    environment |= {"DUE_BY_TIMER": "true", "API_RATE_ANON": "0"}
    program = subprocess.Popen(
        [*serve, "--log-level", "warning", "registry.wsgi"], cwd=settings.BASE_DIR, env=environment
    )
    with running(program, port):
        yield port


def read(port, seconds=1.0, path="/api/v1/programmes/"):
    """The statuses of all who read one after the other so long."""
    end, seen = time.monotonic() + seconds, []
    while time.monotonic() < end:
        seen.append(ask(port, path)[0])
    return seen


def test_readers_read_from_replicas_and_never_what_was_withdrawn_longer_than_the_bound(servers):
    primary, replicas = servers
    manage(primary, "migrate", "-v0")
    manage(primary, "collectstatic", "--no-input", "-v0")
    manage(primary, "shell", "-c", WORLD)
    with served(primary, replicas) as port:
        assert {each["slug"] for each in listed(port)} >= {"contest", "secret0"}
        read(port, BOUND)  # both processes have looked by now who is fresh
        before = [primary.reads(), *(replica.reads() for replica in replicas)]
        asked = len(read(port))
        after = [primary.reads(), *(replica.reads() for replica in replicas)]
        grown = [new - old for old, new in zip(before, after, strict=True)]
        assert grown[0] == 0
        assert min(grown[1:]) >= asked // 3  # in turn

        # Both stand still: neither knows of the withdrawal, and both say that they do not lag.
        for replica in replicas:
            replica.ask("SELECT pg_wal_replay_pause()::text")
        manage(primary, "shell", "-c", WITHDRAW.format("secret0"))
        time.sleep(BOUND)
        assert "secret0" not in {each["slug"] for each in listed(port)}
        assert set(read(port, 1, "/en/programmes/secret0/")) == {410}
        assert set(read(port)) == {200}

        # One goes on and is taken in again; the other one does not.
        replicas[0].ask("SELECT pg_wal_replay_resume()::text")
        time.sleep(BOUND)
        before = replicas[0].reads(), replicas[1].reads()
        read(port)
        assert replicas[0].reads() > before[0]
        assert replicas[1].reads() == before[1]

        # One that is stopped is not missed by anybody; nor is the other one.
        replicas[0].stop()
        assert set(read(port, 3)) == {200}
        replicas[0].start()
        replicas[1].stop()
        assert set(read(port, 3)) == {200}
        replicas[1].start()

        # `changes/` and staff read what is written this moment, whatever replicas know.
        replicas[0].ask("SELECT pg_wal_replay_pause()::text")
        manage(primary, "shell", "-c", WITHDRAW.format("secret1"))
        body = ask(port, "/api/v1/changes/?limit=100")[2]
        newest = primary.ask("SELECT number FROM cards_counter")
        assert f'"n":{newest}'.encode() in body.replace(b" ", b"")


def listed(port):
    return json.loads(ask(port, "/api/v1/programmes/")[2])["results"]


def test_how_many_reads_a_second_replicas_carry(servers, capsys):
    """Printed, not asserted: on one machine all servers share its cores."""
    primary, replicas = servers
    manage(primary, "migrate", "-v0")
    manage(primary, "collectstatic", "--no-input", "-v0")
    manage(primary, "shell", "-c", WORLD)
    for number in range(3):
        with served(primary, replicas[:number]) as port:
            read(port)
            seen = read(port, 4)
        assert set(seen) == {200}
        with capsys.disabled():
            sys.stdout.write(f"\n{number} replicas: {len(seen) / 4:.0f} reads a second\n")
