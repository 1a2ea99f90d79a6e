"""What changes in a card when what it refers to is renamed or is public no longer.

A reference has one shape wherever it stands, so it can be exchanged in the stored body, and what is
gone can be taken out of it. That gives what rendering would give (a test holds it) for a tenth of
the work: a withdrawal takes an organisation out of thousands of cards.
"""

from .reach import KEYS


def patched(body, references):
    """The body with its references to these ids: {id: {"type", "id", "slug", "name"}, or None}.

    A reference stands alone, in a list, or in a row of a list, which goes with what it refers to:
    the role of who is public no longer. What parts gave is left to be settled with them: exchanged
    here, it would look as it should before what they give is written anew.
    """
    return {
        key: value if key in KEYS else _patched(value, references) for key, value in body.items()
    }


def _patched(value, references):
    if isinstance(value, dict):
        return _exchanged(value, references) if "type" in value else value
    if isinstance(value, list) and value and isinstance(value[0], dict):
        rows = [_row(row, references) for row in value]
        return [row for row in rows if row is not None]
    return value


def _exchanged(reference, references):
    if reference["id"] not in references:
        return reference
    new = references[reference["id"]]
    return None if new is None else reference | new


def _row(row, references):
    if "type" in row:
        return _exchanged(row, references)
    new = {
        key: _exchanged(inner, references)
        for key, inner in row.items()
        if isinstance(inner, dict) and "type" in inner and inner["id"] in references
    }
    return None if None in new.values() else row | new


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
