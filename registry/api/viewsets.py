"""A collection of cards as the API gives it. A collection names its parts and stops:

@serve
class ProgrammeViewSet(CardViewSet):
    queryset = Programme.objects.public()
    filterset_class = ProgrammeFilter
"""

from functools import wraps

from django.http import HttpResponse
from django.utils.functional import classproperty
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from registry.cards.conditional import conditional, permanent_redirect
from registry.cards.declarations import declared
from registry.cards.deferral import waiting
from registry.cards.lookup import Found, Gone, Moved, resolve
from registry.listings.facets import facets_of
from registry.listings.paging import paginate
from registry.middleware.busy import Withheld
from registry.middleware.problems import BadParameter, BadParameters, Problem, respond
from registry.values.texts import in_language

from . import links
from .formats import Export, Json, download, formats_of, of_whole, telling
from .schema import OF_ONE, PAGING, CardSchema
from .tables.table import Columns

viewsets = {}  # {type: viewset}, in the order in which the apps say them


def serve(viewset):
    """Class decorator: the collection is served wherever collections are, from when its app is
    ready."""
    viewsets[viewset.card_type] = viewset
    return viewset


def with_counter(answer):
    """A method whose reply can be kept by whoever asks again with its ETag: 304 before any work.

    It is given the counter that the tag names, and what the reply is made from is no newer.
    """

    @wraps(answer)
    def method(self, request, *args, **options):
        def make(counter):
            return answer(self, request, counter, *args, **options)

        language = request.query_params.get("lang", "")
        return conditional(request, make, request.accepted_renderer.format, language)

    return method


def with_etag(answer):
    """The same for a method that does not ask as of which change it answers."""

    @wraps(answer)
    def method(self, request, counter, *args, **options):
        return answer(self, request, *args, **options)

    return with_counter(method)


def gone(tombstone):
    """All that is still said of a record that was withdrawn."""
    return Problem(
        410,
        "This record was public and has been withdrawn.",
        record={
            "type": tombstone.type,
            "id": str(tombstone.id),
            "on": tombstone.day.isoformat(),
        },
    )


class ReadingView(APIView):
    """A part of the API that is read and never written."""

    http_method_names = ("get", "head", "options")
    links = ()  # of the reply, beside its description

    def finalize_response(self, request, response, *args, **options):
        response = super().finalize_response(request, response, *args, **options)
        # A 304 as well: caches take over its headers for the reply that they keep.
        if response.status_code in (200, 304):
            links.add(response, [*links.described(), *self.links])
        return response

    @property
    def default_response_headers(self):
        # Where there is one format as well: what asks for another is refused.
        return {"Allow": ", ".join(self.allowed_methods), "Vary": "Accept"}

    def options(self, request, *args, **options):
        # DRF's own answer would describe the view by the name of its class.
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def requested(self, *names):
        """The parameters of an address that has only these, each given once at most."""
        query = self.request.query_params
        for name, values in query.lists():
            if name not in names:
                raise BadParameter(name[:60], "There is no such parameter.", names)
            if len(values) > 1:
                raise BadParameter(name, "This can be given only once.")
        return {name: query.get(name, "").strip() for name in names}


