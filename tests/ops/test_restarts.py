"""PostgreSQL is stopped and started again while eight people write: on a server of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

pytestmark = [pytest.mark.slow, pytest.mark.once]

# Eight threads write as long as they may; who could not tries again. Each line is acknowledged.
WRITERS = """
import django, sys, threading, time
django.setup()
from django.db import Error, connection
from tests.support import factories as make

def write(writer):
    for n in range(100_000):
        name = f"writer-{writer}-{n}"
        while True:
            try:
                make.organisation(name, name_en=name)
                break
            except Error as error:
                if "unique" in str(error).lower():  # it was written, and nobody was told
                    break
                time.sleep(0.05)
        sys.stdout.write(f"{name}\\n")
        sys.stdout.flush()

for writer in range(8):
    threading.Thread(target=write, args=[writer], daemon=True).start()
sys.stdin.read()
"""


class Server:
    """A cluster in a folder of its own, on a socket there. It refuses to be run by root."""

    def __init__(self, programs, folder):
        self.programs, self.folder, self.process, self.as_user = programs, folder, None, {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            self.as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        command = [programs / "initdb", "-D", folder / "data", "-U", "registry", "-A", "trust"]
        self.run([*command, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])

    def run(self, command):
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self.as_user
        )

    def start(self):
        at = ["-D", self.folder / "data", "-k", self.folder, "-h", ""]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", *at],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self.as_user,
            )
        ready = [self.programs / "pg_isready", "-q", "-h", self.folder]
        while subprocess.run(ready).returncode:
            assert self.process.poll() is None
            time.sleep(0.05)

    def stop(self, how):
        self.process.send_signal(how)
        self.process.wait(timeout=60)

    @property
    def address(self):
        return f"postgres://registry@/postgres?host={self.folder}"


@pytest.fixture
def server():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no initdb (Debian: postgresql)")
    folder = Path(f"/tmp/registry-restarts-{os.getpid()}")  # a socket's path is short
    folder.mkdir()
    server = Server(found[-1].parent, folder)
    try:
        server.start()
        yield server
    finally:
        with suppress(ProcessLookupError):
            server.stop(signal.SIGINT)
        shutil.rmtree(folder)


def test_eight_writers_go_on_after_each_of_twenty_restarts_and_lose_nothing(server):
    environment = {**os.environ, "DATABASE_URL": server.address}
    environment["LEDGER"] = str(server.folder / "ledger")

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(
            command, cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.DEVNULL
        )

    manage("migrate", "-v0")
    writers = subprocess.Popen(
        [sys.executable, "-c", WRITERS],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        acknowledged = [writers.stdout.readline().strip() for _ in range(16)]
        for restart in range(20):
            # Orderly, and as if its machine had lost its power.
            server.stop(signal.SIGQUIT if restart % 2 else signal.SIGINT)
            server.start()
            acknowledged += [writers.stdout.readline().strip() for _ in range(16)]
    finally:
        writers.kill()
        rest, _ = writers.communicate()
    acknowledged += rest.split()
    with psycopg.connect(server.address) as session:
        rows = session.execute("SELECT slug FROM organisations_organisation").fetchall()
        cards = session.execute("SELECT count(*) FROM cards_card").fetchone()[0]
    assert set(acknowledged[:-1]) <= {slug for (slug,) in rows}  # the last may be cut off
    assert cards == len(rows)
    manage("cards", "--check")
