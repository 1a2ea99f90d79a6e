"""Where the words on a map stand: free of dots and of each other, on every width of screen.

A box is (left, top, right, bottom) in the units of the picture, y downwards.
"""

import itertools
import math

# Sizes of type that site.css sets on a narrow and on a wide screen, and how wide a bold letter is.
NARROW, WIDE, DIM, LETTER = 13, 9, 11, 0.6
NAME_NARROW, NAME_WIDE = 27, 19
# A place with fewer programmes than this has no label on a narrow screen.
MAJOR = 3
NOWHERE = None, None, (0, 0), None


def place_labels(dots, taken, outline, frame):
    """For each dot where its label stands, or None: the list beside the map has them all.

    The first spot around the dot that is free of dots and of the labels before it, if possible
    off the outline. A narrow screen prints larger and shows fewer: only major places, and of these
    what has room there.
    """
    taken, labels = list(taken), []
    for dot in dots:
        sizes = (NARROW, WIDE) if dot["count"] >= MAJOR or dot["is_here"] else (WIDE,)
        found = (_place_of_label(dot, size, taken, outline, frame) for size in sizes)
        size, anchor, (x, y), box = next(filter(None, found), NOWHERE)
        if box is None:
            labels.append(None)
            continue
        taken.append(box)
        labels.append(
            {"x": write(x, 1), "y": write(y, 1), "anchor": anchor, "is_minor": size == WIDE}
        )
    return labels


def _place_of_label(dot, size, taken, outline, frame):
    """(size, anchor, where the text stands, its box) of the best spot, or None."""
    best = None
    for anchor, spot in spots_around(dot, len(dot["words"]) * size * LETTER):
        box = around_text(spot, dot["words"], size, anchor)
        if not is_free(box, taken, frame):
            continue
        best = best or (size, anchor, spot, box)
        if not any_inside(outline, box):
            return size, anchor, spot, box
    return best


def spots_around(dot, width):
    """(anchor, where the text stands), best first: right, left, above, below, and in between."""
    x, y = dot["at"]
    away, aside = dot["size"] + 3, dot["size"] * 0.7 + 2
    above, below = y - away - 1, y + away + 8
    yield "start", (x + away, y + 4)
    yield "end", (x - away, y + 4)
    yield "middle", (x, above)
    yield "middle", (x, below)
    yield "start", (x + aside, y - aside)
    yield "end", (x - aside, y - aside)
    yield "start", (x + aside, y + aside + 8)
    yield "end", (x - aside, y + aside + 8)
    for part in (-1 / 4, 1 / 4):
        yield "middle", (x + part * width, above)
        yield "middle", (x + part * width, below)


def any_inside(points, box):
    left, top, right, bottom = box
    return any(left < x < right and top < y < bottom for x, y in points)


def around_text(spot, words, size, anchor):
    """(left, top, right, bottom) of a line of text that stands on `spot`."""
    width = len(words) * size * LETTER
    left = spot[0] - {"start": 0, "middle": width / 2, "end": width}[anchor]
    return left, spot[1] - size * 0.8, left + width, spot[1] + size * 0.25


def around_dot(centre, size):
    x, y = centre
    return x - size, y - size, x + size, y + size


def overlap(box, other):
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def is_free(box, taken, frame):
    return frame.holds(box) and not any(overlap(box, other) for other in taken)


def roomiest(polygon, frame):
    """Where in the polygon a wide label has most room, and how wide it may be: (x, y), width."""
    flat = 0.3  # a label is about three times as wide as the room it needs above and below

    def room(spot):
        x, y = spot
        inside, nearest = False, math.inf
        for (ax, ay), (bx, by) in sides(polygon):
            # A ray from inside crosses the outline an odd number of times.
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                inside = not inside
            dx, dy = (bx - ax) * flat, by - ay
            length = dx * dx + dy * dy
            along = ((x - ax) * flat * dx + (y - ay) * dy) / length if length else 0
            along = min(max(along, 0), 1)
            nearest = min(nearest, math.hypot((ax - x) * flat + along * dx, ay - y + along * dy))
        return nearest if inside else 0

    # Steps of 15: with 8 it took eight times as long.
    grid = itertools.product(range(9, frame.width, 15), range(9, frame.height, 15))
    most, (x, y) = max((room(spot), spot) for spot in grid)
    return (x, y + 4), 2 * most / flat  # the line on which letters stand is below their middle


def sides(polygon):
    return zip(polygon, polygon[1:] + polygon[:1], strict=True)


def write(number, digits=0):
    # `+ 0` makes 0 of -0, which would be written with its sign.
    return f"{round(number, digits) + 0:.{digits}f}".removesuffix(".0")
