"""What a field of a card needs so that the guard, the scan and the patches know what it holds: it
is found out at the start, because a field that is declared wrongly would be left unguarded."""

from django.core.checks import Error

from registry.values.fields import CodeField
from registry.values.stemming import sign_of

from .declarations import declared, of_entries
from .fields import COMPARED, IMPLIED, column_of, fields_of
from .shapes.objects import Place, Places
from .shapes.plain import Code


def check_fields(app_configs, **kwargs):
    """Every field is of a shape that goes with what it says of itself."""
    return [
        Error(f"“{key}” of the kind “{kind.type}” {problem}.", obj=kind.serializer, id=number)
        for kind in declared.values()
        if kind.described_by  # else its own check says what is missing
        for key, field in fields_of(kind.type).items()
        for number, problem in _faults(key, field, kind.described_by)
    ]


def _faults(key, field, model):
    if field.placed and field.placed != IMPLIED and not _can_be_compared(field.shape):
        yield (
            "cards.E001",
            "is placed, and only in a place, a list of places or a text does the guard see what is"
            " finer: give it such a shape, or say `placed=IMPLIED` if it tells no more than they",
        )
    if not (field.placed or field.of_parts) and holds_place(field.shape):
        yield "cards.E002", "shows a place and is not `placed`: nobody would guard how finely"
    held = isinstance(column_of(model, key), CodeField)
    if isinstance(field.shape, Code) and not (field.shape.check or held):
        yield (
            "cards.E003",
            "is a code, which the scan does not read, and is held by no CodeField of that name, by"
            " no choices and by no check",
        )


def _can_be_compared(shape):
    plain = not isinstance(shape, Places) or isinstance(shape.each, Place)
    return isinstance(shape, COMPARED) and plain


def holds_place(shape):
    return isinstance(shape, Place) or any(holds_place(each) for each in shape.inner())


def check_signs(app_configs, **kwargs):
    """Words of two kinds begin with the same in the index of no search."""
    of = {}
    for kind in declared.values():
        of.setdefault(sign_of(kind.type), []).append(kind.type)
    return [
        Error(
            f"{' and '.join(types)} begin and end with the same letters, by which the search"
            " tells words of one kind from those of another: give one of them another name.",
            id="cards.E005",
        )
        for types in of.values()
        if len(types) > 1
    ]


def check_columns(app_configs, **kwargs):
    """Every column of a record that leads to a place is one that says where it is."""
    place = declared["location"].model
    return [
        Error(
            f"{kind.model.__name__}.{column.name} leads to a place and is not among `locates`: what"
            " is recorded by it would be nobody's to guard.",
            obj=kind.model,
            id="cards.E004",
        )
        for kind in of_entries()
        for column in kind.model._meta.concrete_fields
        if column.related_model is place and kind.model is not place
        if column.name not in kind.model.locates
    ]
