"""What a file must not be, found before anything reads it: too large, too deep, too far apart, or
with formulas, document types and entities in it.

A file of a few kilobytes can keep a reader busy for minutes, or fill the memory: by what it unpacks
to, by one cell at the far end of a sheet, by entities that hold each other. All that a reader of
tables will read is walked here piece by piece, with nothing kept.
"""

import struct
import zlib
from array import array
from dataclasses import dataclass, field
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.utils.translation import gettext as _

from registry.cards.refused import Refused

MAX_BYTES = 10_000_000  # of a file as it is sent
MAX_UNPACKED = 100_000_000
MAX_RATIO = 200  # of what a member unpacks to; a sheet of nothing but one word reaches 150
MAX_MEMBERS = 500
MAX_DEPTH = 64
MAX_ROWS = 20_000
MAX_LINES = MAX_ROWS + 100  # titles and headers stand above the rows
MAX_COLUMNS = 300
MAX_CELLS = 1_000_000  # of the rectangle that holds all that is filled in, of all sheets together
MOST_DIGITS = 20  # of the number of a shared text
MAX_LETTERS = 20_000_000  # of all cells, each with the whole of a text that many of them share
PIECE = 65_536
LOCAL_HEADER = struct.Struct("<4s22xHH")
OF_TABLES = ("/worksheet", "/sharedStrings", "/styles")


