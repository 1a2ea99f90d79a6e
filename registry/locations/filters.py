"""What the list of places can be filtered by."""

from django.utils.translation import gettext_lazy as _

from registry.listings.filters import ListingFilter
from registry.listings.parameters.codes import CodeParameter
from registry.listings.parameters.places import BoxParameter, WithinParameter

from .models import Location
from .near import PlacesNearParameter


class LevelParameter(CodeParameter):
    title = _("Level of the place")
    about = "The level of the place: `country` is country-wide; `none` = no place is recorded."

    def __init__(self):
        super().__init__(Location.Kind, none=True)


class LocationFilter(ListingFilter):
    card_type = "location"

    within = WithinParameter()
    near = PlacesNearParameter()
    kind = CodeParameter(Location.Kind, label=_("Kind"))
    bbox = BoxParameter(label=_("Box on the map"))
