"""The versions that are kept of an entry and of its parts: how they come to be."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Value
from django.utils import timezone

from registry.cards.sql import insert_from, listed

from .relations import part_models


def keep_first(entry):
    """Fixtures leave no history: before a first change, keep what the entry and its parts were."""
    models = [type(entry), *part_models(type(entry)).values()]
    own = {"record": entry.pk}
    rows = [
        _unkept(model, **(own if number else {"pk": entry.pk}))
        .order_by()
        .values_list(Value(number), "pk")
        for number, model in enumerate(models)
    ]
    found = defaultdict(list)
    for number, key in rows[0].union(*rows[1:], all=True):
        found[models[number]].append(key)
    for model, keys in found.items():
        keep_first_of(model, keys)


def _unkept(model, **which):
    return model._base_manager.filter(~Exists(model.history.filter(id=OuterRef("pk"))), **which)


def keep_first_of(model, keys):
    """The same for many rows of one kind: nobody of the staff wrote what is kept by this."""
    _keep(_unkept(model, pk__in=listed(keys)), "+", None, "")


def keep_versions(model, keys, by, why):
    """What these entries are now, changed by the person for the reason: one statement for all."""
    _keep(model._base_manager.filter(pk__in=listed(keys)), "~", by, why)


def move(model, keys, by, why, **values):
    """The rows of these keys to another state, with what history keeps of that."""
    keep_first_of(model, keys)
    model.objects.filter(pk__in=listed(keys)).update(**values)
    keep_versions(model, keys, by, why[:100])  # the longest reason that history keeps


def _keep(rows, kind, by, why):
    history = rows.model.history.model
    own = [field.attname for field in history.tracked_fields]
    about = {
        "history_date": timezone.now(),
        "history_type": kind,
        "history_change_reason": why,
        "history_user_id": by and by.pk,
    }
    columns = [history._meta.get_field(name) for name in (*own, *about)]
    values = [
        Value(value, output_field=field.target_field if field.is_relation else field)
        for value, field in zip(about.values(), columns[len(own) :], strict=True)
    ]
    told = {f"kept_{n}": value for n, value in enumerate(values)}
    insert_from(
        history,
        [field.name for field in columns],
        rows.order_by("pk").annotate(**told).values_list(*own, *told),
    )
