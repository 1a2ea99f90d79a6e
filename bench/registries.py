"""Made-up registries to be measured: each is made once, kept, and measured as a copy.

with measured("postgresql", 10_000) as address: ...   # a database that goes afterwards

They are kept in the system's folder for temporary files under a hash of all that decides what is
in them: migrations, synthesiser, gazetteer, cards. Of each size the newest three stay.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import runpy
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(tempfile.gettempdir()) / f"registry-bench-{os.geteuid()}"
NEWEST = 3
DECIDING = (
    *("*/migrations/*.py", "registry/*/migrations/*.py", "programmes/synth*.py"),
    *("programmes/management/commands/synthesise.py", "fixtures/location*.json"),
    *("registry/cards/**/*.py", "registry/values/**/*.py", "registry/records/*.py"),
    *("*/serializers.py", "registry/*/serializers.py"),
)
# What a server for measuring must not do: work in the background, or share a question among
# processes whose processor nobody adds up. It keeps nothing that is worth an fsync.
OPTIONS = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
    *("max_parallel_workers_per_gather=0", "max_parallel_maintenance_workers=0"),
    *("shared_buffers=256MB", "max_wal_size=4GB"),
)


class Unavailable(Exception):
    """There is no such database on this computer."""


@contextlib.contextmanager
def measured(engine, size, *, as_made=False):
    """The address of a copy of a kept registry of the size, which is made if there is none."""
    keep_folder()
    engines = {"sqlite": sqlite, "postgresql": postgresql}
    with engines[engine](size, as_made) as address:
        if as_made:
            manage("migrate", "-v0", address=address)
        yield address


def keep_folder():
    KEPT.mkdir(mode=0o711, exist_ok=True)
    if KEPT.is_symlink() or KEPT.stat().st_uid != os.geteuid():
        sys.exit(f"{KEPT} belongs to somebody else.")


def name_of(size):
    digest = hashlib.sha256()
    for path in sorted({path for pattern in DECIDING for path in ROOT.glob(pattern)}):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return f"made_{size}_{digest.hexdigest()[:10]}"


def manage(*command, address):
    # A demo has no limit of requests.
    settings = {"DEMO": "1", "SECRET_KEY": secrets.token_urlsafe(50), "DATABASE_URL": address}
    subprocess.run(
        [sys.executable, "manage.py", *map(str, command)],
        cwd=ROOT,
        env=os.environ | settings,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def fill(address, size):
    began = time.monotonic()
    print(f"making {size:,} programmes …", end=" ", file=sys.stderr, flush=True)
    manage("migrate", "-v0", address=address)
    manage("loaddata", "location_sources", "locations", "-v0", address=address)
    manage("synthesise", "--programmes", size, address=address)
    print(f"{time.monotonic() - began:.0f} s by the clock", file=sys.stderr)


@contextlib.contextmanager
def sqlite(size, as_made):
    kept = KEPT / f"{name_of(size)}.sqlite3"
    older = sorted(KEPT.glob(f"made_{size}_*.sqlite3"), key=lambda path: path.stat().st_mtime)
    if as_made and older:
        kept = older[-1]
    if not kept.exists():
        with tempfile.TemporaryDirectory(dir=KEPT) as folder:
            fill(f"sqlite:///{folder}/made", size)
            os.rename(f"{folder}/made", kept)
        for path in older[: 1 - NEWEST]:
            path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(dir=KEPT) as folder:
        shutil.copyfile(kept, f"{folder}/registry.sqlite3")
        yield f"sqlite:///{folder}/registry.sqlite3"


@contextlib.contextmanager
def postgresql(size, as_made):
    with cluster() as (ask, address_of):
        names = ask("postgres", "SELECT datname FROM pg_database ORDER BY oid").split()
        older = [name for name in names if name.startswith(f"made_{size}_")]
        kept = older[-1] if as_made and older else name_of(size)
        # What a run that was broken off left behind.
        for name in names:
            if name.startswith(("making", "measured")):
                ask("postgres", f"DROP DATABASE {name}")
        if kept not in names:
            ask("postgres", "CREATE DATABASE making")
            fill(address_of("making"), size)
            ask("making", "VACUUM ANALYZE")
            ask("postgres", f"ALTER DATABASE making RENAME TO {kept}")
            for name in older[: 1 - NEWEST]:
                ask("postgres", f"DROP DATABASE {name}")
        ask("postgres", f"CREATE DATABASE measured TEMPLATE {kept} STRATEGY file_copy")
        yield address_of("measured")
        ask("postgres", "DROP DATABASE measured WITH (FORCE)")


@contextlib.contextmanager
def cluster():
    """A server of our own over the kept databases: (what asks it, the address of a database)."""
    programs = runpy.run_path(str(ROOT / "bin" / "tests.py"))["postgres_programs"]()
    if programs is None:
        raise Unavailable("no initdb was found (Debian: postgresql)")
    home, as_user = KEPT / "postgresql", {}
    home.mkdir(exist_ok=True)
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(home, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    with (KEPT / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another benchmark is waited for
        server = started(programs, home, as_user)

        def ask(database, statement):
            command = [programs / "psql", "-h", home, "-U", "registry", "-d", database]
            command += ["-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement]
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

        try:
            wait_for(server, [programs / "pg_isready", "-q", "-h", home], home)
            yield ask, lambda name: f"postgres://registry@/{name}?host={home}"
        finally:
            server.send_signal(2)  # SIGINT: fast shutdown, open sessions are ended
            server.wait(timeout=120)


def started(programs, home, as_user):
    data = home / "data"
    if not (data / "PG_VERSION").exists():
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "registry", "-A", "trust", "-E", "UTF8"]
            + ["--locale=C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=home,
            **as_user,
        )
    options = [part for setting in OPTIONS for part in ("-c", setting)]
    with (KEPT / "postgresql.log").open("wb") as log:
        command = [programs / "postgres", "-D", data, "-k", home, "-h", "", *options]
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=home, **as_user)


def wait_for(server, ready, home):
    began = time.monotonic()
    while subprocess.run(ready).returncode != 0:
        if server.poll() is not None or time.monotonic() - began > 60:
            sys.exit(f"PostgreSQL did not start:\n{(KEPT / 'postgresql.log').read_text()}")
        time.sleep(0.1)
