"""Two to four values of one filter side by side: the lists that each of them gives, in numbers."""

from collections import Counter

from registry.cards.declarations import declared
from registry.cards.read import read_all
from registry.listings.facets import facets_of
from registry.listings.filters import COMPARED, MOST_COMPARED

GROUPS = ("theme", "kind", "status", "result", "mode")  # what they are compared by
MAX_ROWS = 6  # values of each, the most frequent
NEWEST = 3


def comparisons(listing):
    """[{"label", "query"}] of the filters of which enough values are chosen to be compared."""
    return [
        {
            "label": listing.filters[name].label,
            "query": f"{listing.address.canonical()}&compare={name}",
        }
        for name in COMPARED
        if name in listing.filters and 2 <= len(listing.values_of(name)) <= MOST_COMPARED
    ]


def compared(listing, request):
    """{"columns": [{"label", "count", "query", "newest"}], "groups": [{"label", "rows"}]}.

    A row is {"label", "cells": [{"count", "query"}]} with a cell for each column: the number of
    the list to which the query leads.
    """
    name = listing.cleaned["compare"]
    lists = [_alone(listing, name, value) for value in listing.values_of(name)]
    facets = [facets_of(one) for one in lists]
    columns = [
        {
            "label": one.filters[name].texts(one.values_of(name)[0]),
            "count": found.count,
            "query": one.address.canonical(),
            "newest": read_all(_newest(one), request, listing.today),
        }
        for one, found in zip(lists, facets, strict=True)
    ]
    groups = [
        {"label": listing.filters[group].label, "rows": rows}
        for group in GROUPS
        if group in listing.filters and (rows := _rows(group, lists, facets))
    ]
    return {"columns": columns, "groups": groups, "label": listing.filters[name].label}


def _newest(one):
    """The first few where lists begin with the newest: those of organisations go by their names,
    and what has no page can be led to by no link."""
    leads = one.default_ordering == "-start" and declared[one.card_type].has_page
    return one.selection.ordered()[:NEWEST] if leads else ()


def _alone(listing, name, value):
    """The same list with the one value."""
    data = listing.query_params.copy()
    for other in ("compare", "ordering", "page", "cursor"):
        data.pop(other, None)
    data.setlist(name, [value])
    one = type(listing)(data, listing.queryset, language=listing.language, strict=False)
    one.is_valid()
    return one


def _rows(group, lists, facets):
    items = [{item["value"]: item for item in found.groups[group]} for found in facets]
    totals, labels = Counter(), {}
    for each in items:
        for value, item in each.items():
            totals[value] += item["count"]
            labels.setdefault(value, item["label"])
    shown = [value for value, total in totals.most_common(MAX_ROWS) if total]
    return [
        {
            "label": labels[value],
            "cells": [
                {
                    "count": each[value]["count"] if value in each else 0,
                    "query": one.address.canonical(instead={group: [value]}),
                }
                for each, one in zip(items, lists, strict=True)
            ],
        }
        for value in shown
    ]
