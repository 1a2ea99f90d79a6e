from registry.cards.models import Card
from registry.pages.addresses import addresses, data_addresses
from registry.pages.list import CardListView, is_written_by_reader
from registry.pages.whole import whole_page

from .figures_compared import SHOWN, Table
from .filters import FigureFilter
from .models import Figure


class FigureList(CardListView):
    """Every reported figure, with what, where, when and by whom; nothing is added up."""

    queryset = Card.objects.of("figure")
    filterset_class = FigureFilter
    template_name = "pages/figures.html"

    def context(self, listing, counter):
        one = {"measure": _measure(listing), "list_query": listing.address.canonical()}
        return super().context(listing, counter) | one

    def shown(self, context):
        """Figures have no pages that a search engine could be led to."""
        return []


class FigureTable(FigureList):
    """Those of one measure by year and region; without one, a choice of them."""

    def show(self, listing, counter):
        query, measure = listing.address.canonical(), _measure(listing)
        context = {
            "data": data_addresses("figure", query),
            "list_query": query,
            **addresses(self.request, self.request.path, query),
        }
        if measure:
            table = Table(listing)
            context |= {
                "measure": Figure.Measure(measure).label,
                "left_out": max(0, table.all - SHOWN),
                "table": table,
            }
        else:
            context["measures"] = [
                {"label": label, "query": listing.address.canonical(instead={"measure": [code]})}
                for code, label in Figure.Measure.choices
            ]
        is_written = is_written_by_reader(self.request, listing)
        return whole_page(self.request, "pages/figures_compared.html", context, is_written)


def _measure(listing):
    """The one measure that the list is asked for, or None."""
    asked = listing.cleaned["measure"] or ()
    return asked[0] if len(asked) == 1 else None
