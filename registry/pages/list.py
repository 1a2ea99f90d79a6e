"""A page of a list. It names its parts and stops:

class ProgrammeList(CardListView):
    queryset = Programme.objects.public()
    filterset_class = ProgrammeFilter
"""

from django.http import Http404, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views import View
from django_htmx.http import push_url

from registry.cards.conditional import conditional
from registry.cards.index import NONE
from registry.cards.read import Vanished, read_all
from registry.listings.facet_kinds import chosen_cards
from registry.listings.facets import cached_until_change, facets_of
from registry.listings.paging import paginate
from registry.listings.unchanged import until_changed, until_others_are_found
from registry.middleware.security import LONGEST

from .addresses import addresses, data_addresses
from .comparison import compared, comparisons
from .controls import (
    MOST_COUNTED,
    THEIRS,
    controls,
    orderings,
    page_numbers,
    relaxed_alternatives,
    ways_in,
)
from .holdings import Holdings
from .linked_data import item_list
from .nearby import lists_nearby
from .templatetags.partials import piece
from .whole import whole_page


def short_query(listing):
    """The query of a list as short as it can be, with the number of its page."""
    number = [] if listing.position else listing.values_of("page")
    page = [f"page={number[0]}"] if number and number[0] != "1" else []
    return "&".join(filter(None, [listing.address.canonical(), *page]))


class CardListView(View):
    http_method_names = ("get", "head")
    queryset = None
    filterset_class = None
    template_name = "pages/list.html"
    refused_template = "pages/list.html"
    ways_in: tuple[str, ...] = ()  # the groups that a narrow screen shows as links
    folded = False  # whether the filters are folded on a wide screen too

    @property
    def card_type(self):
        return self.filterset_class.card_type

    def get(self, request):
        part = self.is_part
        # Whoever has the tag asked for what means something: what it was need not be read again.
        response = conditional(request, self.answer, "part" if part else "html", get_language())
        if part and response.status_code != 400 and not self.asked.values_of("cursor"):
            query = short_query(self.asked)
            address = f"{request.path}?{query}" if query else request.path
            if len(address) <= LONGEST:  # else the browser shows the one that it asked for
                push_url(response, address)
        # One address gives a page or a part of it: no cache may give the one for the other.
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        return response

    @property
    def is_part(self):
        """For a page that is open already: what changes in it, and not what stands around that."""
        return bool(self.request.htmx and not self.request.htmx.history_restore_request)

    @cached_property
    def asked(self):
        return self.listing(self.request.GET)

    def answer(self, counter):
        asked = self.asked
        self.request.is_near = bool(asked.is_valid() and asked.cleaned.get("near"))
        if not asked.is_valid():
            return self.refuse(asked)
        try:
            return self.show(asked, counter)
        except Vanished:
            asked.state = None  # nothing of it is kept
            return self.show(asked, counter)

    def listing(self, data):
        return self.filterset_class(
            data=data, queryset=self.queryset.all(), language=get_language(), strict=False
        )

    def show(self, listing, counter):
        if listing.cleaned.get("compare"):
            return self.show_compared(listing)
        layout = "pages/list_update.html" if self.is_part else "base.html"
        context = self.context(listing, counter) | {"layout": layout}
        context["thing"] = item_list(
            self.shown(context),
            context["page"].count,
            get_language(),
            self.request.build_absolute_uri,
            first=context.get("pages", {}).get("first") or 1,
        )
        is_written = is_written_by_reader(self.request, listing)
        return whole_page(self.request, self.template_name, context, is_written)

    def show_compared(self, listing):
        """The values of one filter side by side; the list of all of them is its one address."""
        query = listing.address.canonical()
        context = {
            "card_type": self.card_type,
            "data": data_addresses(self.card_type, query),
            "list_query": query,
            **compared(listing, self.request),
            **addresses(self.request, self.request.path, query),
        }
        return render(self.request, "pages/compared.html", context)

    def shown(self, context):
        """The records on the page, in their order."""
        return context["cards"]

    def context(self, listing, counter):
        """What the page says of a valid listing."""
        page = paginate(listing)
        if not page.cards and (page.number or 0) > 1:
            # An empty first page says what else there is; to another one nothing leads.
            raise Http404
        query = listing.address.canonical()
        return {
            "card_type": self.card_type,
            "cards": read_all(page.cards, self.request, listing.today),
            "chips": listing.address.chips(),
            "comparisons": comparisons(listing),
            "data": data_addresses(self.card_type, query),
            **self.filters(listing, counter, *self.facets(listing, counter, page.count)),
            "asked": asked_roles(listing),
            "here": chosen_places(listing),
            "holdings": Holdings(self.request, listing, self.card_type, page),
            "search": listing.cleaned.get("q"),
            "nearby": lists_nearby(listing, page.count),
            "orderings": orderings(listing),
            "page": page,
            "pages": page_numbers(page, query),
            "place": listing.understood["location"],
            "size": about_bytes(page),
            "ways": [] if page.count else relaxed_alternatives(listing),
            **addresses(self.request, self.request.path, short_query(listing)),
        }

    def facets(self, listing, counter, count):
        """(what gives the facets, whether their numbers are those of the list). Of very many rows
        to count what each choice leaves would take longer than all else on the page: then choices
        are those of the whole collection."""
        if listing.is_whole or count <= MOST_COUNTED:
            return lambda: facets_of(listing, counter), True
        whole = self.listing(QueryDict())
        whole.is_valid()
        return lambda: facets_of(whole, counter), False

    def filters(self, listing, counter, facets, counted=True):
        """{"filters": those beside the list, as text, "named": the records that stand in it}: dear,
        so that those of a whole collection are kept until something changes. Nothing in it may be
        about who asks."""

        def text():
            found = facets()
            chosen = controls(listing, found.groups, counted)
            ways = ways_in(listing, chosen["choices"], self.ways_in)
            named = _named(listing, found)
            return {"filters": self.form(chosen, ways=ways, named=named), "named": named}

        if listing.values_of("q") and not self.ways_in:
            return self.beside_words(listing, facets, counted)
        # An order that was chosen is in the form too, as what is sent along.
        if not listing.is_whole or listing.values_of("ordering"):
            return text()
        what = f"filters:{self.request.path}:{get_language()}"
        found = cached_until_change(counter, what, lambda: until_changed(listing, what, text))
        return found | {"filters": mark_safe(found["filters"])}  # noqa: S308 - a template has drawn it

    def beside_words(self, listing, facets, counted):
        """The same of a list of words: a choice only says how many of what they find it leaves."""

        def made():
            found = facets()
            groups = controls(listing, found.groups, counted)["choices"]
            text = render_to_string("list/choice_groups.html", {"groups": groups})
            return {"choices": text, "named": _named(listing, found)}

        what = f"choices:{counted}:{self.request.path}:{get_language()}"
        kept = until_others_are_found(listing, what, made)
        choices = mark_safe(kept["choices"])  # noqa: S308 - a template has drawn it
        typed = controls(listing, {}, counted)
        return {"filters": self.form(typed, choices=choices), "named": kept["named"]}

    def form(self, chosen, errors=(), ways=(), named=(), choices=""):
        """`named`: the records that stand in it, as far as their ids; `choices`: those that are
        drawn already."""
        context = {
            "choices": choices,
            "controls": chosen,
            "errors": errors,
            "folded": self.folded and not errors,
            "ways": ways,
            "path": self.request.path,
        }
        # What somebody wrote is drawn for them alone, and what is near them.
        is_apart = _names_nothing(self.asked) or {*THEIRS} & {*dict(chosen["hidden"])}
        if choices or errors or is_apart or _is_written(chosen["choices"]):
            return render_to_string("list/filters.html", context)
        if any(field["value"] for field in chosen["typed"]):
            # Words stand beside the choices, of which each only says how many it would leave.
            return render_to_string("list/filters.html", context | {"named": named})
        return piece("list/filters.html", **context, named=named)

    def refuse(self, listing):
        """The form with what was typed and what is wrong with it, and no list."""
        data = listing.query_params.copy()
        for name in listing.errors:
            data.pop(name, None)
        sound = self.listing(data)
        # Only what several parameters say together can still be wrong.
        facets, query = {}, ""
        if sound.is_valid():
            facets, query = facets_of(sound).groups, sound.address.canonical()
        errors = [
            {"name": name, "label": listing.filters[name].label, "sentences": sentences}
            for name, sentences in listing.errors.items()
        ]
        context = {
            # A whole page even where a part was asked for: what cannot be shown is not swapped in.
            "layout": "base.html",
            "card_type": self.card_type,
            "errors": errors,
            "filters": self.form(controls(listing, facets), errors),
            "listing": listing,
            "wrong": sum(len(listing.values_of(name)) for name in listing.errors),
            "without": f"{self.request.path}?{query}" if query else self.request.path,
        }
        return render(self.request, self.refused_template, context, status=400)


