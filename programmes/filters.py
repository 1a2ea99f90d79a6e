"""What lists of activities can be filtered by."""

from django.utils.translation import gettext_lazy as _

from registry.listings.filters import ListingFilter
from registry.listings.parameters.codes import (
    CodeParameter,
    OpenParameter,
    RoleParameter,
    StatusParameter,
)
from registry.listings.parameters.dates import (
    DayParameter,
    MonthParameter,
    PastParameter,
    UpcomingParameter,
    YearParameter,
)
from registry.listings.parameters.places import BoxParameter, PlaceParameter, ReachParameter
from registry.listings.parameters.records import (
    OrganisationParameter,
    ReferenceParameter,
    VocabularyParameter,
)
from registry.locations.filters import LevelParameter
from registry.locations.near import NearParameter

from .models import Activity, Event, Initiative, Programme, Role


class HeldRole(RoleParameter):
    excludable = False  # a programme without funders would still have its other roles


class Holder(OrganisationParameter):
    excludable = False


class ActivityFilter(ListingFilter):
    """What programmes, editions, initiatives and events have in common."""

    location = PlaceParameter()
    location_kind = LevelParameter()
    near = NearParameter()
    theme = VocabularyParameter("theme", label=_("Theme"))
    audience = VocabularyParameter("audience", label=_("For whom"))
    organisation = OrganisationParameter()
    role = RoleParameter(Role.Kind, none=True)
    mode = CodeParameter(
        Activity.Mode, none=True, label=_("In person or online"), about="Where people meet."
    )
    year = YearParameter()
    from_ = DayParameter(label=_("From"))  # `from` in addresses: the word is Python's
    to = DayParameter(ends=True, label=_("To"))
    bbox = BoxParameter(label=_("Box on the map"))


class ProgrammeFilter(ActivityFilter):
    card_type = "programme"

    past = PastParameter()  # of its calendar; other formats refuse it
    reach = ReachParameter(label=_("Parts"))
    kind = CodeParameter(Programme.Kind, none=True, label=_("Kind"))
    status = StatusParameter()
    format_used = VocabularyParameter("format", label=_("Format"))
    approach = VocabularyParameter("approach", label=_("Approach"))


class RelationFilter(ListingFilter):
    """Which relations, and of which programmes: a role and an organisation say both."""

    card_type = "programme"
    of_pages = ("page",)
    default_ordering = "-start"
    q = updated_since = ordering = fields = compare = None

    role = HeldRole(Role.Kind)
    organisation = Holder()
    kind = CodeParameter(Programme.Kind, none=True, label=_("Kind"))
    location = PlaceParameter()
    audience = VocabularyParameter("audience", label=_("For whom"))
    year = YearParameter()


class EditionFilter(ActivityFilter):
    card_type = "edition"

    reach = ReachParameter(label=_("Parts"))
    status = StatusParameter()
    format_used = VocabularyParameter("format", label=_("Format"))
    approach = VocabularyParameter("approach", label=_("Approach"))
    programme = ReferenceParameter("programme", label=_("Programme"))


class InitiativeFilter(ActivityFilter):
    card_type = "initiative"

    result = CodeParameter(
        Initiative.Result,
        none=True,
        label=_("Result"),
        about="How far it came; `none` = not recorded.",
    )
    programme = ReferenceParameter("programme", label=_("Programme"))
    edition = ReferenceParameter("edition", label=_("Edition"))


class EventFilter(ActivityFilter):
    card_type = "event"
    of_pages = ("page", "compare", "month")  # links to data say a month as `from` and `to`

    past = PastParameter()
    kind = CodeParameter(Event.Kind, none=True, label=_("Kind"))
    # Entered, and never empty: only that of programmes and editions follows from the day.
    status = CodeParameter(Event.Status, label=_("Status"))
    format_used = VocabularyParameter("format", label=_("Format"))
    upcoming = UpcomingParameter(label=_("Upcoming"))
    open = OpenParameter(label=_("Open calls"))
    from_ = DayParameter(by_units=True, label=_("From"))
    to = DayParameter(ends=True, by_units=True, label=_("To"))
    month = MonthParameter()
    programme = ReferenceParameter("programme", label=_("Programme"))
    edition = ReferenceParameter("edition", label=_("Edition"))

    @property
    def default_ordering(self):
        """On a page, what is still to come stands in the order in which it comes."""
        if self.strict or self.values_of("q"):
            return super().default_ordering
        forward = (
            self.values_of("month")
            or self.values_of("open")
            or self.values_of("upcoming") == ["true"]
        )
        return "start" if forward else super().default_ordering
