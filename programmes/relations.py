"""Who held which role in which programme, when, and who says so: cut from the cards of programmes.

A relation has no id and no card: it is named by programme, organisation and role, and is gone
without a mark when either end is. A page is one of programmes, with all that each has.
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import orjson
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.api.formats import Export
from registry.api.tables.table import Columns
from registry.cards import term_counts
from registry.cards.declarations import reference_of
from registry.cards.fields import CardField, shape_of
from registry.cards.models import Card, CardTerm
from registry.cards.shapes.objects import NAMED, REFERENCE, Many, Object, References
from registry.records.fields import DATE, SOURCE
from registry.records.from_parts import ActiveField
from registry.values.texts import in_language

from .models import Role

GROUP = "organisation_role"
READ_AT_ONCE = 200  # cards of programmes
FIELDS = {
    "organisation": CardField(_("Organisation"), NAMED),
    "role": CardField(_("Role"), shape_of(Role, "role")),
    "programme": CardField(_("Programme"), NAMED),
    "held": CardField(
        _("When the role was held"),
        Many(Object("Held", {"start": DATE, "end": DATE}), "start", "end"),
    ),
    "active": ActiveField(),
    "through": CardField(_("Held in these parts alone"), References(REFERENCE)),
    "sources": CardField(_("Sources"), References(SOURCE)),
}


def relations_of(body, names, roles=(), slugs=()):
    """The relations of a programme's card: [{key of FIELDS: value}], in the order of the card.

    With `roles` or `slugs` only those of the roles and organisations. `names` are references to
    organisations whose roles in parts the card does not spell out: {slug: reference}.
    """
    sources = {
        source["key"]: {key: value for key, value in source.items() if key != "key"}
        for source in body["sources"]
    }
    found = {}

    def relation(role, organisation):
        start = {"organisation": organisation, "role": role, "programme": reference_of(body)}
        rest = {"held": [], "active": body["active"], "through": [], "sources": []}
        return found.setdefault((role, organisation["slug"]), start | rest)

    for each in body["roles"]:
        one = relation(each["role"], each["organisation"])
        if each["start"] or each["end"]:
            one["held"].append({"start": each["start"], "end": each["end"]})
        cited = [sources[key] for key in each["sources"]]
        one["sources"] += [source for source in cited if source not in one["sources"]]
    for each in body["reach_roles"]:
        if (each["role"], each["organisation"]["slug"]) not in found:
            relation(each["role"], each["organisation"])["through"] = each["by"]
    for role, slug in beyond(body):
        if slug in names:
            relation(role, names[slug])
    return [
        one
        for (role, slug), one in found.items()
        if (not roles or role in roles) and (not slugs or slug in slugs)
    ]


def beyond(body):
    """[(role, slug)] of the roles in parts that the card does not spell out."""
    pairs = (body["reach_beyond"] or {"roles": ()})["roles"]
    return [tuple(pair.split(":")[:: pair.count(":")]) for pair in pairs]


def relations(bodies, asked):
    """The relations of the bodies of some cards; `asked`: (roles, slugs of organisations)."""
    slugs = {slug for body in bodies for _role, slug in beyond(body)}
    found = Card.objects.of("organisation").filter(slug__in=slugs) if slugs else ()
    names = {card.slug: reference_of(orjson.loads(card.body)) for card in found}
    return [one for body in bodies for one in relations_of(body, names, *asked)]


def count(listing, asked):
    """How many relations a list of programmes has."""
    roles, slugs = asked
    # Of roles alone: whoever holds one of them there makes the programme one of the list.
    if not slugs and {*listing.filtering} <= {"role"}:
        number = term_counts.times_held("programme", roles)
        if number is not None:
            return number
    terms = CardTerm.objects.filter(type="programme", group=GROUP)
    if slugs:
        held = roles or Role.Kind.values
        terms = terms.filter(value__in=[f"{role}:{slug}" for role in held for slug in slugs])
    elif roles:
        wanted = Q()
        for role in roles:
            wanted |= Q(value__startswith=f"{role}:")
        terms = terms.filter(wanted)
    if not listing.is_whole:
        terms = terms.filter(card__in=listing.selection.card_keys())
    return terms.count()


class Reader:
    """Gives out relations as `registry.cards.read.Reader` gives out cards."""

    columns = ("body",)

    def __init__(self, language):
        self.language = language

    def whole(self, relation):
        return relation

    def record(self, relation):
        return in_language(relation, self.language) if self.language else relation

    def json(self, relation):
        return orjson.dumps(self.record(relation))


@dataclass
class RelationExport(Export):
    """The relations of a filtered set of programmes, on their way out."""

    asked: tuple = field(default=((), ()))
    collection = "relations"

    @cached_property
    def columns(self):
        return Columns(FIELDS, self.language)

    @cached_property
    def reader(self):
        return Reader(self.language)

    def rows(self, *conditions, columns=Reader.columns):
        cards = super().rows(*conditions, columns=columns)
        while some := list(islice(cards, READ_AT_ONCE)):
            yield from relations([orjson.loads(card.body) for card in some], self.asked)
