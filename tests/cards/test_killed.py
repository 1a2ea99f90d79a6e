"""Whoever is killed while writing leaves what was before or what comes after, nothing between."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from organisations.models import Organisation
from programmes.models import Programme
from programmes.models.parts import ProgrammeRole
from registry.cards.models import Card
from registry.cards.proof import differences

# Starts once, and forks somebody who writes until they are killed at a moment of chance. A name is
# acknowledged when its transaction is committed.
NURSERY = """
import django, os, random, signal, sys, time
django.setup()
from django.db import connections
from registry.cards.changeset import writing
from tests.support import factories as make
connections.close_all()
chance = random.Random(int(sys.argv[1]))
for life in range(int(sys.argv[1])):
    heard, said = os.pipe()
    child = os.fork()
    if not child:
        for n in range(1_000_000):
            name = f"life-{life}-{n}"
            with writing():
                club = make.organisation(name, name_en=name)
                make.programme(name, name_en=name, roles=[("organiser", club)])
            os.write(said, f"{name}\\n".encode())
    os.close(said)
    # Half of them while they write their first, the others later.
    told = os.read(heard, 4096) if life % 2 else b""
    time.sleep(chance.uniform(0, 0.4))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while more := os.read(heard, 4096):
        told += more
    os.close(heard)
    print(told.decode(), end="", flush=True)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kills", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_killed_at_any_moment_a_writer_leaves_no_half_and_loses_nothing_acknowledged(kills):
    done = subprocess.run(
        [sys.executable, "-c", NURSERY, str(kills)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": own_address()},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    acknowledged = set(done.stdout.split())
    clubs = set(Organisation.objects.values_list("slug", flat=True))
    assert len(acknowledged) >= kills // 2
    assert acknowledged <= clubs
    assert clubs == set(Programme.objects.values_list("slug", flat=True))
    assert ProgrammeRole.objects.count() == len(clubs)
    assert Card.objects.count() == 2 * len(clubs)
    if kills <= 100:  # of thousands it would take minutes
        assert list(differences()) == []


def own_address():
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
