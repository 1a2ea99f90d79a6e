"""Making one record of two that are the same: of the one, the loser, everything moves to the other,
the survivor.

    merge(survivor, loser, by=reviewer, taken={"website"})

One transaction. Rows, roles and whatever else names the loser are the survivor's afterwards,
doubles are one row, and its names are further names. It stays as a row that is withdrawn as
`MERGED`, so that the merge can be undone (`unmerging.py`); its addresses lead to the survivor. No
text goes back to review because it says its name: that is the name of the record that is right.
"""

from contextlib import nullcontext
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from registry.cards.changeset import writing
from registry.cards.former_addresses import lead_into
from registry.cards.refused import Refused
from registry.ops import ledger
from registry.records.models import (
    MERGED,
    Erasure,
    Merge,
    OtherName,
    Part,
    Proposal,
    Record,
    State,
)
from registry.records.relations import beside, naming_by_id, part_models, referring
from registry.records.versions import move
from registry.values.folding import fold
from registry.values.precision import Precision
from registry.values.texts import LANGUAGES

from .finer_places import keep_waiting
from .groups import PUBLISH
from .histories import display_value, kind_of, written_by
from .likeness import compare
from .merge_log import EMPTY, Log
from .rights import may, writes
from .same_rows import doubles
from .scan import is_exact, names_to_keep_out, new_hits, public_body
from .why_kept import WhyKept

WHY = WhyKept(gettext_noop("merged: %(kind)s %(id)s into %(survivor)s"), kind=kind_of)
# Columns of which nobody chooses: the stricter value of both holds.
STRICT = ("precision", "embargo_until", "verified_on")


@dataclass(frozen=True)
class Choice:
    """Columns of which the loser has another value, or the only one."""

    names: tuple
    label: str
    own: str  # in words, of the survivor
    other: str
    is_open: bool  # whether somebody has to say which of them stays

    @property
    def key(self):
        return self.names[0]


def may_merge(user, *entries):
    """Merging changes what is public: it needs the right to publish, over each of them."""
    return all(
        entry.is_mergeable and writes(user, entry) and may(user, PUBLISH, type(entry))
        for entry in entries
    )


def choices(survivor, loser, user):
    """[Choice] of the columns in which something of the loser would stay, or be lost."""
    found = []
    for names in _columns(type(survivor)):
        fields = [survivor._meta.get_field(name) for name in names]
        own = [_value(survivor, field, loser) for field in fields]
        other = [_value(loser, field, survivor) for field in fields]
        if own == other or all(value in EMPTY for value in other):
            continue
        # An exact place is kept nowhere else, so none that is there can be exchanged.
        is_secret = bool({*names} & {*getattr(survivor, "secret", ())})
        is_open = any(value not in EMPTY for value in own)
        if is_open and is_secret:
            continue
        label = ", ".join(capfirst(str(field.verbose_name)) for field in fields)
        words = [
            ", ".join(display_value(*each, user) for each in zip(fields, values, strict=True))
            for values in (own, other)
        ]
        found.append(Choice(names, label, *words, is_open))
    return found


def _columns(model):
    """The columns that can be the one's or the other's, those together that belong together."""
    pairs = {name: names for names in model.together for name in names}
    found = {}
    for field in model._meta.concrete_fields:
        if field.editable and not field.primary_key and field.name not in ("slug", *STRICT):
            found[pairs.get(field.name, (field.name,))] = None
    return list(found)


def _value(entry, field, other):
    """What the column holds; where it names the other of both, nothing that could stay."""
    value = getattr(entry, field.attname)
    is_other = field.is_relation and field.related_model is type(other) and value == other.pk
    return None if is_other else value


def moves(loser):
    """[(of what kind, how many rows)] of all that would be the survivor's."""
    model, found = type(loser), {}
    for name, kind in _ways(model):
        count = kind._base_manager.filter(**{name: loser}).count()
        if count:
            plural = capfirst(str(kind._meta.verbose_name_plural))
            if name != "record" and issubclass(kind, Part):
                owner = kind._meta.get_field("record").related_model
                plural += f" ({owner._meta.verbose_name_plural})"
            found[plural] = found.get(plural, 0) + count
    return list(found.items())


def _ways(model):
    """(name of the foreign key, model) of all that names entries of the model or is part of one."""
    yield from (("record", part) for part in part_models(model).values())
    yield from referring(model)
    yield from beside(model)