def about_bytes(page):
    """About how large a file of the whole list is, by the cards of the page."""
    shown = sum(len(card.body.encode()) for card in page.cards)
    return shown * page.count // len(page.cards) if page.cards else 0


def asked_roles(listing):
    """(roles, slugs of organisations) that a list is asked for: its rows say who has them."""
    return [
        listing.cleaned.get(name) or [] if name in listing.filters else []
        for name in ("role", "organisation")
    ]


def chosen_places(listing):
    """The slugs of the places that a list is asked for: its rows say what is there."""
    parameter = listing.filters.get("location")
    return [card.slug for card in chosen_cards(parameter)] if parameter else []


def _named(listing, facets):
    """The records that stand beside a list: what was chosen does, whether it is offered or not."""
    chosen = [*listing.named_cards.slugs.values(), *listing.named_cards.codes.values()]
    ids = [*facets.named, *(card.body["id"] for card in chosen)]
    return [{"id": each} for each in dict.fromkeys(ids)]


def is_written_by_reader(request, listing):
    """Whether the query is another than it is written here, has words or days or a position, or
    names what is no record."""
    query = request.META["QUERY_STRING"]
    if query != listing.address.canonical() or _names_nothing(listing):
        return True
    return any(map(listing.values_of, THEIRS))


def _names_nothing(listing):
    """Whether a value is that of no record: it may be the name of one that is gone."""
    return any(
        value != NONE and parameter.card_of(value) is None
        for name, parameter in listing.filters.items()
        if hasattr(parameter, "card_of")
        for value in listing.values_of(name)
    )


def _is_written(choices):
    """Whether a field among the choices holds what somebody wrote."""
    return any(group["field"]["value"] for group in choices if group["field"])
