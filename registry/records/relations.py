"""What hangs together: the rows of an entry, what a row names, and what names an entry.

    part_models(Programme)  →  {"roles": ProgrammeRole, "placements": ProgrammePlacement, …}
    references(ProgrammeRole)  →  ["organisation", "source", "record"]
    references_to(organisation)  →  its roles in programmes, its parts, and so on

Whoever needs all rows of an entry, or all that names it, asks here: a new kind of part is then
nowhere forgotten.
"""

from django.apps import apps

from .models import Entry, Part
from .models.entry import Marked


def part_models(model):
    """{name of the relation: model} of the rows that belong to entries of the model."""
    return {
        relation.get_accessor_name(): relation.related_model
        for relation in model._meta.related_objects
        if issubclass(relation.related_model, Part) and relation.field.name == "record"
    }


def by_kind(entries):
    """{model: those of the entries that are of it}, for statements about all of them."""
    found = {}
    for entry in entries:
        found.setdefault(type(entry), []).append(entry)
    return found


def references(model):
    """The names of the foreign keys that lead to entries, that of a part to its own among them."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and issubclass(field.related_model, Entry)
    ]


def referring(model):
    """(name of the foreign key, model) for each way in which entries and parts of others name its
    entries."""
    # Hidden: most of what names an entry has no name for the way back.
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.one_to_many or not issubclass(relation.related_model, Marked):
            continue  # a field of its own, or what is kept of others in history
        if relation.field.name != "record":
            yield relation.field.name, relation.related_model


def references_to(entry):
    """(name of the foreign key, rows) of all that names it."""
    for name, model in referring(type(entry)):
        yield name, model._base_manager.filter(**{name: entry})


def beside(model):
    """(name of the foreign key, model) of what names its entries and is neither entry nor part, as
    memberships do; but for history."""
    for relation in model._meta.get_fields(include_hidden=True):
        is_history = hasattr(relation.related_model, "instance_type")
        is_marked = relation.one_to_many and issubclass(relation.related_model, Marked)
        if relation.one_to_many and not is_marked and not is_history:
            yield relation.field.name, relation.related_model


def naming_by_id():
    """The models whose rows name an entry of any kind by its type and id; `named_by` says by which
    columns."""
    return [model for model in apps.get_models() if hasattr(model, "named_by")]
