"""What stands between an entry and its reader: why the public sees nothing of it, or not all.

    kept_from_readers(event, user)  →  ["not shown until the edition “Sixth contest” is public"]

Asked by every act that moves an entry, by its form and by the list. Of what a person cannot see
nothing is said.
"""

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.records.models import Record, Source, State
from registry.records.relations import part_models, references
from registry.values.precision import Precision

from .rights import sees

# What is shown so lies more than two units above some places.
FAR = (Precision.REGION, Precision.COUNTRY)


def kept_from_readers(entry, user, rows=None):
    """Clauses: what has to happen before it is shown; where it is shown, what of it is not.

    `rows`: see `referred`; those that name what does not exist for this person may be missing.
    """
    return [*not_shown(entry, user), *left_out(entry, user, rows)]


def sentence(clause):
    return f"{capfirst(clause)}."


def not_shown(entry, user):
    """Why the public does not see the entry at all."""
    if entry.state != State.PUBLIC:
        state = entry.get_state_display()
        yield gettext("not shown: it is %(state)s") % {"state": state}
    if is_embargoed(entry):
        moment = date_format(timezone.localtime(entry.embargo_until), "DATETIME_FORMAT")
        yield gettext("not shown until its embargo ends on %(moment)s") % {"moment": moment}
    for whole in dict.fromkeys(hidden_wholes(entry)):
        if sees(user, whole):
            words = {"kind": whole._meta.verbose_name, "name": whole}
            yield gettext("not shown until the %(kind)s “%(name)s” is public") % words
        else:
            yield gettext("not shown: what it belongs to is not public")


def left_out(entry, user, rows=None):
    """What its card leaves out, because what it refers to is not public."""
    clauses = {}
    for row, other in referred(entry, rows):
        if other.is_public or not sees(user, other):
            continue
        words = {"name": other, "state": _standing(other)}
        if hasattr(row, "get_role_display") and not isinstance(other, Source):
            words["role"] = row.get_role_display()
            told = gettext("the %(role)s “%(name)s” is %(state)s: its role is not shown yet")
        else:
            words["kind"] = other._meta.verbose_name
            told = gettext("the %(kind)s “%(name)s” is %(state)s: it is not shown yet")
        clauses[told % words] = None
    return list(clauses)


def names_no_source(entry, user):
    """Whether a record names none: a place or a term need not, and one in review is named."""
    return isinstance(entry, Record) and not any(
        isinstance(other, Source) and sees(user, other) for _row, other in referred(entry)
    )


def is_embargoed(entry):
    return getattr(entry, "embargo_until", None) is not None


def hidden_wholes(entry):
    """What it belongs to and is not public by itself, however far above."""
    for whole in entry.wholes() if hasattr(entry, "wholes") else ():
        if whole.state != State.PUBLIC or is_embargoed(whole):
            yield whole
        yield from hidden_wholes(whole)


def _standing(entry):
    """Why it is not public, in a word or two."""
    if entry.state != State.PUBLIC:
        return entry.get_state_display()
    return gettext("under embargo") if is_embargoed(entry) else gettext("part of what is hidden")


def referred(entry, rows=None):
    """(row, other entry) for all that the entry and its rows refer to, but for its wholes.

    Of a place this is the unit that may be shown instead of it. `rows`: {relation: its rows} that
    were read already, with what they name; others are read.
    """
    precision = getattr(entry, "shown_precision", None)
    wholes = getattr(entry, "belongs_to", ())
    for row, names in _rows(entry, rows or {}):
        for name in names:
            other = None if name in wholes else getattr(row, name)
            if other is not None and precision and other.card_type == "location":
                other = other.unit_at(precision)
            if other is not None:
                yield row, other


def _rows(entry, known):
    """(row, the names of its references): the entry itself and its parts."""
    yield entry, references(type(entry))
    kinds = part_models(type(entry)).items()
    named = [(relation, names) for relation, model in kinds if (names := _named_by(model))]
    if any(relation not in known for relation, _names in named):
        read_rows(entry)
    elif getattr(entry, "precision", None) in FAR:
        _read_above(known.get("placements", ()))
    for relation, names in named:
        for row in known[relation] if relation in known else getattr(entry, relation).all():
            yield row, names


def _read_above(placements):
    """The units around all the places, of which a row was read with the nearest two."""
    places = [row.location for row in placements]
    if places:
        prefetch_related_objects(places, places[0].above)


def read_rows(*entries):
    """The rows of these, all of one kind, with what they name, by one statement for each kind of
    row; they are kept in the entries, so that whoever asks those next need not read them."""
    kinds = part_models(type(entries[0])).items() if entries else ()
    named = [(relation, model, names) for relation, model in kinds if (names := _named_by(model))]
    prefetch_related_objects(
        entries,
        *(Prefetch(relation, _with_named(model, names)) for relation, model, names in named),
    )


def _with_named(model, names):
    # What is above a place decides whether it may be shown.
    around = [f"{name}__{_model(model, name).above}" for name in names if name == "location"]
    return model.objects.select_related(*names).prefetch_related(*around)


def _model(model, name):
    return model._meta.get_field(name).related_model


def _named_by(model):
    return [name for name in references(model) if name != "record"]
