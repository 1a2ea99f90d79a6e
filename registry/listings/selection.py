"""The cards that a listing asks for, in SQL: what they must meet, their order, their number.

What is known of the parameters decides where a statement begins, and no statistics: SQLite has
none until somebody asks for them (docs/decisions/0005).
"""

from copy import copy

from django.db.models import Exists, FilteredRelation, IntegerField, OuterRef, Q, Subquery
from django.utils.functional import cached_property

from registry.cards import term_counts
from registry.cards.models import Card, CardHead

from . import orders
from .parameters.base import Selectivity
from .sets import Sets


class Total(Subquery):
    """The number of rows of a query, beside each row of another one."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class Selection:
    """The filtered set of a valid listing."""

    def __init__(self, listing):
        self.listing = listing

    def cards(self, without=(), driven=False):
        """The filtered set, in no order, as if the parameters named had not been given.

        `driven`: something else says already which cards to look at.
        """
        listing = self.listing
        given = [
            (listing.filters[name], value)
            for name, value in listing.cleaned.items()
            if value is not None and name not in without
        ]
        # Terms are of the type already: a planner that is not told of it begins with their lists,
        # and not with all that is of the type.
        if any(parameter.terms or parameter.gives_keys for parameter, _ in given):
            cards = Card.objects.all()
        elif listing.cleaned.get("q"):
            cards = Card.objects.among([listing.card_type])
        else:
            cards = listing.queryset.all()
        # The rarest says which cards are looked at.
        given.sort(key=_selectivity)
        common = [] if driven else _common(given)
        if common:
            cards, driven = cards.filter(pk__in=_in_each(common)), True
        for parameter, value in given:
            if (parameter, value) in common:
                continue
            if parameter.terms and driven:
                # Card by card: one index of the terms begins with the card.
                terms = parameter.terms(value)
                cards = cards.filter(Exists(terms.filter(card=OuterRef("pk"))))
            else:
                cards = cards.filter(parameter.condition(value))
            driven = driven or parameter.terms
        return cards

    @cached_property
    def all(self):
        """The whole filtered set, in no order."""
        return self.cards()

    def ordered(self):
        """The filtered set in its order, which is total."""
        return self.in_order(self.keys, Q())

    @property
    def heads(self):
        """What maps say of the cards (`CardHead`), in their order; None where these are not all."""
        listing = self.listing
        if not listing.is_whole or [key.name for key in self.keys] != ["sort"]:
            return None
        heads = CardHead.objects.filter(type=listing.card_type)
        return heads.order_by("-sort" if self.keys[0].descending else "sort")

    @cached_property
    def keys(self):
        """The keys of the order; those that stand in the index of terms are read from there.

        That index holds the default order: with one value asked for, its cards already stand in
        the order of the list.
        """
        listing = self.listing
        keys = orders.keys(
            listing.card_type,
            listing.ordering_name,
            listing.reading_language,
            listing.cleaned.get("q"),
        )
        if keys[0].name == "sort" and self._driver:
            keys[0] = keys[0]._replace(path="driver__sort")
        return keys

    def in_order(self, keys, after):
        """The filtered set in the order of these keys (or the reverse), from some place on."""
        if keys[0].path:
            parameter, value = self._driver
            term = Q(
                terms__type=self.listing.card_type,
                terms__group=parameter.group,
                terms__value=parameter.term_values(value)[0],
            )
            if _common(self._lists):
                cards = self.all
            else:
                cards = self.cards(without=[parameter.name], driven=True)
            cards = cards.annotate(driver=FilteredRelation("terms", condition=term))
            # In one call with the rest: in a call of its own it would join the terms once more.
            after &= Q(driver__isnull=False)
        else:
            cards = self.all
        return orders.ordered(cards, keys, after)

    @cached_property
    def _lists(self):
        """[(parameter, value)] of those given that are lists of terms, the rarest first."""
        listing = self.listing
        found = [
            (listing.filters[name], value)
            for name, value in listing.cleaned.items()
            if value and listing.filters[name].terms
        ]
        return sorted(found, key=_selectivity)

    @cached_property
    def _driver(self):
        """The rarest that asks for one term: in the index its cards stand in the usual order."""
        for parameter, value in self._lists:
            one = len(parameter.term_values(value)) == 1
            if one and parameter.asks_as_it_is and not self.listing.own_only:
                return parameter, value
        return None

    @property
    def shape(self):
        """(what the SQL of a page depends on, the lists of terms that are asked for in it), or None
        where more than terms, a few words and days is asked for."""
        listing, lists = self.listing, {}
        others: list[tuple] = []
        for name in listing.filtering:
            parameter, value = listing.filters[name], listing.cleaned[name]
            if parameter.terms and parameter.asks_as_it_is:
                lists[name] = list(dict.fromkeys(parameter.term_values(value)))
                if not lists[name]:
                    return None  # nothing can have it: there is no statement
                count = 1 << max(0, len(lists[name]) - 1).bit_length()  # as `Prepared` fills it up
                others.append((name, count, parameter.selectivity(value)))
            elif parameter.has_few_values:
                others.append((name, repr(value), listing.today))
            else:
                return None
        order = listing.ordering_name, listing.reading_language
        return (listing.card_type, *order, listing.own_only, *others), lists

    def marked(self, lists):
        """The same of marks in the place of these lists of terms."""
        listing = self.listing
        other = copy(listing)
        other.cleaned = {**listing.cleaned, **lists}
        other._read = (other.cleaned, {})
        other.filters = {name: each.bound(other) for name, each in listing.filters.items()}
        for name in lists:
            parameter = other.filters[name]
            common = listing.filters[name].selectivity(listing.cleaned[name])
            parameter.term_values = list
            parameter.selectivity = lambda _value, common=common: common
        other.selection = Selection(other)
        return other.selection

    @property
    def _only_lists(self):
        """The lists, if they are all that is asked for."""
        lists = self._lists
        return lists if len(lists) == len(self.listing.filtering) else []

    def card_keys(self):
        """The keys of the filtered set: where all of it is terms, from their index.

        A card can have several of the values of one parameter, and counts once.
        """
        lists = self._only_lists
        if not lists:
            return self.cards().order_by().values("pk")
        common = _common(lists)
        if common:
            return _in_each(lists) if common == lists else self.cards().values("pk")
        (parameter, value), *others = lists
        terms = parameter.terms(value)
        for other, asked in others:
            terms = terms.filter(Exists(other.terms(asked).filter(card=OuterRef("card"))))
        cards = terms.values("card")
        return cards if len(parameter.term_values(value)) == 1 else cards.distinct()

    @cached_property
    def in_sets(self):
        """The set of all that is asked for, where stored sets say that, and no kept count how many
        there are; or None."""
        listing, sets = self.listing, Sets(self.listing.card_type, self.listing.own_only)
        if not listing.filtering or self.only_term:
            return None
        for name in listing.filtering:
            if not listing.filters[name].in_sets:
                return None
            listing.filters[name].want_sets(sets, listing.cleaned[name])
        return sets.found(listing)

    def count(self):
        """How many there are."""
        if self.in_sets is not None:
            return self.in_sets.bit_count()
        keys, kept = self.card_keys(), self._kept_total  # of what means nothing there are no keys
        number = None if kept is None else kept.first()
        return keys.count() if number is None else number

    @property
    def total(self):
        """How many there are, as an expression; null where no kept count says it that should."""
        kept = self._kept_total
        return Total(self.card_keys()) if kept is None else Subquery(kept)

    @property
    def _kept_total(self):
        """The row of kept counts of a whole collection, or of all that one term finds, if that is
        all that is asked for."""
        if self.listing.is_whole:
            return term_counts.number_of(self.listing.card_type)
        if self.only_term is None:
            return None
        parameter, term = self.only_term
        return term_counts.number_of(self.listing.card_type, parameter.group, term)

    @cached_property
    def only_term(self):
        """(parameter, term) where that is all that is asked for, or None."""
        lists = self._only_lists
        if len(lists) != 1 or lists[0] != self._driver:
            return None
        parameter, value = lists[0]
        (term,) = parameter.term_values(value)
        return parameter, term


def _common(given):
    """Those of these lists of terms that have many cards each, if even the rarest of all has: they
    are intersected. Card by card PostgreSQL takes any of them for rare, and SQLite takes as long.
    """
    lists = [each for each in given if each[0].terms]
    if not lists or _selectivity(lists[0]) < Selectivity.REGION:
        return []
    # Of what nearly all cards have, each is looked up for those that the others leave.
    common = [each for each in lists if _selectivity(each) < Selectivity.COUNTRY]
    return common if len(common) > 1 else []


def _in_each(lists):
    """The keys of the cards that are in each of the lists, each once."""
    first, *others = (parameter.terms(value).values("card") for parameter, value in lists)
    return first.intersection(*others)


def _selectivity(given):
    parameter, value = given
    return parameter.selectivity(value) if parameter.terms else Selectivity.NO_LIST
