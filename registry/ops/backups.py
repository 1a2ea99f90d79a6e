"""One file that holds the whole registry, and how it gets in and out of either database.

The file is a ZIP of `backup.json` (`Manifest`) and of what the database's own tool makes of it
while it runs: `VACUUM INTO` of SQLite, which also leaves behind what was deleted, or `pg_dump -Fc`.
Encrypted it is a file of age (https://age-encryption.org/v1).
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
import zlib
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg
import pyrage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

FORMAT = 1
PATTERN = re.compile(r"registry-[\dT.]+Z\.backup(\.age)?")
AGE = b"age-encryption.org/v1"
logger = logging.getLogger(__name__)


class BackupError(Exception):
    """With a sentence that says what to do."""


@dataclass(frozen=True)
class Manifest:
    """What the backup is of: read before anything of it is believed."""

    format: int
    made: str  # ISO 8601
    vendor: str  # sqlite or postgresql
    migrations: list[str]  # "app.name", all that were applied
    registry: str  # its id in the API
    number: int  # of the newest change
    sha256: str  # of the data

    @classmethod
    def read(cls, values):
        if values["format"] != FORMAT:  # it may have other keys
            raise BackupError(
                f"This backup has the form {values['format']}, and this version reads form "
                f"{FORMAT}. Restore it with the version of the registry that made it."
            )
        return cls(**values)


def back_up(folder, counter, recipient=None):
    """Write a new file into the folder and return it; there is all of it or nothing.

    `counter` is the (registry, number) as of which at least it is; `recipient` a public key of age.
    """
    now = timezone.now()
    registry, number = counter
    with workshop() as work:
        data = work / "data"
        DATABASES[connection.vendor].dump(data)
        manifest = Manifest(
            FORMAT,
            now.isoformat(),
            connection.vendor,
            sorted(map(".".join, MigrationLoader(connection).applied_migrations)),
            str(registry),
            number,
            digest(data),
        )
        made = work / "backup"
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("backup.json", json.dumps(asdict(manifest), indent=1))
            packed.write(data, "data")
        ending = ".backup"
        if recipient:
            made, ending = encrypted(made, recipient), ".backup.age"
        return keep(made, Path(folder) / f"{name_at(now)}{ending}")


def name_at(moment):
    return f"registry-{moment:%Y%m%dT%H%M%S.%f}Z"


@contextmanager
def workshop():
    """A folder for this user alone (TMPDIR says where), gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="registry-backup-") as folder:
        yield Path(folder)


def keep(made, file):
    """The finished file in its place, on the disk, with the rights of its user alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    try:
        part.touch(mode=0o600)
        shutil.copyfile(made, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        return part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def rotate(folder, keep):
    """Delete all but the newest so many; returns those that went. Names begin with their time.

    Those that are named for a time to come, by a clock that was wrong, go before all others: they
    would else drive out each new one at once.
    """
    now = name_at(timezone.now())
    found = [file for file in Path(folder).iterdir() if PATTERN.fullmatch(file.name)]
    found.sort(key=lambda file: (file.name[: len(now)] <= now, file.name))
    old = found[: max(len(found) - keep, 0)]
    for file in old:
        file.unlink()
    return old


def digest(file):
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def encrypted(file, recipient):
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise BackupError(
            f"{recipient} is no public key of age: it begins with age1 and is made by age-keygen."
        ) from None
    into = file.with_suffix(".age")
    pyrage.encrypt_file(str(file), str(into), [key])
    return into


@contextmanager
def opened(file, identity=None):
    """(`Manifest`, file of the data) of a backup, both checked; the data are gone afterwards."""
    file = Path(file)
    if not file.is_file():
        raise BackupError(f"{file} is no file.")
    with workshop() as work:
        with file.open("rb") as read:
            is_encrypted = read.read(len(AGE)) == AGE
        if is_encrypted:
            file = decrypted(file, work / "backup", identity)
        yield unpack(file, work / "data"), work / "data"


def decrypted(file, into, identity):
    if identity is None:
        raise BackupError("This backup is encrypted: name the file of its key with --identity.")
    try:
        lines = Path(identity).read_text().splitlines()
        keys = [
            pyrage.x25519.Identity.from_str(each) for each in lines if each[:1] not in ("", "#")
        ]
        pyrage.decrypt_file(str(file), str(into), keys)
    except (OSError, pyrage.IdentityError, pyrage.DecryptError):
        raise BackupError(f"What is in {identity} does not open this backup.") from None
    return into


def unpack(file, into):
    damaged = BackupError("This is no backup of a registry, or it is damaged: take another one.")
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = Manifest.read(json.loads(packed.read("backup.json")))
            with packed.open("data") as read, into.open("wb") as written:
                shutil.copyfileobj(read, written, 1 << 20)
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, OSError):
        raise damaged from None
    if digest(into) != manifest.sha256:
        raise damaged
    if manifest.vendor != connection.vendor:
        raise BackupError(
            f"This backup is one of {manifest.vendor}, and DATABASE_URL names {connection.vendor}."
        )
    known = MigrationLoader(None).disk_migrations
    unknown = set(manifest.migrations) - set(map(".".join, known))
    if unknown:
        raise BackupError(
            f"This backup was made by a newer version ({sorted(unknown)[-1]} is not known here): "
            "bring the code up to date first."
        )
    return manifest


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
        server = {PQ[name]: str(value) for name, value in cls.server().items()}
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
        found = {
            "host": wanted["HOST"] or wanted["OPTIONS"].get("host"),
            "port": wanted["PORT"],
            "user": wanted["USER"],
            "password": wanted["PASSWORD"],
            "sslmode": wanted["OPTIONS"].get("sslmode"),
            "dbname": name or wanted["NAME"],
        }
        return {name: value for name, value in found.items() if value}

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


# How libpq's programs are told what psycopg is told.
PQ = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "dbname": "PGDATABASE",
}
DATABASES = {"sqlite": Sqlite, "postgresql": Postgresql}
