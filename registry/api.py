"""The API where the apps meet: its root, its code lists, its changes, its description."""

from functools import cache

import orjson
from csp.decorators import csp_update
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import override
from django.views.decorators.http import require_http_methods
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from organisations.api import OrganisationViewSet
from organisations.models import LifeEvent
from programmes.api import EditionViewSet, EventViewSet, InitiativeViewSet, ProgrammeViewSet
from programmes.models import Role
from registry.cards.declarations import declared
from registry.cards.index import LANGUAGES
from registry.cards.models import Card, Counter, Tombstone
from registry.listings import statuses
from registry.listings.datapackage import package
from registry.listings.finding import SearchFilter, result
from registry.listings.formats import LICENCE, formats_of
from registry.listings.names import complete
from registry.listings.openapi import choices_of, describe, document_of, errors, reference_to
from registry.listings.paging import MOST_PAGES, USUAL_ROWS
from registry.listings.problems import BadParameter, BadParameters, Problem
from registry.listings.reading import in_language, read
from registry.listings.viewsets import ReadingView, fresh
from registry.locations.api import LocationViewSet
from registry.locations.models import LocalContext
from registry.records.api import FigureViewSet, SourceViewSet, TermViewSet
from registry.records.models import Figure, OtherName, Precision, Term
from registry.schemas import CODES, DATA_PACKAGE, ROOT

VERSION = "1"
VIEWSETS = (
    ProgrammeViewSet,
    EditionViewSet,
    InitiativeViewSet,
    EventViewSet,
    OrganisationViewSet,
    LocationViewSet,
    TermViewSet,
    SourceViewSet,
    FigureViewSet,
)
MOST_CHANGES = 1000
SUGGESTED = 10
REFERENCE = ("type", "id", "slug", "name")
FORMAT = OpenApiParameter("format", {"type": "string", "enum": ["json"]})


def asked(request, *names):
    """The parameters of an address that has only these, each given once at most."""
    for name, values in request.query_params.lists():
        if name not in names:
            raise BadParameter(name[:60], "There is no such parameter.", names)
        if len(values) > 1:
            raise BadParameter(name, "This can be given once only.")
    return {name: request.query_params.get(name, "").strip() for name in names}


class RootView(ReadingView):
    """What the API has, its version, the newest change number and the registry's id."""

    @extend_schema(
        operation_id="root",
        tags=["registry"],
        parameters=[FORMAT],
        responses={
            (200, "application/json"): OpenApiResponse(ROOT, "What there is."),
            **errors(400, 406, 429),
        },
    )
    @fresh
    def get(self, request):
        asked(request, "format")
        counter, here = Counter.current(), request.build_absolute_uri(request.path)
        return Response(
            {
                "name": "Programme Registry",
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
                "search": f"{here}search/",
                "codes": f"{here}codes/",
                "changes": f"{here}changes/",
                "datapackage": f"{here}datapackage.json",
                "reconcile": f"{here}reconcile/",
                "openapi": f"{here}openapi.json",
                "docs": f"{here}docs/",
            }
        )


class CodesView(ReadingView):
    """Every code list with its names, by type and key; and the vocabularies, by scheme."""

    @extend_schema(
        operation_id="codes",
        tags=["registry"],
        parameters=[OpenApiParameter("lang", {"type": "string", "enum": list(LANGUAGES)}), FORMAT],
        responses={
            (200, "application/json"): OpenApiResponse(CODES, "By type and key."),
            **errors(400, 406, 429),
        },
    )
    @fresh
    def get(self, request):
        language = asked(request, "lang", "format")["lang"]
        if language and language not in LANGUAGES:
            raise BadParameter("lang", "This language is not spoken here.", LANGUAGES)
        found = {"codes": codes(), "terms": vocabularies()}
        return Response(in_language(found, language) if language else found)


