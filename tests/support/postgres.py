"""A PostgreSQL of a test's own, which it may fill, stop and start again, and the registry on it.

with folder_of_servers() as folder, Server(folder) as primary:
    manage(primary.told(), "migrate", "-v0")
    with served(primary.told()) as port: …
"""

import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from bin.tests import postgres_programs
from tests.support.served import free_port, running

PROGRAMS = postgres_programs()


@contextmanager
def folder_of_servers():
    """A folder for them; its path is short, as that of a socket must be."""
    if PROGRAMS is None:
        pytest.skip("no PostgreSQL on this machine (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="registry-servers-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """It listens on a socket in a folder of its own, and is stopped at the end."""

    def __init__(self, folder, primary=None, options="", database="postgres"):
        self.folder = folder / ("replica" + secrets.token_hex(2) if primary else "primary")
        self.options, self.database = options, database
        self.folder.mkdir()
        self.person = {}
        if os.geteuid() == 0:  # it refuses root
            owner = pwd.getpwnam("postgres")
            self.person = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        self.owns(self.folder)
        data = self.folder / "data"
        if primary:
            copy = [PROGRAMS / "pg_basebackup", "-h", primary.folder, "-U", "registry", "-D", data]
            self.run([*copy, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
        else:
            make = [PROGRAMS / "initdb", "-D", data, "-U", "registry", "-A", "trust", "-E", "UTF8"]
            self.run([*make, "--no-sync", "--locale=C.UTF-8"])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()

    def owns(self, folder):
        if self.person:
            os.chown(folder, self.person["user"], self.person["group"])

    def run(self, command):
        subprocess.run(
            command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, **self.person
        )

    def start(self):
        options = f"-k {self.folder} -h '' {self.options}"
        self.control("start", "-o", options, "-l", self.folder / "log")

    def stop(self, mode="immediate"):
        """`immediate` as if its machine had lost its power, `fast` orderly."""
        self.control("stop", "-m", mode)

    def control(self, act, *more):
        self.run([PROGRAMS / "pg_ctl", "-D", self.folder / "data", "-w", act, *more])

    @property
    def address(self):
        return f"postgres://registry@/{self.database}?host={self.folder}"

    def told(self, *replicas):
        return told(self.address, self.folder.parent, replicas)

    def ask(self, statement):
        at = {"host": str(self.folder), "user": "registry", "dbname": "postgres"}
        with psycopg.connect(**at, autocommit=True) as session:
            done = session.execute(statement)
            return done.fetchone()[0] if done.description else None


def told(address, folder, replicas=()):
    """The environment of a process of the registry on this database, with its ledger there."""
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG")},
        "DEMO": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": address,
        "DATABASE_REPLICA_URLS": " ".join(each.address for each in replicas),
        "LEDGER": str(folder / "ledger"),
        "PYTHONUTF8": "1",
    }


def manage(environment, *arguments):
    """What a command says."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def served(environment):
    """The port of a gunicorn of two processes."""
    port = free_port()
    serve = [sys.executable, "-m", "gunicorn", "--config", "python:registry.ops.gunicorn_conf"]
    environment = {**environment, "BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "2"}
    environment |= {"DUE_BY_TIMER": "true", "API_RATE_ANON": "0"}
    program = subprocess.Popen(
        [*serve, "--log-level", "warning", "registry.wsgi"], cwd=settings.BASE_DIR, env=environment
    )
    with running(program, port):
        yield port
