"""The rows of the gazetteer's fixtures, as `loaddata` reads them."""

import json
import uuid

# Never to be changed: a rebuilt fixture meets the rows that are there by ids made from it.
NAMESPACE = uuid.UUID("6f3d2c0e-3c1b-5e0a-9d57-2f6a0b7c4d11")


class Rows:
    """What the places, names and sources of a gazetteer are in a fixture."""

    def location_rows(self):
        """The rows of `locations.json`: the places, then their names, then their sources."""
        rows = [
            {"model": "locations.location", "fields": fields} for fields in self.places.values()
        ]
        for slug, names in self.names.items():
            for name, (language, kind) in names.items():
                part = {"name": name, "language": language, "kind": kind}
                rows.append(self.part("locationname", slug, name, part))
        for slug, sources in self.cited.items():
            for source in sources:
                rows.append(self.part("locationcitation", slug, source, {"source": [source]}))
        return rows

    def redirects(self):
        """The rows of `former_addresses.json`: where places were public before, and are no more."""
        for slug, place in self.places.items():
            for former in self.addresses.get(place["public_id"], ()):
                if former == slug:
                    continue
                if former in self.places:
                    raise ValueError(f"{former} was another place than it is.")
                fields = {"type": "location", "slug": former, "public_id": place["public_id"]}
                yield {"model": "cards.redirect", "fields": fields}

    def part(self, model, slug, identity, fields):
        identity = f"{model}:{self.places[slug]['public_id']}:{identity}"
        public_id = str(uuid.uuid5(NAMESPACE, identity))
        fields = {"public_id": public_id, "record": [slug], **fields}
        return {"model": f"locations.{model}", "fields": fields}

    def source_rows(self):
        """The rows of `location_sources.json`."""
        return [
            {
                "model": "records.source",
                "fields": {
                    "public_id": str(uuid.uuid5(NAMESPACE, f"source:{source['slug']}")),
                    "state": "public",
                    **source,
                },
            }
            for source in self.editorial["sources"]
        ]


def as_fixture(rows):
    """One row to a line: a change of one place is a change of one line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n"
