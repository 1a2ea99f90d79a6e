"""What a search for a place and a term says where no record has both, and where it leads on."""

from registry.api.viewsets import viewsets
from registry.cards.declarations import list_address, placed_types

from .controls import relaxed_alternatives
from .nearby import lists_nearby


def nothing_there(finding):
    """{"place": named card, "term": body, "lists": [{"type", "path", "ways", "nearby"}]} of what
    was typed, or None: a list of each kind that can be asked for the term."""
    term = finding.term
    if term is None:
        return None
    place = finding.typed.understood[0][0]
    listings = [
        _listing(kind, {"location": place.value, term["scheme"]: term["slug"]}, finding.language)
        for kind in placed_types()
        if term["scheme"] in viewsets[kind].filterset_class.base_filters
    ]
    if not listings or any(listing.selection.count() for listing in listings):
        return None
    return {"place": place, "term": term, "lists": list(filter(None, map(_leading_on, listings)))}


def _listing(kind, asked, language):
    viewset = viewsets[kind]
    return viewset.filterset_class(asked, viewset.queryset.all(), language=language, strict=False)


def _leading_on(listing):
    ways, nearby = relaxed_alternatives(listing), lists_nearby(listing, 0)
    if not (ways or nearby):
        return None
    path = list_address(listing.card_type)
    return {"type": listing.card_type, "path": path, "ways": ways, "nearby": nearby}
