"""What the registry costs, as ratios: python -m bench [--programmes 5000] [--postgres | --both]

Makes a registry of made-up records in a temporary database and compares each request with a bare
loop over the same rows in the same run. See bench/README.md for how to read it.
"""

import argparse
import os
import runpy
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    arguments = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    arguments.add_argument("--programmes", type=int, default=5000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument(
        "--on", choices=["sqlite", "postgresql", "both"], default="both", help="(%(default)s)"
    )
    arguments.add_argument(
        "--registry", metavar="URL", help="measure this registry, filled already, and make none"
    )
    chosen = arguments.parse_args()
    if chosen.registry:
        run("-m", "bench.measure", database=chosen.registry)
        return
    if chosen.on != "postgresql":
        with tempfile.TemporaryDirectory(prefix="registry-bench-") as folder:
            measure(f"sqlite:///{folder}/registry.sqlite3", chosen)
    if chosen.on != "sqlite":
        postgres = runpy.run_path(str(ROOT / "bin" / "tests.py"))
        programs = postgres["postgres_programs"]()
        if programs is None:
            print("PostgreSQL was left out: no initdb was found.")
            return
        with postgres["private_cluster"](programs) as address:
            measure(address, chosen)


def measure(database, chosen):
    run("manage.py", "migrate", "-v0", database=database)
    run("manage.py", "loaddata", "location_sources", "locations", database=database)
    size = ["--programmes", str(chosen.programmes), "--seed", str(chosen.seed)]
    run("manage.py", "synthesise", *size, database=database)
    run("-m", "bench.measure", database=database)


def run(*command, database):
    # A demo has no limit of requests.
    settings = {"DEMO": "1", "SECRET_KEY": secrets.token_urlsafe(50), "DATABASE_URL": database}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env={**os.environ, **settings})
    if done.returncode:
        sys.exit(done.returncode)


main()
