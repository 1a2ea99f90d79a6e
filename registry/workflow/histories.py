"""What the kept versions of an entry and of its parts tell: who changed what, and when."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DecimalField
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from registry.cards.backlog import UNFIT
from registry.cards.declarations import declared
from registry.records.models import Entry, Part
from registry.records.relations import part_models
from registry.values.dates.words import stored_text
from registry.values.fields import EdtfField

from .rights import sees, sees_gone
from .why_kept import WhyKept, read

# Stands for the columns of the exact place: history says that they changed, not to what.
SECRET = {"secret_mark"}
# Columns that move without anything being written.
MOVED = {"state"}


def kind_of(card_type):
    return str(declared[card_type].name) if card_type in declared else card_type


# Why a record went back to review. The first is for those alone who may know of what it names.
NAMES_WITHDRAWN = WhyKept(gettext_noop("names %(kind)s %(id)s, which was withdrawn"), kind=kind_of)
CANNOT_BE_PUBLIC = WhyKept(UNFIT)
# As it was said before: older history has it so.
COULD_NOT_BECOME_PUBLIC = WhyKept(gettext_noop("cannot become public as it stands"))


@dataclass(frozen=True)
class FieldChange:
    field: str
    label: str
    old: str
    new: str

    def __str__(self):
        if self.old == self.new:
            return str(self.label)
        return f"{self.label}: “{self.old}” → “{self.new}”"


def changes(old, new, user, known=None):
    """The fields in which two kept versions differ, as this person may see them."""
    found = []
    for field in _told_fields(new.instance_type):
        before, after = getattr(old, field.attname), getattr(new, field.attname)
        if before == after:
            continue
        label = capfirst(field.verbose_name)
        if field.name in SECRET:
            found.append(FieldChange(field.name, label, gettext("changed"), gettext("changed")))
        else:
            values = (
                display_value(field, before, user, known),
                display_value(field, after, user, known),
            )
            if values != ("—", "—"):
                found.append(FieldChange(field.name, label, *values))
    return found


def display_value(field, value, user, known=None):
    """A kept value in words; a record that does not exist for this person has no name here.

    `known` is a dictionary in which names are kept between calls.
    """
    if value is None or value == "":
        return "—"
    if field.is_relation:
        known = {} if known is None else known
        key = (field.related_model, value)
        if key not in known:
            known |= names_of([key], user)
        return known[key]
    if isinstance(field, EdtfField):
        value = stored_text(value)
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    if isinstance(field, DecimalField):  # stored with places that nobody wrote: 50.00
        value = f"{Decimal(value).normalize():f}"
    text = str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def names_of(keys, user):
    """{(model, key): name} by one query for each model; what does not exist for this person is "—",
    as if there were none."""
    wanted = defaultdict(set)
    for model, key in keys:
        wanted[model].add(key)
    found = {model: model._base_manager.in_bulk(keys) for model, keys in wanted.items()}

    def name(entry):
        hidden = isinstance(entry, Entry) and not sees(user, entry)
        return "—" if hidden else str(entry or "…")

    return {
        (model, key): name(found[model].get(key)) for model, keys in wanted.items() for key in keys
    }


def timeline(model, rows, user):
    """Kept versions, newest first, each with `.changes` from the one before it, `.reason` and, for
    rows that came or went, what they say in `.row`.

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
        row.reason = _reason(row, user)
        row.row = _says(row, user, known) if came_or_went else ""
        if previous is None or row.changes or row.history_type == "-" or row.reason:
            told.append(row)
    return told[::-1]


def _reason(row, user):
    kept = row.history_change_reason or ""
    if NAMES_WITHDRAWN.fits(kept) and not sees_gone(user, row.instance_type):
        return ""
    return read(kept)


def _names_only_seen(row, user, known):
    keys = [(field, getattr(row, field.attname)) for field in _told_fields(row.instance_type)]
    links = [(field, key) for field, key in keys if field.is_relation and key is not None]
    return all(display_value(field, key, user, known) != "—" for field, key in links)


def _says(row, user, known):
    """A part in one line; an entry has too much to say, and its name above the page."""
    if not issubclass(row.instance_type, Part):
        return ""
    values = (
        display_value(field, getattr(row, field.attname), user, known)
        for field in _told_fields(row.instance_type)
        if getattr(row, field.attname) not in (None, "")
    )
    return ", ".join(values)


def rows_at(kept):
    """{model: {key: kept version}} of the rows that an entry had with this version of its own: as
    they were when the next one was kept."""
    entries = kept.instance_type.history.filter(id=kept.id, history_id__gt=kept.history_id)
    after = entries.order_by("history_id").values_list("history_date", flat=True).first()
    return _rows(kept, **({"history_date__lt": after} if after else {}))


def rows_changed_since(kept):
    """Whether the entry has other rows now than with this version of its own."""
    return rows_at(kept) != _rows(kept)


def rows_beside(kept):
    """The same as they were when this version was kept."""
    return _rows(kept, history_date__lte=kept.history_date)


def _rows(kept, **until):
    found = {}
    for model in part_models(kept.instance_type).values():
        rows = model.history.filter(record_id=kept.id, **until).order_by("history_id")
        newest = {row.id: row for row in rows}
        found[model] = {key: row for key, row in newest.items() if row.history_type != "-"}
    return found


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
