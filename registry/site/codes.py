"""Every code list of the API with its names in three languages."""

from functools import cache

import orjson
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from organisations.models import LifeEvent
from programmes.models import Role
from registry.api.schema import FORMAT, errors
from registry.api.viewsets import ReadingView, with_etag
from registry.cards.declarations import declared
from registry.cards.fields import choices_of, fields_of
from registry.locations.models import LocalContext
from registry.middleware.problems import BadParameter
from registry.records.models import OtherName, Term
from registry.values.precision import Precision
from registry.values.texts import LANGUAGES, in_all_languages, in_language

from .schemas import CODES


class CodesView(ReadingView):
    """Every code list with its names, by type and key; and the vocabularies, by scheme."""

    @extend_schema(
        operation_id="codes",
        summary="All codes with their names",
        tags=["registry"],
        parameters=[OpenApiParameter("lang", {"type": "string", "enum": list(LANGUAGES)}), FORMAT],
        responses={
            (200, "application/json"): OpenApiResponse(CODES, "By type and key."),
            **errors(400, 406, 429),
        },
    )
    @with_etag
    def get(self, request):
        language = self.requested("lang", "format")["lang"]
        if language and language not in LANGUAGES:
            raise BadParameter("lang", "This language is not spoken here.", LANGUAGES)
        found = {"codes": codes(), "terms": vocabularies()}
        return Response(in_language(found, language) if language else found)


@cache
def codes():
    """{type: {key: [{"value", "name"}]}}: what the code itself defines."""
    lists = {
        card_type: {
            key: _named(field.shape.choices)
            for key, field in fields_of(card_type).items()
            if field.shape.choices
        }
        for card_type in declared
    }
    # Parts have codes as well, and no declaration that would lead to them.
    for name, model, keys in (
        ("role", Role, ["role"]),
        ("life_event", LifeEvent, ["kind"]),
        ("other_name", OtherName, ["kind"]),
        ("local_context", LocalContext, ["governed", "standing"]),
    ):
        lists[name] = {key: _named(choices_of(model, key)) for key in keys}
    # No card says “hidden”, which looks like not recorded.
    shown = [choice for choice in Precision.choices if choice[0] != Precision.HIDDEN]
    lists["place"] = {"precision": _named(shown)}
    return {name: keys for name, keys in lists.items() if keys}


def _named(choices):
    # What a form offers for “nothing” is no code.
    return [
        {"value": value, "name": in_all_languages(lambda label=label: label)}
        for value, label in choices
        if value
    ]


def vocabularies():
    """{scheme: [{"value", "name", "parent"}]}: what staff define."""
    # The empty ones too: keys never vanish (docs/contract.md).
    schemes = {scheme: [] for scheme in Term.Scheme.values}
    for body in Term.objects.public().order_by("sort").values_list("body", flat=True):
        term = orjson.loads(body)
        parent = term["parent"] and term["parent"]["slug"]
        schemes[term["scheme"]].append(
            {"value": term["slug"], "name": term["name"], "parent": parent}
        )
    return schemes