@cache
def codes():
    """{type: {key: [{"value", "name"}]}}: what the code itself defines."""
    lists = {
        declaration.type: {
            key: choices
            for key in declaration.serializer().fields
            if (choices := _choices(declaration.model, key))
        }
        for declaration in declared.values()
    }
    for card_type in statuses.COMPUTED:
        lists[card_type]["status"] = _named(statuses.Status.choices)
    for name, model, keys in (
        ("role", Role, ["role"]),
        ("figure", Figure, ["measure", "qualifier"]),
        ("life_event", LifeEvent, ["kind"]),
        ("other_name", OtherName, ["kind"]),
        ("local_context", LocalContext, ["governed", "standing"]),
    ):
        lists[name] = {key: _choices(model, key) for key in keys}
    shown = [choice for choice in Precision.choices if choice[0] != Precision.HIDDEN]
    lists["place"] = {"precision": _named(shown)}
    return {name: keys for name, keys in lists.items() if keys}


def _choices(model, key):
    choices = choices_of(model, key)
    return choices and _named(choices)


def _named(choices):
    return [{"value": value, "name": _texts(label)} for value, label in choices if value]


def _texts(label):
    texts = {}
    for language in LANGUAGES:
        with override(language):
            texts[language] = str(label)
    return texts


def vocabularies():
    """{scheme: [{"value", "name", "parent"}]}: what staff define."""
    schemes = {scheme: [] for scheme in Term.Scheme.values}
    for body in Term.objects.public().order_by("sort").values_list("body", flat=True):
        term = orjson.loads(body)
        parent = term["parent"] and term["parent"]["slug"]
        schemes[term["scheme"]].append(
            {"value": term["slug"], "name": term["name"], "parent": parent}
        )
    return schemes


class SearchSchema(AutoSchema):
    """The parameters of the search are those of its filter."""

    def get_override_parameters(self):
        return [describe(each) for each in SearchFilter().filters.values()]


class SearchView(ReadingView):
    """Records of all kinds by words in any script and spelling, the best first.

    Tiers: 0 a name equals what was typed, 1 a name begins with it, 2 all words are in names, 3
    they are anywhere, or the record is in the place that was understood. `matched` says where.
    `suggest=true` completes a name: no more than `page_size` names, and no further pages.
    """

    schema = SearchSchema()

    @extend_schema(
        operation_id="search",
        tags=["registry"],
        responses={
            (200, "application/json"): OpenApiResponse(reference_to("Found"), "The best first."),
            **errors(400, 406, 429),
        },
    )
    @fresh
    def get(self, request):
        asked = SearchFilter(request.query_params)
        if not asked.is_valid():
            raise BadParameters(asked.errors, asked.allowed)
        cleaned = asked.cleaned
        language, size = cleaned["lang"], cleaned["page_size"]
        if cleaned["suggest"] == "true":
            search = cleaned["q"]
            matches = complete(search.text, asked.types, language or "en", size or SUGGESTED)
            found = {"count": len(matches), "next": None, "previous": None}
            place, corrected, offers = None, False, []
        else:
            finding, size = asked.finding(), size or USUAL_ROWS
            search, number = finding.search, cleaned["page"] or 1
            matches = finding.page(number, size)
            more = number < min(-(-finding.count // size), MOST_PAGES)
            found = {
                "count": finding.count,
                "next": self._page(request, asked, number + 1) if more else None,
                "previous": self._page(request, asked, number - 1) if number > 1 else None,
            }
            place, corrected = finding.place, finding.corrected
            offers = finding.offers() if finding.in_no_name(matches) else []
        found |= {
            "understood": {"location": place and place.reference, "corrected": corrected},
            "did_you_mean": [reference(card) for card in offers],
        }
        if language:
            found = in_language(found, language)
        found["results"] = [result(match, search, request, language) for match in matches]
        return Response(found)

    def _page(self, request, asked, number):
        names = [name for name in asked.filters if name != "page"]
        return request.build_absolute_uri(f"{request.path}?{asked.query(names)}&page={number}")


def reference(card):
    """A card as others refer to it."""
    return {key: value for key, value in orjson.loads(card.body).items() if key in REFERENCE}


class ChangesView(ReadingView):
    """What changed after number `since`: each record once, at its newest number.

    A reader that stores `next_since` and asks again until `more` is false has the whole registry.
    Numbers may be missing; nothing that came to be after `since` is. A withdrawal carries the
    type, id and day only. What is computed from the day, such as the status of a programme, is
    that of the moment of reading.
    """

    @extend_schema(
        operation_id="changes",
        tags=["registry"],
        parameters=[
            OpenApiParameter("since", int, description="The number that was seen; 0 for all."),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES, "default": 100}
            ),
            OpenApiParameter(
                "registry",
                {"type": "string", "format": "uuid"},
                description="The id that came with `since`; a restored registry has another.",
            ),
            FORMAT,
        ],
        responses={
            (200, "application/json"): OpenApiResponse(
                {"$ref": "#/components/schemas/Changes"}, "In the order of their numbers."
            ),
            **errors(400, 406, 409, 429),
        },
    )
    @fresh
    def get(self, request):
        given = asked(request, "since", "limit", "registry", "format")
        since = _number("since", given["since"], 0, None, default=0)
        limit = _number("limit", given["limit"], 1, MOST_CHANGES, default=100)
        counter = Counter.current()
        if given["registry"] and given["registry"] != str(counter.registry):
            raise _begin_again("These numbers are of another registry.", counter)
        if since > counter.number:
            raise _begin_again("No change has this number yet.", counter)
        changes = list(changes_between(since, counter.number, limit + 1, request))
        more = len(changes) > limit
        changes = changes[:limit]
        return Response(
            {
                "registry": str(counter.registry),
                "changes": changes,
                "next_since": changes[-1]["n"] if more else counter.number,
                "more": more,
            }
        )


