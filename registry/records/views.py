from registry.cards.models import Card
from registry.pages.list import CardListView

from .filters import FigureFilter


class FigureList(CardListView):
    """Every reported figure, with what, where, when and by whom; nothing is added up."""

    queryset = Card.objects.of("figure")
    filterset_class = FigureFilter

    def shown(self, context):
        """Figures have no pages that a search engine could be led to."""
        return []
