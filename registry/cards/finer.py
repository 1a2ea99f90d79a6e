"""What a card shows of places more finely than the card before it: the one definition of "finer".

A place that is newly shown is finer, unless it is no finer than one that was shown: the same place,
or one around it. So a town instead of its region is finer, the region instead of the town is not.

Plain entry of data stays possible: what the transaction itself wrote on the record, and what was
not recorded there before, may be new. It is finer still if it lies in a place that was shown.
"""

from .fields import fields_of
from .shapes.objects import Text

LEVELS = ("exact", "town", "district", "region", "country")  # finest first
EXACT, VENUE = "exact", "venue"


def where_of(card_type, body):
    """What a card says of where its record is. Not its reach: that repeats the cards of its parts,
    each of which is looked at itself."""
    return {key: body.get(key) for key in fields_of(card_type).where}


def finer(card_type, old, new, entered=None):
    """The names, as text objects, of what `new` shows more finely than `old`.

    `entered` is what the transaction wrote on the record itself: {id of a place: the ids of that
    place and of all that it lies in}, and EXACT or VENUE where a point or a venue came to be.
    """
    entered, fields = entered or {}, fields_of(card_type)
    before, after = fields.places(old), fields.places(new)
    known = {was["id"] for was in before}
    found = [
        place["name"]
        for place in after
        if not any(_is_no_finer(place, was) for was in before)
        and (place["id"] not in entered or known & entered[place["id"]])
    ]
    if _is_exact(after) and not _is_exact(before) and EXACT not in entered:
        found += [place["name"] for place in after if place["precision"] == EXACT]
    if VENUE not in entered:
        before, after = venues(card_type, old), venues(card_type, new)
        found += [text for key, text in after.items() if key not in before]
    return found


def venues(card_type, body):
    """{key: text} of the texts that say where the record is."""
    where = fields_of(card_type).where.items()
    texts = {key: body.get(key) for key, shape in where if isinstance(shape, Text)}
    return {key: text for key, text in texts.items() if text and any(text.values())}


def _is_no_finer(place, was):
    """Whether it is the place that was shown, or one around it. (Exact is a point, not a level.)"""
    if place["id"] != was["id"] and place["slug"] not in was["within"]:
        return False
    level = LEVELS.index(place["precision"])
    return place["precision"] == EXACT or level >= LEVELS.index(was["precision"])


def _is_exact(places):
    return any(place["precision"] == EXACT for place in places)


def owners(model, keys):
    """(model, keys) of the records whose whereabouts these rows tell."""
    if hasattr(model, "card_type"):
        return model, list(keys)
    rows = model._base_manager.filter(pk__in=keys)
    owner = model._meta.get_field("record").related_model
    return owner, sorted(set(rows.values_list("record", flat=True)))


def paths_to_places(model):
    """The look-ups that lead from records to the places in which they are."""
    placements = ["placements__location"] if hasattr(model, "placements") else []
    return placements + [name for name, what in model.locates.items() if what is None]


def recorded(model, keys):
    """{key: what is recorded of where these records are}: keys of places, EXACT and VENUE."""
    found = {key: set() for key in keys}
    for path in paths_to_places(model) if keys else ():
        rows = model._base_manager.filter(pk__in=keys).exclude(**{path: None})
        for key, place in rows.values_list("pk", path):
            found[key].add(place)
    more = {name: what for name, what in model.locates.items() if what is not None}
    if keys and more:
        for row in model._base_manager.filter(pk__in=keys).values("pk", *more):
            told = {what for name, what in more.items() if row[name] not in (None, "")}
            found[row["pk"]] |= told
    return found
