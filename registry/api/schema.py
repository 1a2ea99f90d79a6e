"""The OpenAPI document: parameters from the filters, shapes from the cards' serializers."""

from inspect import getdoc

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from registry.cards.declarations import declared
from registry.cards.fields import fields_of
from registry.cards.shapes.json_schema import STRING, list_of, reference_to
from registry.listings.parameters.exclusions import Exclusion
from registry.middleware.problems import (
    DETAILS,
    MEDIA_TYPE,
)
from registry.values.signature import publisher, registry_name
from registry.values.texts import spoken

from . import file_paths
from .components import TAKEN, components
from .responses import complete

# What a page of a list has and the numbers beside a list have not.
PAGING = ("fields", "ordering", "meta", "past", "page_size", "cursor")
OF_ONE = ("fields", "lang", "format")
TAGS = {
    "registry": "The whole of it: what there is, search, codes, and what has changed.",
    file_paths.TAG: "Lists and records in other formats than JSON.",
    "reconciliation": "Matching names, as OpenRefine does: Reconciliation Service API 0.2.",
}
# Of an address that has no other format.
FORMAT = OpenApiParameter("format", {"type": "string", "enum": ["json"]})
ERRORS = {
    400: "A parameter is unknown, or its value means nothing; `allowed` says what would.",
    401: "The key in `Authorization: Api-Key …` is unknown, revoked or no longer valid.",
    404: DETAILS[404],
    406: "None of the types in `Accept` can be given here; or nothing of what is asked for can be"
    " told in the format: `left_out` says how many lack what it demands.",
    409: "The numbers are of another registry, or beyond its newest: start again at 0.",
    410: "It was public and has been withdrawn; `record` has its type, id and the day.",
    413: "More was sent than can be asked at once.",
    415: "This content type is not read here.",
    429: DETAILS[429],
}


def describe(parameter, required=False):
    """A parameter of a filter, in the document."""
    schema, listed = look_of(parameter), parameter.repeats
    style, explode = ("form", True) if listed else (None, None)
    if parameter.name == "fields":
        # The first two that say something: every collection has names of its own.
        telling = [name for name in schema["enum"] if name not in ("type", "id", "slug", "url")]
        schema = {"type": "array", "items": schema, "examples": [telling[:2]]}
        explode = False
    elif listed:
        schema = list_of(schema)
    if required:
        # An empty value is no value, so one that is needed holds more than spaces.
        schema["pattern"] = r"\S"
    return OpenApiParameter(
        parameter.name,
        schema,
        OpenApiParameter.QUERY,
        required=required,
        description=parameter.about or str(parameter.label),
        style=style,
        explode=explode,
    )


def look_of(parameter):
    """The schema of one value."""
    if hasattr(parameter, "highest"):
        return {"type": "integer", "minimum": 1, "maximum": parameter.highest}
    schema = STRING | (parameter.look or {})
    # Places and terms are too many, and change: they are listed by codes/ and locations/.
    if allowed := None if parameter.value_type else parameter.allowed():
        schema["enum"] = list(allowed)
    elif len(schema) == 1:
        schema["maxLength"] = parameter.longest
    if parameter.example:
        schema["examples"] = [parameter.example]
    return schema


def describe_together(exclusions):
    """All exclusions as one object: each of its properties is a parameter of the address.

    One by one they would be `theme` and `-theme`, which generators of clients give one name.
    """
    schemas = {each.name: describe(each).type for each in exclusions}
    return OpenApiParameter(
        "exclude",
        {"type": "object", "properties": schemas, "additionalProperties": False},
        OpenApiParameter.QUERY,
        description="What the list is to be without: `-theme=sport&-location=BY-HM`. Any parameter"
        " that can be repeated has one of its name with a minus before it, with the same values.",
        style="form",
        explode=True,
    )


