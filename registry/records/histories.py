"""What the kept versions of an entry and of its parts tell: who changed what, and when."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Value
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.cards.statements import insert_from, listed

from .models import Entry, Part
from .rights import sees, sees_gone

# Stands for the columns of the exact place: history says that they changed, not to what.
SECRET = {"secret_mark"}
# Why a record went back to review: for those alone who may know of what it names.
OF_THE_WITHDRAWN = "which was withdrawn"
# Columns that move without anything being written.
MOVED = {"state", "withdrawal_reason"}


@dataclass(frozen=True)
class Change:
    field: str
    label: str
    old: str
    new: str

    def __str__(self):
        if self.old == self.new:
            return str(self.label)
        return f"{self.label}: “{self.old}” → “{self.new}”"


def part_models(model):
    """{name of the relation: model} of the rows that belong to entries of the model."""
    return {
        relation.get_accessor_name(): relation.related_model
        for relation in model._meta.related_objects
        if issubclass(relation.related_model, Part) and relation.field.name == "record"
    }


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
    keep_versions(model, keys, by, why[:100])


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


def changes(old, new, user, known=None):
    """The fields in which two kept versions differ, as this person may see them."""
    found = []
    for field in _told_fields(new.instance_type):
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if before == after:
            continue
        label = capfirst(field.verbose_name)
        if field.name in SECRET:
            found.append(Change(field.name, label, gettext("changed"), gettext("changed")))
        else:
            values = (shown(field, before, user, known), shown(field, after, user, known))
            if values != ("—", "—"):
                found.append(Change(field.name, label, *values))
    return found


def shown(field, value, user, known=None):
    """A kept value in words; a record that does not exist for this person has no name here.

    `known` is a dictionary in which names are kept between calls.
    """
    if value is None or value == "":
        return "—"
    if field.is_relation:
        known = {} if known is None else known
        key = (field.related_model, value)
        if key not in known:
            entry = field.related_model._base_manager.filter(pk=value).first()
            hidden = isinstance(entry, Entry) and not sees(user, entry)
            known[key] = "—" if hidden else str(entry or "…")  # as if there were none
        return known[key]
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    text = str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def timeline(model, rows, user):
    """Kept versions, newest first, each with `.changes` from the one before it and, for rows that
    came or went, with what they say in `.row`.

    `rows` are all versions of some objects of one model; a version that changes nothing that
    people read is left out, and so is a row that names what does not exist for this person.
    """
    told, before, known = [], {}, {}
    for row in sorted(rows, key=lambda row: row.history_id):
        if issubclass(model, Part) and not _names_only_seen(row, user, known):
            continue
        previous = before.get(row.id)
        before[row.id] = row
        row.changes = changes(previous, row, user, known) if previous is not None else []
        came_or_went = previous is None or row.history_type != "~"
        reason = row.history_change_reason or ""
        if OF_THE_WITHDRAWN in reason and not sees_gone(user, model):
            row.history_change_reason = ""
        row.row = _says(row, user, known) if came_or_went else ""
        if previous is None or row.changes or row.history_type == "-" or row.history_change_reason:
            told.append(row)
    return told[::-1]


def _names_only_seen(row, user, known):
    keys = [(field, getattr(row, field.attname)) for field in _told_fields(row.instance_type)]
    links = [(field, key) for field, key in keys if field.is_relation and key is not None]
    return all(shown(field, key, user, known) != "—" for field, key in links)


def _says(row, user, known):
    """A part in one line; an entry has too much to say, and its name above the page."""
    if not issubclass(row.instance_type, Part):
        return ""
    values = (
        shown(field, getattr(row, field.attname), user, known)
        for field in _told_fields(row.instance_type)
        if getattr(row, field.attname) not in (None, "")
    )
    return ", ".join(values)


def written_by(entry):
    """The keys of the people who changed what the entry says; moving its state is no writing."""
    people, previous = set(), None
    for row in entry.history.order_by("history_id"):
        if previous is None or _differ(previous, row):
            people.add(row.history_user_id)
        previous = row
    for model in part_models(type(entry)).values():
        rows = model.history.filter(record_id=entry.pk).values_list("history_user_id", flat=True)
        people.update(rows)
    return people - {None}


def _differ(old, new):
    fields = [field for field in _told_fields(new.instance_type) if field.name not in MOVED]
    return any(getattr(old, field.attname) != getattr(new, field.attname) for field in fields)


def _told_fields(model):
    untold = {"id", "record", *getattr(model, "secret", ())}
    return [
        field
        for field in model._meta.concrete_fields
        if (field.editable or field.name in SECRET | MOVED) and field.name not in untold
    ]
