"""What is derived from a card's body and from nothing else: its terms, its order, its words.

What is not in the card cannot be filtered on: every function here takes the body alone.
"""

import re
from datetime import date
from functools import lru_cache
from uuid import UUID

from .folding import fold, sort_key, words_in

LANGUAGES = ("en", "be", "ru")
NONE = "none"

# Keys of a body whose plain value is a filter of the same name.
PLAIN = ("kind", "status", "mode", "result", "scheme", "measure")
# Keys of a body that hold references to terms; a term stands for its children as well.
TERMS = {"themes": "theme", "audiences": "audience", "formats": "format_used"}
# Keys of a body that hold one reference; the slug is a filter of the same name.
REFERENCES = ("programme", "edition", "organisation", "parent", "record", "source")


def terms_of(body):
    """The set of (group, value) under which the card is found; an empty group holds "none"."""
    found = set()
    for key in PLAIN:
        if key in body:
            found.add((key, body[key] or NONE))
    for key, group in TERMS.items():
        if key in body:
            found |= _with_ancestors(group, body[key])
    if "locations" in body:
        places = [*body["locations"], *filter(None, [body.get("seat")])]
        found |= _with_ancestors("location", places)
        found |= {("place", place["slug"]) for place in places}
        found |= {("location_kind", place["kind"]) for place in places} or {("location_kind", NONE)}
    if body["type"] in ("location", "term"):
        found |= {("within", slug) for slug in body["within"]}
    if body["type"] == "location" and body["code"]:
        found.add(("code", body["code"]))
    deadline = body.get("registration_deadline")
    if deadline and deadline["latest"]:
        found.add(("registration_deadline", deadline["latest"]))
    for role in body.get("roles", ()):
        slug = role["organisation"]["slug"]
        found |= {("role", role["role"]), ("organisation", slug)}
        found.add(("organisation_role", f"{role['role']}:{slug}"))
    if "roles" in body and not body["roles"]:
        found.add(("role", NONE))
    for key in REFERENCES:
        reference = body.get(key)
        if isinstance(reference, dict):
            found.add((key, reference["slug"]))
    return found


def _with_ancestors(group, references):
    found = set()
    for reference in references:
        found.add((group, reference["slug"]))
        found |= {(group, slug) for slug in reference["within"]}
    return found or {(group, NONE)}


def span_of(body):
    """(start, end, uncertain) as the columns of `Card` hold them."""
    if "start" not in body:
        return date.max, date.min, True
    start, end = body["start"], body["end"]
    first = start and start["earliest"]
    last = end and end["latest"]
    if not first and not last:
        return date.max, date.min, True
    # An open side is written "..", an unknown one is null.
    uncertain = start is None or end is None
    return (
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else date.max,
        uncertain,
    )


def points_of(body):
    """The points of the card as shown, as (lon, lat)."""
    if body["type"] == "location":
        places = [body]
    else:
        places = [*body.get("locations", ()), *filter(None, [body.get("seat")])]
    return {tuple(place["point"]) for place in places if place["point"]}


def name_keys(body):
    """The sort key of the name in each language; a missing name sorts by the one shown instead."""
    keys = {}
    for language in LANGUAGES:
        keys[language] = sort_key(spoken(body["name"], language), language)
    return keys


# What an address of a record looks like, wherever one is entered, asked for or looked up.
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII | re.IGNORECASE)

# Which language steps in where a text is missing, in this order (contract.md, `lang`).
FALLBACK = {"en": ("en", "be", "ru"), "be": ("be", "ru", "en"), "ru": ("ru", "be", "en")}


def spoken(text, language):
    """The text in the language or the one that stands in for it; "" where there is none."""
    return next((text[code] for code in FALLBACK[language] if text.get(code)), "")


def sort_of(body, order):
    """The default order as one string of digits and a-f, which every database sorts alike.

    Newest first ("-start") is read backwards, so the undated, at zero, come last.
    """
    identity = UUID(body["id"]).hex
    if order == "-start":
        start, end, _ = span_of(body)
        if start > end:
            day = "00000000"
        else:
            day = (start if start > date.min else end).strftime("%Y%m%d").rjust(8, "0")
        return day + identity
    return sort_key(spoken(body["name"], "en"), "en") + "00" + identity


def names_of(body):
    """Every name of the card, folded, without repetition, in the order of the card."""
    names = [body["name"].get(language) for language in LANGUAGES]
    names += [other["name"] for other in body.get("other_names", ())]
    return list(dict.fromkeys(filter(None, (fold(name) for name in names if name))))


def words_of(body):
    """The set of folded words of all text of the card that people read."""
    words = set()
    for name in names_of(body):
        words.update(name.split())
    _collect(body, words)
    return words


def said_of(body):
    """The set of words that the record says itself, in its texts and in addresses that it gives."""
    words = set()
    for key in ("slug", "email", "url", "archived_url"):
        words.update(fold(body.get(key) or "").split())
    _collect(body, words, own=True)
    return words


# Machine values: searching them would find every card of a kind.
UNREAD = {
    "type", "id", "slug", "kind", "status", "edtf", "earliest", "latest", "language", "code",
    "codes", "region", "country", "within", "precision", "key", "url", "archived_url", "seen_on",
    "role", "scheme", "mode", "result", "governed", "standing", "qualifier", "measure", "unit",
    "time", "time_zone", "verified_on", "sources", "point",
}  # fmt: skip


def _collect(value, words, own=False):
    """Adds the words of a value; those of references are not the record's `own`."""
    if isinstance(value, str):
        words |= words_in(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            # A source is named by its key where it is not a reference.
            if inner and key not in UNREAD and not (own and (_refers(inner) or key == "source")):
                _collect(inner, words, own)
    elif isinstance(value, list):
        for inner in value:
            if not (own and _refers(inner)):
                _collect(inner, words, own)


def _refers(value):
    return isinstance(value, dict) and "type" in value


def words_after(old, new, words, said):
    """`words_of` the new body from those of the old one, of which it differs in what it refers to.

    None where that does not tell: what is lost may be said by the record itself.
    """
    before, after = _words_of_references(old), _words_of_references(new)
    lost = before - after
    return None if lost & said else (words - lost) | after


def _words_of_references(body):
    words = set()
    for key, value in body.items():
        if value and key not in UNREAD and not isinstance(value, str):
            for reference in references_in(value):
                if key == "source":  # shown with all that is known of it
                    _collect(reference, words)
                else:
                    words |= _words_of_name(*reference["name"].values())
    return words


@lru_cache(maxsize=20_000)
def _words_of_name(*texts):
    return frozenset().union(*(words_in(text) for text in texts if text))


def references_in(value):
    """The references of a value of a card: itself, or those in a list or in the rows of one."""
    if isinstance(value, list):
        return [each for row in value if isinstance(row, dict) for each in references_in_row(row)]
    return [value] if _refers(value) else []


def references_in_row(row):
    return [row] if "type" in row else [inner for inner in row.values() if _refers(inner)]
