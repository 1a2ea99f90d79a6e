import orjson
from django.utils.translation import gettext_lazy as _

from registry.cards.index import points_of, reached_points

from .base import Format


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
        separator = b""
        for row in export.rows():
            body = orjson.loads(row.body)
            feature = {
                "type": "Feature",
                "id": body["id"],
                # Sets have no order: unsorted, equal registries would give different bytes.
                "geometry": geometry(sorted(points_of(body) | reached_points(body))),
                "properties": properties(export, row),
            }
            yield separator + orjson.dumps(feature)
            separator = b",\n"
        yield b"]}\n"


def geometry(points):
    if not points:
        # Unlocated (RFC 7946, 3.2), and not left out: a map holds the same records as the list.
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points}


def properties(export, row):
    if export.is_plain:
        return orjson.Fragment(export.reader.text(row))
    return export.reader.record(row)
