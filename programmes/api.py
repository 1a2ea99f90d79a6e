from registry.api.tables.columns import SHAPES, Named, Roles, Text
from registry.api.viewsets import CardViewSet, serve

from .filters import EditionFilter, EventFilter, InitiativeFilter, ProgrammeFilter
from .models import Edition, Event, Initiative, Programme, Role

MOMENT = Named(
    "Moment", {"edtf": "string", "earliest": "date", "latest": "date", "time": "datetime"}
)


class ActivityViewSet(CardViewSet):
    shapes = {"roles": Roles(Role.Kind.choices)}


@serve
class ProgrammeViewSet(ActivityViewSet):
    queryset = Programme.objects.public()
    filterset_class = ProgrammeFilter


@serve
class EditionViewSet(ActivityViewSet):
    queryset = Edition.objects.public()
    filterset_class = EditionFilter


@serve
class InitiativeViewSet(ActivityViewSet):
    queryset = Initiative.objects.public()
    filterset_class = InitiativeFilter


@serve
class EventViewSet(ActivityViewSet):
    queryset = Event.objects.public()
    filterset_class = EventFilter
    shapes = ActivityViewSet.shapes | {
        # Dates elsewhere; of an event they can have a time.
        "start": MOMENT,
        "end": MOMENT,
        "venue": Text(),
        "registration_deadline": SHAPES["date"],
    }
