"""Undoing a merge: what was moved goes back, where nobody has touched it since.

    lost = undo(merge, by=reviewer)

What was edited meanwhile stays as it is, and is told in words.
"""

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.cards.former_addresses import lead_nowhere_else
from registry.cards.refused import Refused
from registry.ops import ledger
from registry.records.models import Merge, State
from registry.records.versions import move

from .finer_places import Finer, permission
from .groups import PUBLISH
from .histories import display_value, kind_of
from .likeness import compare
from .recovery import insert, let_go, made_of
from .rights import may
from .same_rows import said
from .scan import public_body, scan_body, withdrawn_names
from .why_kept import WhyKept

WHY = WhyKept(gettext_noop("merge undone: %(kind)s %(id)s"), kind=kind_of)
LOST = 50  # in words; of more it is only told that there are


def both_of(merge):
    """(survivor, loser) as they are stored, or None for what is no more."""
    model = declared[merge.card_type].model
    rows = model._base_manager.in_bulk([merge.into, merge.public_id], field_name="public_id")
    return rows.get(merge.into), rows.get(merge.public_id)


def may_undo(user, merge):
    """Of a merge, or of one of both records."""
    return may(user, PUBLISH, declared[merge.card_type].model)


def undo(merge, by=None):
    """Put all of it back; returns sentences about what could not be. `Refused` if that cannot be
    done now, `Finer` if a second person has to want it as well, who is asked by it."""
    try:
        with writing(*_answering(merge, by)) as changes:
            merge = Merge.objects.select_for_update().get(pk=merge.pk)
            survivor, loser = both_of(merge)
            if by and not may_undo(by, merge):
                raise PermissionDenied
            _refuse(merge, survivor, loser)
            changes.note_whereabouts(type(loser), [survivor.pk, loser.pk])
            changes.follows_from(survivor, loser)
            lead_nowhere_else(merge.card_type, [merge.public_id])
            done = _Undoing(merge, survivor, loser, by)
            done.perform()
            changes.flush()
            done.keep_names_out()
            compare(type(loser), [survivor.pk, loser.pk])
            ledger.note(ledger.BACK, merge.card_type, [merge.public_id])
            merge.undone_by, merge.undone_at = by, timezone.now()
            merge.save(update_fields=["undone_by", "undone_at"])
            return done.lost[:LOST] + (["…"] if len(done.lost) > LOST else [])
    except Finer:
        Merge.objects.filter(pk=merge.pk, asked_by=None).update(asked_by=by)
        raise


def _answering(merge, by):
    """(who answers for it, who does as well): first whoever may show places more finely."""
    second = merge.asked_by if merge.asked_by != by else None
    if by and second and not by.has_perm(permission(declared[merge.card_type].model)):
        return second, by
    return by, second


def _refuse(merge, survivor, loser):
    if merge.undone_at or loser is None or loser.state != State.WITHDRAWN:
        raise Refused(gettext("This merge has already been undone."))
    if survivor is None or survivor.is_gone:
        further = Merge.objects.standing().of(survivor).first() if survivor else None
        if further and (other := both_of(further)[0]):
            sentence = gettext("It has since become part of “%(name)s”. Undo that first.")
            raise Refused(sentence % {"name": other})
        raise Refused(gettext("The record that stayed is withdrawn: this cannot be undone now."))


