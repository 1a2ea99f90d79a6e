"""The figures of one measure side by side: a row for each year, a column for each region."""

from collections import defaultdict

import orjson

from registry.cards.models import Card, CardTerm

SHOWN = 300  # figures, the newest; of more, the list says them all
SEVERAL, NOWHERE = "several", "none"  # columns beside those of regions


def side_by_side(cards):
    """{"columns": [a region's card, or SEVERAL or NOWHERE], "rows": [{"when", "cells"}]}.

    `when` is the period of the row's figures, or None; a cell is a list of cards of figures. Each
    stands once, and none are added up: what was counted in several regions has a column of its own.
    """
    table, columns = defaultdict(lambda: defaultdict(list)), set()
    for body in map(orjson.loads, cards.values_list("body", flat=True)[:SHOWN]):
        column = _column(body["locations"])
        columns.add(column)
        table[_when(body["period"])][column].append(body)
    regions = _regions(columns)
    order = [*sorted(columns & regions.keys()), *(c for c in (SEVERAL, NOWHERE) if c in columns)]
    return {
        "columns": [regions.get(column, column) for column in order],
        "rows": [
            {"when": _period(table[years]), "cells": [table[years][column] for column in order]}
            for years in sorted(table, reverse=True)
        ],
    }


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


def _regions(codes):
    """{code: the card of the region}"""
    coded = CardTerm.objects.filter(type="location", group="code", value__in=codes)
    found = Card.objects.filter(pk__in=coded.values("card")).values_list("body", flat=True)
    return {body["code"]: body for body in map(orjson.loads, found)}
