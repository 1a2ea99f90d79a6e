"""What a client sends: a batch of queries, or ids with the properties that it wants of them."""

from typing import NamedTuple

import orjson

from registry.listings.search.query import MAX_LETTERS
from registry.middleware.problems import BadParameter, Problem

from .properties import TYPES, all_properties

BATCH = 10  # queries at once: as many as OpenRefine sends
USUAL, MOST = 5, 20  # candidates of one query
# With these no batch that was tried took more than half a second; one of 300 kB had taken three.
MAX_IDS, MAX_GIVEN, MAX_VALUES, MAX_WANTED = 200, 10, 10, 100
MAX_BYTES = 300_000


class Query(NamedTuple):
    text: str
    types: tuple
    limit: int
    properties: list  # of (id of the property, values given)


class Extension(NamedTuple):
    ids: list
    properties: list


def queries(text):
    """{name: Query} of a batch."""
    batch = _read("queries", text)
    if not isinstance(batch, dict):
        raise BadParameter("queries", "A batch is an object: a query under each name.")
    if len(batch) > BATCH:
        raise Problem(
            413, f"A batch has at most {BATCH} queries.", parameter="queries", batchSize=BATCH
        )
    return {name: _query(name, query) for name, query in batch.items()}


def extension(text):
    asked = _read("extend", text)
    if not isinstance(asked, dict):
        raise BadParameter("extend", "It is an object with `ids` and `properties`.")
    ids, properties = asked.get("ids"), asked.get("properties")
    if not _texts(ids) or not isinstance(properties, list):
        raise BadParameter("extend", "`ids` is a list of texts, `properties` a list of objects.")
    names = [each.get("id") if isinstance(each, dict) else None for each in properties]
    _known("extend", "property", names, all_properties())
    for rows, most, what in ((ids, MAX_IDS, "ids"), (names, MAX_WANTED, "properties")):
        if len(rows) > most:
            raise Problem(413, f"At most {most} {what} can be asked for.", parameter="extend")
    return Extension(list(dict.fromkeys(ids)), list(dict.fromkeys(names)))


def _read(parameter, text):
    if len(text) > MAX_BYTES:
        raise Problem(413, "This is more than can be asked at once.", parameter=parameter)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadParameter(parameter, "This is not JSON.") from None


def _query(name, query):
    def refuse(why):
        raise BadParameter("queries", f"{name[:60]}: {why}")

    if not isinstance(query, dict):
        refuse("a query is an object.")
    text, properties = query.get("query", ""), query.get("properties", [])
    if not isinstance(text, str):
        refuse("`query` is a text.")
    if not isinstance(properties, list) or len(properties) > MAX_GIVEN:
        refuse(f"`properties` is a list of at most {MAX_GIVEN}.")
    if "query" not in query and not properties:
        refuse("there is neither a `query` nor a property.")
    types = query.get("type", [])
    types = [types] if isinstance(types, str) else types
    if not _texts(types):
        refuse("`type` is a text or a list of texts.")
    _known("queries", "type", types, TYPES)
    # An entity has one type here, so that all three ask for the same.
    if query.get("type_strict", "any") not in ("any", "should", "all"):
        refuse("`type_strict` is any, should or all.")
    limit = query.get("limit", USUAL)
    # True is a whole number to Python.
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit >= 1:
        refuse("`limit` is a number from 1 on.")
    given = []
    for each in properties:
        if not isinstance(each, dict) or "v" not in each:
            refuse("a property is an object with `pid` and `v`.")
        _known("queries", "property", [each.get("pid")], all_properties())
        values = each["v"] if isinstance(each["v"], list) else [each["v"]]
        if len(values) > MAX_VALUES:
            refuse(f"a property has at most {MAX_VALUES} values.")
        given.append((each["pid"], [_value(value, refuse) for value in values]))
    wanted = tuple(each for each in TYPES if each in types or not types)
    # Too long or too many is cut and not refused: the tool decides what it sends.
    return Query(text[:MAX_LETTERS], wanted, int(min(limit, MOST)), given)


def _value(value, refuse):
    """A value as words, as many as a search takes: that of an entity is its id."""
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        refuse("a value is a text, a number, true, false, or an object with `id`.")
    return str(value)[:MAX_LETTERS]


def _texts(value):
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _known(parameter, what, names, known):
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise BadParameter(parameter, f"There is no such {what}.", known)
