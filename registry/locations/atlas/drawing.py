"""Maps of Belarus as SVG: from plain data to the numbers that templates/maps/ writes down.

Nothing here reads the database or knows a language: counts, addresses and names come in, already
in the words of the reader. The outlines come from outlines.py.

Minsk is a marker, for its outline is drawn too large. Districts are their seat's dot: no open
outlines of them were found. Places abroad have no map.

Coordinates leave as text, since a template would write 1.5 as 1,5 in Belarusian and Russian.
"""

import math
from functools import cache, lru_cache
from itertools import pairwise, product

from . import outlines
from .labels import (
    DIM,
    LETTER,
    NAME_NARROW,
    NAME_WIDE,
    any_inside,
    around_dot,
    around_text,
    is_free,
    overlap,
    place_labels,
    roomiest,
    sides,
    write,
)

MINSK = "BY-HM"
MINSK_POINT = (27.5665, 53.9002)
# Their order in the drawing: the labels of the last two would be covered by what follows.
REGIONS = ("BY-VI", "BY-HR", "BY-MA", "BY-BR", "BY-HO", "BY-MI", MINSK)
# Where the name and number of each stand, chosen by eye: the middle of most outlines is too near
# an edge or a border, and Minsk sits in the middle of its region.
LABELS = {
    "BY-VI": (28.85, 55.14),
    "BY-HR": (25.10, 53.72),
    "BY-MA": (30.45, 53.62),
    "BY-BR": (25.30, 52.42),
    "BY-HO": (29.45, 52.36),
    "BY-MI": (27.5, 53.31),
    MINSK: (27.5665, 54.23),
}
# How far a label may step aside: the first of equally good steps is taken.
STEPS = sorted(
    product((-36, -18, 0, 18, 36), (-28, -14, 0, 14, 28)),
    key=lambda step: (abs(step[0]) + abs(step[1]), step),
)
LEAST, MOST = (-36, -28), (36, 28)  # how far they go
SHADES = 4
CLOSE = 1.1  # numbers that differ by less look equal, and so do their shades

WIDTH = 610  # of the country, in units; site.css gives the type of maps in the same units
COUNTRY_DETAIL = 15  # km²: smaller bends are left out
MARKER = 14
DOT = 4.5
ZOOM_WIDTH, ZOOM_HEIGHT = 325, 290  # of one region; the height is the most it takes
ZOOM_DETAIL = 5
TOUCH = 12  # radius of what a finger can hit


def country(regions):
    """The country with its regions shaded by their counts.

    `regions`: mappings with `code`, `short` (the name to print), `count`, `points` (lon, lat) of
    dots and whatever else the template needs. A region that is not given is not drawn. Gives
    {"view_box", "regions": [...], "key": [...]}; a region gains `path`, `shade`, `dots` and where
    its name and number stand.
    """
    frame, shapes, outlines = whole_country()
    given = {region["code"]: region for region in regions}
    shade, key = shades(region["count"] for region in given.values())
    dots = {code: frame.shown(region["points"]) for code, region in given.items()}
    every = [dot for of_region in dots.values() for dot in of_region]
    labels = {
        code: label_of(code, given[code], every, shapes[code], frame)
        for code in REGIONS
        if code in given
    }
    words = [box for _label, box in labels.values()]
    drawn = [
        {
            **given[code],
            "path": outlines[code],
            "shade": shade(given[code]["count"]),
            "dots": [
                {"x": write(x), "y": write(y)}
                for x, y in dots[code]
                # Where it is too crowded for the words to step aside, the number of all is read.
                if not any(overlap(around_dot((x, y), DOT), box) for box in words)
            ],
            **label,
        }
        for code, (label, _box) in labels.items()
    ]
    return {"view_box": frame.view_box, "regions": drawn, "key": key}


def region(code, regions, places):
    """One region among its neighbours, with a dot for each place that has a count.

    `regions`: mappings with `code`, `name` and `short`; `places`: mappings with `point`
    [lon, lat], `short` and `count`, and `is_here` where the page is about the place. Gives
    {"view_box", "path", "neighbours": [...], "places": [...]}: what was given and where to draw it.
    Places without a point, without a count or outside the picture are left out, but not the one of
    the page for its count; a label without room is None.
    """
    frame, outline, around = one_region(code)
    given = {region["code"]: region for region in regions}
    dots = dots_of(places, frame)
    neighbours = []
    taken = [around_dot(dot["at"], dot["size"]) for dot in dots]
    for other, (shape, spots, room) in around.items():
        if other not in given:
            continue
        label = neighbour_label(given[other], spots, room, taken, frame)
        is_inside = (code, other) == ("BY-MI", MINSK)
        neighbours.append({**given[other], "path": shape, "is_inside": is_inside, "label": label})
    if MINSK in around:
        taken.append(around_dot(frame.place(MINSK_POINT), MARKER))
    return {
        "view_box": frame.view_box,
        "path": path(outline, 1),
        "neighbours": neighbours,
        "places": [
            {
                **dot,
                "x": write(dot["at"][0], 1),
                "y": write(dot["at"][1], 1),
                "r": write(dot["size"], 1),
                "ring": write(max(dot["size"] + 2.5, TOUCH), 1),
                "label": label,
            }
            for dot, label in zip(dots, place_labels(dots, taken, outline, frame), strict=True)
        ],
    }


