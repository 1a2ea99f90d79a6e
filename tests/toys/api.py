from registry.api.viewsets import CardViewSet, serve

from .filters import ToyFilter
from .models import Toy


@serve
class ToyViewSet(CardViewSet):
    queryset = Toy.objects.public()
    filterset_class = ToyFilter
