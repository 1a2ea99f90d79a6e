"""What changes in a card when what it refers to is renamed or is public no longer.

The shapes of a card say where references stand, so these can be exchanged in the stored body, and
what is gone can be taken out of it. That gives what rendering would give (a test holds it) for a
tenth of the work: a withdrawal takes an organisation out of thousands of cards.

Where nothing but names are others, not even the body is read: they are exchanged in its text.
"""

import re

import orjson

from .declarations import dump
from .fields import fields_of

_ID = re.compile(r'"id":"([0-9a-f-]{36})"')
_NAME = re.compile(r'(\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})')


def renamed(text, references):
    """(the stored text of a card with its references to these ids named as they are now, the names
    that it had of them before, as text objects); None where more than names has to change.

    Here what parts gave is exchanged as well.
    """
    before = []
    for public_id in references.keys() & set(_ID.findall(text)):
        if (new := references[public_id]) is None:
            return None
        *start, (_, name) = new.items()
        beginning = f'{dump(dict(start))[:-1]},"name":'
        first, *others = text.split(beginning)
        # All that has its id has to be a reference of this shape, and none of them the card itself.
        if not first or len(others) != text.count(public_id):
            return None
        called, rests = dump(name), []
        for other in others:
            _, was, rest = _NAME.split(other, maxsplit=1)
            if was != called:
                before.append(orjson.loads(was))
            rests.append(called + rest)
        text = beginning.join([first, *rests])
    return text, before


def patched(body, references):
    """The body with its references to these ids: {id: {"type", "id", "slug", "name"}, or None}.

    A row goes with what it refers to, unless its shape says that null may stand there instead. What
    parts gave is left to be settled with them: exchanged here, it would look as it should before
    what they give is written anew.
    """
    changed = {
        key: shape.exchanged(body[key], references)
        for key, shape in fields_of(body["type"]).referring
        if body.get(key)
    }
    return body | changed


def lost_sources(old, new):
    """Whether a row with a source went, so that the sources may have to be numbered anew."""
    if "sources" not in old:
        return False
    return len(old["sources"]) != len(new["sources"]) or _citing(old) != _citing(new)


def _citing(body):
    """How many times each source is cited by the rows of the body."""
    lists = [value for value in body.values() if isinstance(value, list)]
    rows = [row for value in lists for row in value if isinstance(row, dict) and "type" not in row]
    found = [*(row.get("sources", ()) for row in rows), *([row.get("source")] for row in rows)]
    return sorted(key for keys in found for key in keys if key)


def renumbered(body, cited):
    """The body with its sources in the order of these ids, keyed S1, S2, … anew."""
    known = {source["id"]: source for source in body["sources"]}
    order = [public_id for public_id in dict.fromkeys(cited) if public_id in known]
    keys = {known[public_id]["key"]: f"S{n}" for n, public_id in enumerate(order, start=1)}
    body = {key: _keyed(value, keys) for key, value in body.items()}
    body["sources"] = [
        known[public_id] | {"key": f"S{n}"} for n, public_id in enumerate(order, start=1)
    ]
    return body


def _keyed(value, keys):
    if not isinstance(value, list):
        return value
    return [_with_keys(row, keys) if isinstance(row, dict) else row for row in value]


def _with_keys(row, keys):
    if isinstance(row.get("sources"), list):
        found = [keys[key] for key in row["sources"] if key in keys]
        return row | {"sources": found}
    if isinstance(row.get("source"), str):
        return row | {"source": keys.get(row["source"])}
    return row
