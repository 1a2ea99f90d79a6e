from .entry import Entry, EntryManager, Marked, MarkedQuerySet
from .erasure import Erasure
from .last_shown import LastShown
from .left_text import LeftText
from .part import (
    Approach,
    Audience,
    Citation,
    Figure,
    Format,
    OtherName,
    Part,
    Subject,
    Theme,
    owner,
)
from .proposal import Proposal, Remark
from .published_alone import PublishedAlone
from .record import CHAIN, MISTAKEN, PARENTS, Record
from .saved_list import SavedList
from .source import Source
from .state import State
from .term import Term, TermCitation
from .waiting_words import WaitingWords

__all__ = [
    "CHAIN",
    "MISTAKEN",
    "PARENTS",
    "Approach",
    "Audience",
    "Citation",
    "Entry",
    "EntryManager",
    "Erasure",
    "Figure",
    "Format",
    "LastShown",
    "LeftText",
    "Marked",
    "MarkedQuerySet",
    "OtherName",
    "Part",
    "Proposal",
    "PublishedAlone",
    "Record",
    "Remark",
    "SavedList",
    "Source",
    "State",
    "Subject",
    "Term",
    "TermCitation",
    "Theme",
    "WaitingWords",
    "owner",
]
