"""What belongs to an entry or names it: listed on its form by one statement, added from there."""

from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter

from django.db.models import CharField, F, Value
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.cards.prepared import prepared_once
from registry.cards.private_django import registered
from registry.listings.search.full_text import union
from registry.records.models import Part, State
from registry.records.relations import references, references_to, referring
from registry.values.dates.words import stored_text
from registry.values.texts import LANGUAGES, spoken
from registry.workflow.rights import may, naming_only_seen, visible

from .logins import rights_of

KIND = itemgetter(0)
MOST = 300  # rows of one form; whoever wants more has the lists
NAMES = [f"name_{code}" for code in LANGUAGES]


@dataclass
class Group:
    """The rows of one kind, and where one more of it is added."""

    kind: str
    rows: list = field(default_factory=list)
    add: str = ""  # an address
    add_label: str = ""


@dataclass(frozen=True)
class Row:
    address: str
    title: str
    when: str
    state: State


def belonging(site, user, entry, through=()):
    """[Group] of the kinds that can belong to the entry or do name it."""
    wanted = [
        model
        for model in _kinds(type(entry))
        if model in registered(site) and may(user, "view", model)
    ]
    rows = {kind: list(found) for kind, found in groupby(_rows(wanted, user, entry, through), KIND)}
    groups = (_group(user, entry, model, rows.get(model.card_type, [])) for model in wanted)
    return [group for group in groups if group.rows or group.add]


@cache
def _kinds(kind):
    """[model] of those whose entries, or whose rows, can name an entry of this one."""
    models = [model for _name, model in referring(kind)]
    return [*dict.fromkeys(_owner(each) if issubclass(each, Part) else each for each in models)]


def _naming(user, entry, through):
    """{model: [keys of its rows that name the entry]}, in a row of theirs or in what they are part
    of. Apart, and not as one condition with OR, for which PostgreSQL looks at each row.

    What is hidden from this person leads to nothing either.
    """
    found = {}
    for _name, rows in references_to(entry):
        model, keys = rows.model, rows.order_by().values("pk")
        if issubclass(model, Part):
            seen = naming_only_seen(rows.order_by(), user)
            model, keys = _owner(model), seen.values("record")
        found.setdefault(model, []).append(keys)
    for middle, name in through:
        for model in found:
            if middle in references(model):
                between = model._meta.get_field(middle).related_model._base_manager
                seen = visible(between.filter(**{name: entry}), user).order_by()
                rows = model._base_manager.filter(**{f"{middle}__in": seen})
                found[model].append(rows.order_by().values("pk"))
    return found


def _owner(part):
    return part._meta.get_field("record").related_model


def _rows(wanted, user, entry, through):
    """(type, pk, state, dates, slug, name in each language) of all of them, kind by kind."""
    if not wanted:
        return []
    kind = type(entry)
    # By its rights, of which the statement has a condition each, it is another one.
    key = ("belonging", kind, *through, *rights_of(user))
    asked = prepared_once(
        key, lambda keys: _statement(wanted, user, kind(pk=keys[0]), through), [entry.pk]
    )
    return asked.rows([entry.pk])


def _statement(wanted, user, entry, through):
    asked = []
    naming = _naming(user, entry, through)
    for model in wanted:
        dates = F("dates") if "dates" in {f.name for f in model._meta.fields} else Value("")
        rows = visible(model._base_manager.filter(pk__in=union(*naming[model])), user).order_by()
        kind = Value(model.card_type, output_field=CharField())
        rows = rows.annotate(of_type=kind, when=dates)
        asked.append(rows.values_list("of_type", "pk", "state", "when", "slug", *NAMES))
    first, *others = asked
    return first.union(*others, all=True).order_by("of_type", "-when", "pk")[:MOST]


def _group(user, entry, model, rows):
    meta = model._meta
    admin = f"admin:{meta.app_label}_{meta.model_name}"
    group = Group(capfirst(meta.verbose_name_plural))
    # EDTF has X for a year that nobody knows: read backwards, these would come first.
    for _type, key, state, dates, slug, *names in sorted(rows, key=lambda row: row[3][:1] == "X"):
        title = spoken(dict(zip(LANGUAGES, names, strict=True))) or slug
        at = reverse(f"{admin}_change", args=[key])
        group.rows.append(Row(at, title, stored_text(dates) if dates else "", State(state)))
    belongs = [name for name in getattr(model, "belongs_to", ()) if _leads(model, name, entry)]
    if belongs and may(user, "add", model):
        group.add = f"{reverse(f'{admin}_add')}?{belongs[0]}={entry.pk}"
        group.add_label = gettext("Add %s") % meta.verbose_name
    return group


def _leads(model, name, entry):
    return model._meta.get_field(name).related_model is type(entry)
