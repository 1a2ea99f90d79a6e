"""What a whole gains from its parts: the places, the time and the organisations that they name,
and for whom they are.

A contest is found by the town and the year of its final, an organisation where what it runs takes
place. All of it is read from the *cards* of the parts, which are public and generalised already: a
hidden part adds nothing, and no place is finer than its part shows it. Beside each card stands what
it gives to each of its wholes (`CardGiven`), so that the save of one part reads no other.

A programme gives what its editions, initiatives and events gave it on to the organisations that
run it and to the programme of which it is part; what a programme within it gave goes no further.
"""

from collections import defaultdict
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.db.models import CharField, Count, F, Max, Min, TextField, Window
from django.db.models.functions import Cast, RowNumber, Substr

from . import index
from .declarations import declared
from .models import Card, CardGiven, Deferred
from .prepared import Prepared
from .shapes.objects import REFERENCE

# Of a body, that parts give.
KEYS = ("active", "reach", "reach_roles", "reach_audiences", "reach_beyond")
# Of a part, besides what is given: itself, and what it gives as it is called.
SHOWN = (*REFERENCE.members, "locations", "roles", "audiences", *KEYS)
OWN_TIME = ("start", "end", "founded", "ended")  # of `_own_spans`
PLACES, ROLES, AUDIENCES, TIME = "location", "role", "audience", "time"
MAX_PLACES = 50  # named one by one in a card, as are the roles; the rest is counted
MAX_PARTS = 3  # named beside each of them
MAX_SPANS = 60

# The keys of a place that a whole shows. The precision is that of the part, not the whole's.
PLACE_KEYS = (*REFERENCE.members, "kind", "code", "region", "country", "point", "within")
TERM_KEYS = (*REFERENCE.members, "within")


@cache
def wholes_in_order():
    """The types that gain from parts, each after those that are its parts."""
    return sorted((d.type for d in declared.values() if d.parts), key=depth)


@cache
def depth(card_type):
    """0 for what has no parts, else one more than the deepest of the kinds of its parts."""
    parts = [part for part in declared[card_type].parts if part != card_type]
    return 1 + max(map(depth, parts), default=-1)


def writing_order(card_type):
    """What others name comes first, then parts before their wholes."""
    declaration = declared[card_type]
    return (1 + depth(card_type) if declaration.wholes else 0), card_type


def rows_for_wholes(rows):
    """What new cards give to their wholes: rows of `CardGiven`, of (card, body) in one list."""
    gaining = [(card, body) for card, body in rows if declared[card.type].parts]
    passed, times = _passed_on(gaining), _times_passed_on(gaining)
    for card, body in rows:
        declaration = declared[card.type]
        if not declaration.wholes:
            continue
        for whole_type, whole in declaration.wholes(body):
            values = _places(body) | {v for v in passed[card.public_id] if v[0] == PLACES}
            if declared[whole_type].gains_roles:
                values |= _roles(body) | {v for v in passed[card.public_id] if v[0] == ROLES}
            if declared[whole_type].gains_audiences:
                values |= _audiences(body)
            rank = declared[whole_type].parts.index(card.type)
            for group, value in sorted(values):
                yield (card.pk, whole, rank, card.sort, group, value, None, None)
            for start, end in merged([*_own_spans(body), *times[card.public_id]]):
                yield (card.pk, whole, rank, card.sort, TIME, "", start, end)


def shows_otherwise(old, body):
    """Whether a whole shows the part with this body otherwise than with the old one."""
    return any(old.get(key) != body.get(key) for key in SHOWN)


def gives_otherwise(old, body):
    """Whether it may give its wholes something else, as long as its own parts give it the same."""
    wholes = declared[body["type"]].wholes
    return bool(wholes) and (
        wholes(old) != wholes(body)
        or any(old.get(key) != body.get(key) for key in (*SHOWN, *OWN_TIME))
    )


def wholes_at(slugs):
    """The ids of the wholes that show these places: a part may show an exact point instead of
    that of its place, and so not change with it."""
    slugs, found = list(slugs), set()
    for card_type in wholes_in_order() if slugs else ():
        cards = Card.stored.with_term(card_type, "place", slugs)
        found.update(cards.values_list("public_id", flat=True))
    return found


