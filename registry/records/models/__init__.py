from .entry import Entry, EntryManager, Marked, MarkedQuerySet, State
from .part import Citation, Figure, OtherName, Part, Subject
from .record import MISTAKEN, Precision, Record
from .source import Source
from .term import Term, TermSource

__all__ = [
    "MISTAKEN",
    "Citation",
    "Entry",
    "EntryManager",
    "Figure",
    "Marked",
    "MarkedQuerySet",
    "OtherName",
    "Part",
    "Precision",
    "Record",
    "Source",
    "State",
    "Subject",
    "Term",
    "TermSource",
]
