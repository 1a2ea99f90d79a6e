"""What is derived from a card's body and from nothing else: its terms, its order, its words.

What is not in the card cannot be filtered on: every function here takes the body alone.
"""

import re
from collections import Counter
from datetime import date
from uuid import UUID

from registry.values.bodies import Body
from registry.values.folding import fold, sort_key, words_in
from registry.values.legal_forms import without_form
from registry.values.remembered import remembered
from registry.values.texts import LANGUAGES, is_text, spoken

from .declarations import declared
from .every_text import readable_texts, texts_of
from .fields import NONE, fields_of
from .shapes.objects import Many

ONLINE = "online"


def terms_of(body):
    """The set of (group, value) under which the card is found; an empty group holds "none"."""
    own = _own_terms(body) | {(LACKS, what) for what in lacking(body)}
    if "verified_on" in body:
        own.add((VERIFIED, body["verified_on"] or NEVER_VERIFIED))
    return _with_reach(own, body) if "reach" in body else own


# The group of the day on which it was last verified; what never was comes before all days.
VERIFIED, NEVER_VERIFIED = "verified", "-"
DAYLESS = ("dayless", "start")  # the term of an event that has dates, and no day on which it begins
SPAN, LONGER = "span", "longer"  # the group of the month or year that holds all its days
LACKS = "lacks"  # the group by which staff find what is still to be filled in
# {what a card lacks: the key that holds it}
FILLED = {"place": "locations", "source": "sources", "theme": "themes"}


def lacking(body):
    """What nobody has entered yet, or may be shown: a date, a place, a source, a theme, and each
    language that one of its texts has not got; "name-be" is that of its name."""
    if declared[body["type"]].model is None:
        return set()
    found = {what for what, key in FILLED.items() if body.get(key) == []}
    if body.get("mode") == ONLINE:
        found -= {"place"}
    if "start" in body and span_of(body) == (*NEVER, True):
        found.add("date")
    for key, field in fields_of(body["type"]).items():
        # What says where it is stays out: its words are not for everybody to write.
        if not field.placed:
            missing = {code for text in _own_texts(body.get(key)) for code in _missing(text)}
            found |= missing | ({f"name-{code}" for code in missing} if key == "name" else set())
    return found


def _own_texts(value):
    """A text, or those of rows of the record; what it refers to has its own."""
    if is_text(value):
        return [value]
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    own = [row for row in rows if "type" not in row]
    return [text for row in own for text in row.values() if is_text(text)]


def _missing(text):
    return [code for code in LANGUAGES if any(text.values()) and not text[code]]


def _with_reach(own, body):
    """What parts give is found like what the record says itself, and marked: "reach".

    A group that only they fill is not "none" any more, but "none" of its own.
    """
    gained = _gained_terms(body)
    groups = {group for group, _ in gained}
    emptied = {(group, NONE) for group in groups if (group, NONE) in own}
    marks = {("reach", f"{group}:{value}") for group, value in gained - own}
    return (own - emptied) | gained | marks | {(f"own_{group}", NONE) for group, _ in emptied}


def _gained_terms(body):
    places = [each["location"] for each in body["reach"]]
    found = within_terms("location", places) if places else set()
    found |= {("place", place["slug"]) for place in places}
    found |= {("location_kind", place["kind"]) for place in places}
    for each in body.get("reach_roles", ()):
        found |= role_terms(each["role"], each["organisation"]["slug"])
    if audiences := [each["audience"] for each in body.get("reach_audiences", ())]:
        found |= within_terms("audience", audiences)
    beyond = body["reach_beyond"] or {"within": (), "roles": ()}
    found |= {("location", slug) for slug in beyond["within"]}
    for pair in beyond["roles"]:
        role, _, slug = pair.partition(":")
        found |= role_terms(role, slug)
    return found


def within_terms(group, references):
    found = set()
    for reference in references:
        found.add((group, reference["slug"]))
        found |= {(group, slug) for slug in reference["within"]}
    return found or {(group, NONE)}


