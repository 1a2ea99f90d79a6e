from registry.listings.filters import ListingFilter
from registry.listings.parameters.codes import CodeParameter
from registry.listings.parameters.records import ReferenceParameter

from .models import Toy


class ToyFilter(ListingFilter):
    card_type = "toy"

    kind = CodeParameter(Toy.Kind, label="Kind")
    shade = CodeParameter(Toy.Shade, none=True, label="Shade of it")
    buyer = ReferenceParameter("organisation", repeats=True, label="Buyer")
