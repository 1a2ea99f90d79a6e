"""The tables of the cards: no foreign key leads from here to a record."""

from .card import (
    Card,
    CardGiven,
    CardHead,
    CardPoint,
    CardSpan,
    CardTerm,
    Deferred,
    DeferredReference,
    has_term,
)
from .change_numbers import Counter
from .former_addresses import Redirect, Successor, Tombstone
from .renewal import Renewal
from .search import NameSpelling, NameWord, OwnWords, SearchName, SearchText
from .term_counts import TermCount
from .term_sets import CardBit, TermSet

__all__ = [
    "Card",
    "CardBit",
    "CardHead",
    "CardGiven",
    "CardPoint",
    "CardSpan",
    "CardTerm",
    "Counter",
    "Deferred",
    "DeferredReference",
    "NameSpelling",
    "NameWord",
    "Redirect",
    "Renewal",
    "SearchName",
    "OwnWords",
    "SearchText",
    "Successor",
    "TermCount",
    "TermSet",
    "Tombstone",
    "has_term",
]