def role_terms(role, slug):
    return {("role", role), ("organisation", slug), ("organisation_role", f"{role}:{slug}")}


def _own_terms(body):
    found = set()
    for key, terms in fields_of(body["type"]).filtered:
        if key in body:
            found |= terms(body[key], body)
    return found


def identifiers_of(body):
    """The keys under which a public list knows it: with the name of the list and without."""
    return {
        identifier(number)
        for known in body.get("identifiers", ())
        for number in (known["value"], f"{known['scheme']}-{known['value']}")
    }


def identifier(text):
    """A number of a public list in one case, whatever stands between its parts: by-egr-190000001"""
    return "-".join(re.findall(r"[^\W_]+", text.casefold()))[:230]


DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def day_of(known):
    """The day that a date of a card is, or None: of a month, of "about" and of what is in doubt
    nobody knows the day."""
    exact = known and DAY.fullmatch(known["edtf"])
    return date.fromisoformat(known["edtf"]) if exact else None


NEVER = (date.max, date.min)  # the bounds of what has no dates, crossed


def span_of(body):
    """(start, end, uncertain) as the columns of `Card` hold them."""
    if "period" in body:  # of a figure
        start = end = body["period"]
    elif "start" in body:
        start, end = body["start"], body["end"]
    else:
        return *NEVER, True
    first = start and start["earliest"]
    last = end and end["latest"]
    if not first and not last:
        return *NEVER, True
    # An open side is written "..", an unknown one is null.
    uncertain = start is None or end is None
    return (
        date.fromisoformat(first) if first else date.min,
        date.fromisoformat(last) if last else date.max,
        uncertain,
    )


def unit_of(first, last):
    """The month that holds all these days, or the year: "2019-05", "2019", or "longer".

    Whoever asks for a month looks at what lies in it, in its year, and at the few that are longer:
    by days alone all would be read that begins before, or all that ends after.
    """
    if first.year != last.year:
        return LONGER
    return f"{first.year:04}" if first.month != last.month else f"{first.year:04}-{first.month:02}"


def spans_of(body):
    """The spans of days in which it was active, its parts included: [(first, last)]."""
    if "active" not in body:
        start, end, _uncertain = span_of(body)
        return [(start, end)] if start <= end else []
    return [
        tuple(
            open_side if side == ".." else date.fromisoformat(side)
            for side, open_side in zip(span.split("/"), (date.min, date.max), strict=True)
        )
        for span in body["active"]["spans"]
    ]


def active_of(body):
    """(start, end, gaps) as the columns of `Card` hold them."""
    spans = spans_of(body)
    if not spans:
        return *NEVER, False
    starts, ends = zip(*spans, strict=True)
    return min(starts), max(ends), len(spans) > 1


def places_of(body):
    """Its own places and, after them, those that only its parts give."""
    placed = body.get("locations", [])
    own = {place["slug"] for place in placed}
    reached = (each["location"] for each in body.get("reach", ()))
    return [*placed, *(place for place in reached if place["slug"] not in own)]


def reached_points(body):
    """The points that only its parts give, as (lon, lat)."""
    places = [each["location"] for each in body.get("reach", ())]
    return {tuple(place["point"]) for place in places if place["point"]} - points_of(body)


def points_of(body):
    """The points of the card as shown, as (lon, lat)."""
    own = body["type"] == "location"
    places = [body] if own else fields_of(body["type"]).places(body)
    return {tuple(place["point"]) for place in places if place["point"]}


def name_keys(body):
    """The sort key of the name in each language; a missing name sorts by the one shown instead."""
    keys = {}
    for language in LANGUAGES:
        keys[language] = sort_key(spoken(body["name"], language), language)
    return keys