def too_large():
    return Refused(
        _("This file is too large: at most %(megabytes)d MB. Split it, or remove pictures.")
        % {"megabytes": MAX_BYTES // 1_000_000}
    )


def damaged():
    return Refused(_("This file is damaged, or is not the type that its name says. Save it again."))


def too_far(cell):
    return Refused(
        _(
            "There is something in cell %(cell)s. A file can have at most %(rows)d "
            "rows, %(columns)d columns and %(cells)d cells. Clear the cells far "
            "from the table, or split the file."
        )
        % {"cell": cell, "rows": MAX_ROWS, "columns": MAX_COLUMNS, "cells": MAX_CELLS}
    )


def too_long():
    return Refused(
        _(
            "The cells of this file hold more than %(most)d million characters. "
            "Split it into smaller files."
        )
        % {"most": MAX_LETTERS // 1_000_000}
    )


def formula_in(cell):
    return Refused(
        _(
            "Cell %(cell)s holds a formula. Copy the cells, paste them as values "
            "only, and send the file again."
        )
        % {"cell": cell}
    )


def column_letters(number):
    """The letters of a column, counted from 0: A, Z, AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters):
    """The number of a column, from 0, of its letters; of none the number is -1."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + ord(letter) - 64
    return number - 1


class Bounds:
    """The rectangle of what is filled in, of one sheet after the other."""

    def __init__(self):
        self.before = 0
        self.new_sheet()

    def new_sheet(self):
        self.before += getattr(self, "cells", 0)
        self.rows = self.columns = self.cells = 0

    def hold(self, row, column, name=None):
        """Refuses a filled cell that is too far out; both are counted from 0."""
        if row < self.rows and column < self.columns:
            return
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        self.cells = self.rows * self.columns
        beyond = self.rows > MAX_LINES or self.columns > MAX_COLUMNS
        if beyond or self.before + self.cells > MAX_CELLS:
            raise too_far(name or f"{column_letters(column)}{row + 1}")


class Letters:
    """How many letters the cells hold. A text that they share is short in the file, and as long as
    it is for each cell that names it once it is read."""

    def __init__(self):
        self.own, self.lengths, self.named = 0, array("I"), array("I")

    def add(self, number):
        self.own += number
        if self.own > MAX_LETTERS:
            raise too_long()

    def name(self, place):
        """A cell is the shared text at this place."""
        if not 0 <= place < MAX_CELLS:
            raise damaged()
        if place >= len(self.named):
            self.named.extend([0] * (place + 1 - len(self.named)))
        self.named[place] += 1

    def share(self, length):
        """The next of the shared texts is so long."""
        if len(self.lengths) >= MAX_CELLS:
            raise damaged()
        self.add(length)
        self.lengths.append(length)

    def check(self):
        shared = zip(self.lengths, self.named, strict=False)
        if self.own + sum(length * times for length, times in shared) > MAX_LETTERS:
            raise too_long()


class Walk:
    """XML, walked piece by piece: no document type, no entity, no more than so deep.

    What stands in it subclasses look at: `start(name without prefix, attributes)`, `end(name)`.
    """

    def __init__(self):
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_entities
        self.parser.EntityDeclHandler = self._refuse_entities
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _refuse_entities(self, *_args):
        raise Refused(
            _("This file contains a document type or entities, which are not read. Remove them.")
        )

    def _start(self, name, attributes):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refused(_("This file is nested too deeply to be read."))
        self.start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def _end(self, name):
        self.depth -= 1
        self.end(name.rpartition(":")[2] if ":" in name else name)

    def start(self, name, attributes):
        """An element begins."""

    def end(self, name):
        """An element ends."""

    def all_of(self, pieces):
        try:
            for piece in pieces:
                self.parser.Parse(piece, False)
            self.parser.Parse(b"", True)
        except expat.ExpatError:
            raise damaged() from None


class SheetWalk(Walk):
    """A sheet of a workbook (ISO/IEC 29500), or the texts that its cells share: where they are, how
    long, and that none is a formula."""

    def __init__(self, bounds, letters):
        super().__init__()
        self.bounds, self.row, self.column, self.cell = bounds, -1, -1, ""
        self.letters, self.shares, self.said = letters, False, ""
        self.is_sheet = self.is_shared = False  # charts have an element "f" as well
        self.numbers = {"": -1}  # of columns, by their letters
        self.parser.CharacterDataHandler = self._text

    def _text(self, text):
        if self.is_shared:
            self.length += len(text)
        elif self.shares:
            self.said += text
            if len(self.said) > MOST_DIGITS:  # else each further piece copies all before it
                raise damaged()
        elif self.is_sheet:
            self.letters.add(len(text))

    def end(self, name):
        if name == "si" and self.is_shared:
            self.letters.share(self.length)
            self.length = 0
        elif name == "c" and self.shares:
            self.letters.name(_whole(self.said.strip(), 0))
            self.shares, self.said = False, ""
        elif name == "sheetData":
            self.is_sheet = False

    def start(self, name, attributes):
        if name == "sheetData":
            self.is_sheet = True
            self.bounds.new_sheet()
        elif name == "sst":
            self.is_shared, self.length = True, 0
        elif not self.is_sheet:
            return
        elif name == "row":
            self.row = _whole(attributes.get("r"), self.row + 2) - 1
            self.column = -1
        elif name == "c":
            self.shares = attributes.get("t") == "s"
            self.cell = attributes.get("r", "")
            letters = self.cell.rstrip("0123456789")
            if len(letters) > 3:
                raise too_far(self.cell[:20])
            if letters not in self.numbers:
                self.numbers[letters] = column_number(letters)
            self.column = self.numbers[letters] if letters else self.column + 1
            digits = self.cell[len(letters) :]
            self.at = _whole(digits, self.row + 1) - 1
        elif name in ("v", "is", "t") and self.column >= 0:
            self.bounds.hold(self.at, self.column, self.cell)
        elif name == "f":
            raise formula_in(self.cell)


class RelationsWalk(Walk):
    """What a workbook says of its parts: those that hold cells end as those that are walked."""

    def start(self, name, attributes):
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        if kind.endswith(OF_TABLES) and not target.lower().endswith(".xml"):
            raise damaged()


@dataclass
class OdsSheet:
    name: str
    merged: list = field(default_factory=list)  # ((row, column), (last row, last column))


class OdsWalk(Walk):
    """The sheets of an OpenDocument: how far what is repeated reaches, and which cells are one."""

    def __init__(self, bounds):
        super().__init__()
        self.bounds, self.sheets, self.row, self.times, self.filled = bounds, [], 0, 1, False
        self.letters, self.in_row, self.repeated = Letters(), 0, 1
        self.parser.CharacterDataHandler = self._text

    def _text(self, text):
        self.in_row += len(text) * self.repeated
        if self.in_row > MAX_LETTERS:
            raise too_long()

    def start(self, name, attributes):
        if name == "table":
            self.bounds.new_sheet()
            self.sheets.append(OdsSheet(attributes.get("table:name", "")))
            self.row = 0
        elif name == "table-row":
            self.times = _whole(attributes.get("table:number-rows-repeated"), 1)
            self.column, self.filled, self.in_row, self.repeated = 0, False, 0, 1
        elif name in ("table-cell", "covered-table-cell") and self.sheets:
            self._cell(attributes)

    def _cell(self, attributes):
        times = _whole(attributes.get("table:number-columns-repeated"), 1)
        name = f"{column_letters(min(self.column, 99_999))}{self.row + 1}"
        if "table:formula" in attributes:
            raise formula_in(name)
        if any(key.endswith("value-type") for key in attributes):
            self.bounds.hold(self.row + self.times - 1, self.column + times - 1, name)
        rows = _whole(attributes.get("table:number-rows-spanned"), 1)
        if rows > 1:
            corner = (self.row + min(rows, MAX_LINES) - 1, self.column)
            self.sheets[-1].merged.append(((self.row, self.column), corner))
        self.column += times
        self.repeated = max(times, 1)

    def end(self, name):
        if name == "table-row":
            self.row += self.times
            self.letters.add(self.in_row * max(self.times, 1))
            self.in_row = 0


def _whole(text, otherwise):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def unpacked(data, member):
    """The pieces of a member of a zip file: as many as are there, whatever its head says."""
    head = data[member.header_offset : member.header_offset + LOCAL_HEADER.size]
    if len(head) < LOCAL_HEADER.size:
        raise damaged()
    mark, name, extra = LOCAL_HEADER.unpack(head)
    start = member.header_offset + LOCAL_HEADER.size + name + extra
    packed = memoryview(data)[start : start + member.compress_size]
    if mark != b"PK\3\4" or len(packed) != member.compress_size:
        raise damaged()
    if member.compress_type == ZIP_STORED:
        yield bytes(packed)
        return
    inflate, given, total = zlib.decompressobj(-15), 0, 0
    rest = b""
    while not inflate.eof:
        if not rest:
            rest, given = bytes(packed[given : given + PIECE]), given + PIECE
            if not rest:
                raise damaged()
        try:
            piece = inflate.decompress(rest, PIECE)
        except zlib.error:
            raise damaged() from None
        rest = inflate.unconsumed_tail
        total += len(piece)
        if total > member.file_size:
            raise damaged()
        yield piece


def members_of(file):
    """{name: member} of a zip file that is no larger than it says, and not too large."""
    try:
        with ZipFile(file) as archive:
            members = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, struct.error):
        raise damaged() from None
    if len(members) > MAX_MEMBERS or len({each.filename.lower() for each in members}) != len(
        members
    ):
        raise damaged()
    if sum(each.file_size for each in members) > MAX_UNPACKED:
        raise too_large()
    for each in members:
        if each.flag_bits & 1:
            raise Refused(_("This file is protected by a password. Save it without one."))
        if each.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise damaged()
        if each.file_size > max(1_000_000, MAX_RATIO * each.compress_size):
            raise too_large()
    return {each.filename.lower(): each for each in members}


def look_at_workbook(data, members):
    """Refuses an XLSX file that would be dear to read, or calculates."""
    bounds, letters = Bounds(), Letters()
    for name, member in members.items():
        if name.endswith(".rels"):
            walk = RelationsWalk()
        elif name.endswith(".xml"):
            walk = SheetWalk(bounds, letters)
        else:
            continue
        walk.all_of(unpacked(data, member))
    letters.check()


def look_at_opendocument(data, members):
    """Refuses an ODS file as well; returns its sheets with the cells that are one."""
    walk = OdsWalk(Bounds())
    walk.all_of(unpacked(data, members["content.xml"]))
    for name, member in members.items():
        if name.endswith(".xml") and name != "content.xml":
            Walk().all_of(unpacked(data, member))
    return walk.sheets
