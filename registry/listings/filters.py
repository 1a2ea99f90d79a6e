"""The public grammar of a list: declared once, used by page, API, feed, download and facets."""

from collections import defaultdict

import django_filters
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.clock import today
from registry.cards.fields import fields_of
from registry.values.texts import LANGUAGES

from . import orders, paging
from .address import Address
from .cursors import CursorParameter, Position, resumed
from .named_cards import NamedCards
from .parameters.base import (
    MAX_VALUES,
    ChoiceParameter,
    FieldsParameter,
    NumberParameter,
    Parameter,
    SearchParameter,
)
from .parameters.dates import SinceParameter
from .parameters.exclusions import exclusions
from .parameters.records import CardParameter, ReferenceParameter
from .query_strings import as_query, encodable, stripped
from .search.interpretations import finds_whole, meant
from .search.query import Search
from .selection import Selection
from .sets import Sets
from .unchanged import is_chosen, state_for

# Parameters that pages have not: they change how a reply looks and not what it holds.
OF_API = ("fields", "lang", "format", "meta", "past", "page_size")
COMPARED = ("location", "year", "organisation")  # of which values can be set side by side
MOST_COMPARED = 4
# Whoever names a time wants what was then.
TIMES = ("year", "-year", "from", "to", "upcoming")


class InvalidListing(Exception):
    """A list was asked for what means nothing: it has errors, and no rows."""


def _declared(kind):
    """{name: parameter} of a class of listings: those of the classes above it come first."""
    found = {}
    for each in reversed(kind.__mro__):
        for name, value in vars(each).items():
            if isinstance(value, Parameter):
                found[name] = value  # in the place of one that it overrides
            else:
                found.pop(name, None)
    found = {parameter.name: parameter for parameter in found.values()}
    return found | exclusions(found)


