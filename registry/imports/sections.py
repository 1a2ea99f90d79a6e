"""What each line of somebody's file holds, by the keys of `targets`, and the names in it that may
be records of ours. Readers of standard files make such sections too.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from . import cells
from .hostile import MAX_LETTERS, too_long
from .matching import Candidate, key_of
from .targets import ASIDE, NAME, NOTE, targets_of

NEW, LEAVE, TO_NOTE = "new", "leave", "note"  # decisions that are no record
ITSELF = "itself"  # the scheme of the names of the rows themselves
SAME_AS = "row-"  # and a line: what was decided of a row that is the same as one above it
MODE = "mode"  # the column that says how people take part
SOURCE = "new-source"  # the file itself
SOURCES = "sources:"  # documents that a standard file names: an address and a title on each line


@dataclass
class Given:
    """A line: {key of a target: text}; `origin` is what its maker calls it, for ever."""

    line: int
    cells: dict[str, str]
    origin: str = ""


@dataclass
class Section:
    """Lines of one kind; `columns` say where in the file each target stands."""

    title: str
    kind: str
    columns: dict[str, str]
    lines: list[Given] = field(default_factory=list)


@dataclass
class Asked:
    """A name that may be a record of ours, and the lines in which it stands."""

    to: str
    scheme: str
    text: str
    lines: list[int] = field(default_factory=list)

    @property
    def key(self):
        return f"{self.to}:{self.scheme}:{key_of(self.to, self.text)}"


def sections_of(holds):
    """The sections that a batch holds."""
    return [
        Section(**{**each, "lines": [Given(**given) for given in each["lines"]]})
        for each in holds["sections"]
    ]


def section_of(raw, header, kind, named):
    """The `Section` of a raw sheet; `named` is {place of a column: key of a target}."""
    columns, lines, above, letters = {}, [], {}, 0
    for place, key in named.items():
        columns.setdefault(key, raw["rows"][header][place] or str(place + 1))
    for number, row in enumerate(raw["rows"][header + 1 :], header + 2):
        if not any(row) or cells.is_total(row):
            continue
        said = defaultdict(list)
        for place, key in named.items():
            text = above.get(place, "") if cells.is_ditto(row[place]) else row[place]
            above[place] = text or above.get(place, "")
            letters += len(text)
            if key != ASIDE and not cells.is_nothing(text):
                head = raw["rows"][header][place]
                said[key].append(f"{head}: {text}" if key == NOTE and head else text)
        if letters > MAX_LETTERS:
            raise too_long()  # what is said by “as above” is long each time
        if said:
            joined = {key: "\n".join(texts) for key, texts in said.items()}
            lines.append(Given(number, joined))
    return Section(raw["title"], kind, columns, lines)


def asked_in(sections, tables):
    """[Asked] of all that the sections name, in their order."""
    found = {}
    for section in sections:
        targets = targets_of(tables[section.kind])
        for given in section.lines:
            for key, text in given.cells.items():
                target = targets.get(key)
                if key == NAME:
                    _ask(found, Asked(section.kind, ITSELF, text.split("\n")[0]), given.line)
                elif target and target.how == "reference":
                    for each in values_of(target, text):
                        if not says_mode(tables[section.kind], target, each):
                            _ask(found, Asked(target.to, target.scheme, each), given.line)
    return list(found.values())


def says_mode(table, target, text):
    """Whether what stands in the column of places is how people take part."""
    return target.to == "location" and MODE in table.columns and cells.is_online(text)


def partly_said(holds):
    """{(key of a name, id of a record offered for it)} where the name says more than the record: a
    village that nobody knows, of a district."""
    return {
        (Asked(**asked).key, each[0])
        for asked, found in zip(holds["asked"], holds["found"], strict=True)
        for each in found
        if Candidate(*each).partly
    }


def _ask(found, asked, line):
    found.setdefault(asked.key, asked).lines.append(line)


def values_of(target, text):
    return cells.several(text) if target.many else [cells.plain(text)]
