"""A table of somebody's own as they gave it: what goes back to them while something is wrong in it.

It is held while nobody has decided on the file, without the columns that are set aside.
"""

from collections import defaultdict

from registry.workflow.erased_words import ErasedWords

from .targets import ASIDE


def as_given(raw, header, named):
    """{title, columns: [[key of a target, head]], rows: [[line, texts]]} of the raw sheet below its
    header; `named` is {place of a column: key}."""
    places = sorted(place for place, key in named.items() if key != ASIDE)
    rows = enumerate(raw["rows"][header + 1 :], header + 2)
    table = {
        "title": raw["title"],
        "columns": [[named[place], raw["rows"][header][place]] for place in places],
        "rows": [[line, [row[place] for place in places]] for line, row in rows if any(row)],
    }
    return ErasedWords.noted().without(table)


def without_column(table, key):
    """The table without what was said to be this."""
    left = [place for place, (other, _head) in enumerate(table["columns"]) if other != key]
    return {
        **table,
        "columns": [table["columns"][place] for place in left],
        "rows": [[line, [row[place] for place in left]] for line, row in table["rows"]],
    }


def without_cells(table, key, goes):
    """The table without the texts of such a column of which `goes(line, text)` is true."""
    places = {place for place, (other, _head) in enumerate(table["columns"]) if other == key}
    return {
        **table,
        "rows": [
            [line, ["" if n in places and goes(line, each) else each for n, each in enumerate(row)]]
            for line, row in table["rows"]
        ],
    }


def told_beside(table, wrong):
    """{line: [(place of the column or None, sentence)]} of [Wrong]; what is of no line of the table
    is told beside its first."""
    found, lines = defaultdict(list), [line for line, _row in table["rows"]]
    known = {*lines}
    for each in wrong:
        place = _place(table, each)
        stands = table["columns"][place][1] if place is not None else each.stands
        told = f"{stands}: {each.told}" if stands else each.told
        line = each.line if each.line in known else lines[0]
        found[line].append((place, told))
    return found


def _place(table, wrong):
    """The column in which it stands, if that is told: its rows may be of another sheet to us."""
    of_rows = wrong.sheet != table["title"]
    sought = wrong.sheet.partition(".")[2] if of_rows else wrong.column
    places = [
        place
        for place, (key, _head) in enumerate(table["columns"])
        if sought and sought in (key, key.partition(":")[0])
    ]
    if not places and not of_rows:  # a text that was read in its own language
        base = wrong.column.rpartition("_")[0]
        keys = [key.partition(":")[0] for key, _head in table["columns"]]
        places = [place for place, key in enumerate(keys) if base and key == base]
    return places[0] if len(places) == 1 else None
