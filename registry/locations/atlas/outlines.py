"""The outlines of the regions, as the arcs of regions.json (see build.py) draw them.

Minsk has none: it lies in that of Minsk Region.
"""

import json
from functools import cache
from pathlib import Path


@cache
def polygons(detail=0, place=lambda lon, lat: (lon, lat)):
    """{code: corners}, without bends of less than `detail` km², each where `place` puts it."""
    stored = json.loads(Path(__file__).with_name("regions.json").read_text(encoding="utf-8"))
    arcs = [
        [
            place(lon, lat)
            for number, (lon, lat, area) in enumerate(arc)
            if area >= detail or number in (0, len(arc) - 1)
        ]
        for arc in stored["arcs"]
    ]
    return {
        code: [
            point
            for number in ring
            # Without the last point of each, with which the next arc begins.
            for point in (arcs[number] if number >= 0 else arcs[~number][::-1])[:-1]
        ]
        for code, ring in stored["regions"].items()
    }


@cache
def polygon(code):
    """The outline as GeoJSON (RFC 7946): one closed ring, anticlockwise; None where there is none.

    Some kilometres fine: for maps, and not to tell who owns a field.
    """
    ring = polygons().get(code)
    if ring is None:
        return None
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    ring = ring if doubled > 0 else ring[::-1]
    return {"type": "Polygon", "coordinates": [[list(point) for point in [*ring, ring[0]]]]}


def region_at(point):
    """The code of the region in whose outline the point lies, or None."""
    return next((code for code, ring in polygons().items() if _holds(ring, *point)), None)


def _holds(ring, x, y):
    """A ray from inside crosses the outline an odd number of times."""
    crossed = 0
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y):
            crossed += x < (bx - ax) * (y - ay) / (by - ay) + ax
    return crossed % 2 == 1
