from registry.listings.filters import ListingFilter
from registry.listings.parameters.codes import CodeParameter

from .models import Toy


class ToyFilter(ListingFilter):
    card_type = "toy"

    kind = CodeParameter(Toy.Kind, label="Kind")
