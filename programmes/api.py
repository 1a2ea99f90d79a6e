from registry.api.viewsets import CardViewSet, serve

from .filters import EditionFilter, EventFilter, InitiativeFilter, ProgrammeFilter
from .models import Edition, Event, Initiative, Programme


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
