"""Whole collections as files: rows a second beside a raw loop over the same rows, and memory."""

import os
from pathlib import Path

import orjson
from django.db import connection

from registry.api.formats import formats_of
from registry.cards.declarations import declared
from registry.cards.models import Card

from .door import asking
from .shapes import Bar, Shape
from .world import API

# The least rows a second, as a part of those of the loop.
LEAST = {"ndjson": 0.9, "csv": 0.6, "xlsx": 0.15}
# By libraries, element by element: minutes for a large collection.
SLOW, FEW = ("ics", "iati", "xlsx"), 3_000
BESIDE_LOOP = {"programme": ("ndjson", "csv", "xlsx"), "event": ("ndjson", "csv")}


def export_shapes(world):
    for kind in declared.values():
        barred = BESIDE_LOOP.get(kind.type, ())
        rows = Card.objects.of(kind.type).count()
        for form in [each.format for each in formats_of(kind.type) if each.whole]:
            bar = Bar(LEAST[form], unit="of the loop") if form in barred else None
            if bar or form not in SLOW or rows <= FEW:
                yield export(kind, form, bar, most=5 if bar and form not in SLOW else 1)
        if "csv" in barred:
            shape = export(kind, "csv&fields=name,start&lang=en", None, most=3)
            shape.name = f"csv of {kind.collection}, all, fields and lang"
            yield shape


def export(kind, form, bar, most):
    rows = max(1, Card.objects.of(kind.type).count())
    address = f"{API}/{kind.collection}/?format={form}"
    return Shape(
        f"{form} of {kind.collection}, all",
        "Export",
        asking(address),
        bar,
        twins={"loop": lambda: loop(kind.type)} if bar else {},
        facts=None if form == "csvw" else lambda result: facts(result, rows),
        address=address,
        most=most,
    )


def facts(result, rows):
    found = {"rows": rows, "rows a second": 1000 * rows / result["ms"]}
    if "loop" in result:
        found["of the loop"] = result["loop"] / result["ms"]
    return found


def memory(world):
    """{name: MB} that files take at their peak, above what the loop over the same rows left.

    It fills SQLite's own 64 MB of pages, whoever reads them. Each in a process of its own: what one
    once took, it keeps for the next time.
    """
    barred = [shape for shape in export_shapes(world) if shape.bar]
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()  # its threads do not live on in another process
    return {shape.name: in_a_process(shape) for shape in barred}


def in_a_process(shape):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            asking(f"{API}/programmes/")()
            shape.twins["loop"]()
            before = kilobytes("VmRSS")
            Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
            shape.call()
            os.write(writing, str((kilobytes("VmHWM") - before) / 1024).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        taken = said.read()
    os.waitpid(child, 0)
    return float(taken)


def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def loop(card_type):
    """What an export is that takes its cards through Python: read, parse, write JSON."""
    rows = Card.objects.of(card_type).order_by("-sort").values_list("body", flat=True)
    for body in rows.iterator(chunk_size=500):
        orjson.dumps(orjson.loads(body))
