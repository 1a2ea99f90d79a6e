"""What a change does to an entry, by field and row, and how that is told.

    before = stored(entry); …; difference(before, stored(entry))

A difference is a list that can be kept as JSON; it holds keys and values, no names of others. In
words it is put for each reader anew: of what a person cannot see, nothing is said.
"""

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.records.models import Entry
from registry.records.relations import by_kind, part_models
from registry.values.fields import EdtfField

from .histories import display_value, names_of

COMPARED = 4000  # words of a text; a longer one is told as a whole


def stored(entry):
    """{(model, key): {field: value}} of the entry and its rows, as the database has them."""
    return stored_of([entry])[entry]


def stored_of(entries):
    """{entry: the same} of several, by one statement for each kind and each kind of their rows."""
    found = {entry: {} for entry in entries}
    for model, some in by_kind(entries).items():
        known = {each.pk: each for each in some}
        parts = part_models(model).values()
        rows = [(part.objects.filter(record__in=known), "record_id") for part in parts]
        for each, owner in [(model._base_manager.filter(pk__in=known), "pk"), *rows]:
            columns = {field.attname: field.name for field in _fields(each.model)}
            for row in each.order_by("pk").values(*dict.fromkeys(["pk", owner, *columns])):
                values = {name: row[column] for column, name in columns.items()}
                found[known[row[owner]]][each.model, row["pk"]] = values
    return found


def difference(before, after):
    """[{"model", "row", "old", "new"}] of all that differs; a row that came or went has but one.

    Of the entry, and of the secret columns, only what differs is in it.
    """
    found = []
    for key in sorted(before.keys() | after.keys(), key=_in_order):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        model, row = key
        if issubclass(model, Entry):
            changed = [name for name in old if old[name] != new[name]]
            old, new = ({name: each[name] for name in changed} for each in (old, new))
        found.append(
            {"model": model._meta.label_lower, "row": row if old else None, "old": old, "new": new}
        )
    return found


def without_secrets(found):
    """The difference as it may be kept: of an exact place only that it changes, as in history."""
    return [
        row | {side: _masked(apps.get_model(row["model"]), row[side]) for side in ("old", "new")}
        for row in found
    ]


def on_the_same(kept, found):
    """Whether a kept difference and one that was made anew begin with the same values.

    The values after it may differ all the same: an address that is redacted is made by chance.
    """
    before = [
        [(row["model"], row["row"], row["old"]) for row in each]
        for each in (kept, without_secrets(found))
    ]
    # PostgreSQL keeps the keys of an object in an order of its own.
    texts = {json.dumps(each, cls=DjangoJSONEncoder, sort_keys=True) for each in before}
    return len(texts) == 1


def _masked(model, values):
    secret = getattr(model, "secret", ())
    return values and {name: None if name in secret else v for name, v in values.items()}


def _in_order(key):
    model, row = key
    return not issubclass(model, Entry), model._meta.label_lower, row


def _fields(model):
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key and field.name != "record"
    ]


@dataclass(frozen=True)
class Told:
    """A field, and its words as they stay, go and come: ("", "del" or "ins", words)."""

    label: str
    pieces: list


@dataclass(frozen=True)
class Section:
    """The entry itself, or one of its rows: what happens to it, and its fields."""

    title: str
    fields: list


def topics(found):
    """What a difference is about, in a word for each: fields of the entry, and kinds of rows."""
    words = []
    for row in found:
        model, old, new = apps.get_model(row["model"]), row["old"], row["new"]
        if issubclass(model, Entry):
            words += [str(field.verbose_name) for field in _fields(model) if field.name in new]
        else:
            words.append(_title(old, new) % {"kind": _kind(model)})
    return list(dict.fromkeys(words))


def told(found, user, known=None):
    """The difference in words for this person, as `Section`s; `known` are the names that it needs,
    where they are read already."""
    known = names_in([found], user) if known is None else known
    sections = []
    for row in found:
        model, old, new = apps.get_model(row["model"]), row["old"], row["new"]
        names = [field for field in _fields(model) if field.name in (new or old)]
        fields = [
            Told(capfirst(str(field.verbose_name)), pieces)
            for field in names
            if (pieces := _pieces(field, old, new, user, known))
        ]
        title = "" if issubclass(model, Entry) else _title(old, new) % {"kind": _kind(model)}
        sections.append(Section(title, fields))
    return sections


def names_in(differences, user):
    """{(model, key): name} of whatever they name, by one statement for each model."""
    return names_of(chain.from_iterable(map(_references, differences)), user)


def _references(found):
    """(model, key) of whatever a difference names, before or after."""
    for row in found:
        for field in _fields(apps.get_model(row["model"])):
            for values in (row["old"] or {}, row["new"] or {}):
                if field.is_relation and values.get(field.name) is not None:
                    yield field.related_model, values[field.name]


def _kind(model):
    return model._meta.verbose_name


def _title(old, new):
    if old is None:
        return gettext("added: %(kind)s")
    return gettext("removed: %(kind)s") if new is None else gettext("changed: %(kind)s")


def _pieces(field, old, new, user, known):
    if old and new and old[field.name] == new[field.name]:
        text = _words(field, old[field.name], user, known)
        if issubclass(field.model, Entry):
            # Kept without its values: an exact place.
            return [("ins", gettext("changed"))]
        return [("", text)] if text else []
    before = _words(field, old[field.name], user, known) if old else ""
    after = _words(field, new[field.name], user, known) if new else ""
    return marked(before, after)


def _words(field, value, user, known):
    """A text as it is, anything else as history says it; "" for nothing."""
    if value is None or value == "":
        return ""
    is_date = isinstance(field, EdtfField)
    if isinstance(field, models.CharField | models.TextField) and not is_date:
        return str(dict(field.flatchoices).get(value, value))
    shown = display_value(field, value, user, known)
    return "" if shown == "—" else shown


def marked(old, new):
    """The words of both texts in one: [("" or "del" or "ins", words)]."""
    before, after = (re.findall(r"\s+|\S+", text) for text in (old, new))
    if not before or not after or len(before) + len(after) > COMPARED:
        return [(how, text) for how, text in (("del", old), ("ins", new)) if text]
    pieces = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = tag == "equal"
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        both = [("", gone)] if same else [("del", gone), ("ins", come)]
        pieces += [piece for piece in both if piece[1]]
    return pieces
