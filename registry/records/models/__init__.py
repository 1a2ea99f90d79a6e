from .entry import Entry, EntryManager, Marked, MarkedQuerySet
from .erasure import Erasure
from .last_shown import LastShown
from .left_text import LeftText
from .likeness import LikelyPair, LookedFor, Sign
from .merge import Merge
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
from .record import CHAIN, MERGED, MISTAKEN, PARENTS, Record
from .saved_list import SavedList
from .source import Source
from .state import State
from .term import Term, TermCitation
from .waiting_words import WaitingWords

__all__ = [
    "CHAIN",
    "MERGED",
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
    "LikelyPair",
    "LookedFor",
    "Marked",
    "MarkedQuerySet",
    "Merge",
    "OtherName",
    "Part",
    "Proposal",
    "PublishedAlone",
    "Record",
    "Remark",
    "SavedList",
    "Sign",
    "Source",
    "State",
    "Subject",
    "Term",
    "TermCitation",
    "Theme",
    "WaitingWords",
    "owner",
]
