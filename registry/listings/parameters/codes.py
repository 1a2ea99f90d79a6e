"""Parameters whose values are terms of cards; here those that are codes."""

from collections import defaultdict
from functools import cache, cached_property, reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards import statuses
from registry.cards.index import NONE
from registry.cards.models import CardTerm
from registry.cards.term_sets import are_kept, set_of
from registry.values.texts import in_all_languages

from ..counting import of_its_own
from ..facet_kinds import CodeFacet, RoleFacet, StatusFacet
from .base import Parameter, Selectivity


class TermParameter(Parameter):
    """Values of one group of the terms of cards."""

    repeats = True
    asks_as_it_is = True

    def __init__(self, group=None, **options):
        super().__init__(**options)
        self._group = group

    @property
    def group(self):
        return self._group or self.name

    @property
    def excludable(self):
        return self.repeats

    def term_values(self, value):
        """The values of the terms that stand for the parameter's."""
        return value

    def terms(self, value):
        """The terms of which a card must have one; they are of the listing's type already."""
        return self.held(self.group, self.term_values(value))

    def held(self, group, values):
        terms = CardTerm.objects.filter(type=self.listing.card_type)
        if self.listing.own_only:
            return of_its_own(terms, group, values)
        return terms.filter(group=group, value__in=values)

    def condition(self, value):
        return Q(pk__in=self.terms(value).values("card"))

    @property
    def in_sets(self):
        return are_kept(self.group)

    def want_sets(self, sets, value):
        if self.in_sets:
            sets.want(self.group, self.term_values(value))

    def set_in(self, sets, value):
        if self.in_sets:
            return sets.of_any(self.group, self.term_values(value))
        return super().set_in(sets, value)

    def selectivity(self, value):
        return Selectivity.CODE


@cache
def _values(codes):
    """Put together by an enumeration each time that it is asked."""
    return frozenset(codes.values)


@cache
def _said(codes, value):
    """What a code is called: a page says some forty, and each in three languages."""
    return in_all_languages(lambda: codes(value).label)


class CodeParameter(TermParameter):
    """Codes that the registry itself defines; `none` where cards may lack one."""

    facet = CodeFacet()

    def __init__(self, codes, none=False, **options):
        super().__init__(**options)
        self.codes = codes
        self.none = none

    def texts(self, value):
        if value not in _values(self.codes):
            return super().texts(value)
        return dict(_said(self.codes, value))

    def allowed(self):
        return [*self.codes.values, NONE] if self.none else list(self.codes.values)

    def clean(self, values):
        unknown = [value for value in values if value not in self.allowed()]
        if unknown:
            raise ValidationError(_("“%s” is not one of the values.") % unknown[0][:60])
        return values


class StatusParameter(CodeParameter):
    """The status that follows from the dates."""

    title = gettext_lazy("Status")
    about = "It is computed from the day in Minsk."
    facet = StatusFacet()
    has_few_values = True

    def __init__(self, **options):
        super().__init__(statuses.Status, **options)

    terms: Any = None  # no term of a card: cards know no day, and are right on any of them
    in_sets = True

    def condition(self, value):
        conditions = statuses.conditions(self.listing.today)
        asked = Q()
        for status in value:
            asked |= conditions[status]
        return asked

    def want_sets(self, sets, value):
        sets.want_days()

    def set_in(self, sets, value):
        by_status = sets.by_status(self.listing.today)
        return reduce(or_, (by_status[status] for status in value))


class RoleParameter(CodeParameter):
    """Somebody has the role; with `organisation`, that organisation has it."""

    title = gettext_lazy("Role")
    about = "Somebody, or the `organisation`, has this role."
    facet = RoleFacet()

    @property
    def asks_as_it_is(self):
        return not self.holders

    @property
    def holders(self):
        return self.listing.readable.get("organisation")

    @cached_property
    def sets_of_holders(self):
        """{role: what has one of the organisations asked for in it}."""
        pairs = [f"{role}:{slug}" for role in self.codes.values for slug in self.holders]
        terms = self.held("organisation_role", pairs).filter(card__place__bit__gte=0)
        terms = terms.values_list("value", "card__place__bit")
        found = defaultdict(list)
        for pair, bit in terms:
            found[pair.partition(":")[0]].append(bit)
        return {role: set_of(bits) for role, bits in found.items()}

    @property
    def in_sets(self):
        return not self.holders

    def set_in(self, sets, value):
        if self.in_sets:
            return super().set_in(sets, value)
        return reduce(or_, (self.sets_of_holders.get(role, 0) for role in value))

    def terms(self, value):
        if not self.holders:
            return super().terms(value)
        pairs = [f"{role}:{slug}" for role in value for slug in self.holders]
        return self.held("organisation_role", pairs)

    def selectivity(self, value):
        return Selectivity.RECORD if self.holders else super().selectivity(value)


class OpenParameter(TermParameter):
    """Whether one can still register: a last day for it is known and has not passed."""

    about = "`true`: the last day to register is known and has not passed."
    repeats = asks_as_it_is = False
    group = "registration_deadline"

    def allowed(self):
        return ["true"]

    def clean(self, values):
        if values != ["true"]:
            raise ValidationError(_("Use true to find what you can still register for."))
        return values

    def texts(self, value):
        return in_all_languages(lambda: _("registration is open"))

    def terms(self, value):
        return CardTerm.objects.filter(
            type=self.listing.card_type,
            group=self.group,
            value__gte=self.listing.today.isoformat(),
        )

    def selectivity(self, value):
        return Selectivity.RECORD
