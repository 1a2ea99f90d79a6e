"""Real servers on loopback: gunicorn with our configuration, and what stands before it."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def server(folder, **given):
    """The port of a gunicorn with our configuration, and its log."""
    port = free_port()
    environment = {**os.environ, "DEMO": "1", "BIND": f"127.0.0.1:{port}"}
    environment |= {"SECRET_KEY": settings.SECRET_KEY, "WEB_CONCURRENCY": "1", **given}
    environment["DATABASE_URL"] = f"sqlite:///{folder / 'served.sqlite3'}"
    commands = [["collectstatic", "--no-input", "-v0"]]
    if not lay_tables(folder / "served.sqlite3"):
        commands.append(["migrate", "-v0"])
    for command in commands:
        command = [sys.executable, "manage.py", *command]
        subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)
    log = (folder / "log").open("w+")
    gunicorn = subprocess.Popen(
        [
            *[sys.executable, "-m", "gunicorn", "--config", "python:registry.ops.gunicorn_conf"],
            *["--log-level", "warning", "registry.wsgi"],
        ],
        cwd=settings.BASE_DIR,
        env=environment,
        stderr=log,
    )
    with log, running(gunicorn, port):
        yield port, log


def lay_tables(file):
    """Whether the empty tables of the tests could be copied: to make them anew takes half a minute.

    They are there, on SQLite, for tests that are marked as those of the database.
    """
    own = settings.DATABASES["default"]
    name = own.get("TEST", {}).get("NAME")
    if connection.vendor != "sqlite" or Path(own["NAME"]).parent != Path(name).parent:
        return False
    with closing(sqlite3.connect(own["NAME"])) as tables, closing(sqlite3.connect(file)) as copy:
        tables.backup(copy)
    return True


@contextmanager
def running(program, port):
    """Until it listens there, and no longer than it is needed."""
    try:
        while not answers(port):
            assert program.poll() is None
            time.sleep(0.1)
        yield
    finally:
        program.terminate()
        program.wait()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port, path, method="GET", body=None, **headers):
    """(status, headers without the date, body)."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    with closing(connection):
        with suppress(BrokenPipeError):  # who sends too much is not heard to the end
            connection.request(method, path, body, {"Host": "localhost", **headers})
        reply = connection.getresponse()
        text = reply.read()
    return reply.status, {k: v for k, v in reply.getheaders() if k != "Date"}, text
