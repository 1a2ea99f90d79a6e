from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.cards.declarations import declare
from registry.cards.fields import IMPLIED
from registry.cards.shapes.plain import TIME_ZONE
from registry.locations.serializers import ABOVE, OtherNamesField, PlacesField
from registry.records.fields import (
    DateField,
    EndField,
    EntrySerializer,
    FiguresField,
    ReferenceField,
    SourcesField,
    StartField,
    TermsField,
    TextField,
    ValueField,
)
from registry.records.from_parts import (
    ActiveField,
    ReachBeyondField,
    ReachedRolesField,
    ReachField,
)
from registry.records.models import CHAIN, PARENTS

from . import linked_data
from .fields import (
    ApproachesField,
    FormatsField,
    IntervalField,
    LanguagesField,
    MomentField,
    ReferencesField,
    RolesField,
    VenueField,
)
from .models import Edition, Event, Initiative, Programme, Role

# Who runs a thing, and what these are a part of: all of them bind how finely its place is shown.
RUN_BY = f"roles__organisation__{PARENTS}"


def of_programme(path):
    """Who runs the programme at this path and those of which it is a part."""
    steps = [path, *PARENTS.split("__")]
    return tuple("__".join([*steps[: n + 1], RUN_BY]) for n in range(len(steps)))


# What decides where every activity is, and what else it shows.
PLACES = (RUN_BY, f"placements__location__{ABOVE}")
OWN = (
    "roles__organisation",
    "roles__source",
    f"placements__location__{ABOVE}",
    "themes__term__parent__parent",
    "audiences__term__parent__parent",
    "figures__source",
    "citations__source",
)
HOW = ("formats__term__parent__parent", "approaches__term__parent__parent")
OF_PROGRAMME = of_programme("programme")
OF_EDITION = (f"edition__{RUN_BY}", *of_programme("edition__programme"))


def wholes_of(body):
    """What a card is a part of, and the organisations that run it: [(type, public id)]."""
    found = {
        (role["organisation"]["type"], role["organisation"]["id"])
        for role in body["roles"]
        if role["role"] in Role.RUNNING
    }
    # That an edition is of a programme, the edition itself says.
    named = (body.get(key) for key in ("edition", "programme", "parent", "organisation"))
    nearest = next(filter(None, named), None)
    if nearest:
        found.add((nearest["type"], nearest["id"]))
    return [(card_type, UUID(public_id)) for card_type, public_id in sorted(found)]


# What all kinds of activity are.
ACTIVITY = {
    "order": "-start",
    "wholes": wholes_of,
    "running": tuple(Role.RUNNING),
    "is_mapped": True,
}


class ActivitySerializer(EntrySerializer):
    places = PLACES
    cites = ("roles", "figures")

    summary = TextField(_("In one sentence"))
    description = TextField(_("Description"))
    mode = ValueField(_("In person or online"), filtered_by="mode")
    start = StartField()
    end = EndField()
    dates = IntervalField()
    roles = RolesField()
    locations = PlacesField()
    themes = TermsField(_("Themes"), filtered_by="theme")
    audiences = TermsField(_("For whom"), filtered_by="audience")
    figures = FiguresField()
    website = ValueField(_("Website"))
    note = TextField(_("What is not stated"))
    sources = SourcesField()
    verified_on = ValueField(_("Last verified on"))


@declare(
    Programme,
    "programme",
    "programmes",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s programme", "%(count)s programmes", "count"),
    parts=("edition", "programme", "initiative", "event"),
    counted_in_places=("location_kind", "country"),
    years_counted_in=("location", "organisation"),
    counts_holders=True,
    has_status_of_day=True,
    thing=linked_data.project,
    searched=3,
    followed=2,
    in_menu=1,
    at_home=1,
    matched=2,
)
class ProgrammeSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "other_names", "summary", "description", "kind", "mode"),
        *("parent", "start", "end", "dates", "active", "roles", "reach_roles", "locations"),
        *("reach", "reach_beyond", "themes", "audiences", "formats", "approaches", "figures"),
        *("editions", "website", "note", "sources", "verified_on"),
    )
    # The parent is the first step of the chain itself, so this is one step less than elsewhere.
    bound_by = (RUN_BY, *of_programme("parent")[:CHAIN])
    shows = (*OWN, *HOW, *bound_by, "parent", "editions", "other_names")
    places = (*PLACES, *bound_by)

    other_names = OtherNamesField()
    kind = ValueField(_("Kind"), filtered_by="kind")
    formats = FormatsField()
    approaches = ApproachesField()
    parent = ReferenceField(_("Part of"), filtered_by="parent")
    editions = ReferencesField(_("Editions"))
    active = ActiveField()
    reach = ReachField()
    reach_roles = ReachedRolesField()
    reach_beyond = ReachBeyondField()