def obstacles(survivor, loser, by):
    """Sentences: why these cannot be merged as they stand."""
    if type(survivor) is not type(loser) or survivor.pk == loser.pk:
        return [gettext("Choose two records of one kind.")]
    found = []
    if loser.state == State.PUBLIC and survivor.state != State.PUBLIC:
        sentence = gettext(
            "“%(loser)s” is public and “%(survivor)s” is not: let the public one stay, or publish"
            " the other first."
        )
        found.append(sentence % {"loser": loser, "survivor": survivor})
    elif survivor.state == State.PUBLIC != loser.state and _is_own(loser, by):
        sentence = gettext("You wrote “%(loser)s” yourself: another person must merge it.")
        found.append(sentence % {"loser": loser})
    if Proposal.objects.of(loser).filter(state=Proposal.State.WAITING).exists():
        sentence = gettext("Changes of “%(loser)s” are proposed: decide on them first.")
        found.append(sentence % {"loser": loser})
    if (
        Erasure.objects.waiting()
        .filter(public_id__in=[loser.public_id, survivor.public_id])
        .exists()
    ):
        found.append(gettext("This cannot be done now: ask a safety officer."))
    return found


def _is_own(entry, by):
    """Whether the person wrote what nobody has published yet."""
    seen = entry.history.filter(state=State.PUBLIC).exists()
    return by is not None and not seen and by.pk in written_by(entry)


def merge(survivor, loser, by=None, taken=(), names_as=OtherName.Kind.ALTERNATIVE):
    """Make them one; returns the `Merge`. Of the columns named in `taken` the loser's value stays,
    of others the survivor's unless it is empty. `Refused` where that cannot be."""
    with writing(by=by) as changes:
        survivor.refresh_from_db()
        loser.refresh_from_db()
        if survivor.is_gone or loser.is_gone or (by and not may_merge(by, survivor, loser)):
            raise PermissionDenied
        if stands := obstacles(survivor, loser, by):
            raise Refused(gettext("These cannot be merged as they stand."), stands)
        keep_waiting(loser.card_type, [loser.public_id, survivor.public_id])
        before = [public_body(entry) for entry in (survivor, loser) if entry.is_public]
        changes.note_whereabouts(type(loser), [survivor.pk, loser.pk])
        changes.follows_from(survivor, loser)
        with changes.showing_less() if _is_never_finer(survivor, loser) else nullcontext():
            log = _Merging(survivor, loser, by, names_as).perform(taken)
            changes.flush()
        _look_at(survivor, before)
        lead_into(loser.card_type, loser.public_id, survivor.public_id)
        compare(type(loser), [survivor.pk, loser.pk])
        ledger.note(ledger.MISTAKE, loser.card_type, [loser.public_id])
        return Merge.objects.create(
            card_type=loser.card_type,
            public_id=loser.public_id,
            into=survivor.public_id,
            author=by,
            moved=log.kept,
        )


def _is_never_finer(survivor, loser):
    """Whether no record can be shown more finely by it (0044), so that nobody is asked and much of
    it can be written later: what either was bound by binds both, and a place is one of the same
    level in the same place."""
    if isinstance(loser, Record):
        return loser.is_public
    same = survivor.level == loser.level and survivor.parent_id == loser.parent_id
    return survivor.is_public and loser.is_public and same


def _look_at(survivor, before):
    """What comes into public by it is looked at like what is typed into a public record."""
    now = type(survivor)._base_manager.get(pk=survivor.pk)
    if not now.is_public or not before:
        return
    body, names, exact = public_body(now), names_to_keep_out(now), is_exact(now)
    found = [new_hits(old, body, names, exact) for old in before]
    if hits := [hit for hit in found[0] if all(hit in others for others in found)]:
        sentence = gettext("This would publish something that cannot be published as it stands.")
        raise Refused(sentence, hits)


