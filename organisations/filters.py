"""What the list of organisations can be filtered by."""

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from registry.cards.fields import fields_of
from registry.cards.models import CardTerm
from registry.listings.filters import ListingFilter
from registry.listings.parameters.base import ChoiceParameter
from registry.listings.parameters.codes import CodeParameter
from registry.listings.parameters.dates import DayParameter, YearParameter
from registry.listings.parameters.places import BoxParameter, PlaceParameter, ReachParameter
from registry.listings.parameters.records import VocabularyParameter
from registry.locations.filters import LevelParameter
from registry.locations.near import NearParameter
from registry.values.texts import in_all_languages

from .models import Organisation


class HeldParameter(ChoiceParameter):
    """A role that it has in a programme, or in parts of one."""

    title = _("Role in programmes")
    about = "It has this role in a programme, or in a part of one."
    listed = asks_columns = True

    def __init__(self):
        super().__init__(lambda listing: roles(), repeats=True)

    def texts(self, value):
        return in_all_languages(lambda: roles().get(value, value))

    def condition(self, value):
        held = Q()
        for role in value:
            # Of each organisation the one term, looked up in the index of programmes.
            pair = Concat(Value(f"{role}:"), OuterRef("slug"))
            held |= Q(Exists(CardTerm.objects.filter(type="programme", group=GROUP, value=pair)))
        return held


GROUP = "organisation_role"


def roles():
    """{code: label} of the roles that programmes have."""
    return fields_of("programme")["roles"].shape.kinds


class OrganisationFilter(ListingFilter):
    card_type = "organisation"

    reach = ReachParameter(label=_("What it runs"))
    location = PlaceParameter()  # the seat, or where it is active
    location_kind = LevelParameter()
    near = NearParameter()
    theme = VocabularyParameter("theme", label=_("Theme"))
    audience = VocabularyParameter(
        "audience",
        label=_("For whom"),
        about="For whom what it runs is: of the scheme `audience` in codes/, or `none`.",
    )
    kind = CodeParameter(Organisation.Kind, none=True, label=_("Kind"))
    # Without `none`: that nothing is known of it is a status, “unknown”.
    status = CodeParameter(Organisation.Status, label=_("Status"))
    role = HeldParameter()
    year = YearParameter()  # with what it runs, as `location`
    from_ = DayParameter(label=_("From"))  # `from` in addresses: the word is Python's
    to = DayParameter(ends=True, label=_("To"))
    bbox = BoxParameter(label=_("Box on the map"))
