"""A record goes to review, and becomes public, with what it needs and is not public yet.

What it needs is what it belongs to and what it or its rows name: a programme, an edition, a funder,
a source, a term. Each goes before what needs it, all in one transaction, or nothing is moved.
"""

from django.utils.translation import gettext

from registry.cards.changeset import writing
from registry.cards.refused import Refused
from registry.records.models import State

from .acts import ACTS
from .obstacles import referred
from .rights import names_only_seen, sees

WAITING = (State.DRAFT, State.REVIEW)


def bundle(entry, user):
    """What it needs and is a draft or in review, each before what needs it; itself last."""
    found = {}

    def add(each):
        if each in found:
            return
        found[each] = None  # before what it needs: two may need each other
        for other in (*_wholes(each, user), *_named(each, user)):
            if other.state in WAITING:
                add(other)
        found[each] = len([1 for place in found.values() if place is not None])

    add(entry)
    return sorted(found, key=found.get)


def _wholes(entry, user):
    """What it belongs to, however far above, as far as that exists for this person."""
    for whole in entry.wholes() if hasattr(entry, "wholes") else ():
        if sees(user, whole):
            yield whole
            yield from _wholes(whole, user)


def _named(entry, user):
    """What it names, and its rows, but for those that do not exist for this person."""
    for row, other in referred(entry):
        if sees(user, other) and (row is entry or names_only_seen(user, row)):
            yield other


def hand_over(entry, by, remark=""):
    """To review with the drafts that it needs and this person may hand over; returns those."""
    act, along = ACTS["review"], []
    with writing(by=by):
        *needed, _ = bundle(entry, by)
        for each in needed:
            if act.is_open_to(by, each):
                act.perform(each, by)
                along.append(each)
        act.perform(entry, by, remark=remark)
    return along


def publish(entries, by):
    """All of a bundle, or nothing of it and all that stands in the way."""
    refused = []
    with writing(by=by) as changes:
        for each in entries:
            try:
                if each.state == State.DRAFT:
                    raise Refused(gettext("It is a draft: nobody has handed it over."))
                if not ACTS["publish"].is_open_to(by, each):
                    raise Refused(gettext("It is not yours to publish."))
                ACTS["publish"].perform(each, by)
            except Refused as refusal:
                told = " ".join(map(str, [refusal.sentence, *refusal.hits]))
                refused.append(f"{each}: {told}")
        if refused:
            raise Refused(gettext("Nothing was published."), refused)
        changes.flush()  # what it refuses is told on the page
