from .entry import Entry, EntryManager, Marked, MarkedQuerySet, State
from .part import Citation, Figure, OtherName, Part, Subject
from .record import Precision, Record
from .source import Source
from .term import Term, TermSource
from .waiting import Waiting

__all__ = [
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
    "Waiting",
]
