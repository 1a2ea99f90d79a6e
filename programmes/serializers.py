from rest_framework import serializers

from registry.cards.declarations import declare
from registry.cards.index import LANGUAGES
from registry.locations.serializers import ABOVE, PlacesField
from registry.records.dates import as_card, parse, span_text
from registry.records.serializers import (
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
    as_date,
    refer,
    shown,
)
from registry.records.translated import texts

from .models import Edition, Event, Initiative, Programme, Role

# What decides where every activity is, what else it shows, and what it may follow in what it
# belongs to.
PLACES = ("roles__organisation", f"placements__location__{ABOVE}")
OWN = (
    "roles__organisation",
    "roles__source",
    f"placements__location__{ABOVE}",
    "themes__term__parent__parent",
    "audiences__term__parent__parent",
    "figures__source",
    "citations__source",
)
OF_PROGRAMME = ("programme__roles__organisation",)
OF_EDITION = ("edition__roles__organisation", "edition__programme__roles__organisation")


class RolesField(serializers.Field):
    """The roles of public organisations, in the order of the code list."""

    def __init__(self, **options):
        super().__init__(source="*", **options)

    def to_representation(self, instance):
        keys = instance.source_keys
        roles = sorted(shown(instance.roles), key=lambda role: Role.Kind.values.index(role.role))
        return [
            {
                "role": role.role,
                "organisation": refer(role.organisation),
                "start": as_date(role.valid_from),
                "end": as_date(role.valid_to),
                "sources": [keys[role.source]] if role.source in keys else [],
            }
            for role in roles
        ]


class ReferencesField(serializers.Field):
    """References to those that are public."""

    def to_representation(self, rows):
        return [reference for row in rows.all() if (reference := refer(row))]


class IntervalField(serializers.Field):
    """The whole interval in EDTF and in words, or null: {"edtf", "text"}."""

    def to_representation(self, edtf):
        return {"edtf": edtf, "text": span_text(parse(edtf))} if edtf else None


class ProgrammeField(serializers.Field):
    """The programme, also where the record names only its edition."""

    def __init__(self, **options):
        super().__init__(source="programme_of", **options)

    def to_representation(self, programme):
        return refer(programme)


class MomentField(serializers.Field):
    """The start or end of an event: a date with its `time` in RFC 3339, or null."""

    def __init__(self, side, time, **options):
        self.side, self.time = side, time
        super().__init__(source="*", **options)

    def to_representation(self, event):
        date = getattr(parse(event.dates), self.side) if event.dates else None
        if date is None:
            return None
        exact = date.earliest if date.earliest == date.latest else None
        return as_card(date, side=self.side) | {
            "time": event.moment(exact, getattr(event, self.time))
        }


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
    order = "-start"
    placed = ("locations",)
    places = PLACES
    cites = ("roles", "figures")

    summary = TextField()
    description = TextField()
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


@declare(Programme, "programme", "programmes")
class ProgrammeSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "kind", "parent"),
        *("start", "end", "dates", "roles", "locations", "themes", "audiences", "figures"),
        *("editions", "website", "note", "sources", "verified_on"),
    )
    shows = (*OWN, "parent", "editions")

    kind = ValueField()
    parent = ReferenceField()
    editions = ReferencesField()


@declare(Edition, "edition", "editions")
class EditionSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "programme", "number"),
        *("ordinal_as_printed", "start", "end", "dates", "roles", "locations", "themes"),
        *("audiences", "figures", "initiatives", "website", "note", "sources", "verified_on"),
    )
    bound_by = OF_PROGRAMME
    shows = (*OWN, *bound_by, "programme", "initiatives")
    places = (*PLACES, *bound_by)

    programme = ReferenceField()
    number = ValueField()
    ordinal_as_printed = ValueField()
    initiatives = ReferencesField()


@declare(Initiative, "initiative", "initiatives")
class InitiativeSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "programme", "edition"),
        *("result", "award", "start", "end", "dates", "roles", "locations", "themes"),
        *("audiences", "figures", "website", "note", "sources", "verified_on"),
    )
    bound_by = (*OF_PROGRAMME, *OF_EDITION)
    shows = (*OWN, *bound_by, "programme", "edition__programme")
    places = (*PLACES, *bound_by)

    programme = ProgrammeField()
    edition = ReferenceField()
    result = ValueField()
    award = ValueField()


@declare(Event, "event", "events")
class EventSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "kind", "status", "mode"),
        *("programme", "edition", "organisation", "start", "end", "dates", "time_zone"),
        *("venue", "formats", "registration_url", "registration_deadline", "cost", "capacity"),
        *("languages", "locations", "roles", "themes", "audiences", "figures", "website"),
        *("note", "sources", "verified_on"),
    )
    bound_by = (*OF_PROGRAMME, *OF_EDITION)
    shows = (
        *(*OWN, *bound_by, "programme", "edition__programme", "organisation"),
        "formats__term__parent__parent",
    )
    placed = ("venue", "locations")
    places = (*PLACES, *bound_by, "organisation")

    kind = ValueField()
    status = ValueField()
    mode = ValueField()
    programme = ProgrammeField()
    edition = ReferenceField()
    organisation = ReferenceField()
    start = MomentField("start", "start_time")
    end = MomentField("end", "end_time")
    time_zone = ValueField()
    venue = VenueField()
    formats = TermsField()
    registration_url = ValueField()
    registration_deadline = DateField()
    cost = ValueField()
    capacity = ValueField()
    languages = LanguagesField()
