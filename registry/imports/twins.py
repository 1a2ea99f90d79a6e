"""Rows of one file that may be the same organisation, before anything is made of them."""

from django.utils.translation import gettext as _

from registry.workflow.likeness import Traits, likely_among, reasons

from . import cells
from .matching import Candidate, key_of
from .sections import ITSELF, SAME_AS, Asked, sections_of
from .targets import NAME

KIND = "organisation"
PLACES = ("seat", "placements")


def offer_twins(holds):
    """What was found for each name of the file is followed by rows above it that are like it."""
    sections = [each for each in sections_of(holds) if each.kind == KIND]
    if len(sections) != 1:
        return
    given = {each.line: each.cells for each in sections[0].lines}
    asked = [Asked(**each) for each in holds["asked"]]
    sure = {
        each.key: found[0][0]
        for each, found in zip(asked, holds["found"], strict=True)
        if found and Candidate(*found[0]).sure
    }
    own = {
        number: _traits(each.text, given[each.lines[0]], sure)
        for number, each in enumerate(asked)
        if each.to == KIND and each.scheme == ITSELF
    }
    for one, other in likely_among(own):
        holds["found"][other].append(list(_candidate(asked[one], own[one], own[other])))


def _candidate(asked, one, other):
    line = asked.lines[0]
    about = _("line %(line)d of this file") % {"line": line}
    why = "; ".join(map(str, reasons(one, other)))
    return Candidate(f"{SAME_AS}{line}", asked.text, about, why, 0)


def _traits(text, given, sure):
    texts = [*cells.names(text).values()]
    texts += [each for key, each in given.items() if key.startswith((f"{NAME}_", "other_names"))]
    places = (
        sure.get(f"location::{key_of('location', each)}")
        for key in PLACES
        for each in cells.several(given.get(key, ""))
    )
    return Traits(
        texts,
        numbers=[each for key, each in given.items() if key.startswith("identifiers")],
        site=given.get("website", ""),
        mail=given.get("email", ""),
        places=filter(None, places),
    )
