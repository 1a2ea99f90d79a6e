"""A primary and two streaming replicas, real ones: who reads where, and what lagging shows."""

import json
import sys
import time
from contextlib import ExitStack

import pytest

from tests.support.postgres import Server, folder_of_servers, manage, served
from tests.support.served import ask

pytestmark = [pytest.mark.once, pytest.mark.slow]
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


@pytest.fixture
def servers():
    options = "-c hot_standby=on -c log_statement=all"
    with ExitStack() as stack:
        folder = stack.enter_context(folder_of_servers())
        primary = stack.enter_context(Server(folder, options=options))
        replicas = [stack.enter_context(Server(folder, primary, options=options)) for _ in range(2)]
        yield primary, replicas


def reads_of(server):
    """How often cards were asked for."""
    return (server.folder / "log").read_bytes().count(b'FROM "cards_card"')


def read(port, seconds=1.0, path="/api/v1/programmes/"):
    """The statuses of all who read one after the other so long."""
    end, seen = time.monotonic() + seconds, []
    while time.monotonic() < end:
        seen.append(ask(port, path)[0])
    return seen


def test_readers_read_from_replicas_and_never_what_was_withdrawn_longer_than_the_bound(servers):
    primary, replicas = servers
    manage(primary.told(), "migrate", "-v0")
    manage(primary.told(), "collectstatic", "--no-input", "-v0")
    manage(primary.told(), "shell", "-c", WORLD)
    with served(primary.told(*replicas)) as port:
        assert {each["slug"] for each in listed(port)} >= {"contest", "secret0"}
        read(port, BOUND)  # both processes have looked by now who is fresh
        before = [reads_of(primary), *(reads_of(replica) for replica in replicas)]
        asked = len(read(port))
        after = [reads_of(primary), *(reads_of(replica) for replica in replicas)]
        grown = [new - old for old, new in zip(before, after, strict=True)]
        assert grown[0] == 0
        assert min(grown[1:]) >= asked // 3  # in turn

        # Both stand still: neither knows of the withdrawal, and both say that they do not lag.
        for replica in replicas:
            replica.ask("SELECT pg_wal_replay_pause()::text")
        manage(primary.told(), "shell", "-c", WITHDRAW.format("secret0"))
        time.sleep(BOUND)
        assert "secret0" not in {each["slug"] for each in listed(port)}
        assert set(read(port, 1, "/en/programmes/secret0/")) == {410}
        assert set(read(port)) == {200}

        # One goes on and is taken in again; the other one does not.
        replicas[0].ask("SELECT pg_wal_replay_resume()::text")
        time.sleep(BOUND)
        before = reads_of(replicas[0]), reads_of(replicas[1])
        read(port)
        assert reads_of(replicas[0]) > before[0]
        assert reads_of(replicas[1]) == before[1]

        # One that is stopped is not missed by anybody; nor is the other one.
        replicas[0].stop()
        assert set(read(port, 3)) == {200}
        replicas[0].start()
        replicas[1].stop()
        assert set(read(port, 3)) == {200}
        replicas[1].start()

        # `changes/` and staff read what is written this moment, whatever replicas know.
        replicas[0].ask("SELECT pg_wal_replay_pause()::text")
        manage(primary.told(), "shell", "-c", WITHDRAW.format("secret1"))
        body = ask(port, "/api/v1/changes/?limit=100")[2]
        newest = primary.ask("SELECT number FROM cards_counter")
        assert f'"n":{newest}'.encode() in body.replace(b" ", b"")


def listed(port):
    return json.loads(ask(port, "/api/v1/programmes/")[2])["results"]


def test_how_many_reads_a_second_replicas_carry(servers, capsys):
    """Printed, not asserted: on one machine all servers share its cores."""
    primary, replicas = servers
    manage(primary.told(), "migrate", "-v0")
    manage(primary.told(), "collectstatic", "--no-input", "-v0")
    manage(primary.told(), "shell", "-c", WORLD)
    for number in range(3):
        with served(primary.told(*replicas[:number])) as port:
            read(port)
            seen = read(port, 4)
        assert set(seen) == {200}
        with capsys.disabled():
            sys.stdout.write(f"\n{number} replicas: {len(seen) / 4:.0f} reads a second\n")
