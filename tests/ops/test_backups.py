"""A registry of its own is backed up while people write, damaged, and restored.

Each registry is a database beside that of the tests, and each command a process of its own, as an
office runs them.
"""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pyrage
import pytest
from django.conf import settings
from django.db import connection

from registry.ops import dumps
from tests.ops.test_backup_files import altered

pytestmark = pytest.mark.django_db(transaction=True)

# What a person does in the registry: a line of Python in its shell.
WORLD = """
from django.contrib.auth.models import User
from tests.support import factories as make
User.objects.create_user("olga", password="a long pass phrase", is_staff=True)
make.organisation("zorka", name_en="Zorka", name_be="Зорка")
make.organisation("kalina", name_en="Kalina", summary_en="Led by Zqsecret.")
make.programme("contest", name_en="Contest", summary_en="Run by Zorka.")
"""
WITHDRAW = """
from organisations.models import Organisation
from registry.workflow.withdrawal import Reason, withdraw
withdraw(Organisation.objects.get(slug="zorka"), Reason.REQUEST)
"""
ERASE = """
from registry.workflow.erased_words import ErasedWords
from registry.workflow.erasure import erase_words
words = ErasedWords.of("zqsecret")
erase_words(words)
words.note()
"""
# Who writes as long as it may: the name of each record is acknowledged when it is committed. There
# is a moment between two: who asks SQLite for its lock again at once starves whoever waits for it.
WRITER = """
import sys, time
from tests.support import factories as make
for n in range(10_000):
    make.organisation(f"{sys.argv[-1]}-{n}", name_en=f"Written {n}")
    print(f"{sys.argv[-1]}-{n}", flush=True)
    time.sleep(0.15)
"""


class Registry:
    def __init__(self, folder, address):
        self.folder = folder
        self.environment = {**os.environ, "DATABASE_URL": address, "PYTHONPATH": ""}
        self.environment["LEDGER"] = str(folder / "ledger")
        self.environment["SECRET_KEY"] = settings.SECRET_KEY
        self.backups = folder / "backups"

    def manage(self, *arguments, fails=False):
        command = [sys.executable, "manage.py", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, capture_output=True, text=True
        )
        assert (done.returncode != 0) is fails, done.stderr
        return done.stderr if fails else done.stdout

    def does(self, code):
        return self.manage("shell", "--no-imports", "-c", code).strip()

    def asked(self, sql):
        """All rows, straight from the database: to start Django for each would take minutes."""
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.folder / "registry.sqlite3")) as session:
                return session.execute(sql).fetchall()
        with psycopg.connect(self.environment["DATABASE_URL"]) as session:
            return session.execute(sql).fetchall()

    def number(self, sql):
        return self.asked(f"SELECT count(*) FROM {sql}")[0][0]

    def id(self):
        return str(self.asked("SELECT registry FROM cards_counter")[0][0])

    def backed_up(self, *options):
        said = self.manage("backup", self.backups, *options).splitlines()[0]
        return said.rsplit(" (", 1)[0]

    def restore(self, file, *options, fails=False):
        return self.manage("restore", file, "--yes", *options, fails=fails)

    def is_staged(self):
        """Whether the database that is to be the new one is there."""
        if connection.vendor == "sqlite":
            return (self.folder / "registry.sqlite3.restoring-wal").exists()
        name = urlsplit(self.environment["DATABASE_URL"]).path[1:]
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        with connection.cursor() as cursor:
            cursor.execute(found, [f"{name}_restoring"])
            return cursor.fetchone() is not None

    def writer(self, name):
        return subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup(){WRITER}", name],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def state(self):
        return self.asked("SELECT slug, state FROM organisations_organisation ORDER BY slug")


@pytest.fixture
def registry(tmp_path):
    """With the tables of the tests' own database, which are empty, and a few records."""
    if connection.vendor == "sqlite":
        address = f"sqlite:///{tmp_path}/registry.sqlite3"
        dumps.Sqlite.dump(tmp_path / "registry.sqlite3")
        yield filled(Registry(tmp_path, address))
        return
    own = connection.settings_dict["NAME"]
    name = f"kept_{uuid.uuid4().hex[:8]}"
    dumps.Postgresql.dump(tmp_path / "empty")
    dumps.Postgresql.sql(f"CREATE DATABASE {name} TEMPLATE template0")
    dumps.Postgresql.run("pg_restore", "--no-owner", "-d", name, tmp_path / "empty")
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    yield filled(Registry(tmp_path, address))
    assert connection.settings_dict["NAME"] == own
    for each in (name, f"{name}_restoring", f"{name}_replaced"):
        dumps.Postgresql.drop(each)


