"""A page of a list and a page of one record. A page names its parts and stops:

class ProgrammeList(CardListView):
    queryset = Programme.objects.public()
    filterset_class = ProgrammeFilter
"""

from functools import wraps

from django.db import models
from django.http import Http404
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views import View
from django_htmx.http import push_url

from registry.api.formats import Export, telling
from registry.cards.conditional import etag, moved, unless_known
from registry.cards.declarations import declared, page_address
from registry.cards.lookup import Found, Gone, Moved, resolve
from registry.cards.models import Card, CardTerm
from registry.cards.read import collection_of, read
from registry.listings.facets import chosen_words
from registry.listings.paging import paginate
from registry.middleware.security import LONGEST
from registry.values.texts import LANGUAGES

from .controls import controls, orderings, pages, ways_out
from .jsonld import item_list

MOST_PARTS = 30  # of one kind on the page of what they belong to


def fresh(answer):
    """A page that whoever asks again with its ETag need not be sent again."""

    @wraps(answer)
    def page(request, *args, **options):
        tag = etag(request, "html", get_language())
        return unless_known(request, tag, lambda: answer(request, *args, **options))

    return page


def addresses(request, path, query=""):
    """The one address of a page, and the same in each language, for search engines."""
    query = f"?{query}" if query else ""
    language = get_language()
    found = {
        code: request.build_absolute_uri(f"/{code}{path.removeprefix(f'/{language}')}{query}")
        for code in LANGUAGES
    }
    return {
        "canonical": found[language],
        "alternates": [*found.items(), ("x-default", found["en"])],
    }


def data_addresses(card_type, query="", slug=""):
    """The same records in the API: of the whole list, or of one."""
    base = f"/api/v1/{collection_of(card_type)}/{slug and f'{slug}/'}"
    return {
        "type": card_type,
        "whole": not slug,
        "json": f"{base}?{query}" if query else base,
        "csv": f"{base}?{query}&format=csv" if query else f"{base}?format=csv",
    }


def short(listing):
    """The query of a list as short as it can be, with the number of its page."""
    number = [] if listing.position else listing.given("page")
    page = [f"page={number[0]}"] if number and number[0] != "1" else []
    return "&".join(filter(None, [listing.canonical(), *page]))


class CardListView(View):
    http_method_names = ("get", "head")
    queryset = None
    filterset_class = None
    template_name = "list.html"

    @property
    def card_type(self):
        return self.filterset_class.card_type

    def get(self, request):
        listing = self.listing(request.GET)
        # For a page that is open already: what changes in it, and not what stands around that.
        part = request.htmx and not request.htmx.history_restore_request
        if not listing.is_valid():
            response = self.refuse(listing)
        else:
            tag = etag(request, "part" if part else "html", get_language())
            listing.counter = request.counter
            self.layout = "fragment.html" if part else "base.html"
            response = unless_known(request, tag, lambda: self.show(listing))
            if part and not listing.given("cursor"):
                query = short(listing)
                address = f"{request.path}?{query}" if query else request.path
                if len(address) <= LONGEST:  # else the browser shows the one that it asked for
                    push_url(response, address)
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        return response

    def listing(self, data):
        return self.filterset_class(
            data=data, queryset=self.queryset.all(), language=get_language(), strict=False
        )

    def show(self, listing):
        context = self.context(listing) | {"layout": self.layout}
        context["thing"] = item_list(
            self.shown(context),
            context["page"].count,
            get_language(),
            self.request.build_absolute_uri,
            first=context.get("pages", {}).get("first") or 1,
        )
        return render(self.request, self.template_name, context)

    def shown(self, context):
        """The records on the page, in their order."""
        return context["cards"]

    def context(self, listing):
        """What the page says of a valid listing."""
        page = paginate(listing)
        if not page.cards and (page.number or 0) > 1:
            raise Http404
        facets = listing.facets()
        query = listing.canonical()
        return {
            "card_type": self.card_type,
            "cards": [read(card, self.request, day=listing.today) for card in page.cards],
            "chips": listing.chips(),
            "controls": controls(listing, facets),
            "data": data_addresses(self.card_type, query),
            "here": chosen_places(listing),
            "listing": listing,
            "orderings": orderings(listing),
            "page": page,
            "pages": pages(page, query),
            "place": listing.understood["location"],
            "ways": [] if page.count else ways_out(listing),
            **addresses(self.request, self.request.path, short(listing)),
        }

    def refuse(self, listing):
        """The form with what was typed and what is wrong with it, and no list."""
        data = listing.asked.copy()
        for name in listing.errors:
            data.pop(name, None)
        sound = self.listing(data)
        # Only what several parameters say together can still be wrong.
        facets, query = ({}, "") if not sound.is_valid() else (sound.facets(), sound.canonical())
        context = {
            "layout": "base.html",
            "card_type": self.card_type,
            "controls": controls(listing, facets),
            "errors": [
                {"name": name, "label": listing.filters[name].label, "sentences": sentences}
                for name, sentences in listing.errors.items()
            ],
            "listing": listing,
            "wrong": sum(len(listing.given(name)) for name in listing.errors),
            "without": f"{self.request.path}?{query}" if query else self.request.path,
        }
        return render(self.request, "list.html", context, status=400)


