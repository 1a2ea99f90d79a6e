"""The address of the service, and those of single entities.

Parameters that it does not know are left unread: software of others decides which ones it adds.
"""

from uuid import UUID

from csp.decorators import csp_replace
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import FormParser
from rest_framework.response import Response

from registry.api.schema import errors
from registry.api.viewsets import ReadingView, gone, with_etag
from registry.cards.declarations import page_address
from registry.cards.lookup import IDENTITY, Found, Gone, Moved, resolve
from registry.cards.models import Card
from registry.cards.read import read
from registry.middleware.problems import BadParameter, Problem, respond
from registry.values.signature import registry_name

from .matching import ALL, description, reconcile
from .properties import all_properties, name_of, properties_of, type_of
from .queries import BATCH, MAX_BYTES, extension, queries
from .schemas import (
    A_BATCH,
    ASKED,
    EXTEND,
    FORM,
    IN_EXTEND,
    IN_QUERIES,
    PREVIEW,
    QUERIES,
    TAGS,
)
from .suggesting import EntitiesView, PropertiesView, ProposeView, TypesView

WIDTH, HEIGHT = 420, 240
ENTITY = OpenApiParameter(
    "id", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH, description="Of the entity."
)


class ReconcileView(ReadingView):
    """The manifest; with `queries` the candidates of each; with `extend` values of properties."""

    # The one address of the API for POST: a batch can be longer than an address.
    http_method_names = ("get", "head", "options", "post")
    parser_classes = [FormParser]  # as the protocol sends them; anything else is 415

    @extend_schema(
        operation_id="reconcile",
        summary="What the service can do, or one batch",
        tags=TAGS,
        parameters=[
            # One of them: two examples would be sent together.
            OpenApiParameter("queries", QUERIES | {"examples": [A_BATCH]}, description=IN_QUERIES),
            OpenApiParameter("extend", EXTEND, description=IN_EXTEND),
        ],
        responses={**ASKED, **errors(400, 406, 413, 429)},
    )
    @with_etag
    def get(self, request):
        given = request.query_params
        if "queries" not in given and "extend" not in given:
            return Response(manifest(request))
        return self.answer(given)

    @extend_schema(
        operation_id="reconcile_post",
        summary="Match names, or fetch properties",
        tags=TAGS,
        request={"application/x-www-form-urlencoded": FORM},
        responses={
            **ASKED,
            **errors(400, 406, 413, 415, 429),
        },
    )
    def post(self, request):
        # Before `request.data` reads all of it.
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
            raise Problem(413, f"At most {MAX_BYTES} bytes can be sent at once.")
        response = self.answer(request.data)
        response.headers["Cache-Control"] = "no-store"
        return response

    def answer(self, given):
        asked = [(name, given.getlist(name)) for name in ("queries", "extend") if name in given]
        if not asked:
            raise BadParameter("queries", "Send `queries` or `extend`.")
        (name, values), *more = asked
        if more or len(values) > 1:
            raise BadParameter(name, "Send one of `queries` and `extend`, once.")
        if name == "extend":
            return Response(extended(extension(values[0]), self.request))
        batch = queries(values[0])
        return Response(
            {each: {"result": reconcile(query, self.request)} for each, query in batch.items()}
        )


def manifest(request):
    here = request.build_absolute_uri(reverse("api:reconcile"))
    # Clients put the path, which begins with a slash, behind this as it is.
    suggest = {"service_url": here.rstrip("/")}
    return {
        "versions": ["0.2"],
        "name": registry_name("en"),
        # An id behind it is the address at which the entity can be looked at.
        "identifierSpace": f"{here}view/",
        "schemaSpace": request.build_absolute_uri(reverse("api:docs")),
        "documentation": request.build_absolute_uri(reverse("api:docs")),
        "serviceVersion": "1",
        "defaultTypes": [type_of(each) for each in ALL],
        "view": {"url": f"{here}view/{{{{id}}}}/"},  # {{id}} is for the client to fill in
        "preview": {"url": f"{here}preview/{{{{id}}}}/", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            each: suggest | {"service_path": f"/suggest/{each}/"}
            for each in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": suggest | {"service_path": "/properties/"},
            "property_settings": [],
        },
        "batchSize": BATCH,
    }


def extended(asked, request):
    """{"meta", "rows"}: values of the properties; what is no entity of ours has none."""
    ids = {text: UUID(text) for text in asked.ids if IDENTITY.fullmatch(text)}
    cards = Card.objects.filter(type__in=ALL, public_id__in=set(ids.values()))
    read_as = {card.public_id: (card.type, read(card, request)) for card in cards}
    rows = {}
    for entity in asked.ids:
        card_type, body = read_as.get(ids.get(entity), (None, None))
        known = properties_of(card_type) if card_type else {}
        # Under the id as the client wrote it, by which it looks for the row.
        rows[entity] = {
            name: known[name].values(body) if name in known else [] for name in asked.properties
        }
    properties = all_properties()
    meta = [{"id": name, "name": properties[name].name} for name in asked.properties]
    return {"meta": meta, "rows": rows}


class EntityView(ReadingView):
    """One entity by its id: whichever type it is of."""

    def found(self, identity):
        """Its card; a problem if it is gone, None if it is nothing public."""
        for card_type in ALL if IDENTITY.fullmatch(identity) else ():
            match resolve(card_type, identity):
                case Found(card):
                    return card
                case Moved(_, slug):  # it is one with another now
                    return Card.objects.of(card_type).filter(slug=slug).first()
                case Gone() as tombstone:
                    raise gone(tombstone)
        return None


class PageView(EntityView):
    """Leads to the page of an entity."""

    @extend_schema(
        operation_id="reconcile_view",
        summary="To the page of an entity",
        tags=TAGS,
        parameters=[ENTITY],
        responses={302: OpenApiResponse(description="Its page."), **errors(404, 406, 410, 429)},
    )
    def get(self, request, id):  # noqa: A002 - the name in the address
        card = self.found(id)
        if card is None:
            return respond(404)
        return HttpResponseRedirect(page_address(card.type, card.slug, "en"))


# The one address of ours that others may frame: it has no form and no secret to be clicked on.
@method_decorator([csp_replace({"frame-ancestors": ["*"]}), xframe_options_exempt], "dispatch")
class PreviewView(EntityView):
    """A small page that tells namesakes apart, to be framed by the tool that asks."""

    @extend_schema(
        operation_id="reconcile_preview",
        summary="A preview of an entity",
        tags=TAGS,
        parameters=[ENTITY],
        responses={**PREVIEW, **errors(404, 410, 429)},
    )
    @with_etag
    def get(self, request, id):  # noqa: A002 - the name in the address
        card = self.found(id)
        if card is None:
            return respond(404)
        body = read(card, request)
        context = {
            "name": name_of(body),
            "about": description(body),
            "names": dict.fromkeys(name for name in body["name"].values() if name),
            "summary": body.get("summary"),
            "address": body["url"],
        }
        return render(request, "reconcile/preview.html", context)


urlpatterns = [
    path("", ReconcileView.as_view(), name="reconcile"),
    path("suggest/entity/", EntitiesView.as_view()),
    path("suggest/type/", TypesView.as_view()),
    path("suggest/property/", PropertiesView.as_view()),
    path("properties/", ProposeView.as_view()),
    path("view/<id>/", PageView.as_view()),
    path("preview/<id>/", PreviewView.as_view()),
]
