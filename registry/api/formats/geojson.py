from itertools import starmap

import orjson
from django.utils.translation import gettext_lazy as _

from registry.cards.loader import batches

from .base import Format

AT_ONCE = 50  # features that are put together


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
        features = of_heads(export) if export.head else of_records(export)
        separator = b""
        for some in batches(features, AT_ONCE):
            yield separator + b",\n".join(some)
            separator = b",\n"
        yield b"]}\n"


def of_records(export):
    reader = export.reader
    for row in export.read(("head__geometry", *reader.columns), named=True):
        yield b'{"type":"Feature","id":"%b","geometry":%b,"properties":%b}' % (
            reader.identity(row).encode(),
            row.head__geometry.encode(),
            reader.json(row),
        )


def of_heads(export):
    """The same where the first keys are all that is asked for: a tenth of the work."""
    properties, columns = export.head
    feature = (
        f'{{{{"type":"Feature","id":"{{0}}","geometry":{{{len(columns)}}},'
        f'"properties":{properties}}}}}'
    )
    rows = export.read_heads([*columns, "geometry"])
    return map(str.encode, starmap(feature.format, rows))