class CardDetailView(View):
    http_method_names = ("get", "head")
    card_type = None
    template_name = None

    def get(self, request, slug):
        match resolve(self.card_type, slug):
            case Found(card) if card.slug == slug:
                tag = etag(request, "html", get_language())
                return unless_known(request, tag, lambda: self.show(card))
            case Found(card):  # asked for by its id
                return moved(page_address(self.card_type, card.slug))
            case Moved(card_type, new):
                return moved(page_address(card_type, new))
            case Gone() as gone:
                return render(request, "410.html", {"gone": gone}, status=410)
        raise Http404

    def show(self, card):
        body = read(card, self.request)
        context = {
            "card": body,
            "cited": set(),  # the sources that the page has marked so far
            "crumbs": self.crumbs(body),
            "data": data_addresses(self.card_type, slug=card.slug)
            | {"formats": self.formats(card)},
            **addresses(self.request, self.request.path),
            **self.related(body),
        }
        return render(self.request, self.template_name, context)

    def formats(self, card):
        """{name: format} of those that can say something of it."""
        export = Export(self.request, self.card_type, [card], {}, 1)
        return {each.format: each for each in telling(export)}

    def crumbs(self, body):
        """What stands between the home page and this one: (name, address)."""
        address = page_address(self.card_type, "")[:-1]
        name = declared[self.card_type].model._meta.verbose_name_plural
        return [{"name": name, "address": address}]

    def related(self, body):
        """What else the page shows, by a number of queries that does not depend on the record."""
        return {}

    def parts(self, card_type, group, slug, most=MOST_PARTS):
        """The cards of one type that have this record in a group, in their usual order."""
        return [read(card, self.request) for card in having(card_type, group, slug)[:most]]


def chosen_places(listing):
    """The slugs of the places that a list is asked for: its rows say what is there."""
    parameter = listing.filters.get("location")
    return [word.slug for word in chosen_words(listing, parameter)] if parameter else []


def in_order(card_type, cards, key="sort"):
    return cards.order_by(f"-{key}" if declared[card_type].order == "-start" else key)


def having(card_type, group, value):
    """The cards of one type that have the value, in their usual order.

    They are one range of the index of terms: of many, the first few are read alone.
    """
    cards = Card.objects.filter(
        type=card_type, terms__type=card_type, terms__group=group, terms__value=value
    )
    return in_order(card_type, cards, "terms__sort")


def counts(group, slug, types):
    """{type: how many cards of it have this record in the group}, by one query."""
    terms = CardTerm.objects.filter(group=group, value=slug, type__in=types)
    found = dict(
        terms.values("type").annotate(number=models.Count("pk")).values_list("type", "number")
    )
    return {card_type: found.get(card_type, 0) for card_type in types}