def _given_to(ids):
    """What the parts gave to these; withheld ones give it once they are seen again."""
    return CardGiven.objects.filter(whole__in=ids).exclude(card__in=Deferred.withheld())


def _passed_on(rows):
    """{public id: {(group, value)}} of what parts of other kinds gave to these."""
    found = defaultdict(set)
    if rows:
        types = {card.public_id: card.type for card, _ in rows}
        gained = _given_to(types).filter(group__in=(PLACES, ROLES))
        gained = gained.values_list("whole", "card__type", "group", "value").distinct()
        for whole, part_type, group, value in gained:
            if part_type != types[whole]:
                found[whole].add((group, value))
    return found


def _times_passed_on(rows):
    """{public id: spans of days} of the same parts."""
    found = defaultdict(list)
    for card_type in {card.type for card, _ in rows}:
        ids = [card.public_id for card, _ in rows if card.type == card_type]
        found |= _spans(ids, without=card_type)
    return found


def _places(body):
    return {(PLACES, place["slug"]) for place in body.get("locations", ())}


def _roles(body):
    return {
        (ROLES, f"{role['role']}:{role['organisation']['slug']}") for role in body.get("roles", ())
    }


def _audiences(body):
    return {(AUDIENCES, term["slug"]) for term in body.get("audiences", ())}


def fill(card_type, bodies):
    """Write into the bodies {public id: body} of one type what their parts give."""
    if not declared[card_type].parts or not bodies:
        return
    gained, spans = _gained(bodies), _spans(bodies)
    named = _Named(gained)
    named.leave_out_the_gone(gained)
    for public_id, body in bodies.items():
        body["active"] = active([*_own_spans(body), *spans[public_id]])
        places, roles = gained[public_id, PLACES], gained[public_id, ROLES]
        body["reach"] = [
            {"location": named.places[slug], **named.parts(counted)}
            for slug, counted in _most(places)
        ]
        body["reach_beyond"] = _beyond(places, roles, named)
        if declared[card_type].gains_roles:
            body["reach_roles"] = [
                {"role": role, "organisation": named.organisations[slug], **named.parts(counted)}
                for (role, _, slug), counted in (
                    (pair.partition(":"), counted) for pair, counted in _most(roles)
                )
            ]
        if declared[card_type].gains_audiences:
            # Named all of them: a vocabulary is short.
            body["reach_audiences"] = [
                {"audience": named.terms[slug], **named.parts(counted)}
                for slug, counted in _in_order(gained[public_id, AUDIENCES])
            ]


class Counted:
    """How many parts give one value, and the cards of the first of them."""

    def __init__(self, number):
        self.number, self.cards = number, []


def _most(values):
    """[(value, counted)] of those that a card names, what most parts give first."""
    return _in_order(values)[:MAX_PLACES]


def _in_order(values):
    return sorted(values.items(), key=lambda item: (-item[1].number, item[0]))


def _gained(ids):
    """{(whole, group): {value: Counted}}."""
    found = defaultdict(dict)
    for whole, group, value, number, card in _GAINED.rows(list(ids)):
        counted = found[UUID(str(whole)), group].setdefault(value, Counted(number))
        counted.cards.append(card)
    return found


def _rows_gained(ids):
    same: Any = {"partition_by": [F("whole"), F("group"), F("value")]}
    rows = (
        _given_to(ids)
        .filter(group__in=(PLACES, ROLES, AUDIENCES))
        .annotate(
            number=Window(Count("pk"), **same),
            place=Window(RowNumber(), order_by=["rank", "-sort"], **same),
        )
        .filter(place__lte=MAX_PARTS)
        .order_by("whole", "group", "value", "place")
    )
    return rows.values_list("whole", "group", "value", "number", "card")


_GAINED = Prepared(_rows_gained)


