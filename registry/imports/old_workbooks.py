"""An XLS file (Excel 97 to 2003): where its cells are, before anything reads them.

A compound file ([MS-CFB]) holds the stream of the workbook, a row of records ([MS-XLS] 2.1.4).
"""

import struct

from django.utils.translation import gettext as _

from registry.cards.refused import Refused

from .hostile import MAX_CELLS, Bounds, Letters, column_letters, damaged, formula_in

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
END = 0xFFFFFFFA  # from here on numbers of sectors have meanings of their own
STREAMS = ("Workbook", "Book")
SMALL = 4096  # a smaller stream lies in pieces of 64 bytes within the first one

BEGIN, FORMULA, LOCKED, ROW_OF_NUMBERS, ROW_OF_NOTHING = 0x0809, 0x0006, 0x002F, 0x00BD, 0x00BE
SHARED, CONTINUED, SHARES = 0x00FC, 0x003C, 0x00FD
WIDE, RICH, EXTENDED = 0x01, 0x08, 0x04  # flags of a shared text
FILLED = (0x0203, 0x027E, 0x00FD, 0x0204, 0x0205, 0x00D6)


def look_at_old_workbook(data):
    """Refuses an XLS file with formulas, a password, or cells that are too far apart."""
    stream, bounds, letters, shared = _workbook(data), Bounds(), Letters(), []
    at, before = 0, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == SHARED or (kind == CONTINUED and before == SHARED):
            shared.append(stream[at + 4 : at + 4 + length])
            kind = SHARED
        elif kind == BEGIN:
            bounds.new_sheet()
        elif kind == LOCKED:
            raise Refused(_("This file is protected by a password. Save it without one."))
        elif kind in (*FILLED, FORMULA, ROW_OF_NUMBERS) and length >= 6:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            if kind == FORMULA:
                raise formula_in(f"{column_letters(column)}{row + 1}")
            if kind == ROW_OF_NUMBERS:
                column = struct.unpack_from("<H", stream, at + 4 + length - 2)[0]
            bounds.hold(row, column)
            if kind == SHARES and length >= 10:
                letters.name(struct.unpack_from("<I", stream, at + 10)[0])
        at, before = at + 4 + length, kind
    for length in shared_texts(shared):
        letters.share(length)
    letters.check()


def shared_texts(pieces):
    """How long each text is that cells share ([MS-XLS] 2.4.265): it may go on in the next piece,
    the letters of which begin with flags of their own."""
    if not pieces:
        return
    at, left = 8, list(reversed(pieces))
    piece = left.pop()
    try:
        for _number in range(min(struct.unpack_from("<I", piece, 4)[0], MAX_CELLS)):
            if at >= len(piece):
                if not left:
                    return
                piece, at = left.pop(), 0
            number, flags = struct.unpack_from("<HB", piece, at)
            at += 3
            runs = struct.unpack_from("<H", piece, at)[0] if flags & RICH else 0
            at += 2 if flags & RICH else 0
            more = struct.unpack_from("<I", piece, at)[0] if flags & EXTENDED else 0
            at += 4 if flags & EXTENDED else 0
            yield number
            width = 2 if flags & WIDE else 1
            while (fits := max(0, len(piece) - at) // width) < number:
                number, piece, at = number - fits, left.pop(), 1
                width = 2 if piece[:1] and piece[0] & WIDE else 1
            at += number * width + runs * 4 + more
            while at > len(piece) and left:
                at, piece = at - len(piece), left.pop()
    except (struct.error, IndexError):
        raise damaged() from None


def _workbook(data):
    try:
        size = 1 << struct.unpack_from("<H", data, 30)[0]
        if size not in (512, 4096):
            raise damaged()
        table = _table_of_sectors(data, size)
        names = _chain(data, size, table, struct.unpack_from("<I", data, 48)[0])
        for at in range(0, len(names) - 127, 128):
            length = struct.unpack_from("<H", names, at + 64)[0]
            name = names[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if name in STREAMS:
                first, total = struct.unpack_from("<II", names, at + 116)
                if total < SMALL:
                    return _small(data, size, table, names, first)[:total]
                return _chain(data, size, table, first)[:total]
    except struct.error:
        pass
    raise damaged()


def _table_of_sectors(data, size):
    """The number of the sector that follows each."""
    firsts = list(struct.unpack_from("<109I", data, 76))
    further, seen = struct.unpack_from("<I", data, 68)[0], set()
    while further < END and further not in seen:
        seen.add(further)
        *more, further = struct.unpack_from(f"<{size // 4}I", data, (further + 1) * size)
        firsts += more
    table = []
    for sector in firsts:
        if sector < END:
            table += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        if len(table) * size > len(data) + size * size:
            break
    return table


def _small(data, size, table, names, sector):
    pieces = _chain(data, size, table, struct.unpack_from("<I", names, 116)[0])
    follows = _chain(data, size, table, struct.unpack_from("<I", data, 60)[0])
    small = struct.unpack(f"<{len(follows) // 4}I", follows)
    return _chain(pieces, 64, small, sector, before=0)


def _chain(data, size, table, sector, before=1):
    """The bytes of a stream; as many sectors stand before the first that has a number."""
    found = bytearray()
    while sector < END:
        if sector >= len(table) or len(found) > len(data):
            raise damaged()
        found += data[(sector + before) * size : (sector + before + 1) * size]
        sector = table[sector]
    return bytes(found)