class _Undoing:
    def __init__(self, merge, survivor, loser, by):
        self.merge, self.survivor, self.loser, self.by = merge, survivor, loser, by
        self.why = WHY.kept(kind=loser.card_type, id=loser.public_id)
        self.lost = []

    def perform(self):
        moved = self.merge.moved
        for label, ways in moved["rows"].items():
            for name, keys in ways.items():
                self._move_back(apps.get_model(label), name, keys)
        for label, rows in moved["made"].items():
            for key, version in rows.items():
                self._unmake(apps.get_model(label), int(key), version)
        # The survivor before the loser, which then can have again what only one can have.
        for label, rows in moved["changed"].items():
            for key, noted in sorted(rows.items(), key=lambda each: int(each[0]) == self.loser.pk):
                self._restore(apps.get_model(label), int(key), noted)
        for label, rows in moved["deleted"].items():
            for key, version in rows.items():
                self._make_anew(apps.get_model(label), int(key), version)
        for label, rows in moved["dropped"].items():
            for values in rows:
                self._enter_anew(apps.get_model(label), values)
        for label, keys in moved["beside"].items():
            model = apps.get_model(label)
            _card_type, public_id = model.named_by
            rows = model.objects.filter(pk__in=keys, **{public_id: self.survivor.public_id})
            rows.update(**{public_id: self.loser.public_id})

    def _move_back(self, model, name, keys):
        rows = model._base_manager.filter(pk__in=keys, **{name: self.survivor})
        there = list(rows.order_by("pk").values_list("pk", flat=True))
        if there and hasattr(model, "history"):
            move(model, there, self.by, self.why, **{name: self.loser})
        elif there:
            model._base_manager.filter(pk__in=there).update(**{name: self.loser})
        for key in sorted({*keys} - {*there}):
            row = model._base_manager.filter(pk=key).first()
            sentence = gettext("deleted since") if row is None else gettext("changed since")
            self._lose(model, row or gettext("a row"), sentence)

    def _unmake(self, model, key, version):
        row = model._base_manager.filter(pk=key).first()
        if row is None:
            return
        kept = model.history.filter(history_id=version).first()
        if kept is None or any(getattr(row, n) != getattr(kept, n) for n in said(model)):
            self._lose(model, row, gettext("changed since, so it stays"))
            return
        row._history_user, row._change_reason = self.by, self.why
        row.delete()

    def _restore(self, model, key, noted):
        row = model._base_manager.filter(pk=key).first()
        if row is None:
            return  # deleted since, which is told where it matters: of what was moved
        versions = model.history.in_bulk([noted["before"], noted["after"]])
        before, after = (versions.get(noted[each]) for each in ("before", "after"))
        for name in noted["columns"]:
            field = model._meta.get_field(name)
            if before is None or after is None:
                self._lose(model, field.verbose_name, gettext("its history is gone"))
            elif name in getattr(model, "secret", ()):  # it was empty, and is nowhere else kept
                setattr(row, name, self._without_secret(model, field, row))
            elif getattr(row, name) == getattr(after, name):
                setattr(row, name, self._value(row, field, getattr(before, name)))
            else:
                value = display_value(field, getattr(before, name), self.by) if self.by else "…"
                words = {"field": capfirst(str(field.verbose_name)), "value": value}
                told = gettext("changed since; before the merge: “%(value)s”") % words
                self._lose(model, words["field"], told)
        row._history_user, row._change_reason = self.by, self.why
        row.save()

    def _without_secret(self, model, field, row):
        now, other = getattr(row, field.attname), getattr(self.loser, field.attname, None)
        if row.pk == self.survivor.pk and now == other:
            return None if field.null else ""
        self._lose(model, field.verbose_name, gettext("changed since"))
        return now

    def _value(self, row, field, value):
        """What is not public any more takes nothing into public with it."""
        is_own = type(row) is type(self.loser) and row.pk == self.loser.pk
        hidden = self.survivor.state != State.PUBLIC
        if is_own and field.name == "state" and value == State.PUBLIC and hidden:
            self._lose(type(row), row, gettext("in review now, as the record that stayed is"))
            return State.REVIEW
        return value

    def _make_anew(self, model, key, version):
        kept = model.history.filter(history_id=version).first()
        if kept is None:
            self._lose(model, gettext("a row"), gettext("its history is gone"))
            return
        row = made_of(kept)
        try:
            without = let_go(row)
        except Refused:
            self._lose(model, gettext("a row"), gettext("what it names is gone, or another's now"))
            return
        insert(row, self.by, self.why)
        for what in without:
            self._lose(model, what, gettext("gone, or another's now"))

    def _enter_anew(self, model, values):
        row = model(**values)
        for field in model._meta.concrete_fields:
            if field.is_relation:
                others = field.related_model._base_manager
                if not others.filter(pk=values[field.attname]).exists():
                    return  # of somebody who is no more
        if not model._base_manager.filter(pk=row.pk).exists():
            row.save(force_insert=True)

    def _lose(self, model, what, why):
        self.lost.append(f"{capfirst(str(model._meta.verbose_name))}, {what}: {why}")

    def keep_names_out(self):
        """What says a name that was withdrawn since comes back to review."""
        now = type(self.loser)._base_manager.get(pk=self.loser.pk)
        if now.is_public and (hits := scan_body(public_body(now), withdrawn_names())):
            now.state = State.REVIEW
            now._history_user, now._change_reason = self.by, self.why
            now.save()
            self.lost += map(str, hits)
