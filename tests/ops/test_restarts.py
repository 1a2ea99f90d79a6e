"""PostgreSQL is stopped and started again while eight people write: on a server of its own."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings

from tests.support.postgres import Server, folder_of_servers, manage

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


@pytest.fixture
def server():
    with folder_of_servers() as folder, Server(folder) as server:
        yield server


def test_eight_writers_go_on_after_each_of_twenty_restarts_and_lose_nothing(server):
    environment = {**os.environ, **server.told()}
    manage(environment, "migrate", "-v0")
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
            server.stop("immediate" if restart % 2 else "fast")
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
    manage(environment, "cards", "--check")
