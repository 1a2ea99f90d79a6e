"""What of a foreign table is to be looked at once more before it is written: cells that lead to
people or name them, and what may be meant otherwise."""

from registry.workflow.contacts import contacts

from .as_given import without_cells, without_column
from .persons import persons
from .sections import NEW, TO_NOTE, Asked, partly_said, sections_of, values_of
from .targets import targets_of

KEPT = (NEW, TO_NOTE)  # decisions by which the words themselves are written


def doubts_told(doubts):
    """[(sheet, lines, what stands there, sentence)]: of the same words once, with all lines."""
    found = {}
    for each in doubts:
        key = each["sheet"], each["stands"], each["told"]
        found.setdefault(key, []).append(each["line"])
    return [(sheet, lines, stands, told) for (sheet, stands, told), lines in found.items()]


def columns_with_people(holds, tables):
    """[(key, title, how many cells, some of what was found)] of columns that lead to people, or
    name them."""
    hits, partly = {}, partly_said(holds)
    for section in sections_of(holds):
        targets = targets_of(tables[section.kind])
        for given in section.lines:
            for key, text in given.cells.items():
                if key not in targets:
                    continue
                told = _people(_written(targets[key], text, holds["decisions"], partly))
                if told:
                    title, texts = hits.setdefault(key, (targets[key].title, []))
                    texts.append(told[0])
    return [(key, title, len(texts), texts[:3]) for key, (title, texts) in hits.items()]


def leave_column_out(holds, key):
    """The column goes with all that stands in it."""
    for section in holds["sections"]:
        section["columns"].pop(key, None)
        for given in section["lines"]:
            given["cells"].pop(key, None)
    if table := holds["as_given"]:
        holds["as_given"] = without_column(table, key)


def leave_people_out(holds, key):
    """The cells of the column that lead to people or name them go, and others stay."""
    gone = set()
    for section in holds["sections"]:
        for given in section["lines"]:
            if _people(given["cells"].get(key, "")):
                del given["cells"][key]
                gone.add(given["line"])
    if table := holds["as_given"]:
        holds["as_given"] = without_cells(
            table, key, lambda line, text: line in gone or _people(text)
        )


def _people(text):
    return [*(words for _kind, words in contacts(text)), *persons(text)]


def _written(target, text, decisions, partly):
    """As much of a cell as would be written: of what is linked, its words are not."""
    if target.how != "reference":
        return text
    kept = []
    for each in values_of(target, text):
        key = Asked(target.to, target.scheme, each).key
        decided = decisions.get(key, TO_NOTE)
        if decided in KEPT or (key, decided) in partly:
            kept.append(each)
    return "\n".join(kept)
