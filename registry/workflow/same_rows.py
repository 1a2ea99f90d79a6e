"""Which rows of two records that are to be one say the same."""

from django.db.models import Q, UniqueConstraint
from django.utils.translation import gettext

from registry.cards.refused import Refused
from registry.records.models import Entry, OtherName


def doubles(name, model, survivor, loser):
    """{key of a row that names the loser by this foreign key: key of the one that says the same of
    the survivor}. `Refused` where these are records, of which only one can have it."""
    found = {}
    for columns, condition, is_unique in _sames(name, model):
        rows = model._base_manager.filter(condition).order_by("-pk")
        own = rows.filter(**{name: survivor}).values_list("pk", *columns)
        own = {tuple(values): key for key, *values in own}
        for key, *values in rows.filter(**{name: loser}).values_list("pk", *columns):
            # What is empty is unique, to a database.
            if tuple(values) in own and not (is_unique and None in values):
                found.setdefault(key, own[tuple(values)])
    if found and issubclass(model, Entry):
        rows = model._base_manager.filter(pk__in=[*found, *found.values()])
        sentence = gettext(
            "Both have something that only one of them can have. Change one of them first."
        )
        raise Refused(sentence, sorted(map(str, rows)))
    return found


def _sames(name, model):
    """(columns in which two rows are the same, of which rows, whether the database says so)."""
    unique = [
        each
        for each in model._meta.constraints
        if isinstance(each, UniqueConstraint) and name in each.fields
    ]
    for each in unique:
        yield [n for n in each.fields if n != name], each.condition or Q(), True
    if not unique and name == "record":
        yield (["name"] if issubclass(model, OtherName) else said(model)), Q(), False


def said(model):
    """The columns of rows in which somebody says something."""
    fields = model._meta.concrete_fields
    return [each.attname for each in fields if each.editable and each.name not in ("id", "record")]
