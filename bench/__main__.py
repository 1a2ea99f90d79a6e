"""What the registry costs in seconds of processor: python -m bench [--on sqlite] [--size N …]

Measures made-up registries of several sizes on both databases, and says which shapes miss their
bar or grow with the registry. See bench/README.md for how to read it and how to add a shape.
"""

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import time

from .picture import drawn
from .registries import KEPT, ROOT, Unavailable, keep_folder, measured
from .report import Report, page, plain, summary

RESULTS = ROOT / ".bench"  # of the newest run of each database and size
PAGE, PICTURE = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "benchmarks.svg"
BEGIN, END = "<!-- begin: python -m bench --write -->", "<!-- end -->"
ENGINES = ("sqlite", "postgresql")


def main():
    chosen = arguments().parse_args()
    if chosen.empty:
        shutil.rmtree(KEPT, ignore_errors=True)
        return
    began = time.monotonic()
    keep_folder()
    RESULTS.mkdir(exist_ok=True)
    for engine in ENGINES if chosen.on == "both" else (chosen.on,):
        for size in () if chosen.results else chosen.size or [1_000, 10_000]:
            try:
                measure(engine, size, chosen)
            except Unavailable as error:
                print(f"{engine} was left out: {error}.")
    if not chosen.only:
        tell(chosen)
    spent = os.times()
    minutes = (spent.children_user + spent.children_system) / 60  # those of the servers as well
    clock = (time.monotonic() - began) / 60
    print(f"\n{minutes:.1f} minutes of processor, {clock:.1f} by the clock; kept in {KEPT}")


def arguments():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--on", choices=[*ENGINES, "both"], default="both", help="(%(default)s)")
    parser.add_argument(
        "--size", type=int, action="append", metavar="N", help="programmes (1000 and 10000)"
    )
    parser.add_argument("--only", default="", metavar="PATTERN", help="shapes whose names have it")
    parser.add_argument("--barred", action="store_true", help="shapes with a bar, half of the time")
    parser.add_argument(
        "--as-made", action="store_true", help="the registry kept last, whatever the code was then"
    )
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    parser.add_argument("--results", action="store_true", help="measure nothing, tell again")
    parser.add_argument("--empty", action="store_true", help="delete all registries that are kept")
    return parser


def measure(engine, size, chosen):
    with measured(engine, size, as_made=chosen.as_made) as address:
        print(f"\n{engine}, {size:,} programmes", flush=True)
        settings = {"SECRET_KEY": secrets.token_urlsafe(50), "DATABASE_URL": address}
        settings |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "bench.settings", "DATABASE_POOL": "1"}
        # What is due would take the one connection for seconds, and be measured.
        settings["DUE_BY_TIMER"] = "true"
        path = RESULTS / (f"{engine}-{size}.json" if not chosen.only else "some.json")
        done = subprocess.run(
            [sys.executable, "-m", "bench.run", path, chosen.only, "1" * chosen.barred],
            cwd=ROOT,
            env=os.environ | settings,
        )
        if done.returncode:
            sys.exit(done.returncode)


def tell(chosen):
    """The tables of what is newest of each database and size."""
    runs = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*-*.json"))]
    wanted = [run for run in runs if chosen.on in ("both", run["on"])]
    reports = [
        Report(some) for engine in ENGINES if (some := [r for r in wanted if r["on"] == engine])
    ]
    for report in reports:
        print(f"\n{report.title()}\n")
        for rows in (report.rows(), report.twins(), report.facts()):
            print(plain(rows), end="\n\n")
    print(summary(reports))
    if chosen.write and reports:
        write(reports)


def write(reports):
    PICTURE.write_text(drawn(reports), encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    found = f"![What each shape takes, in times of an empty view]({PICTURE.name})\n\n"
    found += page(reports, "python -m bench")
    PAGE.write_text(f"{before}{BEGIN}\n\n{found}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
