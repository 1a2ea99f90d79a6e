"""What a backup is as a file: which of them are opened, and which are kept."""

import hashlib
import json
import subprocess
import uuid
import zipfile
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry.ops import backups, ledger

pytestmark = pytest.mark.django_db(transaction=True)


def altered(file, folder):
    """[(a file that is no backup to restore, why not)]"""
    with zipfile.ZipFile(file) as packed:
        manifest, data = json.loads(packed.read("backup.json")), packed.read("data")
        inside = packed.getinfo("data")

    def written(data=data, **values):
        other = folder / f"{uuid.uuid4().hex}.backup"
        with zipfile.ZipFile(other, "w") as packed:
            packed.writestr("backup.json", json.dumps({**manifest, **values}))
            packed.writestr("data", data)
        return other

    broken = bytearray(data)
    broken[len(broken) // 2] ^= 1
    packed = bytearray(Path(file).read_bytes())
    packed[inside.header_offset + 30 + len("data")] = 0xFF  # how its data are packed
    unreadable = folder / "unreadable.backup"
    unreadable.write_bytes(packed)
    nothing = folder / "nothing.backup"
    nothing.write_bytes(b"PK")
    newer = [*manifest["migrations"], "programmes.9999_from_tomorrow"]
    # Its checksum is right, and it is no database.
    none = written(data=b"none", sha256=hashlib.sha256(b"none").hexdigest())
    return [
        (written(data=bytes(broken)), "it is damaged"),
        (nothing, "it is damaged"),
        (unreadable, "it is damaged"),
        (folder / "none.backup", "is no file"),
        (written(migrations=newer), "programmes.9999_from_tomorrow is not known here"),
        (written(format=2, more="than today"), "reads form 1"),
        (written(vendor="oracle"), "one of oracle"),
        (none, "Nothing was changed"),
    ]


def test_a_file_that_is_damaged_newer_or_no_backup_is_refused_with_the_reason(tmp_path):
    file = backups.back_up(tmp_path, (uuid.UUID(int=1), 7))
    with backups.opened(file) as (manifest, data):
        assert (manifest.number, manifest.sha256) == (7, backups.digest(data))
    for other, why in altered(file, tmp_path)[:-1]:
        with pytest.raises(backups.BackupError, match=why), backups.opened(other):
            pass


def test_an_encrypted_file_opens_with_its_key_alone(tmp_path):
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# made today\n{key}\n")
    (tmp_path / "other").write_text(str(pyrage.x25519.Identity.generate()))
    file = backups.back_up(tmp_path, (uuid.UUID(int=1), 7), str(key.to_public()))
    assert b"backup.json" not in file.read_bytes()
    for identity, why in ((None, "--identity"), (tmp_path / "other", "does not open")):
        with pytest.raises(backups.BackupError, match=why), backups.opened(file, identity):
            pass
    with backups.opened(file, tmp_path / "key") as (manifest, _data):
        assert manifest.number == 7


def test_only_the_newest_are_kept_and_nothing_else_is_deleted(tmp_path):
    others = [tmp_path / name for name in ("notes.txt", "registry-1Z.backup.sig")]
    for each in others:
        each.write_text("mine")
    before = set()
    for _ in range(3):
        call_command("backup", tmp_path, keep=2, verbosity=0)
        (new,) = set(tmp_path.iterdir()) - {*others, *before}
        before = {*sorted(before)[-1:], new}
        assert set(tmp_path.iterdir()) == {*others, *before}
    with pytest.raises(CommandError, match="at least"):
        call_command("backup", tmp_path, keep=0)
    assert len(list(tmp_path.iterdir())) == 4


def test_a_ledger_that_cannot_be_written_is_told(tmp_path, settings, caplog):
    settings.LEDGER = str(tmp_path / "missing" / "ledger")
    ledger.write(ledger.GONE, "organisation", [uuid.UUID(int=1)])
    assert "1 lines are missing in the ledger" in caplog.text
    assert ledger.missing() == "the ledger of withdrawals cannot be written"
    settings.LEDGER = str(tmp_path / "ledger")
    assert ledger.missing() is None
    ledger.write(ledger.GONE, "organisation", [uuid.UUID(int=1), uuid.UUID(int=2)])
    ledger.write(ledger.BACK, "organisation", [uuid.UUID(int=1)])
    with ledger.place().open("a") as file:
        file.write("2026-11-27T09:30:00+00:00 gone organ")  # broken off
    assert ledger.taken_out(ledger.place()) == {("organisation", uuid.UUID(int=2)): False}
    assert oct(ledger.place().stat().st_mode & 0o777) == "0o600"


def test_a_program_of_the_server_s_version_is_taken_and_one_that_is_missing_is_named():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no program")
    with connection.cursor() as cursor:
        version = cursor.connection.info.server_version // 10000
    taken = subprocess.run(
        [backups.Postgresql.program("pg_dump"), "--version"], capture_output=True, text=True
    )
    assert int(taken.stdout.split()[2].partition(".")[0]) >= version
    with pytest.raises(backups.BackupError, match=f"pg_none of PostgreSQL {version} or newer is"):
        backups.Postgresql.program("pg_none")
