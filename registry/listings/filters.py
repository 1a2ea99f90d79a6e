"""The public grammar of a list: declared once, used by page, API, feed, download and facets."""

from collections import defaultdict
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.clock import today
from registry.cards.models import Card
from registry.cards.read import keys_of
from registry.values.texts import LANGUAGES

from . import facets, orders, paging
from .parameters.base import (
    MAX_VALUES,
    ChoiceParameter,
    FieldsParameter,
    NumberParameter,
    SearchParameter,
)
from .parameters.dates import SinceParameter
from .parameters.exclusions import exclusions
from .parameters.records import ReferenceParameter, WordParameter
from .query_strings import as_query, plain, stripped
from .search.interpretations import finds_whole, meant
from .search.query import Search
from .vocabulary import Vocabulary

# What changes how a reply looks and not what it holds.
API = ("fields", "lang", "format", "meta", "past", "page_size")
# Whoever names a time wants what was then.
TIMES = ("year", "-year", "from", "to", "upcoming")


class InvalidListing(Exception):
    """A list was asked for what means nothing: it has errors, and no rows."""


class ListingForm(forms.Form):
    """Reads the parameters; what concerns several of them, the listing itself says."""

    listing = None

    def clean(self):
        for name, sentence in self.listing.faults(self.cleaned_data):
            self.errors.setdefault(name, self.error_class()).append(sentence)
        return self.cleaned_data


