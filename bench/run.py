"""Measures the registry that DATABASE_URL names: python -m bench.run RESULTS.json

One process for one database, as each process of a server has one.
"""

import json
import os
import re
import sys
import time
from datetime import UTC, datetime

import django
from django.core.cache import caches
from django.db import connection

from .clock import EMPTY, LONG, Clock, Unreadable, in_turns


def main(path, only="", barred=""):
    """Of some shapes alone, those that were measured before stay in the file as they were."""
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "bench.settings"}
    django.setup()
    found = {each["name"]: each for each in measured(only, barred)}
    if barred and os.path.exists(path):
        with open(path) as file:
            found = {each["name"]: each for each in json.load(file)["shapes"]} | found
    about = {
        "on": connection.vendor,
        "programmes": cards("programme"),
        "cards": cards(),
        "day": f"{datetime.now(UTC):%d %B %Y}",
        "clock": read_how,
    }
    with open(path, "w") as file:
        json.dump(about | {"shapes": list(found.values())}, file, indent=1)


read_how = "processor of the process"
LARGE = 20_000  # programmes
QUICK = 0.05  # seconds
OF_ALL = """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
AND backend_type = 'client backend'"""


def cards(*types):
    from registry.cards.models import Card

    return (Card.objects.filter(type__in=types) if types else Card.objects).count()


def backends(*, of_all=False):
    """The process of PostgreSQL that works for our connection, or all that work for this database:
    if they can be watched from here."""
    global read_how
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(OF_ALL if of_all else "SELECT pg_backend_pid()")
        pids = [row[0] for row in cursor.fetchall()]
    try:
        Clock(pids)
    except Unreadable as error:
        read_how = f"processor of the process alone, WITHOUT the work of PostgreSQL: {error}"
        return []
    read_how = "processor of the process and of its PostgreSQL backend"
    return pids


def shapes(world):
    """All that this process measures by itself, in this order: saves and withdrawals last."""
    from .exports import export_shapes
    from .shapes import api_shapes, page_shapes
    from .staff import staff_shapes

    for some in (api_shapes, page_shapes, export_shapes, staff_shapes):
        yield from some(world)


def measured(only="", barred=""):
    from . import twins
    from .door import asking
    from .exports import memory
    from .world import World

    world = World()
    held = {} if only else memory(world)
    twins.indexes()
    pids = backends()
    clock, empty = Clock(pids), asking("/bench/empty/")
    is_large = cards("programme") > LARGE
    for shape in shapes(world):
        if is_large:
            shape.twins.pop("naive", None)  # minutes for one request
        if not shape.bar and (barred or (is_large and shape.group == "Export")):
            continue
        if re.search(only, shape.name):
            result = result_of(shape, clock, empty)
            if shape.name in held:
                result["facts"]["MB"] = held[shape.name]
            yield tell(result)
    yield from over_http(only)


def over_http(only):
    from .served import served_shapes, server

    with server() as (port, pid):
        some, empty = served_shapes(port)
        clock = Clock([pid, *backends(of_all=True)], own=False)
        for shape in some:
            if re.search(only, shape.name):
                yield tell(result_of(shape, clock, empty))


def result_of(shape, clock, empty):
    prepare = prepare_of(shape)
    caches["kept"].clear()
    if prepare:
        prepare()
    found, times = {}, {"ours": 1}
    if shape.most > 1:
        # What a process learns once is not counted; what was prepared holds for one call.
        taken = seconds_of(shape.call, clock)
        times["ours"] = 1 if prepare or taken > QUICK else repeats(shape.call, clock)
    for name, twin in shape.twins.items():
        taken = seconds_of(twin, clock)
        if taken > LONG:
            found[name] = 1000 * taken
        else:
            times[name] = 1 if taken > QUICK else repeats(twin, clock)
    times["empty"] = EMPTY
    calls = {"ours": shape.call, **shape.twins, "empty": empty}
    turns = {name: several(calls[name], number) for name, number in times.items()}
    for name, taken in in_turns(turns, clock, prepare, shape.most).items():
        found[name] = taken / times[name]
    result = {
        "name": shape.name,
        "group": shape.group,
        "ms": found.pop("ours") / shape.per,
        **found,
        "bar": shape.bar and [shape.bar.on("sqlite"), shape.bar.on("postgresql"), shape.bar.unit],
        "growth": shape.growth,
    }
    if shape.facts:
        result["facts"] = shape.facts(result)
    return result


def seconds_of(call, clock):
    before = sum(clock())
    call()
    return sum(clock()) - before


def repeats(call, clock):
    """How many of a quick call make up one time, so that what ran before matters less."""
    return max(1, min(EMPTY, int(0.005 / max(1e-6, seconds_of(call, clock)))))


def several(call, number):
    def calls():
        for _ in range(number):
            call()

    return calls


def prepare_of(shape):
    from registry.cards.pieces import pieces

    from .world import changed

    def forget():
        caches["kept"].clear()
        changed()
        if shape.new:
            pieces.forget()

    return forget if shape.cold or shape.new else shape.prepare


def tell(result):
    times = result["ms"] / result["empty"]
    twins = "".join(
        f"  {name} {result[name] / result['ms']:.1f}×"
        for name in ("naive", "tuned", "loop")
        if name in result
    )
    facts = "  ".join(f"{name} {number:,.4g}" for name, number in result.get("facts", {}).items())
    print(
        f"{result['name']:44.44} {result['ms']:10.2f} ms {times:8.1f} E{twins}  {facts}",
        flush=True,
    )
    return result


if __name__ == "__main__":
    began = time.process_time()
    main(*sys.argv[1:])
    print(f"{time.process_time() - began:.0f} s of processor", file=sys.stderr)
