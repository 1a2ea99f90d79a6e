"""Runs the tests on SQLite, then on PostgreSQL: python bin/tests.py [--short] [options of pytest]

`--short` leaves out those marked as slow, and on PostgreSQL those of which once is enough.
PostgreSQL is TEST_DATABASE_URL if that is set, else a private cluster in a temporary folder, made
from the programs found on this machine and stopped at the end.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments):
    # What the shell has for running the registry must not leak into its tests.
    os.environ.pop("DATABASE_URL", None)
    # Who is told to stop still stops the cluster.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    first = second = [each for each in arguments if each != "--short"]
    if first != arguments:
        first, second = [*first, "-m", "not slow"], [*first, "-m", "not slow and not once"]
    failed = [] if run("SQLite", first) else ["SQLite"]
    address = os.environ.pop("TEST_DATABASE_URL", None)
    programs = postgres_programs()
    if address:
        failed += [] if run("PostgreSQL", second, address) else ["PostgreSQL"]
    elif programs:
        with private_cluster(programs) as address:
            second.append("--reuse-db")  # all of the cluster goes at the end: nothing to drop
            failed += [] if run("PostgreSQL", second, address) else ["PostgreSQL"]
    else:
        print(
            "\nPostgreSQL was left out: no initdb was found. Install it (Debian: postgresql) or "
            "set TEST_DATABASE_URL.",
            flush=True,
        )
    if failed:
        sys.exit(f"Tests failed on {' and '.join(failed)}.")


def run(name, arguments, address=None):
    began = time.monotonic()
    print(f"\ntests on {name} …", flush=True)
    environment = {**os.environ, **({"DATABASE_URL": address} if address else {})}
    done = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment)
    print(f"tests on {name}: {time.monotonic() - began:.1f} s", flush=True)
    # pytest: 5 where none of what was asked for is for this database.
    return done.returncode == 0 or (address is not None and done.returncode == 5)


def postgres_programs():
    """The folder of initdb and postgres: from the PATH, else Debian's newest version."""
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        return None  # they refuse root, and there is nobody else to run them
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    return newest and newest.parent


@contextlib.contextmanager
def private_cluster(programs):
    """A cluster on a socket of its own, without fsync; yields the address of its database.

    And without autovacuum: what it learns of a table that is empty between two tests, the planner
    would believe of the rows of the next (measured: a statement of 20 ms took 52 s).
    """
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="registry-postgres-"))
    # PostgreSQL refuses to run as root; Debian's package brings the user `postgres`.
    as_user = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    server = None
    try:
        server = started(programs, folder, as_user)
        ready = [programs / "pg_isready", "-q", "-h", folder]
        while subprocess.run(ready).returncode != 0:
            if server.poll() is not None or time.monotonic() - began > 60:
                sys.exit(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.1)
        print(f"\nPostgreSQL from {programs}: {time.monotonic() - began:.1f} s", flush=True)
        yield f"postgres://registry@/postgres?host={folder}"
    finally:
        if server and server.poll() is None:
            server.send_signal(2)  # SIGINT: fast shutdown, open sessions are ended
            server.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def started(programs, folder, as_user):
    """The server of a new cluster, which may not be ready yet."""
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "registry", "-A", "trust", "-E", "UTF8"]
        + ["--locale=C.UTF-8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **as_user,
    )
    quick = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]
    options = [part for setting in quick for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, "-h", "", *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            **as_user,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
