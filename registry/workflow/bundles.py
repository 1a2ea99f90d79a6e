"""A record goes to review, and becomes public, with what it needs and is not public yet.

What it needs is what it belongs to and what it or its rows name: a programme, an edition, a funder,
a source, a term. Each goes before what needs it, all in one transaction, or nothing is moved. What
belongs to it, as the events of a programme do, goes along where somebody says so.
"""

from collections import defaultdict
from time import monotonic
from uuid import UUID

from django.utils.translation import gettext

from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.cards.refused import Refused
from registry.cards.sql import listed
from registry.records.models import State
from registry.records.relations import references, referring

from .acts import ACTS
from .groups import PUBLISH
from .histories import written_by
from .obstacles import read_rows, referred
from .rights import may, names_only_seen, sees, visible

WAITING = (State.DRAFT, State.REVIEW)
MOST = 60  # parts of one record, in one bundle


def bundle(entry, user, parts=()):
    """What it needs and is a draft or in review, each before what needs it; itself after that, and
    last these parts of it, with what they need."""
    return [*needs((entry, *parts), user)]


def needs(entries, user):
    """{each of these, and of what they need: what it needs itself}, each after what it needs."""
    found, begun = {}, set()

    def add(each):
        if each in begun:  # two may need each other
            return
        begun.add(each)
        others = (*_wholes(each, user), *_named(each, user))
        needed = [other for other in others if other.state in WAITING]
        for other in needed:
            add(other)
        found[each] = needed

    for each in entries:
        add(each)
    return found


def in_review(named, user):
    """Of records that are named, [(type, public id)], those that wait for this person to publish
    them, in this order; `MOST` of them and one tell that there are more."""
    waiting, read = waiting_of(named, user), {}
    first = [each for each in named if each in waiting][: MOST + 1]
    for kind in {kind for kind, _id in first}:
        rows = _read(_waiting(kind, [public_id for of, public_id in first if of == kind], user))
        read |= {(kind, str(each.public_id)): each for each in rows}
    return [read[each] for each in first]


def waiting_of(named, user, right=PUBLISH):
    """Those of [(type, public id)] that are in review and over which the person has the right, by
    a statement for each kind."""
    ids, waiting = defaultdict(list), set()
    for kind, public_id in named:
        ids[kind].append(public_id)
    for kind, some in ids.items():
        if may(user, right, declared[kind].model):
            rows = _waiting(kind, some, user).values_list("public_id", flat=True)
            waiting |= {(kind, str(public_id)) for public_id in rows}
    return waiting


def _waiting(kind, public_ids, user):
    rows = declared[kind].model.objects.filter(public_id__in=listed(map(UUID, public_ids)))
    return visible(rows.filter(state=State.REVIEW), user)


def is_more(entry, user, parts_in):
    """Whether there is anything that it needs, or that belongs to it and is in the state: asked by
    statements that no number of rows makes more."""
    if any(other.state in WAITING for other in (*_wholes(entry, user), *_named(entry, user))):
        return True
    parts = (_parts_by(name, model, [entry.pk]) for name, model in _ways_to_parts(type(entry)))
    return any(visible(rows.filter(state=parts_in), user).exists() for rows in parts)


def parts_of(entry, user, state):
    """What belongs to it and is in the state, level by level; `MOST` of it and one tell that there
    is more."""
    found, level = {}, [entry]
    while level and len(found) <= MOST:
        level = [part for part in _next_level(level, user, state) if part not in found]
        found |= dict.fromkeys(level)
    known = {each: each for each in (entry, *found)}
    for part in found:  # a whole that is read is read once, for all of its parts
        for name in part.belongs_to:
            if whole := known.get(getattr(part, name)):
                setattr(part, name, whole)
    return [*found][: MOST + 1]


def has_parts(model):
    """Whether records of the kind are what others belong to, or belong to others themselves."""
    return hasattr(model, "belongs_to")


def is_whole(model):
    """Whether others belong to records of the kind."""
    return bool(_ways_to_parts(model))


def _ways_to_parts(model):
    """[(name of the foreign key, kind)] of what belongs to records of the kind."""
    ways = referring(model) if has_parts(model) else ()
    return [(name, kind) for name, kind in ways if name in getattr(kind, "belongs_to", ())]


def _parts_by(name, model, keys):
    return model._base_manager.filter(**{f"{name}__in": keys})


def _next_level(wholes, user, state):
    """The parts of all of these, with what a bundle asks of each: so much for each kind."""
    found = {}
    for kind in dict.fromkeys(map(type, wholes)):
        keys = [each.pk for each in wholes if type(each) is kind]
        for name, model in _ways_to_parts(kind):
            rows = visible(_parts_by(name, model, keys).filter(state=state), user)
            found |= dict.fromkeys(_read(rows))
    return found


def _read(rows):
    """These, with what a bundle asks of each."""
    rows = rows.select_related(*_named_by_itself(rows.model)).order_by("pk")[: MOST + 1]
    read_rows(*rows)
    return rows


def _named_by_itself(model):
    """Its references, and what those that it belongs to belong to."""
    for name in references(model):
        yield name
        if name in getattr(model, "belongs_to", ()):
            above = getattr(model._meta.get_field(name).related_model, "belongs_to", ())
            yield from (f"{name}__{each}" for each in above)


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
    those that they wrote of what it is part of; returns those, and whether there is more of it
    than one act takes."""
    act, along = ACTS["review"], []
    with writing(by=by):
        *along_with, _ = bundle(entry, by)
        drafts, more = _of_the_whole(entry, by) if whole else ([], False)
        own = (each for each in drafts if by.pk in written_by(each))
        for each in dict.fromkeys([*along_with, *own]):
            if each != entry and act.is_open_to(by, each):
                act.perform(each, by)
                along.append(each)
        act.perform(entry, by, remark=remark)
    return along, more


def _of_the_whole(entry, user):
    """(the drafts of all that it is part of, each with what it needs; whether there are more)"""
    found, more = [], False
    for each in (*_wholes(entry, user), entry):
        if has_parts(type(each)):
            parts = parts_of(each, user, State.DRAFT)
            found += bundle(each, user, parts[:MOST])
            more = more or len(parts) > MOST
    return found, more


def publish(entries, by, until=None):
    """All of a bundle, or nothing of it and all that stands in the way; returns what was published.

    That is as much as can be until a moment of the monotonic clock, if one is given, and one record
    at least.
    """
    done, refused = [], []
    with writing(by=by) as changes:
        for each in entries:
            if until is not None and done and not refused and monotonic() > until:
                break
            try:
                _refuse_if_closed(each, by)
                ACTS["publish"].perform(each, by)
                done.append(each)
            except Refused as refusal:
                refused.append(_told_of(each, refusal))
        if refused:
            raise Refused(gettext("Nothing was published."), refused)
        changes.flush()  # what it refuses is told on the page
    return done


def refusals(entries, by):
    """What stands in the way of publishing them, as far as it is known before anything is written
    and while others write."""
    told = []
    for each in entries:
        try:
            _refuse_if_closed(each, by)
            ACTS["publish"].check(each, by, "")
        except Refused as refusal:
            told.append(_told_of(each, refusal))
    return told


def _refuse_if_closed(entry, by):
    if entry.state == State.DRAFT:
        raise Refused(gettext("It is a draft: nobody has handed it over."))
    if not ACTS["publish"].is_open_to(by, entry):
        raise Refused(gettext("You cannot publish it."))


def _told_of(entry, refusal):
    return f"{entry}: {' '.join(map(str, [refusal.sentence, *refusal.hits]))}"
