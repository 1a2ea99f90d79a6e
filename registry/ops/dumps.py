"""How the data of a registry get out of either database, and into it again.

`dump` writes a file while the registry runs; `staged` makes a database of one beside that which is
served, and `exchange` puts it in the place of that. All raise `BackupError`.
"""

import contextlib
import fcntl
import logging
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.db import connection

ANOTHER = "Another restore of this database is at work: wait until it has ended."
logger = logging.getLogger(__name__)


class BackupError(Exception):
    """With a sentence that says what to do."""


class Sqlite:
    """A file, which the processes that have it open go on using."""

    @staticmethod
    def dump(into):
        with connection.cursor() as cursor:  # it checks each row by functions that Django brings
            cursor.execute("VACUUM INTO %s", [str(into)])

    @staticmethod
    @contextmanager
    def staged(data):
        """The name of a database that holds the data, and that nobody but this process knows."""
        name = f"{connection.settings_dict['NAME']}.restoring"
        with contextlib.ExitStack() as stack:
            folder = os.open(Path(name).parent, os.O_RDONLY)
            stack.callback(os.close, folder)
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError(ANOTHER) from None
            # What one that was killed left there would be read as if it belonged to this one.
            for ending in ("", "-wal", "-shm", "-journal", ".ledger", ".reserve"):
                left = Path(f"{name}{ending}")
                left.unlink(missing_ok=True)
                stack.callback(left.unlink, missing_ok=True)
            Path(name).touch(mode=0o600)
            shutil.copyfile(data, name)
            yield name

    @staticmethod
    def exchange(staged, name):
        """All pages in one transaction: whoever reads meanwhile sees the old registry, then the
        new one."""
        try:
            with (
                closing(sqlite3.connect(staged)) as source,
                closing(sqlite3.connect(name, timeout=60)) as target,
            ):
                source.backup(target)
                target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError as error:
            raise BackupError(
                f"The database in {name} cannot be written ({error}). Stop the registry, move that "
                "file and its -wal and -shm away, and restore again."
            ) from None


class Postgresql:
    """A database of a server: the new one is made beside the old one and takes its name."""

    @classmethod
    def dump(cls, into):
        cls.run("pg_dump", "-Fc", "--no-owner", "--no-privileges", "-f", into)

    @classmethod
    @contextmanager
    def staged(cls, data):
        name = f"{connection.settings_dict['NAME']}_restoring"
        with cls.session() as held:
            locked = held.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [name])
            if not locked.fetchone()[0]:
                raise BackupError(ANOTHER)
            cls.drop(name)
            cls.open_to_all(True)  # one that was killed may have closed it
            try:
                cls.sql(f"CREATE DATABASE {quoted(name)} TEMPLATE template0")
                cls.run(
                    *("pg_restore", "--exit-on-error", "--no-owner", "--no-privileges"),
                    *("-d", name, data),
                )
                yield name
            finally:
                cls.drop(name)

    @classmethod
    def exchange(cls, staged, name):
        """Sessions on the old database are ended; they connect again, and to the new one."""
        old = f"{name}_replaced"
        cls.drop(old)
        cls.open_to_all(False)
        try:
            cls.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)",
                [[name, staged]],
            )
            cls.sql(
                f"BEGIN; ALTER DATABASE {quoted(name)} RENAME TO {quoted(old)}; "
                f"ALTER DATABASE {quoted(staged)} RENAME TO {quoted(name)}; COMMIT"
            )
        except BaseException:
            cls.open_to_all(True)
            raise
        try:
            cls.drop(old)
        except BackupError as error:  # it is done all the same
            logger.warning("%s is left over and can be dropped: %s", old, error)

    @classmethod
    def open_to_all(cls, is_open):
        name = quoted(connection.settings_dict["NAME"])
        cls.sql(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {is_open}")

    @classmethod
    def drop(cls, name):
        cls.sql(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")

    @classmethod
    def sql(cls, statement, values=None):
        """On a session of its own: no database can be made or renamed from within itself."""
        with cls.session() as session:
            session.execute(statement, values)

    @classmethod
    @contextmanager
    def session(cls):
        try:
            with psycopg.connect(**cls.server("postgres"), autocommit=True) as session:
                yield session
        except psycopg.Error as error:
            raise BackupError(
                f"PostgreSQL refused ({str(error).strip()}). The user of DATABASE_URL must own the "
                "database and may make others: ALTER ROLE … CREATEDB."
            ) from None

    @classmethod
    def run(cls, program, *arguments):
        server = {PQ[name]: value for name, value in cls.server().items()}
        done = subprocess.run(
            [cls.program(program), *map(str, arguments)],
            env={**os.environ, **server},  # no password stands in a command line
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise BackupError(f"{program} failed: {said}")

    @staticmethod
    def server(name=None):
        wanted = connection.settings_dict
        found = {**wanted["OPTIONS"], "dbname": name or wanted["NAME"]}
        for key in ("host", "port", "user", "password"):
            found[key] = wanted[key.upper()] or found.get(key)
        return {key: str(found[key]) for key in PQ if found.get(key)}

    @staticmethod
    def program(name):
        """PostgreSQL's own tool, of the server's version or a newer one."""
        with Postgresql.session() as session:
            server = session.info.server_version // 10000
        # Debian's versions stand beside one another; what it puts into the PATH asks for a cluster.
        found = {
            int(each.parent.parent.name): each
            for each in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
        }
        in_path = shutil.which(name)
        if in_path and not found:
            said = subprocess.run([in_path, "--version"], capture_output=True, text=True).stdout
            found = {int(re.search(r"\d+", said)[0]): in_path}
        fitting = [version for version in found if version >= server]
        if not fitting:
            raise BackupError(
                f"{name} of PostgreSQL {server} or newer is needed and was not found: install the "
                f"client programs (Debian: postgresql-client-{server})."
            )
        return found[min(fitting)]


def quoted(name):
    return connection.ops.quote_name(name)


# The variable by which libpq's programs are told what psycopg is told.
PQ = {
    each.keyword.decode(): each.envvar.decode()
    for each in psycopg.pq.Conninfo.get_defaults()
    if each.envvar
}
DATABASES = {"sqlite": Sqlite, "postgresql": Postgresql}
