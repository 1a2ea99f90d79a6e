from collections import defaultdict

import orjson
from django.utils.translation import gettext_lazy as _

from registry.cards.loader import batches
from registry.cards.models import CardPoint

from .base import Format

AT_ONCE = 500  # cards whose points are looked up together


class GeoJson(Format):
    """A feature for each record (RFC 7946), at its points as shown; without one it has none."""

    media_type = "application/geo+json"
    format = "geojson"
    label = "GeoJSON"
    lacks = _("nothing here has a point on the map")

    @classmethod
    def takes(cls, declaration):
        return declaration.is_mapped

    def pieces(self, export):
        head = orjson.dumps({"type": "FeatureCollection", **export.origin})
        # The object stays open for the features: none of them waits for the others.
        yield head[:-1] + b',"features":['
        reader, separator = export.reader, b""
        columns = ("pk", *reader.columns)
        for rows in batches(export.rows(columns=columns), AT_ONCE):
            points = points_of([row.pk for row in rows])
            for row in rows:
                # Sets have no order: unsorted, equal registries would give different bytes.
                where = orjson.dumps(geometry(sorted(points[row.pk])))
                yield (
                    b'%b{"type":"Feature","id":"%b","geometry":%b,"properties":%b}'
                    % (separator, reader.identity(row).encode(), where, reader.json(row))
                )
                separator = b",\n"
        yield b"]}\n"


def points_of(keys):
    """{key of a card: its points as shown, those that only its parts give among them}."""
    points = defaultdict(list)
    found = CardPoint.objects.filter(card__in=keys)
    for key, *point in found.values_list("card", "lon", "lat"):
        points[key].append(point)
    return points


def geometry(points):
    if not points:
        # Unlocated (RFC 7946, 3.2), and not left out: a map holds the same records as the list.
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points}