class CardViewSet(ViewSetMixin, ReadingView):
    queryset = None
    filterset_class = None

    lookup_field = "slug"
    lookup_value_regex = "[^/]+"
    schema = CardSchema()
    key = ("id",)  # the columns that tell one row of its table from all others

    @classproperty
    def card_type(cls):  # noqa: N805
        return cls.filterset_class.card_type

    @classproperty
    def collection(cls):  # noqa: N805
        return declared[cls.card_type].collection

    def get_renderers(self):
        return (
            [Json()] if self.action == "facets" else [each() for each in formats_of(self.card_type)]
        )

    @with_counter
    def list(self, request, counter):
        """The records that match, page by page, or all of them as a file."""
        self.wait_for_all(counter)
        listing = self.listing()
        self.links = self.elsewhere(query=listing.address.canonical())
        renderer = request.accepted_renderer
        if listing.cleaned["meta"] and renderer.format != "ndjson":
            raise BadParameter("meta", "Only ndjson has a line for it; csvw describes a csv.")
        if listing.cleaned.get("past") and renderer.format != "ics":
            raise BadParameter("past", "Only ics leaves out what has long been over.")
        if renderer.whole:
            cards, count = listing.selection.ordered(), listing.selection.count()
            return download(renderer, self.export(counter, cards, listing, count))
        page = paginate(listing)
        following = self.page_address(page.next_cursor)
        previous = self.page_address(page.previous_cursor)
        export = self.export(counter, page.cards, listing, page.count)
        if not (following or previous):  # then it is known which formats can say something of it
            formats = self.formats_with(export)
            self.links = self.elsewhere(query=listing.address.canonical(), formats=formats)
        self.links = [*links.neighbours(following, previous), *self.links]
        return Response(renderer.page(export, following, previous))

    @with_counter
    def retrieve(self, request, counter, slug):
        """One record by its slug or its id."""
        listing = self.listing(only=OF_ONE)
        found = resolve(self.card_type, slug)
        match found:
            case Found(card):
                renderer = request.accepted_renderer
                export = self.export(counter, [card], listing, 1, f"slug={card.slug}")
                self.links = self.elsewhere(card.slug, formats=telling(export))
                return (
                    download(renderer, export) if renderer.whole else Response(renderer.one(export))
                )
            case Moved(_, new):
                query = request.META["QUERY_STRING"]
                address = request.path.removesuffix(f"{slug}/") + f"{new}/"
                return permanent_redirect(address + (query and f"?{query}"))
            case Gone() as tombstone:
                raise gone(tombstone)
        return respond(404)

    @action(detail=False)
    @with_counter
    def facets(self, request, counter):
        """How many records each further choice would give."""
        self.wait_for_all(counter)
        listing = self.listing(
            only=[name for name in self.filterset_class.base_filters if name not in PAGING]
        )
        facets, language = facets_of(listing, counter), listing.cleaned["lang"]
        groups = in_language(facets.groups, language) if language else facets.groups
        return Response({"count": facets.count, "facets": groups})

    def wait_for_all(self, counter):
        """While records are withheld, a list would be taken for whole that is not."""
        if counter.deferring and waiting().filter(type=self.card_type).exists():
            raise Withheld(self.card_type)

    def listing(self, only=None):
        """The filters as they were asked for; a problem if they mean nothing."""
        listing = self.filterset_class(
            data=self.ordered_query() if only is None else self.request.query_params,
            queryset=self.queryset.all(),
            only=only,
            formats=[renderer.format for renderer in self.get_renderers()],
        )
        if not listing.is_valid():
            raise BadParameters(listing.errors, listing.allowed)
        self.request.is_near = bool(listing.cleaned.get("near"))
        return listing

    def ordered_query(self):
        """The query, with the order that the format has where none is asked for."""
        query, renderer = self.request.query_params, self.request.accepted_renderer
        if renderer.order and not query.get("cursor") and not query.get("ordering"):
            query = query.copy()
            # The format too, if `Accept` chose it: the address of the next page names it, and a
            # cursor refuses beside it whatever it does not hold.
            query["ordering"], query["format"] = renderer.order, renderer.format
        return query

    def export(self, counter, cards, listing, count, query=None):
        return Export(
            self.request,
            self.card_type,
            cards,
            count,
            listing.address.canonical() if query is None else query,
            listing.cleaned["lang"],
            listing.cleaned["fields"],
            listing.today,
            bool(listing.cleaned.get("meta")),
            # One record, which has a query of its own, is given however long it is over.
            recent=query is None and not listing.cleaned.get("past") and not listing.asks_when,
            change=counter.number,
            understood=listing.understood_otherwise,
            selection=listing.selection,
        )

    def elsewhere(self, slug=None, query="", formats=None):
        """The same for people and in other formats."""
        given = self.request.accepted_renderer.format
        formats = formats or formats_of(self.card_type)
        return [
            *links.pages(self.card_type, slug, query),
            *links.formats(self.request.path, query, formats, given),
        ]

    def formats_with(self, export):
        return of_whole(export)

    def page_address(self, cursor):
        renderer = self.request.accepted_renderer
        asked = f"cursor={cursor}" + (f"&format={renderer.format}" if renderer.order else "")
        return cursor and self.request.build_absolute_uri(f"{self.request.path}?{asked}")

    @classmethod
    def columns(cls):
        """Those of its table."""
        return Columns(cls.card_type)

    @classmethod
    def parameters(cls):
        """The names by which a list of the collection can be asked for."""
        return list(cls.filterset_class().filters)