def dots_of(places, frame):
    """The places that are drawn, each with where and how large."""
    dots = [
        {
            **place,
            "at": frame.place(place["point"]),
            "size": dot_size(place["count"]),
            "words": f"{place['short']} {place['count'] or ''}".rstrip(),
        }
        for place in places
        if place["count"] or place["is_here"]
        if place["point"] and frame.shows(place["point"])
    ]
    # Smaller dots come later, so that a large one does not cover them; labels are set in the same
    # order, and that of the page must find room.
    return sorted(dots, key=lambda dot: (not dot["is_here"], -dot["count"], dot["short"]))


def neighbour_label(region, spots, room, taken, frame):
    """Its name, or its short one, in the first spot with room for it, which is `taken` then."""
    for words, (x, y) in product((region["name"], region["short"]), spots):
        box = around_text((x, y), words, DIM, "middle")
        if box[2] - box[0] <= room and is_free(box, taken, frame):
            taken.append(box)
            return {"words": words, "x": write(x), "y": write(y)}
    return None


def small(regions=(), places=()):
    """The country with some regions filled (their codes) and dots at places ((lon, lat))."""
    frame, _shapes, outlines = whole_country()
    filled = set(regions)
    dots = frame.shown(places)
    return {
        "view_box": frame.view_box,
        "regions": [
            {"path": outlines[code], "is_filled": code in filled}
            for code in REGIONS
            if code != MINSK or code in filled
        ],
        "dots": [{"x": write(x), "y": write(y)} for x, y in dots],
    }


def shades(counts):
    """The shade of a count, and the key to the shades.

    Quantiles: of the counts that are not zero, each shade holds about a quarter. Equal counts
    have one shade, and so has what is less than a tenth more than the one before. (Equal steps
    would put all regions but Minsk into the palest.) Zero is shade 0.
    """
    ranked = sorted(counts)
    some = [count for count in ranked if count]
    found = {0: 0}
    for before, count in pairwise([0, *dict.fromkeys(some)]):
        is_close = before and count < before * CLOSE
        found[count] = found[before] if is_close else some.index(count) * SHADES // len(some) + 1
    shade = found.__getitem__

    spans = {}
    for count in ranked:
        low, _high = spans.get(shade(count), (count, count))
        spans[shade(count)] = (low, count)
    return shade, [
        {"shade": shade, "low": low, "high": high} for shade, (low, high) in spans.items()
    ]


# A map of the country has a hundred seats of districts, the same on each page.
@lru_cache(maxsize=4096)
def project(lon, lat):
    """Kilometres east and south of the middle: Lambert's conformal cone that touches at 53.7° N.

    Snyder, Map Projections: A Working Manual (1987), formulas 15-1 to 15-3 on a sphere.
    """
    cone = math.sin(math.radians(53.7))
    radius = 6371 / math.tan(math.radians(53.7))  # km of the Earth

    def stretched(degrees):
        return math.tan(math.pi / 4 + math.radians(degrees) / 2)

    distance = radius * (stretched(53.7) / stretched(lat)) ** cone
    turn = cone * math.radians(lon - 28)  # 28° E runs through the middle of the country
    return distance * math.sin(turn), distance * math.cos(turn) - radius


class Frame:
    """A picture of `width` by `height` units in the middle of which lie some points."""

    def __init__(self, points, width, margin, highest=math.inf):
        xs, ys = zip(*points, strict=True)
        left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
        self.scale = min(
            (width - 2 * margin) / (right - left), (highest - 2 * margin) / (bottom - top)
        )
        self.width = width
        self.height = math.ceil((bottom - top) * self.scale + 2 * margin)
        self.left = (left + right) / 2 - width / self.scale / 2
        self.top = (top + bottom) / 2 - self.height / self.scale / 2
        self.view_box = f"0 0 {self.width} {self.height}"

    def scaled(self, point):
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale

    def place(self, point):
        return self.scaled(project(*point))

    def shows(self, point):
        return self._has(self.place(point))

    def shown(self, points):
        """Where those of the points are that it shows."""
        return [place for place in map(self.place, points) if self._has(place)]

    def _has(self, place):
        return 0 <= place[0] <= self.width and 0 <= place[1] <= self.height

    def holds(self, box):
        left, top, right, bottom = box
        return left >= 0 and right <= self.width and top >= 0 and bottom <= self.height

    def clip(self, polygon):
        """The part of the polygon inside the picture (Sutherland and Hodgman, 1974)."""
        for axis, edge, sign in ((0, 0, 1), (0, self.width, -1), (1, 0, 1), (1, self.height, -1)):
            kept = []
            for before, point in sides(polygon):
                inside = (point[axis] - edge) * sign >= 0
                if inside != ((before[axis] - edge) * sign >= 0):
                    part = (edge - before[axis]) / (point[axis] - before[axis])
                    crossing = [a + (b - a) * part for a, b in zip(before, point, strict=True)]
                    crossing[axis] = edge
                    kept.append(tuple(crossing))
                if inside:
                    kept.append(point)
            polygon = kept
        return polygon


