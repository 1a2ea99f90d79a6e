"""The versions that are kept of an entry and of its parts: how they come to be."""

from django.db.models import Exists, OuterRef, Value
from django.utils import timezone

from registry.cards.sql import insert_from, listed

from .relations import part_models


def keep_first(entry):
    """Fixtures leave no history: before a first change, keep what the entry and its parts were."""
    parts = part_models(type(entry)).items()
    rows = [(type(entry), [entry]), *((model, getattr(entry, name).all()) for name, model in parts)]
    for model, instances in rows:
        keys = [instance.pk for instance in instances]
        known = set(model.history.filter(id__in=keys).values_list("id", flat=True))
        unkept = list(model._base_manager.filter(pk__in=set(keys) - known)) if keys else []
        for instance in unkept:
            instance._history_user = None  # nobody of the staff wrote this
        model.history.bulk_history_create(unkept)


def keep_first_of(model, keys):
    """The same for many entries that are about to move, which says nothing of their parts."""
    unkept = model._base_manager.filter(
        ~Exists(model.history.filter(id=OuterRef("pk"))), pk__in=listed(keys)
    )
    _keep(unkept, "+", None, "")


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
