"""Points in degrees of WGS 84, as (longitude, latitude): how far apart, in which cell of a grid.

A grid finds what is near without looking at all that there is: near a point are its cell and those
around it.
"""

import math

CELL = 0.5  # degrees: some 55 km from south to north and 32 from west to east, at 54° N
EARTH = 6371  # km, its radius


def cell_of(point):
    """The name of the cell that holds the point: "55:108"."""
    lon, lat = point
    return _name(*_numbers(lon, lat))


def cells_around(point, rings):
    """The names of the cell that holds the point and of so many rings of cells around it."""
    across = round(360 / CELL)
    lon, lat = _numbers(*point)
    steps = range(-rings, rings + 1)
    # The map has an edge at 180°, the Earth has none.
    columns = [(lon + step + across // 2) % across - across // 2 for step in steps]
    return [_name(column, lat + step) for column in columns for step in steps]


def _numbers(lon, lat):
    return math.floor(lon / CELL), math.floor(lat / CELL)


def _name(lon, lat):
    return f"{lon}:{lat}"


def kilometres(one, other):
    """The distance of two points along the Earth, as a sphere: the haversine formula."""
    (lon, lat), (lon2, lat2) = (map(math.radians, point) for point in (one, other))
    half = math.sin((lat2 - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(min(half, 1)))


def rounded(km):
    """As people say a distance: 4, 35, 120."""
    step = 1 if km < 10 else 5 if km < 100 else 10
    return round(km / step) * step
