from registry.api.tables.columns import Lines, Named
from registry.api.viewsets import CardViewSet, serve

from .filters import LocationFilter
from .models import Location


@serve
class LocationViewSet(CardViewSet):
    queryset = Location.objects.public()
    filterset_class = LocationFilter
    shapes = {
        "codes": Named(
            "LocationCodes",
            {
                "iso_3166_1": "string",
                "iso_3166_2": "string",
                "geonames": "integer",
                "soato": "string",
            },
        ),
        "identifiers": Lines("Identifier", "scheme", "value"),
        "local_context": Lines("LocalContext", "governed"),
        "valid": Named("Validity", {"from": "string", "to": "string"}),
    }
