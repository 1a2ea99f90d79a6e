from uuid import UUID

from django.utils.translation import ngettext_lazy
from rest_framework import serializers

from registry.cards.declarations import declare
from registry.locations.serializers import ABOVE, PlacesField
from registry.records.models import CHAIN, PARENTS
from registry.records.serializers import (
    CitingField,
    DateField,
    EndField,
    EntrySerializer,
    FiguresField,
    FromParts,
    ReferenceField,
    SourcesField,
    StartField,
    TermsField,
    TextField,
    ValueField,
    as_sides,
    public_parts,
    public_reference,
)
from registry.values.dates.edtf import parse
from registry.values.dates.words import as_card, span_text
from registry.values.texts import LANGUAGES
from registry.values.translated import texts

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


class RolesField(CitingField):
    """The roles of public organisations, in the order of the code list."""

    def cited(self, instance, keys):
        roles = sorted(
            public_parts(instance.roles), key=lambda role: Role.Kind.values.index(role.role)
        )
        return [
            {
                "role": role.role,
                "organisation": public_reference(role.organisation),
                **as_sides(role, "start", "end"),
                "sources": [keys[role.source]] if role.source in keys else [],
            }
            for role in roles
        ]


class ReferencesField(serializers.Field):
    """References to those that are public."""

    def to_representation(self, rows):
        return [reference for row in rows.all() if (reference := public_reference(row))]


class IntervalField(serializers.Field):
    """The whole interval in EDTF and in words, or null: {"edtf", "text"}."""

    def to_representation(self, edtf):
        return {"edtf": edtf, "text": span_text(parse(edtf))} if edtf else None


class ProgrammeField(serializers.Field):
    """The programme, also where the record names only its edition."""

    def __init__(self, **options):
        super().__init__(source="programme_of", **options)

    def to_representation(self, programme):
        return public_reference(programme)


class MomentField(serializers.Field):
    """The start or end of an event: a date with its `time` in RFC 3339, or null."""

    def __init__(self, side, **options):
        self.side = side
        super().__init__(source="*", **options)

    def to_representation(self, event):
        shown = event.shown_side(self.side)
        return shown and as_card(shown[0], side=self.side) | {"time": shown[1]}


class VenueField(serializers.Field):
    """The venue, where the exact place may be shown."""

    def __init__(self, **options):
        super().__init__(source="*", **options)

    def to_representation(self, event):
        return texts(event, "venue") if event.is_exact else dict.fromkeys(LANGUAGES)


class LanguagesField(serializers.Field):
    def to_representation(self, text):
        return text.split()


class ActivitySerializer(EntrySerializer):
    placed = ("locations",)
    places = PLACES
    cites = ("roles", "figures")

    summary = TextField()
    description = TextField()
    mode = ValueField()
    start = StartField()
    end = EndField()
    dates = IntervalField()
    roles = RolesField()
    locations = PlacesField()
    themes = TermsField()
    audiences = TermsField()
    figures = FiguresField()
    website = ValueField()
    note = TextField()
    sources = SourcesField()
    verified_on = ValueField()


@declare(
    Programme,
    "programme",
    "programmes",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s programme", "%(count)s programmes", "count"),
    parts=("edition", "programme", "initiative", "event"),
    has_status_of_day=True,
    searched=3,
    followed=2,
    at_home=1,
    matched=2,
)
class ProgrammeSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "kind", "mode"),
        *("parent", "start", "end", "dates", "active", "roles", "reach_roles", "locations"),
        *("reach", "reach_beyond", "themes", "audiences", "formats", "approaches", "figures"),
        *("editions", "website", "note", "sources", "verified_on"),
    )
    # The parent is the first step of the chain itself, so this is one step less than elsewhere.
    bound_by = (RUN_BY, *of_programme("parent")[:CHAIN])
    shows = (*OWN, *HOW, *bound_by, "parent", "editions")
    places = (*PLACES, *bound_by)

    kind = ValueField()
    formats = TermsField()
    approaches = TermsField()
    parent = ReferenceField()
    editions = ReferencesField()
    active = FromParts()
    reach = FromParts(list)
    reach_roles = FromParts(list)
    reach_beyond = FromParts()


@declare(
    Edition,
    "edition",
    "editions",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s edition", "%(count)s editions", "count"),
    parts=("initiative", "event"),
    has_status_of_day=True,
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

    programme = ReferenceField()
    number = ValueField()
    ordinal_as_printed = ValueField()
    formats = TermsField()
    approaches = TermsField()
    initiatives = ReferencesField()
    active = FromParts()
    reach = FromParts(list)
    reach_roles = FromParts(list)
    reach_beyond = FromParts()


@declare(
    Initiative,
    "initiative",
    "initiatives",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "count"),
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

    programme = ProgrammeField()
    edition = ReferenceField()
    result = ValueField()
    award = ValueField()


@declare(
    Event,
    "event",
    "events",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    searched=4,
    followed=1,
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
    # Zone and moments among them: a clock tells the country (docs/decisions/0012).
    placed = ("venue", "time_zone", "start", "end", "locations")
    places = (*PLACES, *bound_by, "organisation")

    kind = ValueField()
    status = ValueField()
    programme = ProgrammeField()
    edition = ReferenceField()
    organisation = ReferenceField()
    start = MomentField("start")
    end = MomentField("end")
    time_zone = ValueField(source="shown_zone")
    venue = VenueField()
    formats = TermsField()
    registration_url = ValueField()
    registration_deadline = DateField()
    cost = ValueField()
    capacity = ValueField()
    languages = LanguagesField()
