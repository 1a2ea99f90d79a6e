"""Cells as files without types can hold them."""

from registry.cards.shapes.plain import JOIN

# A spreadsheet takes a cell that begins like this for a formula (docs/safety.md).
# The wide signs too, which some programs take for the plain ones (OWASP, CSV injection).
FORMULA = tuple("=+-@\t\r＝＋－＠")
_FORMULA = frozenset(FORMULA)


def defusing(words):
    """Words joined for a file that has no types: each may come to stand in a cell of its own."""
    if len(words) == 1:  # its cell is looked at as all are
        return words[0]
    for word in words:
        if word[:1] in _FORMULA:
            return JOIN.join(defused(words))
    return JOIN.join(words)


def defused(cells):
    """The cells, with an apostrophe before what a spreadsheet would calculate; numbers stay."""
    return [
        f"'{cell}" if cell and cell.__class__ is str and cell[0] in _FORMULA else cell
        for cell in cells
    ]
