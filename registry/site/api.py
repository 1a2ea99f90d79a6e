"""The API where the apps meet: its root, its search, its description, and every address."""

from functools import cache

import orjson
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path, reverse
from django.utils.translation import override
from django.views.decorators.http import require_http_methods
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from programmes.api import RelationViewSet
from registry.api.datapackage import package
from registry.api.formats import LICENCE, formats_of
from registry.api.schema import FORMAT, describe, document_of, errors, reference_to
from registry.api.viewsets import ReadingView, viewsets, with_etag
from registry.cards.declarations import reference_of
from registry.cards.models import Counter
from registry.listings.paging import DEFAULT_ROWS, MAX_PAGES
from registry.listings.search.across import SearchFilter, results
from registry.listings.search.completion import suggest
from registry.middleware.problems import BadParameters
from registry.reports.api import SuggestionsView
from registry.values.signature import publisher, registry_name
from registry.values.texts import LANGUAGES, in_language, spoken

from .changes_feed import ChangesView
from .codes import CodesView
from .everything import EverythingView
from .schemas import DATA_PACKAGE, ROOT

VERSION = "1"
VIEWSETS = tuple(viewsets.values())
SUGGESTED = 10


class RootView(ReadingView):
    """What the API has, its version, the newest change number and the registry's id."""

    @extend_schema(
        operation_id="root",
        summary="What the API has",
        tags=["registry"],
        parameters=[FORMAT],
        responses={
            (200, "application/json"): OpenApiResponse(ROOT, "What there is."),
            **errors(400, 406, 429),
        },
    )
    @with_etag
    def get(self, request):
        self.requested("format")
        counter, here = Counter.current(), request.build_absolute_uri(request.path)
        signed = publisher()
        return Response(
            {
                "name": registry_name("en"),
                "publisher": signed and {**signed._asdict(), "name": spoken(signed.name, "en")},
                "version": VERSION,
                "registry": str(counter.registry),
                "number": counter.number,
                "languages": LANGUAGES,
                "licence": LICENCE,
                "collections": {
                    viewset.collection: {
                        "list": f"{here}{viewset.collection}/",
                        "record": f"{here}{viewset.collection}/{{slug-or-id}}/",
                        "facets": f"{here}{viewset.collection}/facets/",
                        "formats": [each.format for each in formats_of(viewset.card_type)],
                        "parameters": viewset.parameters(),
                    }
                    for viewset in VIEWSETS
                },
                "relations": f"{here}relations/",
                "search": f"{here}search/",
                "codes": f"{here}codes/",
                "changes": f"{here}changes/",
                "datapackage": f"{here}datapackage.json",
                "everything": f"{here}everything.zip",
                "reconcile": f"{here}reconcile/",
                "openapi": f"{here}openapi.json",
                "docs": f"{here}docs/",
            }
        )


class SearchSchema(AutoSchema):
    """The parameters of the search are those of its filter."""

    def get_override_parameters(self):
        parameters = SearchFilter().filters.items()
        return [describe(each, required=name == "q") for name, each in parameters]