def filled(registry):
    registry.does(WORLD)
    return registry


def test_what_was_withdrawn_since_stays_withdrawn_and_all_else_is_what_it_was(registry):
    before = registry.state()
    file = registry.backed_up()
    assert oct(os.stat(file).st_mode & 0o777) == "0o600"
    own = registry.id()
    registry.does(
        f"{WITHDRAW}{ERASE}\n"
        "from tests.support import factories as make; make.organisation('later')\n"
        "from organisations.models import Organisation\n"
        "kalina = Organisation.objects.get(slug='kalina'); kalina.name_en = 'X'; kalina.save()\n"
        "from django.contrib.sessions.backends.db import SessionStore; SessionStore().create()"
    )
    # The names of what was withdrawn are nobody's business, nor are the words that were erased.
    assert not re.search("orka|qsecret", (registry.folder / "ledger").read_text())

    said = registry.restore(file)
    assert "1 withdrawn again" in said
    assert "The cards are what the records say." in said
    assert registry.state() == [
        (slug, "withdrawn" if slug == "zorka" else state) for slug, state in before
    ]
    assert registry.number("organisations_organisation WHERE name_en = 'Kalina'") == 1
    erased = "organisations_organisation WHERE summary_en = 'Led by […].'"
    assert registry.number(erased) == 1
    for file_of in registry.folder.glob("registry.sqlite3*"):
        assert b"qsecret" not in file_of.read_bytes()
    assert registry.number("django_session") == 0
    # Whose text names what was withdrawn is not shown either, and mirrors begin anew.
    assert registry.asked("SELECT state FROM programmes_programme") == [("review",)]
    assert registry.number("cards_card") == 1
    assert registry.number("cards_card WHERE body LIKE '%orka%'") == 0
    assert registry.id() != own
    # Brought back since by two people: then it stays what the backup says.
    ledger_of = registry.folder / "ledger"
    noted = ledger_of.read_text()
    ledger_of.write_text(noted + noted.replace(" gone ", " back "))
    assert "0 withdrawn again" in registry.restore(file)
    assert registry.state() == before
    left = {each.name for each in registry.folder.iterdir()} - {"backups", "ledger", "empty"}
    assert {each.split("-")[0] for each in left} <= {"registry.sqlite3", "registry.sqlite3.reserve"}


@pytest.mark.slow
def test_what_was_withdrawn_before_it_was_public_stays_withdrawn(registry):
    registry.does(
        "from tests.support import factories as make\n"
        "from django.utils import timezone\n"
        "later = timezone.now() + timezone.timedelta(days=1)\n"
        "make.organisation('embargoed', embargo_until=later)\n"
        "make.organisation('reviewed', state='review')\n"
        "make.organisation('brought-back', state='review')"
    )
    file = registry.backed_up()
    registry.does(
        "from django.contrib.auth.models import User\n"
        "from organisations.models import Organisation\n"
        "from registry.workflow.withdrawal import Reason, bring_back, withdraw\n"
        "olga, rita = User.objects.get(), User.objects.create_user('rita')\n"
        "for slug in ('embargoed', 'reviewed', 'brought-back'):\n"
        "    withdraw(Organisation.objects.get(slug=slug), Reason.SAFETY, by=olga)\n"
        "bring_back(Organisation.objects.get(slug='brought-back'), rita)"
    )
    assert "2 withdrawn again, of 2 in the ledger" in registry.restore(file)
    states = dict(registry.state())
    assert (states["embargoed"], states["reviewed"]) == ("withdrawn", "withdrawn")
    assert states["brought-back"] == "review"


@pytest.mark.slow
def test_a_duplicate_that_was_a_mistake_takes_its_original_nowhere(registry):
    registry.does(
        "from tests.support import factories as make; make.organisation('z', name_en='Zorka')"
    )
    file = registry.backed_up()
    registry.does(WITHDRAW.replace('slug="zorka"', 'slug="z"').replace("REQUEST", "MISTAKE"))
    registry.restore(file)
    assert dict(registry.state()) == {"z": "withdrawn", "zorka": "public", "kalina": "public"}