@declare(
    Edition,
    "edition",
    "editions",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s edition", "%(count)s editions", "count"),
    parts=("initiative", "event"),
    has_status_of_day=True,
    thing=linked_data.project,
    searched=6,
)
class EditionSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "programme", "number"),
        *("ordinal_as_printed", "mode", "start", "end", "dates", "active", "roles"),
        *("reach_roles", "locations", "reach", "reach_beyond", "themes", "audiences", "formats"),
        *("approaches", "figures", "initiatives", "website", "note", "sources", "verified_on"),
    )
    bound_by = (RUN_BY, *OF_PROGRAMME)
    shows = (*OWN, *HOW, *bound_by, "programme", "initiatives")
    places = (*PLACES, *bound_by)

    programme = ReferenceField(_("Programme"), filtered_by="programme")
    number = ValueField(_("Number"))
    ordinal_as_printed = ValueField(_("Number as printed"))
    formats = FormatsField()
    approaches = ApproachesField()
    initiatives = ReferencesField(_("Initiatives"))
    active = ActiveField()
    reach = ReachField()
    reach_roles = ReachedRolesField()
    reach_beyond = ReachBeyondField()


@declare(
    Initiative,
    "initiative",
    "initiatives",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "count"),
    thing=linked_data.project,
    searched=5,
    followed=3,
    at_home=4,
)
class InitiativeSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "programme", "edition"),
        *("result", "award", "mode", "start", "end", "dates", "roles", "locations", "themes"),
        *("audiences", "figures", "website", "note", "sources", "verified_on"),
    )
    bound_by = (RUN_BY, *OF_PROGRAMME, *OF_EDITION)
    shows = (*OWN, *bound_by, "programme", "edition__programme")
    places = (*PLACES, *bound_by)

    # Also where the record names only its edition.
    programme = ReferenceField(_("Programme"), source="programme_of", filtered_by="programme")
    edition = ReferenceField(_("Edition"), filtered_by="edition")
    result = ValueField(_("Result"), filtered_by="result")
    award = ValueField(_("Award or category"))


@declare(
    Event,
    "event",
    "events",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    thing=linked_data.event,
    searched=4,
    followed=1,
    in_menu=3,
    at_home=3,
)
class EventSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "kind", "status", "mode"),
        *("programme", "edition", "organisation", "start", "end", "dates", "time_zone"),
        *("venue", "formats", "registration_url", "registration_deadline", "cost", "capacity"),
        *("languages", "locations", "roles", "themes", "audiences", "figures", "website"),
        *("note", "sources", "verified_on"),
    )
    bound_by = (RUN_BY, *OF_PROGRAMME, *OF_EDITION, f"organisation__{PARENTS}")
    shows = (
        *(*OWN, *bound_by, "programme", "edition__programme", "organisation"),
        "formats__term__parent__parent",
    )
    places = (*PLACES, *bound_by, "organisation")

    kind = ValueField(_("Kind"), filtered_by="kind")
    status = ValueField(_("Status"), filtered_by="status")
    # Also where the record names only its edition.
    programme = ReferenceField(_("Programme"), source="programme_of", filtered_by="programme")
    edition = ReferenceField(_("Edition"), filtered_by="edition")
    organisation = ReferenceField(_("Organisation"), filtered_by="organisation")
    start = MomentField("start", _("Beginning"), filtered_by="day")
    end = MomentField("end", _("End"))
    time_zone = ValueField(_("Time zone"), TIME_ZONE, source="shown_zone", placed=IMPLIED)
    venue = VenueField()
    formats = FormatsField()
    registration_url = ValueField(_("Registration"))
    registration_deadline = DateField(_("Registration until"), filtered_by="registration_deadline")
    cost = ValueField(_("Cost"), searched=True)
    capacity = ValueField(_("Places to take part"))
    languages = LanguagesField()
