"""What the list of organisations can be filtered by."""

from django.utils.translation import gettext_lazy as _

from registry.listings.filters import ListingFilter
from registry.listings.parameters.codes import CodeParameter
from registry.listings.parameters.dates import DayParameter, YearParameter
from registry.listings.parameters.places import BoxParameter, PlaceParameter, ReachParameter
from registry.listings.parameters.records import VocabularyParameter
from registry.locations.models import Location
from registry.locations.near import NearParameter

from .models import Organisation


class OrganisationFilter(ListingFilter):
    card_type = "organisation"

    reach = ReachParameter(label=_("What it runs"))
    location = PlaceParameter()  # the seat, or where it is active
    location_kind = CodeParameter(Location.Kind, none=True, label=_("Level of the place"))
    near = NearParameter()
    theme = VocabularyParameter("theme", label=_("Theme"))
    kind = CodeParameter(Organisation.Kind, none=True, label=_("Kind"))
    # Without `none`: that nothing is known of it is a status, “unknown”.
    status = CodeParameter(Organisation.Status, label=_("Status"))
    year = YearParameter()  # with what it runs, as `location`
    from_ = DayParameter(label=_("From"))  # `from` in addresses: the word is Python's
    to = DayParameter(ends=True, label=_("To"))
    bbox = BoxParameter(label=_("Box on the map"))
