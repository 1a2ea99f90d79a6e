from registry.api.tables.columns import Pairs
from registry.api.viewsets import CardViewSet
from registry.cards.models import Card

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
