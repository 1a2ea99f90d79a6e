from registry.api.viewsets import CardViewSet, serve

from .filters import OrganisationFilter
from .models import Organisation


@serve
class OrganisationViewSet(CardViewSet):
    queryset = Organisation.objects.public()
    filterset_class = OrganisationFilter