# What an address of a record looks like, wherever one is entered, asked for or looked up.
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", re.ASCII | re.IGNORECASE)


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
            # On Linux `strftime` writes the year 988 with three digits.
            day = (start if start > date.min else end).strftime("%Y%m%d").rjust(8, "0")
        return day + identity
    # Two noughts are less than any letter: a name comes before those that go on from it.
    return sort_key(spoken(body["name"], "en"), "en") + "00" + identity


def names_of(body):
    """Every name of the card, folded, without repetition, in the order of the card."""
    names = [body["name"].get(language) for language in LANGUAGES]
    names += [other["name"] for other in body.get("other_names", ())]
    return list(dict.fromkeys(filter(None, (fold(name) for name in names if name))))


def found_by(body):
    """The folded names by which a card is found: those of an organisation without its form, too."""
    names = names_of(body)
    if body["type"] == "organisation":
        printed = [*body["name"].values(), *(other["name"] for other in body["other_names"])]
        names += [fold(without_form(name)) for name in printed if name]
    return [name[:250] for name in dict.fromkeys(filter(None, names))]


def words_of_names(body):
    return {word for name in names_of(body) for word in name.split()}


def words_of(body):
    """The set of folded words of all text of the card that people read."""
    words = words_of_names(body)
    for _key, text, _language in said(body):
        words |= words_in(text)
    return words


def own_words_of(body):
    """The words that the record says itself, in addresses and codes, letter by letter and through
    markup as well (`every_text`): there alone is a withdrawn name looked for."""
    return {word for word in readable_texts(body) if word}


def typed_in(body):
    """All of which those follow."""
    return [text for _where, _shape, text in texts_of(body)]


def said(body: Body, languages=LANGUAGES):
    """(key, text, its language) of all that people read in the card, in its order."""
    language = body.get("language")
    for key, shape in fields_of(body["type"]).searched:
        if value := body.get(key):
            for text, its in shape.said(value, languages, language):
                yield key, text, its


def words_after(body, words, lost, own):
    """`words_of` the body from those of the one before, which differed in what it refers to; words
    of the names that are `lost`, and those that the record says itself."""
    after = words_of_references(body)
    lost = lost - after
    if lost & own:  # which has words that the search leaves out, so it does not tell by itself
        lost -= _words_beside_references(body)
    return (words - lost) | after


def words_of_references(body):
    return frozenset().union(*(words_of_name(*texts) for texts in _names_of_references(body)))


def _words_beside_references(body):
    texts = Counter(text for _key, text, _language in said(body))
    texts.subtract(text for names in _names_of_references(body) for text in names)
    return frozenset().union(*(words_in(text) for text, number in texts.items() if number > 0))


def _names_of_references(body):
    for key, shape in fields_of(body["type"]).searched:
        value = body.get(key)
        if isinstance(value, dict) and "type" in value:
            yield tuple(text for text, _language in shape.said(value, LANGUAGES))
        elif value and not isinstance(value, str):
            for reference in references_in(value):
                yield tuple(filter(None, reference["name"].values()))


@remembered(maxsize=20_000)
def words_of_name(*texts):
    return frozenset().union(*(words_in(text) for text in texts if text))


def references_in(value):
    """The references of a value of a card: itself, or those in a list or in the rows of one."""
    if isinstance(value, list):
        return [each for row in value if isinstance(row, dict) for each in _references_in_row(row)]
    return [value] if _refers(value) else []


def _references_in_row(row):
    return [row] if "type" in row else [inner for inner in row.values() if _refers(inner)]


def beside_references(body, key):
    """What the rows of a value say besides whom they refer to: the dates of a role."""
    shape = fields_of(body["type"])[key].shape
    if not isinstance(shape, Many):
        return []
    return [
        (*each.said(row[name], LANGUAGES), *each.typed(row[name], name))
        for row in body[key]
        if "type" not in row
        for name, each in shape.each.members.items()
        if name in row and not _refers(row[name])
    ]


def _refers(value):
    return isinstance(value, dict) and "type" in value
