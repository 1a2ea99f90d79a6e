"""What only one entry can have: an address, a number in a list, a code.

Entries withdrawn by mistake do not stand in the way of the right one: `make_way` takes from them
what somebody else is given, and `given_away` tells it when they are brought back.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_noop

from registry.cards.changeset import writing
from registry.cards.models import Redirect, Tombstone
from registry.records.models import MISTAKEN, Entry, State
from registry.records.relations import part_models
from registry.records.versions import keep_first

from .why_kept import WhyKept

GIVEN_AWAY = WhyKept(gettext_noop("given to another"))


def rules(model):
    """(names of columns, further condition, sentence or None) of all that is unique."""
    for field in model._meta.concrete_fields:
        if field.unique and field.editable and not field.primary_key:
            yield (field.name,), models.Q(), None
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            condition = constraint.condition or models.Q()
            yield constraint.fields, condition, constraint.violation_error_message


def holder(row, names, condition):
    """The other row that has the values which `row` (or a kept version of one) has, or None."""
    model = getattr(row, "instance_type", type(row))
    columns = [model._meta.get_field(name).attname for name in names]
    values = {column: getattr(row, column) for column in columns}
    if None in values.values():
        return None
    own = getattr(row, "id", None)
    return model._base_manager.filter(condition, **values).exclude(pk=own).first()


def clashes(row):
    """(names of columns, sentence or None, the row that has the same) for each rule it breaks."""
    for names, condition, sentence in rules(type(row)):
        if other := holder(row, names, condition):
            yield names, sentence, other


def owner(row):
    """The entry that a row is, or is a part of."""
    return row if isinstance(row, Entry) else row.record


def gives_way(row):
    return getattr(owner(row), "gives_way", False)


def make_way(row, names, by=None):
    """The entry withdrawn by mistake goes on without what somebody else is given now."""
    with writing():
        if not isinstance(row, Entry):
            row.delete()
            return
        keep_first(row)
        if names == ("slug",):
            # Redacted: the address is another's now, and must not lead here.
            row.slug, row.slug_redacted = f"{row.card_type}-{uuid.uuid4().hex[:8]}", True
        else:
            setattr(row, names[-1], None)
        row._history_user, row._change_reason = by, GIVEN_AWAY.kept()
        row.save()


def led_elsewhere(model, slug, public_id=None):
    """Whether the address once was that of another entry: old links would lead astray."""
    others = model._base_manager.exclude(public_id=public_id)
    if hasattr(model, "withdrawal_reason"):
        others = others.exclude(state=State.WITHDRAWN, withdrawal_reason__in=MISTAKEN)
    moved = Redirect.objects.filter(type=model.card_type, slug=slug)
    buried = Tombstone.objects.filter(type=model.card_type, slug_hash=Tombstone.hash_of(slug))
    ids = [*moved.values_list("public_id", flat=True), *buried.values_list("public_id", flat=True)]
    return others.filter(public_id__in=ids).exists()


def given_away(entry):
    """(what, the row that has it now) of what others were given while it was withdrawn."""
    versions = entry.history.order_by("-history_id")
    before = versions.exclude(state=State.WITHDRAWN).first()
    if before is None:
        return
    lost = [before]
    for model in part_models(type(entry)).values():
        kept = model.history.filter(record_id=entry.pk, history_type="-")
        lost += kept.filter(history_date__gte=before.history_date)
    for row in lost:
        for names, condition, _sentence in rules(row.instance_type):
            if "record" not in names and (other := holder(row, names, condition)):
                values = (str(getattr(row, name)) for name in names)
                yield " ".join(filter(None, values)), other
