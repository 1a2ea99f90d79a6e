"""Whether a transaction shows a place more finely than before, and whether that may be.

The flush has the old card at hand and tells of each that it replaces. Whatever the way in which a
place becomes finer (a role, a whole, a code of the gazetteer, a fixture), it ends in a card, and
whoever answers for the transaction needs the right to restrict the kind of record, and a second
person beside them.

A record that goes out of sight leaves behind what it showed last, so that a detour through review
shows nothing that the straight way would not: what an officer decides anew of it then, another
person publishes, and no more than would have been shown by that decision.
"""

from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from orjson import loads

from registry.cards.declarations import declared, placed_by
from registry.cards.fields import fields_of
from registry.cards.finer import EXACT, VENUE, finer, recorded, venues, where_of
from registry.cards.guard import Guard
from registry.cards.models import Deferred
from registry.cards.refused import Refused
from registry.cards.sql import listed
from registry.records.models import LastShown, Record, State
from registry.values.precision import is_finer
from registry.values.texts import spoken

from .groups import RESTRICT
from .scan import bodies, scan_body, withdrawn_names

NAMED = 3  # records in the sentence of a refusal


# Stands for a second person while it is tried out what a change would do.
SOMEBODY = object()


class Finer(Refused):
    """A place would be shown more finely by somebody who may not decide that, or not alone."""

    def __init__(self, sentence, alone=False):
        super().__init__(sentence)
        self.alone = alone  # whether nothing is missing but a second person


class PlaceGuard(Guard):
    """Looks on while cards are replaced; `decide` says whether all of it may be."""

    def __init__(self, by, before, second=None):
        super().__init__(by, before, second)
        self.found = {}  # record: names of the places that it would show

    def __call__(self, card_type, changes):
        model = declared[card_type].model
        # Of everybody: a right to show places is none to say a withdrawn name.
        keep_names_out(card_type, changes)
        gone = {public_id: loads(old) for public_id, old, new in changes if old and not new}
        keep_what_was_shown(model, gone, self.before)
        if self.allows(model):
            return
        keep_waiting(card_type, [public_id for public_id, *_ in changes])
        came = [public_id for public_id, old, _ in changes if not old]
        returned = {each.public_id: each for each in LastShown.of(card_type, came)} if came else {}
        for public_id, old, new in changes:
            if not new or not fields_of(card_type).where:
                continue
            if old:
                self._compare(model, public_id, loads(old), new)
            elif last := returned.get(public_id):
                old = last.shown_to(self.by)
                self._compare(model, public_id, old, new, set(last.recorded))

    def allows(self, model):
        """Whether those who answer may show places of the kind more finely, or nobody answers."""
        alone = self.second is None or self.second == self.by
        return self.by is None or (not alone and self.by.has_perm(permission(model)))

    def _compare(self, model, public_id, old, new, before=None):
        if not finer(model.card_type, old, new):  # nearly always: nothing more needs to be read
            return
        record = model._base_manager.get(public_id=public_id)
        now = recorded(model, [record.pk])[record.pk]
        if before is None:
            before = self.before.get((model, record.pk), now)
        # To the public, hidden looks like not recorded; here it is known which of both it was.
        hidden = before and not finer(model.card_type, {}, old)
        names = finer(model.card_type, old, new, {} if hidden else around(now - before))
        if names:
            self.found[record] = list(dict.fromkeys(spoken(name) for name in names))

    def decide(self):
        if not self.found:
            return
        told = [f"{record} ({', '.join(names)})" for record, names in self.found.items()]
        if len(told) > NAMED:
            told[NAMED:] = [gettext("%(count)d more") % {"count": len(told) - NAMED}]
        alone = all(self.by.has_perm(permission(type(record))) for record in self.found)
        sentence = WITH_ANOTHER if alone else OF_AN_OFFICER
        raise Finer(str(sentence) % {"records": "; ".join(told)}, alone)


OF_AN_OFFICER = _(
    "This would show a place more finely than before, and a safety officer decides on that:"
    " %(records)s. Nothing was saved."
)
WITH_ANOTHER = _(
    "This would show a place more finely than before, and you decide on that with another person:"
    " %(records)s. Nothing was saved."
)


