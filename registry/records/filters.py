"""What the lists of terms, sources and figures can be filtered by."""

from django.utils.translation import gettext_lazy as _

from registry.listings.filters import ListingFilter
from registry.listings.parameters.codes import CodeParameter
from registry.listings.parameters.dates import DayParameter, YearParameter
from registry.listings.parameters.places import PlaceParameter
from registry.listings.parameters.records import ReferenceParameter

from .models import Figure, Term


class TermFilter(ListingFilter):
    card_type = "term"

    scheme = CodeParameter(Term.Scheme, label=_("Scheme"), about="Which vocabulary.")


class SourceFilter(ListingFilter):
    card_type = "source"


class FigureFilter(ListingFilter):
    card_type = "figure"

    location = PlaceParameter()
    measure = CodeParameter(Figure.Measure, label=_("What was counted"))
    source = ReferenceParameter("source", repeats=True, label=_("Source"))
    year = YearParameter()  # that its period names
    from_ = DayParameter(label=_("From"))  # `from` in addresses: the word is Python's
    to = DayParameter(ends=True, label=_("To"))
