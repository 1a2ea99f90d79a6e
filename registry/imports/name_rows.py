"""A name of a file on the page that asks which record it is."""

from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.cards.declarations import declared

from .matching import Candidate
from .sections import ITSELF, LEAVE, NEW, TO_NOTE


class NameRow:
    """A name on the page: what is offered for it, and what is chosen so far."""

    def __init__(self, number, asked, found, before, posted):
        self.field, self.asked = f"name-{number}", asked
        self.kind = capfirst(str(declared[asked.to].name))
        self.found = [Candidate(*each) for each in found]
        self.lines = asked.lines[:8]
        self.more = len(asked.lines) - len(self.lines)
        self.ways = list(ways(asked).items())
        sure = self.found[0].id if self.found and self.found[0].sure else ""
        chosen = before.get(asked.key, "")
        if chosen not in {each.id for each in self.found} | set(ways(asked)):
            chosen = ""
        if sure and chosen in (NEW, TO_NOTE):
            chosen = ""  # it has been added since, perhaps by that very decision
        usual = "" if self.found else usual_way(asked)
        self.is_settled = bool(chosen or sure or usual)
        self.is_row = asked.scheme == ITSELF and not self.found  # nothing is like it
        self.chosen = posted.get(self.field, chosen or sure or usual)


def usual_way(asked):
    return NEW if asked.scheme == ITSELF or asked.to == "organisation" else TO_NOTE


def ways(asked):
    """{what else can be decided: in words}; only organisations can be added by their names."""
    if asked.scheme == ITSELF:
        return {NEW: gettext("It is new"), LEAVE: gettext("Leave the row out")}
    ways = {NEW: gettext("Add it as new")} if asked.to == "organisation" else {}
    ways[TO_NOTE] = gettext("Leave it as text in the note")
    return ways | {LEAVE: gettext("Leave it out")}
