"""What a search for a term says where no record has its words, or none the term and the place that
was named beside it, and where it leads on."""

from registry.api.viewsets import viewsets
from registry.cards.declarations import list_address, placed_types
from registry.cards.term_counts import with_terms
from registry.listings.search.term_words import ASKED

from .controls import relaxed_alternatives
from .nearby import lists_nearby


def nothing_there(finding):
    """{"place", "term": body, "held", "lists"} of what was typed, or None.

    "place": the named card, or None: then "held", {type: (query, how many records)} of those with
    the term. "lists": [{"type", "path", "ways", "nearby"}], of each kind of which any record has
    the term, where none in the place does.
    """
    term = finding.term
    if term is None:
        return None
    place, parameter = next(iter(finding.typed.understood[0]), None), ASKED[term["scheme"]]
    kinds = [
        kind for kind in placed_types() if parameter in viewsets[kind].filterset_class.base_filters
    ]
    if not kinds or (finding.count and not place):
        return None
    asked = {parameter: term["slug"], **({"location": place.value} if place else {})}
    having = with_terms(parameter, [term["slug"]], kinds)
    listings = [
        _listing(kind, asked, finding.language) for kind in kinds if (kind, term["slug"]) in having
    ]
    numbers = [(listing, number) for listing in listings if (number := listing.selection.count())]
    if place is None:
        return {"term": term, "held": {each.card_type: _held(each, n) for each, n in numbers}}
    if numbers:
        return None
    return {"place": place, "term": term, "lists": list(filter(None, map(_leading_on, listings)))}


def _held(listing, number):
    order = "&ordering=-start" if listing.card_type == "event" else ""  # else what is to come
    return f"{listing.address.canonical()}{order}", number


def _listing(kind, asked, language):
    viewset = viewsets[kind]
    return viewset.filterset_class(asked, viewset.queryset.all(), language=language, strict=False)


def _leading_on(listing):
    ways, nearby = relaxed_alternatives(listing), lists_nearby(listing, 0)
    if not (ways or nearby):
        return None
    path = list_address(listing.card_type)
    return {"type": listing.card_type, "path": path, "ways": ways, "nearby": nearby}
