"""A record goes to review, and becomes public, with what it needs and is not public yet.

What it needs is what it belongs to and what it or its rows name: a programme, an edition, a funder,
a source, a term. Each goes before what needs it, all in one transaction, or nothing is moved. What
belongs to it, as the events of a programme do, goes along where somebody says so.
"""

from django.utils.translation import gettext

from registry.cards.changeset import writing
from registry.cards.refused import Refused
from registry.records.models import State
from registry.records.relations import references_to

from .acts import ACTS
from .histories import written_by
from .obstacles import referred
from .rights import names_only_seen, sees, visible

WAITING = (State.DRAFT, State.REVIEW)
MOST = 60  # parts of one record


def bundle(entry, user, parts_in=None):
    """What it needs and is a draft or in review, each before what needs it; itself after that, and
    last what belongs to it and is in the state `parts_in`, with what that needs."""
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
    for part in [*_parts(entry, user, parts_in)][:MOST] if parts_in else ():
        add(part)
    return sorted(found, key=found.get)


def has_parts(model):
    """Whether records of the kind are what others belong to, or belong to others themselves."""
    return hasattr(model, "belongs_to")


def is_whole(model):
    """Whether others belong to records of the kind."""
    relations = model._meta.get_fields(include_hidden=True)
    others = [each for each in relations if each.one_to_many and has_parts(each.related_model)]
    return has_parts(model) and any(
        each.field.name in each.related_model.belongs_to for each in others
    )


def _parts(entry, user, state):
    for name, rows in references_to(entry):
        if has_parts(type(entry)) and name in getattr(rows.model, "belongs_to", ()):
            for part in visible(rows.filter(state=state), user).order_by("pk")[:MOST]:
                yield part
                yield from _parts(part, user, state)


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


def hand_over(entry, by, remark="", whole=False):
    """To review with the drafts that it needs and this person may hand over, and with `whole` also
    those that they wrote of what it is part of; returns those."""
    act, along = ACTS["review"], []
    with writing(by=by):
        *along_with, _ = bundle(entry, by)
        own = (each for each in _of_the_whole(entry, by) if by.pk in written_by(each))
        for each in dict.fromkeys([*along_with, *own] if whole else along_with):
            if each != entry and act.is_open_to(by, each):
                act.perform(each, by)
                along.append(each)
        act.perform(entry, by, remark=remark)
    return along


def _of_the_whole(entry, user):
    """The drafts of all that it is part of, each with what it needs."""
    for each in (*_wholes(entry, user), entry):
        if has_parts(type(each)):
            yield from bundle(each, user, State.DRAFT)


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
