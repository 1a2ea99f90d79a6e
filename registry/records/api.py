from registry.cards.models import Card
from registry.listings.shapes import Pairs
from registry.listings.viewsets import CardViewSet

from .filters import FigureFilter, SourceFilter, TermFilter
from .models import Figure, Source, Term


class TermViewSet(CardViewSet):
    queryset = Term.objects.public()
    filterset_class = TermFilter
    shapes = {"codes": Pairs()}


class SourceViewSet(CardViewSet):
    queryset = Source.objects.public()
    filterset_class = SourceFilter


class FigureViewSet(CardViewSet):
    queryset = Card.objects.of("figure")
    filterset_class = FigureFilter
    model = Figure
