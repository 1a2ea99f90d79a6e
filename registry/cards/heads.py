"""The first keys of a card and where it is: all that a map of many says of each, kept beside it.

They are kept as JSON, so that a record of these keys is put together and nothing is parsed.
"""

from registry.values.texts import LANGUAGES, in_language

from . import index
from .declarations import declared, dump

ALWAYS_GIVEN = ("type", "id")  # of every record that is given out
KEYS = (*ALWAYS_GIVEN, "slug", "url", "name")


def row_of(body):
    """What `CardHead` holds of the card, in the order of its columns."""
    kind = declared[body["type"]]
    points = index.points_of(body) | index.reached_points(body)
    # Sets have no order: unsorted, equal registries would give different bytes.
    where = (kind.outline and kind.outline(body)) or geometry(sorted(points))
    return (
        body["id"],
        dump(body["slug"]),
        dump(body["name"]),
        *(_name_in(language, body["name"]) for language in LANGUAGES),
        dump(where),
        kind.type,
        index.sort_of(body, kind.order),
    )


def _name_in(language, name):
    """The words and, where another language steps in, what says so: it is the last key."""
    return dump(in_language({"name": name}, language))[len('{"name":') : -1]


def geometry(points):
    """GeoJSON (RFC 7946)."""
    if not points:
        # Unlocated (3.2), and not left out: a map holds the same records as the list.
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points}


def pattern(card_type, keys, language, base):
    """(a format of the JSON with these keys, in their order; the columns of heads that it takes).

    `base` is what the address of each page begins with. The first column is the public id.
    """
    base = base.replace("{", "{{").replace("}", "}}")
    known = {
        "type": (f'"{card_type}"', None),
        "id": ('"{}"', "identity"),
        "slug": ("{}", "slug"),
        "url": (f'"{base}{{}}/"', "card__slug"),
        "name": ("{}", language or "name"),
    }
    columns, members = [], []
    for key in keys:
        value, column = known[key]
        members.append(f'"{key}":{value.replace("{}", f"{{{len(columns)}}}")}')
        columns += [column] if column else []
    return f"{{{{{','.join(members)}}}}}", columns