def errors(*codes):
    """The errors of an operation; a key may be wrong everywhere."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(reference_to("Problem"), ERRORS[status])
        for status in sorted({*codes, 401})
    }


class CardSchema(AutoSchema):
    """How a collection of cards is described."""

    def _is_list_view(self, serializer=None):
        return False  # the shape of a list is given below as a whole

    def get_tags(self):
        return [self.view.collection]

    def get_operation_id(self):
        return f"{self.view.collection}_{self.view.action}"

    def get_summary(self):
        return {
            "list": "Find {}",
            "retrieve": "One of the {}",
            "facets": "Count {} by each filter",
        }[self.view.action].format(self.view.collection)

    def get_override_parameters(self):

        # Files are operations of their own: see `file_paths`.
        listing = self.view.filterset_class(formats=["json"])
        wanted = {
            "list": lambda name: name not in ("meta", "past"),
            "retrieve": lambda name: name in OF_ONE,
            "facets": lambda name: name not in PAGING,
        }[self.view.action]
        chosen = [each for name, each in listing.filters.items() if wanted(name)]
        parameters = [describe(each) for each in chosen if not isinstance(each, Exclusion)]
        if unwanted := [each for each in chosen if isinstance(each, Exclusion)]:
            parameters.append(describe_together(unwanted))
        if self.view.action == "retrieve":
            parameters.append(
                OpenApiParameter("slug", str, OpenApiParameter.PATH, description=file_paths.SLUG)
            )
        return parameters

    def get_response_serializers(self):
        record = self._record()
        if self.view.action == "facets":
            return {
                (200, "application/json"): OpenApiResponse(reference_to("Facets"), "The counts."),
                **errors(400, 406, 429),
            }
        if self.view.action == "retrieve":
            body, whole, failures = record, "The record.", errors(400, 404, 406, 410, 429)
        else:
            body, whole, failures = _page(record), "A page.", errors(400, 406, 429)
        return {(200, "application/json"): OpenApiResponse(body, whole)} | failures

    def _record(self):
        fields = fields_of(self.view.card_type)
        name = self.view.card_type.capitalize()
        schema = {
            "type": "object",
            "description": "All keys are present unless `fields` names those to keep.",
            "properties": {key: field.shape.schema for key, field in fields.items()},
            "required": ["type", "id"],  # `fields` can leave out any other
        }
        schema["properties"]["fallback"] = {
            "type": "object",
            "description": "With `lang`: the language of texts that were missing in it.",
            "additionalProperties": STRING,
        }
        component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema=schema, object=name)
        self.registry.register_on_missing(component)
        return component.ref


def _page(record):
    address = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "properties": {
            "count": {"type": "integer"},
            "next": address,
            "previous": address,
            "understood": {
                "type": "object",
                "properties": TAKEN,
                "required": list(TAKEN),
                "description": "How `q` was taken, where that is not as it stands; else left out.",
            },
            "results": {"type": "array", "items": record},
        },
        "required": ["count", "next", "previous", "results"],
    }


def contact(signed):
    """Who answers for the API, or nothing where nobody is named."""
    if signed is None:
        return {}
    known = {"url": signed.website, "email": signed.mailbox}
    given = {key: value for key, value in known.items() if value}
    return {"contact": {"name": spoken(signed.name, "en"), **given}}


def document_of(generator, viewsets):
    """The document, with the shapes that stand in many records and what each tag is about."""
    document = generator.get_schema(request=None, public=True)
    schemas = components([each.card_type for each in viewsets]) | document["components"].get(
        "schemas", {}
    )
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    collections = {each.collection: declared[each.card_type].described_by for each in viewsets}
    document["paths"] |= file_paths.paths(collections, ERRORS)
    # So the first line of a model says what the thing is in the world: the public reads it.
    subjects = {name: getdoc(model).partition("\n")[0] for name, model in collections.items()}
    document["tags"] = [
        {"name": name, "description": words} for name, words in {**TAGS, **subjects}.items()
    ]
    document["info"] |= {"title": registry_name("en"), **contact(publisher())}
    complete(document)
    return document