class _Merging:
    def __init__(self, survivor, loser, by, names_as):
        self.survivor, self.loser, self.by, self.names_as = survivor, loser, by, names_as
        why = WHY.kept(kind=loser.card_type, id=loser.public_id, survivor=survivor.public_id)
        self.log = Log(by, why)

    def perform(self, taken):
        names = self._names()
        values = self._stay(taken)
        for name, model in _ways(type(self.loser)):
            self._move(name, model)
        self._move_what_is_beside()
        self._let_go(values)
        self.log.change(self.survivor, values | self._stricter(values))
        self._name(names)
        self._check()
        return self.log

    def _names(self):
        """[(language, name)] of both."""
        both = [self.survivor, self.loser]
        pairs = [(code, getattr(each, f"name_{code}")) for each in both for code in LANGUAGES]
        return [(code, name) for code, name in pairs if name]

    def _stay(self, taken):
        """{column: value} of what the survivor has of the loser."""
        survivor, found = self.survivor, {}
        parent = getattr(survivor, "parent_id", None)
        if parent is not None and parent == self.loser.pk:
            found["parent_id"] = None
        for choice in choices(survivor, self.loser, self.by):
            if not choice.is_open or choice.key in taken:
                for name in choice.names:
                    field = survivor._meta.get_field(name)
                    found[field.attname] = _value(self.loser, field, survivor)
        return found

    def _stricter(self, values):
        survivor, loser, found = self.survivor, self.loser, {}
        if not isinstance(survivor, Record):
            return found
        limits = [survivor.precision, loser.precision]
        stays = values.get("parent_id", survivor.parent_id)
        for each in (survivor, loser):
            # What bound one of them goes on to bind what it bound.
            if each.parent_id and each.parent_id not in (stays, survivor.pk, loser.pk):
                limits += each.parent.limits(1)
        found["precision"] = Precision.coarsest(limits)
        ends = [each.embargo_until for each in (survivor, loser) if each.embargo_until]
        found["embargo_until"] = max(ends, default=None)
        days = [survivor.verified_on, loser.verified_on]
        found["verified_on"] = None if None in days else min(days)
        return found

    def _move(self, name, model):
        """Its rows, and what names it, are the survivor's; of doubles one is left."""
        survivor, loser = self.survivor, self.loser
        rows = model._base_manager.filter(**{name: loser})
        if model is type(survivor):
            rows = rows.exclude(pk=survivor.pk)  # which is not going to be part of itself
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        same = doubles(name, model, survivor, loser) if keys else {}
        for key, other in same.items():
            self.log.collapse(model, key, other)
        keys = [key for key in keys if key not in same]
        if keys and hasattr(model, "history"):
            move(model, keys, self.by, self.log.why, **{name: survivor})
        elif keys:
            model._base_manager.filter(pk__in=keys).update(**{name: survivor})
        self.log.moved(model, name, keys)

    def _move_what_is_beside(self):
        """What names it by its id, and does not stay with it."""
        for model in naming_by_id():
            card_type, public_id = model.named_by
            own = {card_type: self.loser.card_type, public_id: self.loser.public_id}
            rows = model.objects.filter(**own)
            if hasattr(model, "holder"):  # texts of its rows: those of its own are its own
                rows = rows.exclude(holder=self.loser.public_id)
            if model.when_merged == "moves":
                keys = list(rows.order_by("pk").values_list("pk", flat=True))
                model.objects.filter(pk__in=keys).update(**{public_id: self.survivor.public_id})
                self.log.moved_beside(model, keys)

    def _let_go(self, values):
        """The loser is withdrawn, without what only one can have and the survivor has now."""
        gone = {"state": State.WITHDRAWN}
        if isinstance(self.loser, Record):
            gone |= {"withdrawal_reason": MERGED, "withdrawn_with": None}
        unique = {
            name
            for each in self.loser._meta.constraints
            for name in getattr(each, "fields", ()) or ()
        }
        for field in self.loser._meta.concrete_fields:
            if field.attname in values and (field.unique or field.name in unique):
                gone[field.attname] = None if field.null else ""
        self.log.change(self.loser, gone)

    def _name(self, names):
        """Names of both that the survivor does not have are further names of it."""
        parts = part_models(type(self.survivor))["other_names"]
        known = {fold(getattr(self.survivor, f"name_{code}")) for code in LANGUAGES}
        known |= {fold(each.name) for each in parts.objects.filter(record=self.survivor)}
        for code, name in names:
            if fold(name) not in known:
                known.add(fold(name))
                own = {"name": name, "language": code, "kind": self.names_as}
                self.log.make(parts(record=self.survivor, **own))

    def _check(self):
        try:
            self.survivor.full_clean()
        except ValidationError as error:
            sentence = gettext("The merged record would not be valid.")
            raise Refused(sentence, error.messages) from error
