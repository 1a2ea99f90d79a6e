"""What a search for a place and a term says where no record has both, and where it leads on."""

from registry.api.viewsets import viewsets
from registry.cards.declarations import list_address, placed_types
from registry.cards.term_counts import with_terms
from registry.listings.search.term_words import ASKED

from .controls import relaxed_alternatives
from .nearby import lists_nearby


def nothing_there(finding):
    """{"place": named card, "term": body, "lists": [{"type", "path", "ways", "nearby"}]} of what
    was typed, or None: a list of each kind of which any record has the term."""
    term = finding.term
    if term is None:
        return None
    place, parameter = finding.typed.understood[0][0], ASKED[term["scheme"]]
    kinds = [
        kind for kind in placed_types() if parameter in viewsets[kind].filterset_class.base_filters
    ]
    if not kinds:
        return None
    asked = {"location": place.value, parameter: term["slug"]}
    having = with_terms(parameter, [term["slug"]], kinds)
    listings = [
        _listing(kind, asked, finding.language) for kind in kinds if (kind, term["slug"]) in having
    ]
    if any(listing.selection.count() for listing in listings):
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
