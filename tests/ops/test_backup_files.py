"""What a backup is as a file: which of them are opened, and which are kept."""

import hashlib
import json
import os
import subprocess
import tempfile
import time
import uuid
import zipfile
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from registry.ops import backups, dumps, ledger
from tests.support.disks import disk, fill

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
    locked = bytearray(Path(file).read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # as if a password were needed
    with_password = folder / "with-password.backup"
    with_password.write_bytes(locked)
    # Its checksum is right, and it is no database.
    none = written(data=b"none", sha256=hashlib.sha256(b"none").hexdigest())
    return [
        (written(data=bytes(broken)), "it is damaged"),
        (nothing, "it is damaged"),
        (unreadable, "it is damaged"),
        (with_password, "it is damaged"),
        (written(made="yesterday"), "it is damaged"),
        (written(migrations=[["programmes"]]), "it is damaged"),
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
        with pytest.raises(dumps.BackupError, match=why), backups.opened(other):
            pass


def test_an_encrypted_file_opens_with_its_key_alone(tmp_path):
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# made today\n{key}\n")
    (tmp_path / "other").write_text(str(pyrage.x25519.Identity.generate()))
    file = backups.back_up(tmp_path, (uuid.UUID(int=1), 7), str(key.to_public()))
    assert b"backup.json" not in file.read_bytes()
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    wrong = [(tmp_path / name, "does not open") for name in ("other", "picture")]
    for identity, why in ((None, "--identity"), *wrong):
        with pytest.raises(dumps.BackupError, match=why), backups.opened(file, identity):
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


def test_a_disk_without_room_is_told_as_that_and_not_as_a_damaged_backup(tmp_path, monkeypatch):
    file = backups.back_up(tmp_path, (uuid.UUID(int=1), 7))
    with disk(tmp_path / "disk", 1) as place:
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        fill(place)
        os.truncate(place / "filler", (place / "filler").stat().st_size - 8192)
        with pytest.raises(dumps.BackupError, match="TMPDIR"), backups.opened(file):
            pass
        with pytest.raises(CommandError, match="TMPDIR|No space"):
            call_command("backup", tmp_path)
    assert [each.name for each in tmp_path.glob("*backup*")] == [file.name]


def test_what_a_backup_that_was_killed_left_is_gone_a_day_later(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = []
    for name in ("registry-backup-old", "registry-backup-new"):
        (tmp_path / name).mkdir()
        left.append(tmp_path / name)
    for name in (".registry-1Z.backup.part", ".registry-2Z.backup.part"):
        (tmp_path / "kept").mkdir(exist_ok=True)
        (tmp_path / "kept" / name).write_bytes(b"half")
        left.append(tmp_path / "kept" / name)
    for each in left[::2]:
        os.utime(each, (time.time() - 90_000,) * 2)
    backups.back_up(tmp_path / "kept", (uuid.UUID(int=1), 7))
    assert [each.exists() for each in left] == [False, True] * 2


def test_of_two_restores_at_once_one_is_refused(tmp_path, monkeypatch):
    if connection.vendor == "sqlite":  # that of the tests lies in memory
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "registry"))
    data = tmp_path / "data"
    dumps.DATABASES[connection.vendor].dump(data)
    staged = dumps.DATABASES[connection.vendor].staged
    with staged(data) as name:
        with pytest.raises(dumps.BackupError, match="at work"), staged(data):
            pass
        assert connection.vendor != "sqlite" or Path(name).stat().st_size


def test_who_restores_without_a_ledger_is_told_what_comes_back(tmp_path, settings, capsys):
    settings.LEDGER = str(tmp_path / "ledger")
    for told in (True, False):
        with pytest.raises(CommandError, match="is no file"):
            call_command("restore", tmp_path / "none.backup", yes=True)
        assert ("comes back" in capsys.readouterr().err) is told
        ledger.write(ledger.GONE, "organisation", [uuid.UUID(int=1)])


def test_programs_of_postgresql_are_told_all_that_the_registry_is_told(tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no program")
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "target_session_attrs", "standby")
    with pytest.raises(dumps.BackupError, match="standby"):
        dumps.Postgresql.dump(tmp_path / "data")


def test_a_ledger_that_cannot_be_written_is_told(tmp_path, settings, caplog):
    settings.LEDGER = str(tmp_path / "missing" / "ledger")
    ledger.write(ledger.GONE, "organisation", [uuid.UUID(int=1)])
    assert "1 lines are missing in the ledger" in caplog.text
    assert ledger.missing() == "the ledger of withdrawals cannot be written"
    settings.LEDGER = str(tmp_path / "ledger")
    assert ledger.missing() is None
    ledger.write(ledger.GONE, "organisation", [uuid.UUID(int=1), uuid.UUID(int=2)])
    ledger.write(ledger.BACK, "organisation", [uuid.UUID(int=1)])
    with ledger.place().open("ab") as file:
        file.write(
            b"\xff\x00 gone organisation\n2026-11-27T09:30:00+00:00 gone organ"
        )  # broken off
    assert ledger.taken_out(ledger.place()) == {("organisation", uuid.UUID(int=2)): False}
    ledger.write(ledger.GONE, "organisation", [uuid.UUID(int=3)])
    assert ledger.taken_out(ledger.place()).keys() == {
        ("organisation", uuid.UUID(int=number)) for number in (2, 3)
    }
    assert oct(ledger.place().stat().st_mode & 0o777) == "0o600"


def test_a_line_for_which_there_was_half_the_room_is_told_and_a_full_disk_before_it(
    tmp_path, settings, caplog
):
    with disk(tmp_path / "disk", 1) as place:
        settings.LEDGER = str(place / "ledger")
        assert ledger.missing() is None
        fill(place)
        assert ledger.missing() == "the disk of the ledger of withdrawals is full"
        os.truncate(place / "filler", (place / "filler").stat().st_size - 4096)
        ledger.write(ledger.GONE, "organisation", [uuid.UUID(int=n) for n in range(100)])
        assert "100 lines are missing in the ledger" in caplog.text


def test_a_program_of_the_server_s_version_is_taken_and_one_that_is_missing_is_named():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite needs no program")
    with connection.cursor() as cursor:
        version = cursor.connection.info.server_version // 10000
    taken = subprocess.run(
        [dumps.Postgresql.program("pg_dump"), "--version"], capture_output=True, text=True
    )
    assert int(taken.stdout.split()[2].partition(".")[0]) >= version
    with pytest.raises(dumps.BackupError, match=f"pg_none of PostgreSQL {version} or newer is"):
        dumps.Postgresql.program("pg_none")