class ListingFilter(django_filters.FilterSet):
    """What one collection can be filtered by, and everything that follows from it.

    With `strict` (the API) an unknown parameter is an error; without (pages) it is ignored, since
    shared links carry what others append to them. `only` names the parameters to keep, for the
    address of one record. A name that Python reserves is declared with an underscore: `from_`.
    What repeats can be excluded as well, by its name with a minus before it.
    """

    card_type = None
    formats = ("json", "csv")
    of_pages = ("page",)  # parameters that the API has not
    counter = None  # the public change that the reply is made at, if it is known

    q = SearchParameter()

    updated_since = SinceParameter(label=gettext_lazy("Changed since"))
    ordering = ChoiceParameter(
        lambda listing: orders.names(listing.card_type), label=gettext_lazy("Order")
    )
    fields = FieldsParameter(
        lambda listing: keys_of(listing.card_type), label=gettext_lazy("Fields")
    )
    lang = ChoiceParameter(lambda listing: LANGUAGES, label=gettext_lazy("Language"))
    format = ChoiceParameter(lambda listing: listing.formats, label=gettext_lazy("Format"))
    meta = ChoiceParameter(lambda listing: ["1"], label=gettext_lazy("About the file"))
    page_size = NumberParameter(paging.MAX_ROWS, label=gettext_lazy("Rows on a page"))
    page = NumberParameter(paging.MAX_PAGES, label=gettext_lazy("Page"))
    cursor = paging.CursorParameter(label=gettext_lazy("Next page"))

    def __init__(self, data=None, queryset=None, *, language="en", strict=True, only=None):
        self.query_params = as_query(data or {})
        self.position = paging.Position.read(self.query_params.get("cursor", ""))
        super().__init__(paging.resumed(self.query_params, self.position), queryset)
        self.filters = {
            name: parameter
            for name, parameter in self.filters.items()
            if name not in (self.of_pages if strict else API) and (only is None or name in only)
        }
        for name, parameter in self.filters.items():
            parameter.name = name
        self.language = language
        self.strict = strict
        self.today = today()

    @property
    def types(self):
        """The types of the cards that it can hold."""
        return [self.card_type]

    @classmethod
    def get_filters(cls):
        found = {name.removesuffix("_"): each for name, each in super().get_filters().items()}
        return found | exclusions(found)

    def get_form_class(self):
        fields = {name: parameter.field for name, parameter in self.filters.items()}
        return type("ListingForm", (ListingForm,), {**fields, "listing": self})

    def faults(self, cleaned):
        """What is wrong with the parameters together: (name, sentence)."""
        if self.strict:
            unknown = [name for name in self.query_params if name not in self.filters]
            yield from (
                (plain(name)[:60], _("There is no such parameter.")) for name in unknown[:10]
            )
        for name in self.filters:
            if self.position and name != "cursor" and self._differs(name):
                yield name, _("The cursor holds the whole query, and this differs from it.")
        if self.position and not self.position.fits(self.card_type, self._order_of(cleaned)):
            yield "cursor", _("This cursor belongs to another list.")
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            yield "to", _("The end of the span lies before its beginning.")

    def _differs(self, name):
        beside = set(stripped(self.query_params.getlist(name)))
        return bool(beside) and beside != set(stripped(self.data.getlist(name)))

    def allowed(self, name):
        """The values that the parameter may have, or None; of an unknown one, those there are."""
        return self.filters[name].allowed() if name in self.filters else list(self.filters)

    def values_of(self, name):
        """The values as they were typed, without empty ones and repetitions; no page holds NUL.

        A name that stands for one record is given as that record's slug or code.
        """
        values = [value.replace("\0", "\ufffd") for value in self.data.getlist(name)]
        typed = getattr(self.filters[name], "typed", {})
        return list(dict.fromkeys(typed.get(value, value) for value in stripped(values)))

    @property
    def own_only(self):
        """Whether only what records say themselves counts, and not what their parts do."""
        return "reach" in self.filters and self.values_of("reach") == ["own"]

    def with_parts(self):
        """The same list, to which what only parts say counts as well."""
        data = self.data.copy()
        # A cursor holds the whole query, and this with it.
        for name in ("reach", "cursor"):
            data.pop(name, None)
        other = type(self)(data, self.queryset, language=self.language, strict=self.strict)
        return other if other.is_valid() else self

    @cached_property
    def cleaned(self):
        if not self.is_valid():
            raise InvalidListing(self.errors)
        return self.form.cleaned_data

    @cached_property
    def vocabulary(self):
        """All places, terms and records that the query names, by one query."""
        slugs, codes, names = defaultdict(set), set(), set()
        for name, parameter in self.filters.items():
            values = [value for value in self.values_of(name) if len(value) <= parameter.longest]
            if isinstance(parameter, (WordParameter, ReferenceParameter)):
                kind, found, found_codes = parameter.wanted(values[:MAX_VALUES])
                slugs[kind] |= found
                codes |= found_codes
            elif isinstance(parameter, SearchParameter) and values:
                # Any run of the words may be a place; they are looked up with the rest.
                names |= set(Search(values[0], self.types).runs)
        return Vocabulary(slugs, codes, names)

    @cached_property
    def qs(self):
        """The whole filtered set, in no order."""
        return self.cards()

    def cards(self, without=(), driven=False):
        """The filtered set as if the parameters named had not been given.

        `driven`: something else says already which cards to look at.
        """
        given = [
            (self.filters[name], value)
            for name, value in self.cleaned.items()
            if value is not None and name not in without
        ]
        cards = self.queryset.all()
        # Terms are of the type already: a planner that is not told of it begins with their lists,
        # and not with all that is of the type.
        if any(parameter.rows for parameter, _ in given):
            cards = Card.objects.all()
        # The rarest says which cards are looked at. What is known of parameters decides which that
        # is, and no statistics: SQLite has none until somebody asks for them (0005).
        given.sort(key=lambda each: each[0].commonness(each[1]) if each[0].rows else 9)
        for parameter, value in given:
            if parameter.rows and driven:
                # Card by card: one index of the terms begins with the card.
                rows = parameter.rows(value)
                cards = cards.filter(Exists(rows.filter(card=OuterRef("pk"))))
            else:
                cards = parameter.filter(cards, value)
            driven = driven or parameter.rows
        return cards

    def ordered(self):
        """The filtered set in its order, which is total."""
        return self.in_order(self.keys, Q())

    @cached_property
    def keys(self):
        """The keys of the order; those that stand in the index of terms are read from there.

        That index holds the default order: with one value asked for, its cards already stand in
        the order of the list.
        """
        search = self.cleaned.get("q")
        keys = orders.keys(self.card_type, self.ordering_name, self.reading_language, search)
        if keys[0].name == "sort" and self._driver:
            keys[0] = keys[0]._replace(path="driver__sort")
        return keys

    def in_order(self, keys, after):
        """The filtered set in the order of these keys (or the reverse), from some place on."""
        if keys[0].path:
            parameter, value = self._driver
            term = Q(
                terms__type=self.card_type,
                terms__group=parameter.group,
                terms__value=parameter.terms(value)[0],
            )
            cards = self.cards(without=[parameter.name], driven=True)
            cards = cards.annotate(driver=FilteredRelation("terms", condition=term))
            # In one call with the rest: in a call of its own it would join the terms once more.
            after &= Q(driver__isnull=False)
        else:
            cards = self.qs
        return orders.ordered(cards, keys, after)

    @cached_property
    def _lists(self):
        """[(parameter, value)] of those that are lists of terms, the rarest first."""
        found = [
            (self.filters[name], value)
            for name, value in self.cleaned.items()
            if value and self.filters[name].rows
        ]
        return sorted(found, key=lambda each: each[0].commonness(each[1]))

    @property
    def _driver(self):
        """The rarest that asks for one term: in the index its cards stand in the usual order."""
        for parameter, value in self._lists:
            if len(parameter.terms(value)) == 1 and parameter.shares_count and not self.own_only:
                return parameter, value
        return None

    def counted(self):
        """The keys of the filtered set, to be counted: where all of it is terms, from their index.

        A card can have several of the values of one parameter, and counts once.
        """
        if not self._lists or len(self._lists) < len(self.filtering):
            return self.qs.order_by().values("pk")
        (parameter, value), *others = self._lists
        terms = parameter.rows(value)
        for other, asked in others:
            terms = terms.filter(Exists(other.rows(asked).filter(card=OuterRef("card"))))
        cards = terms.values("card")
        return cards if len(parameter.terms(value)) == 1 else cards.distinct()

    @property
    def filtering(self):
        """The names of the parameters given that change what the list holds."""
        return [
            name
            for name in self._narrowing()
            if name != "ordering" and self.cleaned.get(name) is not None
        ]

    def _order_of(self, cleaned):
        return cleaned.get("ordering") or self.default_ordering, cleaned.get(
            "lang"
        ) or self.language

    @property
    def default_ordering(self):
        """The order without one that was asked for."""
        return orders.BEST if self.values_of("q") else orders.default_order(self.card_type)

    @property
    def ordering_name(self):
        return self._order_of(self.cleaned)[0]

    @property
    def reading_language(self):
        """The language of names, by which they are put in order."""
        return self._order_of(self.cleaned)[1]

    def count(self):
        if not hasattr(self, "_count"):
            self._count = self.counted().count()
        return self._count

    @property
    def understood(self):
        """{"location": the place that was understood among the words, or None}."""
        search = self.cleaned.get("q")
        places = search.understood[0] if search else []
        return {"location": places[0] if places else None}

    @property
    def understood_otherwise(self):
        """How the words were taken, where that is not as they stand; or {}."""
        search = self.cleaned.get("q")
        is_other = search and (search.shown_for is not None or search.is_cut)
        return search.taken if is_other else {}

    def understand(self, search):
        """The search for what was typed or, where that finds nothing, for what was meant."""
        search.understand(self.vocabulary)
        return search if finds_whole(search) else meant(search) or search

    def facets(self):
        """{group: [{"value", "label", "count", …}]}: what a further choice would give."""
        return facets.count(self)

    def query(self, names, without=None, instead=None):
        """A query string of the parameters named, without one (name, value)."""
        instead = instead or {}
        pairs = [
            (name, value)
            for name in names
            # Sorted: in whichever order it was asked for, a list has one short address.
            for value in sorted(instead[name] if name in instead else self.values_of(name))
        ]
        return urlencode(
            [(name, plain(value)) for name, value in pairs if (name, value) != without]
        )

    def canonical(self, without=None, instead=None):
        """The short query string that shows the same list: no empty and no default values.

        `without` one (name, value), or with other values `instead` of those: {name: values}.
        """
        return self.query(self._narrowing(), without, instead)

    @property
    def asks_when(self):
        """Whether a time is asked for, so that no other one is meant."""
        return any(self.values_of(name) for name in TIMES if name in self.filters)

    @property
    def is_whole(self):
        """Whether nothing narrows it: the list is the collection."""
        return not any(self.values_of(name) for name in self._narrowing() if name != "ordering")

    def _narrowing(self):
        return [
            name
            for name in self.filters
            if name not in (*API, "page", "cursor")
            and not (name == "ordering" and self.values_of(name) == [self.default_ordering])
        ]

    def chips(self):
        """What was chosen: [{"param", "value", "label", "asked", "without": query}]."""
        return [
            {
                "param": name,
                "value": value,
                "label": self.filters[name].spoken(value, self.language),
                "asked": self.filters[name].in_words(value),
                "without": self.canonical(without=(name, value)),
            }
            for name in self._narrowing()
            if name != "ordering"
            for value in self.values_of(name)
        ]