def changes_between(since, newest, limit, request):
    """The changes of the span in order.

    `newest` was read first and all up to it is committed: what moves from one table to the other
    while they are read gets a later number, and is found by the next reading.
    """
    span = {"number__gt": since, "number__lte": newest}
    tombstones = Tombstone.objects.filter(**span).order_by("number")[:limit]
    cards = Card.objects.filter(**span).order_by("number")[:limit]
    rows = sorted([*tombstones, *cards], key=lambda row: row.number)
    for row in rows[:limit]:
        change = {"n": row.number, "type": row.type, "id": str(row.public_id)}
        if isinstance(row, Card):
            yield change | {"action": "upsert", "record": read(row, request)}
        else:
            yield change | {"action": "withdraw", "on": row.on.isoformat()}


def _number(name, text, lowest, highest, default):
    if not text:
        return default
    if text.isascii() and text.isdecimal() and len(text) < 19:
        number = int(text)
        if lowest <= number and (highest is None or number <= highest):
            return number
    span = f"from {lowest} to {highest}" if highest else f"from {lowest} on"
    raise BadParameter(name, f"A whole number {span}.")


def _begin_again(why, counter):
    return Problem(
        409,
        f"{why} Start again at 0.",
        registry=str(counter.registry),
        number=counter.number,
    )


class DataPackageView(ReadingView):
    """Every collection as a table, with what its columns are: a Frictionless Data Package."""

    @extend_schema(
        operation_id="datapackage",
        tags=["registry"],
        parameters=[FORMAT],
        responses={
            (200, "application/json"): OpenApiResponse(DATA_PACKAGE, "The tables."),
            **errors(400, 406, 429),
        },
    )
    @fresh
    def get(self, request):
        asked(request, "format")
        return Response(package(VIEWSETS, request, Counter.current()))


class OpenApiView(ReadingView):
    """The description of the API for machines."""

    @extend_schema(exclude=True)
    @fresh
    def get(self, request):
        asked(request, "format")
        return HttpResponse(description(), content_type="application/json")


@cache
def description():
    """The OpenAPI document: it follows from the code alone."""
    with override("en"):
        return document_of(SchemaGenerator())


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
    path("datapackage.json", DataPackageView.as_view(), name="datapackage"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    path("docs/", docs, name="docs"),
    path("reconcile/", include("registry.reconciliation.views")),
    path("", include(router.urls)),
]