@pytest.mark.slow
def test_a_backup_is_enough_for_a_machine_with_an_empty_database(registry):
    file, before = registry.backed_up(), registry.state()
    if connection.vendor == "sqlite":
        for each in registry.folder.glob("registry.sqlite3*"):
            each.unlink()
    else:
        name = urlsplit(registry.environment["DATABASE_URL"]).path[1:]
        dumps.Postgresql.drop(name)
        dumps.Postgresql.sql(f"CREATE DATABASE {name} TEMPLATE template0")
    assert "The cards are what the records say." in registry.restore(file)
    assert registry.state() == before


def restoring(registry, file):
    """A process that restores, once it has begun."""
    command = [sys.executable, "manage.py", "restore", file, "--yes"]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    child = subprocess.Popen(command, cwd=settings.BASE_DIR, env=registry.environment, **quiet)
    while not registry.is_staged() and child.poll() is None:
        time.sleep(0.02)
    assert child.poll() is None, child.communicate()
    return child


@pytest.mark.slow
def test_what_is_withdrawn_while_a_backup_is_restored_is_withdrawn_in_it_too(registry):
    file = registry.backed_up()
    child = restoring(registry, file)
    child.send_signal(signal.SIGSTOP)  # with many records this takes minutes
    registry.does(WITHDRAW)
    child.send_signal(signal.SIGCONT)
    told, _ = child.communicate()
    assert child.returncode == 0, told
    assert dict(registry.state())["zorka"] == "withdrawn"
    assert registry.number("cards_card WHERE slug = 'zorka'") == 0


@pytest.mark.slow
def test_what_a_restore_that_was_killed_left_behind_is_no_part_of_the_next(registry):
    file, before = registry.backed_up(), registry.state()
    registry.does(
        "from tests.support import factories as make\n"
        "for n in range(40): make.organisation(f'more-{n}')"
    )
    child = restoring(registry, registry.backed_up())
    time.sleep(random.Random(1).uniform(0.5, 2))
    child.kill()
    child.communicate()
    registry.restore(file)
    assert registry.state() == before


@pytest.mark.slow
def test_a_backup_that_is_damaged_newer_or_not_one_changes_nothing(registry, tmp_path):
    file = registry.backed_up()
    before = registry.id()
    for other, why in altered(file, tmp_path):
        said = registry.restore(other, fails=True)
        assert why in said
        assert "Traceback" not in said
    said = registry.restore(file, "--ledger", tmp_path / "lost", fails=True)
    assert "lost is no file" in said
    assert registry.id() == before


@pytest.mark.slow
def test_an_encrypted_backup_opens_with_its_key_alone(registry, tmp_path):
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# made today\n{key}\n")
    (tmp_path / "other").write_text(str(pyrage.x25519.Identity.generate()))
    file = registry.backed_up("--to", str(key.to_public()))
    assert file.endswith(".age")
    with open(file, "rb") as read:
        assert b"backup.json" not in read.read()
    assert "--identity" in registry.restore(file, fails=True)
    assert "does not open" in registry.restore(file, "--identity", tmp_path / "other", fails=True)
    registry.restore(file, "--identity", tmp_path / "key")
    assert "no public key of age" in registry.manage(
        "backup", registry.backups, "--to", "age1x", fails=True
    )


@pytest.mark.parametrize("rounds", [1, pytest.param(30, marks=pytest.mark.slow)])
def test_what_was_acknowledged_before_a_backup_began_is_in_it(registry, rounds):
    for n in range(rounds):
        writers = [registry.writer(f"w{n}x{each}") for each in range(2)]
        acknowledged = set()
        for writer in writers * random.Random(n).randint(1, 8):
            acknowledged.add(writer.stdout.readline().strip())
        try:
            file = registry.backed_up()
        finally:
            for writer in writers:
                writer.kill()
                writer.communicate()
        said = registry.restore(file)
        assert "The cards are what the records say." in said
        assert len(acknowledged) > 1
        assert acknowledged <= {slug for slug, _ in registry.state()}
