"""Prepares the outlines that drawing.py draws: `python -m registry.locations.atlas.build`.

From fixtures/gazetteer/belarus_regions.geojson (Natural Earth) it cuts the borders into arcs: the
pieces between the points where three regions meet, or two of them and the country's edge. Each
arc is kept once and simplified once, so that neighbours can never show a gap or an overlap.

Simplified after Visvalingam and Whyatt (1993): the point that makes the smallest triangle with
its two neighbours goes first. Each point left carries the area of its triangle, so that a map
chooses how much detail it draws.

The same bytes come out each time: no trigonometry, whose last digit differs between machines.
"""

import heapq
import json
from collections import defaultdict
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "fixtures/gazetteer/belarus_regions.geojson"
OUTLINES = Path(__file__).with_name("regions.json")

# Minsk is drawn as a marker, as its polygon is too large; the hole it leaves is closed.
MARKER = "BY-HM"
KM_PER_DEGREE = (65.9, 111.3)  # of longitude at 53.7° N, of latitude
FINEST = 1.5  # km²: what no map draws is not kept


def outlines(source):
    """{"arcs": [[[lon, lat, km²], …], …], "regions": {"BY-BR": [0, 1, -3], …}}.

    The arcs of a region, one after the other, go once around it; -3 is arc 2 taken backwards
    (the complement, as in TopoJSON). The two ends of an arc have no area and always stay.
    """
    rings = {
        # The outer ring of the one polygon; the last point of a ring is its first (RFC 7946).
        feature["id"]: [tuple(point) for point in feature["geometry"]["coordinates"][0][0][:-1]]
        for feature in source["features"]
        if feature["id"] != MARKER
    }
    nodes = junctions(rings)
    arcs, regions = [], {}
    for code in sorted(rings):
        regions[code] = []
        for arc in cut(rings[code], nodes):
            # All go around in one direction, so that neighbours have a border the other way.
            if arc[::-1] in arcs:
                regions[code].append(~arcs.index(arc[::-1]))
            else:
                regions[code].append(len(arcs))
                arcs.append(arc)
    return {"arcs": [simplified(arc) for arc in arcs], "regions": regions}


def sides(ring):
    return zip(ring, ring[1:] + ring[:1], strict=True)


def junctions(rings):
    """The points at which a border begins to divide others than before."""
    owners = defaultdict(set)
    for code, ring in rings.items():
        for side in sides(ring):
            owners[frozenset(side)].add(code)
    divided = defaultdict(set)
    for side, codes in owners.items():
        for point in side:
            divided[point].add(frozenset(codes))
    return {point for point, kinds in divided.items() if len(kinds) > 1}


def cut(ring, nodes):
    # From a node on, or the arc at which a ring begins would be cut in two.
    first = next(number for number, point in enumerate(ring) if point in nodes)
    arc = []
    for point in [*ring[first:], *ring[: first + 1]]:
        arc.append(point)
        if point in nodes and len(arc) > 1:
            yield arc
            arc = [point]


def simplified(arc):
    """[[lon, lat, km²], …]: an area is never smaller than one that went before it."""
    before = {number: number - 1 for number in range(len(arc))}
    after = {number: number + 1 for number in range(len(arc))}

    def area(number):
        (ax, ay), (bx, by), (cx, cy) = (
            (lon * KM_PER_DEGREE[0], lat * KM_PER_DEGREE[1])
            for lon, lat in (arc[before[number]], arc[number], arc[after[number]])
        )
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    last = len(arc) - 1
    queue = [(area(number), number) for number in range(1, last)]
    heapq.heapify(queue)
    current = {number: size for size, number in queue}
    areas, reached = {}, 0
    while queue:
        size, number = heapq.heappop(queue)
        if number in areas or size != current[number]:
            continue  # counted anew since
        areas[number] = reached = max(reached, size)
        left, right = before[number], after[number]
        after[left], before[right] = right, left
        for neighbour in (left, right):
            if 0 < neighbour < last:
                current[neighbour] = area(neighbour)
                heapq.heappush(queue, (current[neighbour], neighbour))
    return [
        [*point, round(areas.get(number, 0), 1)]
        for number, point in enumerate(arc)
        if number in (0, last) or areas[number] >= FINEST
    ]


def text():
    prepared = outlines(json.loads(SOURCE.read_text(encoding="utf-8")))
    arcs = ",\n".join(json.dumps(arc, separators=(",", ":")) for arc in prepared["arcs"])
    return f'{{"arcs": [\n{arcs}\n],\n"regions": {json.dumps(prepared["regions"])}}}\n'


if __name__ == "__main__":
    OUTLINES.write_text(text(), encoding="utf-8")