class ListingFilter(django_filters.FilterSet):
    """What one collection can be asked for, and what was: its cards are a `selection`, and its
    addresses an `address`.

    With `strict` (the API) an unknown parameter is an error; without (pages) it is ignored, since
    shared links carry what others append to them. `only` names the parameters to keep, for the
    address of one record, `formats` those that there are. A name that Python reserves is
    declared with an underscore: `from_`. What repeats can be excluded as well, by its name with a
    minus before it.
    """

    card_type: str | None = None
    base_filters: dict[str, Parameter]
    formats: tuple[str, ...] = ("json", "csv")
    of_pages: tuple[str, ...] = ("page", "compare")  # parameters that the API has not

    q = SearchParameter()

    updated_since = SinceParameter(label=gettext_lazy("Changed since"))
    ordering = ChoiceParameter(
        lambda listing: orders.names(listing.card_type),
        label=gettext_lazy("Order"),
        about="The order; without it best match first for `q`, and else the collection's own.",
    )
    fields = FieldsParameter(
        lambda listing: list(fields_of(listing.card_type)),
        label=gettext_lazy("Fields"),
        about="Top-level names to keep, with commas between; `id` and `type` always stay.",
    )
    lang = ChoiceParameter(
        lambda listing: LANGUAGES,
        label=gettext_lazy("Language"),
        about="Every text object becomes one string; where another language stepped in, the object"
        " that holds the text says so in `fallback`.",
    )
    format = ChoiceParameter(
        lambda listing: listing.formats,
        label=gettext_lazy("Format"),
        about="The format; it comes before the Accept header. Others than JSON are operations of"
        " their own.",
    )
    meta = ChoiceParameter(lambda listing: ["1"], label=gettext_lazy("About the file"))
    page_size = NumberParameter(
        paging.MAX_ROWS,
        label=gettext_lazy("Rows on a page"),
        about=paging.ROWS_GIVEN,
    )
    page = NumberParameter(paging.MAX_PAGES, label=gettext_lazy("Page"))
    compare = ChoiceParameter(
        lambda listing: [name for name in COMPARED if name in listing.filters],
        label=gettext_lazy("Side by side"),
    )
    cursor = CursorParameter(label=gettext_lazy("Next page"))

    @classmethod
    def get_filters(cls):
        """What django-filter keeps as `base_filters` of the class."""
        return _declared(cls)

    def __init__(
        self, data=None, queryset=None, *, language="en", strict=True, only=None, formats=None
    ):
        self.query_params = as_query(data or {})
        self.position = Position.read(self.query_params.get("cursor", ""))
        self.data = resumed(self.query_params, self.position)
        self.queryset = queryset
        self.language, self.strict = language, strict
        self.formats = formats or self.formats
        self.today = today()
        self.filters = {
            name: parameter.bound(self)
            for name, parameter in self.base_filters.items()
            if name not in (self.of_pages if strict else OF_API) and (only is None or name in only)
        }
        self.selection, self.address = Selection(self), Address(self)

    @property
    def types(self):
        """The types of the cards that it can hold."""
        return [self.card_type]

    @cached_property
    def _read(self):
        """({name: what was asked}, {name: [what is wrong with it]})."""
        readable, errors = {}, {}
        for name, parameter in self.filters.items():
            if name not in self.data:  # most are not
                readable[name] = None
                continue
            try:
                readable[name] = parameter.read(self.data.getlist(name))
            except ValidationError as error:
                errors[name] = error.messages
        for name, sentence in self.faults(readable):
            errors.setdefault(name, []).append(sentence)
        return readable, errors

    @property
    def readable(self):
        """What was asked by those parameters that mean something: {name: value or None}."""
        return self._read[0]

    @property
    def errors(self):
        """What is wrong with the others, and with several together: {name: sentences}."""
        return self._read[1]

    def is_valid(self):
        return not self.errors

    def faults(self, cleaned):
        """What is wrong with the parameters together: (name, sentence)."""
        if self.strict:
            unknown = [name for name in self.query_params if name not in self.filters]
            yield from (
                (encodable(name)[:60], _("There is no such parameter.")) for name in unknown[:10]
            )
        for name in self.filters:
            if self.position and name != "cursor" and self._differs(name):
                yield name, _("The cursor already holds the whole query, and this differs from it.")
        if self.position and not self.position.fits(self.card_type, self._order_of(cleaned)):
            yield "cursor", _("This cursor belongs to another list.")
        name = cleaned.get("compare")
        if name and not 2 <= len(self.values_of(name)) <= MOST_COMPARED:
            yield "compare", _("Choose two, three or four of them to set side by side.")
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first > last:
            yield "to", _("The end must not be before the beginning.")

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
        if name not in self.data or name not in self.filters:
            return []  # most are not, and a page asks some two hundred times
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
        return self.readable

    @cached_property
    def named_cards(self):
        """All places, terms and records that the query names, by one query."""
        slugs, codes, names = defaultdict(set), set(), set()
        for name, parameter in self.filters.items():
            values = [value for value in self.values_of(name) if len(value) <= parameter.longest]
            if isinstance(parameter, (CardParameter, ReferenceParameter)):
                kind, found, found_codes = parameter.wanted(values[:MAX_VALUES])
                slugs[kind] |= found
                codes |= found_codes
            elif isinstance(parameter, SearchParameter) and values:
                # Any run of the words may be a place; they are looked up with the rest.
                names |= set(Search(values[0], self.types).runs)
        return NamedCards(slugs, codes, names)

    @property
    def filtering(self):
        """The names of the parameters given that change what the list holds."""
        return [
            name
            for name in self.narrowing
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
        search.understand(self.named_cards)
        return search if finds_whole(search) else meant(search) or search

    @property
    def asks_when(self):
        """Whether a time is asked for, so that no other one is meant."""
        return any(self.values_of(name) for name in TIMES if name in self.filters)

    @cached_property
    def found_by_words(self):
        """The set of what the words find, looked up once for the page and the choices beside it."""
        search = self.cleaned["q"]
        return Sets.of_keys(search.found) if search.words else 0  # marks only: no card has these

    @cached_property
    def is_whole(self):
        """Whether nothing narrows it: the list is the collection."""
        return not any(self.values_of(name) for name in self.narrowing if name != "ordering")

    @cached_property
    def is_chosen(self):
        """Whether all that narrows it was chosen, and nothing was written by whoever asks."""
        return is_chosen(self)

    @cached_property
    def state(self):
        """What is the same as long as none of the cards that it is made of has changed, or None."""
        return state_for(self)

    @cached_property
    def narrowing(self):
        """The names of the parameters that can change what the list holds, or its order."""
        return [
            name
            for name in self.filters
            if name not in (*OF_API, "page", "cursor", "compare")
            and not (name == "ordering" and self.values_of(name) == [self.default_ordering])
        ]
