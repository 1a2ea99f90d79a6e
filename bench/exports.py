"""Whole collections as files: rows a second beside a raw loop over the same rows, and memory."""

from pathlib import Path

import orjson

from registry.api.formats import formats_of
from registry.cards.declarations import declared
from registry.cards.models import Card

from .door import asking
from .shapes import Bar, Shape
from .world import API

# The least rows a second, as a part of those of the loop; and how much memory more at the most.
LEAST = {"ndjson": 0.9, "csv": 0.6, "xlsx": 0.15}
MEMORY = Bar(20, unit="MB")
# Minutes for a large registry: of one collection alone, and once.
SLOW = ("ics", "iati", "xlsx", "csvw")


def export_shapes(world):
    yield from in_formats("programme", ("ndjson", "csv", "xlsx"))
    yield from in_formats("event", ("ndjson", "csv"))
    for kind in declared.values():
        done = {"programme": ("ndjson", "csv", "xlsx"), "event": ("ndjson", "csv")}
        for each in formats_of(kind.type):
            if each.whole and each.format not in done.get(kind.type, ()):
                yield export(kind, each.format, None, most=1)


def in_formats(card_type, formats):
    for form in formats:
        bar = Bar(LEAST[form], unit="of the loop")
        yield export(declared[card_type], form, bar, most=1 if form in SLOW else 5)
    kind = declared[card_type]
    for query in ("&fields=name,start&lang=en",):
        shape = export(kind, "csv", None, most=3)
        shape.address += query
        shape.name += ", fields and lang"
        shape.call = asking(shape.address)
        yield shape


def export(kind, form, bar, most):
    rows = max(1, Card.objects.of(kind.type).count())
    address = f"{API}/{kind.collection}/?format={form}"
    call = asking(address)
    return Shape(
        f"{form} of {kind.collection}, all",
        "Export",
        call,
        bar,
        twins={"loop": lambda: loop(kind.type)} if bar else {},
        facts=lambda result: facts(result, rows, call),
        address=address,
        most=most,
    )


def facts(result, rows, call):
    """Of one more, what memory it takes at its peak above what the process holds before."""
    found = {"rows": rows, "rows a second": 1000 * rows / result["ms"]}
    if "loop" in result:
        found["of the loop"] = result["loop"] / result["ms"]
        before = peak(reset=True)
        call()
        found["MB"] = (peak() - before) / 1024
    return found


def peak(*, reset=False):
    """The most memory that the process held, in kB: since the last reset, where Linux has that."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def loop(card_type):
    """What an export is that takes its cards through Python: read, parse, write JSON."""
    rows = Card.objects.of(card_type).order_by("-sort").values_list("body", flat=True)
    for body in rows.iterator(chunk_size=500):
        orjson.dumps(orjson.loads(body))
