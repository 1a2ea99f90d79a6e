from .entry import Entry, EntryManager, Marked, MarkedQuerySet
from .last_shown import LastShown
from .part import Citation, Figure, OtherName, Part, Subject
from .record import CHAIN, MISTAKEN, PARENTS, Record
from .source import Source
from .state import State
from .term import Term, TermCitation
from .waiting import Waiting

__all__ = [
    "CHAIN",
    "MISTAKEN",
    "PARENTS",
    "Citation",
    "Entry",
    "EntryManager",
    "Figure",
    "LastShown",
    "Marked",
    "MarkedQuerySet",
    "OtherName",
    "Part",
    "Record",
    "Source",
    "State",
    "Subject",
    "Term",
    "TermCitation",
    "Waiting",
]
