"""Every code list of the API with its names in three languages."""

import re
from functools import cache

import orjson
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from registry.api.schema import FORMAT, errors
from registry.api.viewsets import ReadingView, with_etag
from registry.cards.declarations import declared
from registry.cards.fields import fields_of
from registry.middleware.problems import BadParameter
from registry.records.models import Term
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
    for component, keys in sorted(codes_of_rows().items()):
        lists[component] = {key: _named(choices) for key, choices in keys.items()}
    return {name: keys for name, keys in lists.items() if keys}


def codes_of_rows():
    """{name of the component: {key: choices}} of what stands in cards: roles, life events."""
    found = {}
    for card_type in declared:
        for field in fields_of(card_type).values():
            found |= field.shape.codes()
    return {re.sub("(?<!^)(?=[A-Z])", "_", name).lower(): keys for name, keys in found.items()}


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
