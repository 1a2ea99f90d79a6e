from registry.api.tables.columns import SHAPES, Lines, Text
from registry.api.viewsets import CardViewSet, serve

from .filters import OrganisationFilter
from .models import Organisation


@serve
class OrganisationViewSet(CardViewSet):
    queryset = Organisation.objects.public()
    filterset_class = OrganisationFilter
    shapes = {
        "founded": SHAPES["date"],
        "ended": SHAPES["date"],
        "helps_with": Text(),
        "life_events": Lines("LifeEvent", "kind", "date"),
        "identifiers": Lines("Identifier", "scheme", "value"),
    }
