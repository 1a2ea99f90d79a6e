"""What a picture says of a record: of its public card, and of nothing else."""

from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.cards.declarations import declared
from registry.cards.index import places_of
from registry.values.signature import registry_name
from registry.values.texts import spoken

from ..detail import counts
from ..templatetags.kinds import choice_label, type_name
from ..templatetags.numbers import counted

LONGEST = 200  # letters of a line: more than fit, and no more are measured
NAMED = 2  # places
# What is counted: the first of these of which there are any.
PARTS = ("programme", "edition", "initiative", "event")


class Said(NamedTuple):
    """What is drawn, in the reader's language; "" where nothing is known."""

    kind: str
    title: str
    where: str
    when: str
    count: str
    registry: str

    @property
    def lines(self):
        return [line for line in self if line]


def said_of(card):
    """`Said` of the body of a card; one query counts."""
    known = kind_of(card), spoken(card["name"]), where(card), when(card), count_of(card)
    return Said(*map(_short, (*known, registry_name())))


def _short(text):
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def kind_of(card):
    """ "Contest"; "Initiative" of what has no kind."""
    label = choice_label(card.get("kind"), card["type"], "kind") if card.get("kind") else ""
    return capfirst(label) or type_name(card["type"])


def where(card):
    """The places that the card shows, the first two by name; of a place, what it lies in."""
    if card["type"] == "location":
        return spoken(card["parent"] and card["parent"]["name"])
    seat = [card["seat"]] if card.get("seat") else []
    places = seat + [place for place in places_of(card) if place not in seat]
    names = list(dict.fromkeys(spoken(place["name"]) for place in places))
    named = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        named += " " + _("and %(more)s more") % {"more": len(names) - NAMED}
    return named


def when(card):
    return spoken(card["dates"]["text"]) if card.get("dates") else ""


def count_of(card):
    """ "12 programmes": how many parts it has, or how many programmes name it."""
    types = [each for each in PARTS if each != card["type"]]
    found = counts(card["type"], card["slug"], types) if _is_counted(card["type"]) else {}
    return next((counted(found[each], each) for each in types if found[each]), "") if found else ""


def _is_counted(card_type):
    """Whether other cards name such records."""
    return card_type == "location" or bool(declared[card_type].parts)
