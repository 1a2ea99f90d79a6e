"""The figures of one measure side by side: a row for each year, a column for each region."""

import re
from collections import defaultdict
from functools import cache, cached_property
from operator import itemgetter
from uuid import UUID

import orjson

from registry.cards.models import Card
from registry.cards.prepared import Prepared
from registry.cards.read import Vanished
from registry.listings.unchanged import until_changed

SHOWN = 300  # figures, the newest; of more, the list says them all
SEVERAL, NOWHERE = "several", "none"  # columns beside those of regions
REGION = re.compile('"region":"([^"]+)"')  # of the places of a figure, and whatever is called so


class Table:
    """`columns`: a region's card each, or SEVERAL or NOWHERE; `rows`: [{"when", "cells"}].

    `when` is the period of the row's figures, or None; a cell is a list of cards of figures. Each
    stands once, and none are added up: what was counted in several regions has a column of its own.

    The cards are read when somebody looks into it. `all`: how many there are.
    """

    def __init__(self, listing):
        self._cards = listing.selection.ordered()
        # Of cards that are as they were at these numbers: while none has changed, none is read.
        self.all, self._held = until_changed(
            listing, "side by side", lambda: [listing.selection.count(), self._read()]
        )

    def told(self):
        """What it is made of (`registry.cards.pieces`)."""
        return self._held

    def _read(self):
        held = [*self._figures, *sorted(self._places, key=itemgetter(1))]
        return [{"id": str(UUID(str(card))), "number": number} for card, number, _ in held]

    @cached_property
    def _figures(self):
        return list(self._cards.values_list("public_id", "number", "body")[:SHOWN])

    @cached_property
    def _places(self):
        codes = {code for *_, body in self._figures for code in REGION.findall(body)}
        return _coded().rows(sorted(codes))

    @cached_property
    def _cells(self):
        if self._read() != self._held:  # it would be kept as what it was before
            raise Vanished
        cells = defaultdict(lambda: defaultdict(list))
        for body in (orjson.loads(body) for *_, body in self._figures):
            cells[_when(body["period"])][_column(body["locations"])].append(body)
        return cells

    @cached_property
    def columns(self):
        return [self._regions.get(column, column) for column in self._order]

    @cached_property
    def rows(self):
        return [
            {"when": _period(cells), "cells": [cells[column] for column in self._order]}
            for _, cells in sorted(self._cells.items(), reverse=True)
        ]

    @cached_property
    def _order(self):
        columns = set().union(*self._cells.values())
        others = (each for each in (SEVERAL, NOWHERE) if each in columns)
        return [*sorted(columns & self._regions.keys()), *others]

    @cached_property
    def _regions(self):
        """{code: the card of the region}"""
        return {body["code"]: body for body in (orjson.loads(body) for *_, body in self._places)}


def _column(places):
    regions = {place["region"] for place in places}
    if not regions:
        return NOWHERE
    region = regions.pop()
    return region if region and not regions else SEVERAL


def _when(period):
    """(first year, last year), a side that is not known being empty."""
    return tuple((period and period[side] or "")[:4] for side in ("earliest", "latest"))


def _period(cells):
    """The years of a row as the first of its figures has them; None where no year is known."""
    years = {_when(body["period"]) for bodies in cells.values() for body in bodies}
    first, last = years.pop()
    if not first and not last:
        return None
    return first if first == last else f"{first}–{last}"


@cache
def _coded():
    def rows(codes):
        cards = Card.objects.with_term("location", "code", codes)
        return cards.values_list("public_id", "number", "body")

    return Prepared(rows)
