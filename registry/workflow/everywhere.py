"""Every column of every table in which words may stand: the one walk of an erasure.

The tables are asked of Django and not named, so a new one is walked by itself; one that packs its
words says how they are read (`packed`). The cards are not walked: they follow from the records, in
the same transaction.
"""

from secrets import token_hex

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from registry.cards.models import Redirect
from registry.records.models import Entry, Marked
from registry.records.versions import keep_versions
from registry.values.fields import CodeField, CodesField, EdtfField, ShapedField

from .erased_words import GAP
from .why_kept import WhyKept

WHY = WhyKept(gettext_noop("words were erased"))
# Of Django's and of packages' tables: who writes into the others is the program alone. Of accounts
# an administrator takes care; what is in a session is encoded, and looked at by itself.
PEOPLE_WRITE = ("admin", "axes", "rest_framework_api_key")
# Columns of text that no person fills in: a word of theirs, as `programme`, is no one's name.
NOT_TYPED = frozenset(
    {
        *("about_type", "card_type", "type", "withdrawal_reason", "history_type", "language"),
        *("prefix", "hashed_key", "key", "session_hash", "secret_mark", "object_id", "digests"),
    }
)
CHECKED = (CodeField, CodesField, EdtfField, ShapedField)


def walked():
    """(model, the fields of it that may say words) of each table."""
    for model in apps.get_models(include_auto_created=True):
        app = model._meta.app_config
        ours = not app.name.startswith(("django.", "allauth.", "axes", "rest_framework"))
        if model is Redirect or (ours and app.label != "cards") or app.label in PEOPLE_WRITE:
            fields = [field for field in model._meta.concrete_fields if may_say(field)]
            if fields and model._meta.managed and not model._meta.proxy:
                yield model, fields


def may_say(field):
    if field.choices or field.is_relation or field.name in NOT_TYPED or isinstance(field, CHECKED):
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField)


def saying(words):
    """Yields (model, key of the row, {column: its value without the words})."""
    for model, fields in walked():
        rows = _perhaps(model._base_manager.order_by(), fields, words)
        for key, *values in rows.values_list("pk", *(field.name for field in fields)).iterator():
            found = {
                field.name: replaced(field, without)
                for field, value in zip(fields, values, strict=True)
                if (without := words.without(value)) != value
            }
            if found:
                yield model, key, found


def _perhaps(rows, fields, words):
    """Those of the rows that may say them, as far as the database can decide it first."""
    if words.pieces is None or any(isinstance(field, models.JSONField) for field in fields):
        return rows
    # Neither database compares the letters of all alphabets without their size.
    ways = ["".join(f"[{c}{c.upper()}]" if c.upper() != c else c for c in p) for p in words.pieces]
    # All columns in one text: SQLite asks Python for each.
    whole = _Joined(*(Coalesce(F(f.name), Value("")) if f.null else F(f.name) for f in fields))
    return rows.annotate(whole=whole).filter(whole__regex="|".join([*ways, "%", r"\\u"]))


class _Joined(Func):
    """As `Concat`, but without brackets of its own for each column: SQLite reads few of these."""

    template, arg_joiner = "(%(expressions)s)", " || ' ' || "
    output_field = models.TextField()


def replaced(field, text):
    """What the column can hold in the place of a text in which there is a gap now."""
    if isinstance(field, models.SlugField):
        return f"erased-{token_hex(4)}"
    if isinstance(field, models.URLField | models.EmailField):
        return ""
    if isinstance(text, str):
        if _is_unique(field):
            text = f"{GAP} {token_hex(2)}"
        return text[: field.max_length]
    return text


def _is_unique(field):
    unique = field.model._meta.total_unique_constraints
    return field.unique or any(field.name in each.fields for each in unique)


def take_out_of(row, words):
    """Of a row that is about to be written; returns the names of the columns that said them."""
    said = []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname) if may_say(field) else None
        if (without := words.without(value)) != value:
            setattr(row, field.attname, replaced(field, without))
            said.append(field.name)
    return said


def take_out(words, changes, by):
    """Of every row; returns how many there were. Within `writing()`, whose `changes` these are."""
    # All are found before one is written: what was written is not found again.
    found, in_packed = list(saying(words)), list(saying_packed(words))
    for model, key, values in found:
        _write(model, key, values, changes, by)
    for row, told, keep in in_packed:
        keep(row, told)
    return len(found) + len(in_packed)


def _write(model, key, values, changes, by):
    rows = model._base_manager.filter(pk=key)
    if model is Redirect:
        rows.delete()
        return
    if issubclass(model, Marked) and model.folds & values.keys():
        values.pop("folded", None)  # which follows from the others
    rows.update(**values)
    if issubclass(model, Entry):
        if "slug" in values:
            changes.redacted[model].add(key)
        keep_versions(model, [key], by, WHY.kept())


def saying_packed(words):
    """Yields (row, what its packed column holds without the words, how that is kept)."""
    for model, (read, keep) in packed.items():
        for row in model._base_manager.iterator():
            told = read(row)
            if (without := words.without(told)) != told:
                yield row, without, keep


def _keep_session(session, told):
    session.session_data = SessionStore().encode(told)
    session.save(update_fields=["session_data"])


# Rows in which words stand as no database could find them: how they are read, and kept. A session
# holds messages that were not shown yet.
packed = {Session: (Session.get_decoded, _keep_session)}


def blank_log(entry):
    """What the log of the admin says of the entry: who did something and when stays."""
    kind = ContentType.objects.get_for_model(type(entry))
    own = LogEntry.objects.filter(content_type=kind, object_id=str(entry.pk))
    own.update(object_repr=GAP, change_message="")