def keep_names_out(card_type, changes):
    """A venue that comes into sight was in no text when the names of the withdrawn were sought."""
    for _public_id, old, new in changes:
        shown = venues(card_type, new) if old and new else {}
        before = venues(card_type, loads(old)) if shown else {}
        if came := {key: text for key, text in shown.items() if key not in before}:
            hits = scan_body({"type": card_type} | came, withdrawn_names())
            if hits:
                raise Refused(gettext("This cannot be published as it stands."), hits)


def keep_waiting(card_type, public_ids):
    """What a withheld card holds is not what it would say, so nobody can be held to it."""
    late = Deferred.objects.filter(type=card_type, public_id__in=public_ids)
    if late.exclude(how=Deferred.How.NAMES).exists():
        raise Refused(
            gettext(
                "A large change is in progress, and this record is part of it. Nothing "
                "was saved. Try again in a few seconds."
            )
        )


def permission(model):
    return f"{model._meta.app_label}.{RESTRICT}_{model._meta.model_name}"


def around(entered):
    """What came to be recorded, as `finer` asks for it: each place that it may be shown as."""
    found = {what: set() for what in (EXACT, VENUE) if what in entered}
    keys = [key for key in entered if key not in (EXACT, VENUE)]
    for place in declared["location"].model._base_manager.filter(pk__in=keys):
        units = [str(unit.public_id) for unit in (place, *place.ancestors())]
        for n, unit in enumerate(units):
            found[unit] = set(units[n:])
    return found


def decide_anew(entry, by=None, was=None):
    """How finely it is shown was changed, and so of all that it binds: to more finely than it `was`
    by somebody who may, or to less (by None). Of what is out of sight, what it would show now is
    decided."""
    bound = placed_by(type(entry), [entry.pk])
    bound[type(entry)].add(entry.pk)
    for model, keys in bound.items():
        rows = model._base_manager.filter(pk__in=listed(keys))
        hidden = LastShown.of(model.card_type, rows.values("public_id"))
        known = {last.public_id: last for last in hidden if by or last.decided}
        if not known:
            continue
        rows = rows.filter(public_id__in=known)
        before = _without_it(entry, was, rows) if by else {}
        for key, places in _where(rows).items():
            _decide(known[key], before.get(key), places, by)


def _where(rows):
    """{public id: what would be shown of where it is}"""
    return {each.public_id: where_of(each.card_type, body) for each, body in bodies(rows)}


def _without_it(entry, was, rows):
    """The same if nothing had been decided on the entry."""
    with transaction.atomic():
        # Not the query set of entries: what is taken back at once concerns no card.
        models.QuerySet(type(entry)).filter(pk=entry.pk).update(precision=was)
        found = _where(rows)
        transaction.set_rollback(True)
    return found


def _decide(last, before, now, by):
    """A decision that shows nothing more than before is none, and opens nothing: what holds it
    back may go later. Nor does it open what others have made finer meanwhile."""
    if by and finer(last.card_type, last.decided or last.shown, before):
        return
    is_ours = by or not finer(last.card_type, last.decided, now)
    last.decide(now if is_ours and finer(last.card_type, last.shown, now) else {}, by)


def made_finer_by(entry):
    """The keys of those who have set since it was last public, or ever, how finely it is shown,
    and to more finely than it was."""
    people, versions = set(), entry.history.order_by("-history_id")
    if not isinstance(entry, Record):
        return people
    rows = list(versions.values_list("state", "precision", "history_user"))
    for (_state, now, person), (state, before, _person) in zip(rows, rows[1:], strict=False):
        if state == State.PUBLIC:
            break
        if is_finer(now, before):
            people.add(person)
    return people


def keep_what_was_shown(model, gone, before):
    """Of records that go out of sight, {public id: card}; of erased and deleted ones nothing."""
    if not gone or not fields_of(model.card_type).where:
        return
    LastShown.forget(model.card_type, gone)
    rows = model._base_manager.filter(public_id__in=gone).exclude(state=State.ERASED)
    keys = dict(rows.order_by("pk").values_list("pk", "public_id"))
    now = recorded(model, list(keys))
    LastShown.objects.bulk_create(
        LastShown(
            card_type=model.card_type,
            public_id=public_id,
            shown=where_of(model.card_type, gone[public_id]),
            recorded=sorted(before.get((model, key), now[key]), key=str),
        )
        for key, public_id in keys.items()
    )