class _Named:
    """The references that the wholes show, from the cards of what is named."""

    def __init__(self, gained):
        slugs, cards = defaultdict(set), set()
        for (_, group), values in gained.items():
            slugs[group].update(value.rpartition(":")[2] for value in values)
            cards.update(key for counted in values.values() for key in counted.cards)
        self.places = _called("location", slugs[PLACES], PLACE_KEYS)
        self.organisations = _called("organisation", slugs[ROLES])
        self.terms = _called("term", slugs[AUDIENCES], TERM_KEYS)
        self.cards = _references(_BODIES.rows(sorted(cards)))

    def leave_out_the_gone(self, gained):
        """What went out of sight in this flush, whose parts are written after this whole: it is
        settled once they are."""
        of = {PLACES: self.places, ROLES: self.organisations, AUDIENCES: self.terms}
        for (_, group), values in gained.items():
            known = of[group]
            for value in [v for v in values if v.rpartition(":")[2] not in known]:
                del values[value]

    def parts(self, counted):
        return {"by": [self.cards[key] for key in counted.cards], "count": counted.number}


def _called(card_type, slugs, keys=REFERENCE.members):
    return _references(_bodies_called(card_type).rows(sorted(slugs)), keys)


@cache
def _bodies_called(card_type):
    cards = Card.stored.of(card_type)
    return Prepared(lambda slugs: cards.filter(slug__in=slugs).values_list("slug", "body"))


_BODIES = Prepared(lambda keys: Card.stored.filter(pk__in=keys).values_list("pk", "body"))


def _references(rows, keys=REFERENCE.members):
    found = {}
    for key, text in rows:
        body = orjson.loads(text)
        found[key] = {name: body[name] for name in keys}
    return found


def _beyond(places, roles, named):
    """What is too much to be named one by one, so that it is found all the same; or None."""
    if max(len(places), len(roles)) <= MAX_PLACES:
        return None
    shown = {slug for slug, _ in _most(places)}
    rest = [named.places[slug] for slug in sorted(places.keys() - shown)]
    within = {slug for place in rest for slug in (place["slug"], *place["within"])}
    return {
        "places": len(rest),
        "within": sorted(within),
        "roles": sorted(roles.keys() - {pair for pair, _ in _most(roles)}),
    }


def _year(column):
    return Substr(Cast(F(column), TextField()), 1, 4, output_field=CharField())


def _spans(ids, without=None):
    """{whole: [(first day, last day)]} of its parts, `without` those of one type; those of the same
    years in one."""
    found = defaultdict(list)
    for whole, *days in _given_times(without).rows(list(ids)):
        found[UUID(str(whole))].append(tuple(date.fromisoformat(str(day)) for day in days))
    return found


@cache
def _given_times(without):
    def rows(ids):
        rows = _given_to(ids).filter(group=TIME)
        if without:
            rows = rows.exclude(card__type=without)
        rows = rows.annotate(first=_year("start"), last=_year("end"))
        rows = rows.values("whole", "first", "last")
        return rows.annotate(begin=Min("start"), finish=Max("end")).values_list(
            "whole", "begin", "finish"
        )

    return Prepared(rows)


def _own_spans(body):
    """The time that the record gives itself; of an organisation, from its founding to its end."""
    if "start" in body:
        start, end, _uncertain = index.span_of(body)
    else:
        founded, ended = (body[key] or {} for key in ("founded", "ended"))
        if not founded.get("earliest") and not ended.get("latest"):
            return []
        start = date.fromisoformat(founded.get("earliest") or date.min.isoformat())
        end = date.fromisoformat(ended.get("latest") or date.max.isoformat())
    return [(start, end)] if start <= end else []


def merged(spans):
    """The same spans, those that share a year as one, so that a year is counted once."""
    found = []
    for start, end in sorted(spans):
        if found and start.year <= found[-1][1].year:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    while len(found) > MAX_SPANS:
        gaps = [after[0] - before[1] for before, after in zip(found, found[1:], strict=False)]
        place = gaps.index(min(gaps))
        found[place][1] = found.pop(place + 1)[1]
    return found


def active(spans):
    """{"earliest", "latest", "spans"} of spans of days; an open or unknown side is null or ".."."""
    spans = merged(spans)
    first = min((start for start, _ in spans), default=date.min)
    last = max((end for _, end in spans), default=date.max)
    return {
        "earliest": None if first == date.min else first.isoformat(),
        "latest": None if last == date.max else last.isoformat(),
        "spans": ["/".join(_sides(start, end)) for start, end in spans],
    }


def _sides(start, end):
    yield ".." if start == date.min else start.isoformat()
    yield ".." if end == date.max else end.isoformat()
