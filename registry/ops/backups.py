"""One file that holds the whole registry, and how it gets in and out of either database.

The file is a ZIP of `backup.json` (`Manifest`) and of what the database's own tool makes of it
while it runs: `VACUUM INTO` of SQLite, which also leaves behind what was deleted, or `pg_dump -Fc`.
Encrypted it is a file of age (https://age-encryption.org/v1).
"""

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pyrage
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from .dumps import DATABASES, BackupError

FORMAT = 1
PATTERN = re.compile(r"registry-[\dT.]+Z\.backup(\.age)?")
A_DAY = 24 * 3600
AGE = b"age-encryption.org/v1"


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
        manifest = cls(**values)
        if not (manifest.moment and all(isinstance(each, str) for each in manifest.migrations)):
            raise ValueError
        return manifest

    @property
    def moment(self):
        return datetime.fromisoformat(self.made)


def back_up(folder, counter, recipient=None):
    """Write a new file into the folder and return it; there is all of it or nothing.

    `counter` is the (registry, number) as of which at least it is; `recipient` a public key of age.
    """
    now = timezone.now()
    registry, number = counter
    with workshop() as work, room():
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
        made, ending = work / "backup", ".backup"
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("backup.json", json.dumps(asdict(manifest), indent=1))
            packed.write(data, "data")
        if recipient:
            made, ending = encrypted(made, recipient), ".backup.age"
        return keep(made, Path(folder) / f"{name_at(now)}{ending}")


def name_at(moment):
    return f"registry-{moment:%Y%m%dT%H%M%S.%f}Z"


@contextmanager
def workshop():
    """A folder for this user alone (TMPDIR says where), gone afterwards."""
    for left in left_behind(Path(tempfile.gettempdir()), "registry-backup-*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="registry-backup-") as folder:
        yield Path(folder)


def left_behind(folder, pattern):
    """What was killed has left there long ago: it holds the whole registry."""
    for each in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if each.stat().st_mtime < time.time() - A_DAY:
                yield each


@contextmanager
def room():
    """Within, a disk that is full is told with what to do."""
    try:
        yield
    except (OSError, Error) as error:
        raise BackupError(
            f"{error}. There must be room for the registry once more in {tempfile.gettempdir()} (or"
            " in the folder that TMPDIR names), and in that of the backups."
        ) from None


def keep(made, file):
    """The finished file in its place, on the disk, with the rights of its user alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for left in left_behind(file.parent, ".registry-*.part"):
        left.unlink()
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
        with room():
            manifest = unpack(file, work / "data")
        yield manifest, work / "data"


def decrypted(file, into, identity):
    if identity is None:
        raise BackupError("This backup is encrypted: name the file of its key with --identity.")
    try:
        lines = Path(identity).read_text().splitlines()
        keys = [
            pyrage.x25519.Identity.from_str(each) for each in lines if each[:1] not in ("", "#")
        ]
        with room():
            pyrage.decrypt_file(str(file), str(into), keys)
    except (OSError, ValueError, pyrage.IdentityError, pyrage.DecryptError):
        raise BackupError(f"What is in {identity} does not open this backup.") from None
    return into


def unpack(file, into):
    damaged = BackupError("This is no backup of a registry, or it is damaged: take another one.")
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = Manifest.read(json.loads(packed.read("backup.json")))
            with packed.open("data") as read, into.open("wb") as written:
                shutil.copyfileobj(read, written, 1 << 20)
    except Exception as error:  # whatever may be in a file that anybody may have made
        if isinstance(error, BackupError) or getattr(error, "errno", None) == errno.ENOSPC:
            raise
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
