from registry.api.viewsets import CardViewSet, serve

from .filters import LocationFilter
from .models import Location


@serve
class LocationViewSet(CardViewSet):
    queryset = Location.objects.public()
    filterset_class = LocationFilter
