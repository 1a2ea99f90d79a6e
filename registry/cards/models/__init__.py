"""The tables of the cards: no foreign key leads from here to a record."""

from .card import (
    Card,
    CardHead,
    CardPart,
    CardPoint,
    CardSpan,
    CardTerm,
    Deferred,
    DeferredReference,
    has_term,
)
from .change_numbers import Counter
from .former_addresses import Redirect, Tombstone
from .search import NameSpelling, NameWord, SearchName, SearchSaid, SearchText
from .term_counts import TermCount

__all__ = [
    "Card",
    "CardHead",
    "CardPart",
    "CardPoint",
    "CardSpan",
    "CardTerm",
    "Counter",
    "Deferred",
    "DeferredReference",
    "NameSpelling",
    "NameWord",
    "Redirect",
    "SearchName",
    "SearchSaid",
    "SearchText",
    "TermCount",
    "Tombstone",
    "has_term",
]
