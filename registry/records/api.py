from registry.api.viewsets import CardViewSet, serve
from registry.cards.models import Card

from .filters import FigureFilter, SourceFilter, TermFilter
from .models import Source, Term


@serve
class TermViewSet(CardViewSet):
    queryset = Term.objects.public()
    filterset_class = TermFilter


@serve
class SourceViewSet(CardViewSet):
    queryset = Source.objects.public()
    filterset_class = SourceFilter


@serve
class FigureViewSet(CardViewSet):
    queryset = Card.objects.of("figure")
    filterset_class = FigureFilter
