"""What is offered while somebody types, and which properties a type has."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from registry.api.schema import errors
from registry.api.viewsets import ReadingView, with_etag
from registry.middleware.problems import BadParameter

from .matching import ALL, candidate, suggested
from .properties import properties_of, type_of
from .schemas import PROPOSALS, SUGGESTIONS, TAGS

SUGGESTED = 10
MAX_SKIPPED = 200
PREFIX = OpenApiParameter("prefix", str, description="What was typed.")
CURSOR = OpenApiParameter(
    "cursor",
    {"type": "integer", "minimum": 0, "maximum": MAX_SKIPPED},
    description="How many suggestions to skip.",
)
TYPE = OpenApiParameter("type", {"type": "string", "enum": list(ALL)}, description="Only of this.")


class SuggestView(ReadingView):
    """Things for what is being typed: their ids and names."""

    def suggestions(self, choices):
        """Those of {id: name} that begin like this, or hold it."""
        prefix = self.request.query_params.get("prefix", "").strip().casefold()
        found = [
            {"id": id_, "name": name}
            for id_, name in choices
            if prefix in name.casefold() or prefix in id_.casefold()
        ]
        found.sort(key=lambda each: not each["name"].casefold().startswith(prefix))
        return Response({"result": found[self.skipped() :][:SUGGESTED]})

    def skipped(self):
        given = self.request.query_params.get("cursor", "").strip() or "0"
        # Nine digits tell that it is too many; thousands of them Python refuses to read.
        if not (given.isascii() and given.isdecimal() and int(given[:9]) <= MAX_SKIPPED):
            raise BadParameter("cursor", f"A whole number from 0 to {MAX_SKIPPED}.")
        return int(given)

    def types(self):
        given = [each for each in self.request.query_params.getlist("type") if each]
        if unknown := [each for each in given if each not in ALL]:
            raise BadParameter("type", f"There is no type {unknown[0][:60]}.", ALL)
        return tuple(each for each in ALL if each in given or not given)


class EntitiesView(SuggestView):
    @extend_schema(
        operation_id="suggest_entity",
        summary="Suggest records",
        tags=TAGS,
        parameters=[PREFIX, CURSOR, TYPE],
        responses={**SUGGESTIONS, **errors(400, 406, 429)},
    )
    @with_etag
    def get(self, request):
        prefix, skipped = request.query_params.get("prefix", "").strip(), self.skipped()
        cards = suggested(prefix, self.types(), skipped + SUGGESTED)[skipped:]
        found = [candidate(card) for card in cards]
        # The protocol calls `notable` in suggestions what is `type` in candidates.
        return Response({"result": [each | {"notable": each.pop("type")} for each in found]})


class TypesView(SuggestView):
    @extend_schema(
        operation_id="suggest_type",
        summary="Suggest types",
        tags=TAGS,
        parameters=[PREFIX, CURSOR],
        responses={**SUGGESTIONS, **errors(400, 406, 429)},
    )
    @with_etag
    def get(self, request):
        return self.suggestions([tuple(type_of(each).values()) for each in ALL])


class PropertiesView(SuggestView):
    @extend_schema(
        operation_id="suggest_property",
        summary="Suggest properties",
        tags=TAGS,
        parameters=[PREFIX, CURSOR, TYPE],
        responses={**SUGGESTIONS, **errors(400, 406, 429)},
    )
    @with_etag
    def get(self, request):
        found = {
            id_: each.name for kind in self.types() for id_, each in properties_of(kind).items()
        }
        return self.suggestions(found.items())


class ProposeView(SuggestView):
    """The properties that entities of a type have."""

    @extend_schema(
        operation_id="propose_properties",
        summary="The properties of a type",
        tags=TAGS,
        parameters=[TYPE, OpenApiParameter("limit", {"type": "integer", "minimum": 1})],
        responses={**PROPOSALS, **errors(400, 406, 429)},
    )
    @with_etag
    def get(self, request):
        types = self.types()
        found = {id_: each for kind in types for id_, each in properties_of(kind).items()}
        proposed = [{"id": id_, "name": each.name} for id_, each in found.items()]
        given = request.query_params.get("limit", "").strip()
        if given and not (given.isascii() and given.isdecimal() and int(given[:9]) > 0):
            raise BadParameter("limit", "A whole number from 1 on.")
        return Response(
            {
                "type": types[0] if len(types) == 1 else None,
                "properties": proposed[: int(given[:9])] if given else proposed,
            }
        )
