from registry.pages.detail import CardDetailView
from registry.pages.list import CardListView

from .filters import ToyFilter
from .models import Toy


class ToyList(CardListView):
    queryset = Toy.objects.public()
    filterset_class = ToyFilter


class ToyPage(CardDetailView):
    card_type = "toy"
    template_name = "pages/toy.html"
