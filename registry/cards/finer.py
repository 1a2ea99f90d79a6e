"""What a card shows of places more finely than the card before it: the one definition of "finer".

A place that is newly shown is finer, unless it is no finer than one that was shown: the same place,
or one around it. So a town instead of its region is finer, the region instead of the town is not.

Plain entry of data stays possible: what the transaction itself wrote on the record, and what was
not recorded there before, may be new. It is finer still if it lies in a place that was shown.
"""

from .fields import fields_of
from .shapes.objects import Place, Places, Text

LEVELS = ("exact", "town", "district", "region", "country")  # finest first
EXACT, VENUE = "exact", "venue"


def where_of(body):
    """What a card says of where its record is. Not its reach: that repeats the cards of its parts,
    each of which is looked at itself."""
    return {key: body[key] for key in ("type", *fields_of(body["type"]).where)}


def finer(old, new, entered=None):
    """The names, as text objects, of what `new` shows more finely than `old`.

    `entered` is what the transaction wrote on the record itself: {id of a place: the ids of that
    place and of all that it lies in}, and EXACT or VENUE where a point or a venue came to be.
    """
    entered, where = entered or {}, fields_of(new.get("type")).where
    before, after = _places(old, where), _places(new, where)
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
        before, after = _venues(old, where), _venues(new, where)
        found += [text for key, text in after.items() if key not in before]
    return found


def _places(body, where):
    shown = [(shape, body.get(key)) for key, shape in where.items()]
    lists = [value or [] for shape, value in shown if isinstance(shape, Places)]
    return [
        *(place for places in lists for place in places),
        *(value for shape, value in shown if isinstance(shape, Place) and value),
    ]


def _venues(body, where):
    """{key: text} of the venues that are named."""
    texts = {key: body.get(key) for key, shape in where.items() if isinstance(shape, Text)}
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


def recorded(model, keys):
    """{key: what is recorded of where these records are}: keys of places, EXACT and VENUE."""
    found = {key: set() for key in keys}
    if not keys or not hasattr(model, "placements"):
        return found
    rows = model.placements.rel.related_model._base_manager.filter(record__in=keys)
    for key, place in rows.values_list("record", "location"):
        found[key].add(place)
    if model.locates:
        for row in model._base_manager.filter(pk__in=keys).values("pk", *model.locates):
            for name, what in model.locates.items():
                if row[name] not in (None, ""):
                    found[row["pk"]].add(what or row[name])
    return found
