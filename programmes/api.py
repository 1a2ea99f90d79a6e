from drf_spectacular.plumbing import ResolvedComponent

from registry.api import links
from registry.api.formats import Csv, Json, Ndjson, Xlsx
from registry.api.schema import CardSchema
from registry.api.tables.table import Columns
from registry.api.viewsets import CardViewSet, serve
from registry.cards.shapes.json_schema import reference_to
from registry.pages.list import asked_roles

from .filters import (
    EditionFilter,
    EventFilter,
    InitiativeFilter,
    ProgrammeFilter,
    RelationFilter,
)
from .models import Edition, Event, Initiative, Programme
from .relations import FIELDS, RelationExport, count


@serve
class ProgrammeViewSet(CardViewSet):
    queryset = Programme.objects.public()
    filterset_class = ProgrammeFilter


@serve
class EditionViewSet(CardViewSet):
    queryset = Edition.objects.public()
    filterset_class = EditionFilter


@serve
class InitiativeViewSet(CardViewSet):
    queryset = Initiative.objects.public()
    filterset_class = InitiativeFilter


@serve
class EventViewSet(CardViewSet):
    queryset = Event.objects.public()
    filterset_class = EventFilter


class RelationSchema(CardSchema):
    def _record(self):
        shapes = {"Relation": FIELDS_SCHEMA}
        for field in FIELDS.values():
            shapes |= field.shape.components()
        for name, schema in shapes.items():
            one = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema=schema, object=name)
            self.registry.register_on_missing(one)
        return reference_to("Relation")


FIELDS_SCHEMA = {
    "type": "object",
    "description": "Named by programme, organisation and role; `held`: when, where a source says;"
    " `through`: the parts of the programme, where the role was held in these alone.",
    "properties": {key: field.shape.schema for key, field in FIELDS.items()},
    "required": list(FIELDS),
}


class RelationViewSet(CardViewSet):
    """Of the roles in programmes; it has a list and nothing of each."""

    queryset = Programme.objects.public()
    filterset_class = RelationFilter
    schema = RelationSchema()
    collection = "relations"
    key = ("programme_slug", "organisation_slug", "role")
    formats = (Json, Ndjson, Csv, Xlsx)

    def get_renderers(self):
        return [each() for each in self.formats]

    def export(self, counter, cards, listing, number, query=None):
        asked = asked_roles(listing)
        return RelationExport(
            self.request,
            self.card_type,
            cards,
            count(listing, asked),
            listing.address.canonical(),
            listing.cleaned["lang"],
            meta=bool(listing.cleaned.get("meta")),
            change=counter.number,
            asked=asked,
        )

    def formats_with(self, export):
        return self.formats

    def elsewhere(self, slug=None, query="", formats=None):
        given = self.request.accepted_renderer.format
        return links.formats(self.request.path, query, self.formats, given)

    @classmethod
    def columns(cls):
        return Columns(FIELDS)