class SearchView(ReadingView):
    """Records of all kinds by words in any script and spelling, the best first.

    Tiers: 0 a name equals what was typed, 1 a name begins with it, 2 all words are in names, 3
    they are anywhere, or the record is in the place that was understood. Words count in any of
    their forms; those as they were typed come first within a tier. `matched` says where. Where
    nothing is as it was typed, `understood.shown_for` says what is shown instead, with tiers of
    that; `expand=false` takes the words as they are.
    `suggest=true` completes a name: no more than `page_size` names, and no further pages.
    """

    schema = SearchSchema()

    @extend_schema(
        operation_id="search",
        summary="Search records of all kinds",
        tags=["registry"],
        responses={
            (200, "application/json"): OpenApiResponse(reference_to("Found"), "The best first."),
            **errors(400, 406, 429),
        },
    )
    @with_etag
    def get(self, request):
        asked = SearchFilter(request.query_params)
        if not asked.is_valid():
            raise BadParameters(asked.errors, asked.allowed)
        cleaned = asked.cleaned
        language, size = cleaned["lang"], cleaned["page_size"]
        if cleaned["suggest"] == "true":
            search = cleaned["q"]
            matches, search = suggest(search.text, asked.types, language or "en", size or SUGGESTED)
            found = {"count": len(matches), "next": None, "previous": None}
            place, offers = None, []
        else:
            finding, size = asked.finding(), size or DEFAULT_ROWS
            search, number = finding.search, cleaned["page"] or 1
            matches = finding.page(number, size)
            more = number < min(-(-finding.count // size), MAX_PAGES)
            found = {
                "count": finding.count,
                "next": self._page(request, asked, number + 1) if more else None,
                "previous": self._page(request, asked, number - 1) if number > 1 else None,
            }
            place = finding.place
            offers = finding.offers() if finding.in_no_name(matches) else []
        found |= {
            "understood": {
                "location": place and place.reference,
                "corrected": search.shown_for is not None,
                **search.taken,
            },
            "did_you_mean": [reference_of(orjson.loads(card.body)) for card in offers],
        }
        if language:
            found = in_language(found, language)
        # After `in_language`: these are said in the language already.
        found["results"] = results(matches, search, request, language)
        return Response(found)

    def _page(self, request, asked, number):
        names = [name for name in asked.filters if name != "page"]
        return request.build_absolute_uri(
            f"{request.path}?{asked.address.query(names)}&page={number}"
        )


class DataPackageView(ReadingView):
    """Every collection as a table, with what its columns are: a Frictionless Data Package."""

    @extend_schema(
        operation_id="datapackage",
        summary="The tables and their columns",
        tags=["registry"],
        parameters=[FORMAT],
        responses={
            (200, "application/json"): OpenApiResponse(DATA_PACKAGE, "The tables."),
            **errors(400, 406, 429),
        },
    )
    @with_etag
    def get(self, request):
        self.requested("format")
        return Response(package((*VIEWSETS, RelationViewSet), request, Counter.current()))


class OpenApiView(ReadingView):
    """The description of the API for machines."""

    @extend_schema(exclude=True)
    @with_etag
    def get(self, request):
        self.requested("format")
        here = {
            "servers": [{"url": request.build_absolute_uri("/").rstrip("/")}],
            "info": description()["info"]
            | {
                "contact": {
                    "name": "The staff of the registry",
                    "url": request.build_absolute_uri(reverse("report")),
                }
            },
        }
        return HttpResponse(orjson.dumps(description() | here), content_type="application/json")


@cache
def description():
    """The OpenAPI document but for where it is served: it follows from the code alone."""
    # Whoever asks first, it is kept for all.
    with override("en"):
        document = document_of(SchemaGenerator(), VIEWSETS)
    words = "Who held which role in which programme, when, and who says so."
    document["tags"].append({"name": RelationViewSet.collection, "description": words})
    return document


# Swagger UI's own stylesheet holds its icons as data.
@csp_update({"img-src": ["data:"]})
@require_http_methods(["GET", "HEAD", "OPTIONS"])
def docs(request):
    """The description of the API for people."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})
    return render(request, "api/docs.html")


router = SimpleRouter()
for viewset in VIEWSETS:
    router.register(viewset.collection, viewset, basename=viewset.collection)

app_name = "api"
urlpatterns = [
    path("", RootView.as_view(), name="root"),
    path("codes/", CodesView.as_view(), name="codes"),
    path("search/", SearchView.as_view(), name="search"),
    path("changes/", ChangesView.as_view(), name="changes"),
    # The name that Frictionless demands.
    path("datapackage.json", DataPackageView.as_view(), name="datapackage"),
    path("everything.zip", EverythingView.as_view(), name="everything"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    path("docs/", docs, name="docs"),
    path("relations/", RelationViewSet.as_view({"get": "list"}), name="relations"),
    path("suggestions/", SuggestionsView.as_view(), name="suggestions"),
    path("reconcile/", include("registry.reconciliation.views")),
    path("", include(router.urls)),
]