def polygons(detail):
    """{code: points in kilometres}, without bends of less than `detail` km²."""
    return outlines.polygons(detail, project)


@cache
def whole_country():
    """The frame, {code: corners} and {code: outline}; a marker has no corners."""
    shapes = polygons(COUNTRY_DETAIL)
    frame = Frame([point for shape in shapes.values() for point in shape], WIDTH, margin=4)
    shapes = {code: [frame.scaled(point) for point in shape] for code, shape in shapes.items()}
    outlines = {code: path(shape) for code, shape in shapes.items()}
    marker = circle(frame.place(MINSK_POINT), MARKER)
    return frame, {**shapes, MINSK: []}, {**outlines, MINSK: marker}


@cache
def one_region(code):
    """The frame, the outline of the region, and what is around it.

    That is {code: (outline, where its name may stand, how wide that is)}.
    """
    shapes = polygons(ZOOM_DETAIL)
    frame = Frame(shapes[code], ZOOM_WIDTH, margin=26, highest=ZOOM_HEIGHT)
    around = {}
    for other in REGIONS:
        if other in (code, MINSK):
            continue
        visible = frame.clip([frame.scaled(point) for point in shapes[other]])
        if visible:
            # For words the coarse outline will do, and `roomiest` measures to each of its sides.
            rough = frame.clip([frame.scaled(point) for point in polygons(COUNTRY_DETAIL)[other]])
            spot, room = roomiest(rough, frame)
            around[other] = path(visible, 1), [spot], room
    centre, radius = frame.place(MINSK_POINT), MARKER * frame.scale / whole_country()[0].scale
    if frame.holds(around_dot(centre, radius)):
        x, y = centre
        spots = [(x, y - radius - 3), (x, y + radius + 10), (x - 30, y + 4), (x + 30, y + 4)]
        around[MINSK] = circle(centre, radius, 1), spots, math.inf
    return frame, [frame.scaled(point) for point in shapes[code]], around


def path(points, digits=0):
    """The polygon as a path: each point as its distance from the one before, which is shorter."""
    unit = 10**digits
    (x, y), *rest = [(round(x * unit), round(y * unit)) for x, y in points]
    steps = [f"M{x / unit:g} {y / unit:g}l"]
    for next_x, next_y in rest:
        if (next_x, next_y) != (x, y):
            steps += [f" {(next_x - x) / unit:g}", f" {(next_y - y) / unit:g}"]
            x, y = next_x, next_y
    return ("".join(steps) + "z").replace(" -", "-").replace("l ", "l")  # SVG needs no space there


def circle(centre, radius, digits=0):
    """As a path, so that it looks and behaves like the other regions."""
    x, y, r = (write(number, digits) for number in (centre[0] - radius, centre[1], radius))
    across = write(2 * float(r), digits)
    return f"M{x} {y}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0z"


def label_of(code, region, dots, outline, frame):
    """Where the name and the number of a region stand: a step aside if dots would be in the way.

    Rather over a dot than over a border.

    Those of Minsk stand in one line above its marker; `touch` covers both, as a finger needs more
    room than the marker has. Gives where they stand, and the box that they cover on a wide screen.
    """
    x, y = frame.place(LABELS[code])
    one_line = code == MINSK
    words = f"{region['short']} {region['count']}" if one_line else region["short"]

    def box(step, letters):
        height = letters if one_line else 2.8 * letters
        half = len(words) * letters * LETTER / 2
        left, top = x + step[0] - half, y + step[1] - min(height / 2, 1.2 * letters)
        return left, top, left + 2 * half, top + height

    # What no step reaches is in the way of none: of a hundred dots some ten are left.
    reach = (*box(LEAST, NAME_NARROW)[:2], *box(MOST, NAME_NARROW)[2:])
    near = [each for dot in dots if overlap(reach, each := around_dot(dot, DOT))]
    border = [point for point in outline if any_inside([point], reach)]

    def hidden(step):
        # A narrow screen prints larger, and shows no dots.
        over_border = step != (0, 0) and any_inside(border, box(step, NAME_NARROW))
        covered = box(step, NAME_WIDE)
        return over_border, sum(overlap(covered, each) for each in near)

    step = min(STEPS, key=hidden)
    covered = box(step, NAME_WIDE)
    x, y = x + step[0], y + step[1]
    if not one_line:
        return {"x": write(x), "y": write(y - 5), "count_y": write(y + 23)}, covered
    top, bottom = y - NAME_NARROW, frame.place(MINSK_POINT)[1] + MARKER
    return {
        "x": write(x),
        "y": write(y),
        "touch": {"x": write(x - 35), "y": write(top), "height": write(bottom - top)},
    }, covered


def dot_size(count):
    """The area grows with the count, up to where dots would hide each other."""
    return min(3.15 + 1.17 * math.sqrt(count), 14)
