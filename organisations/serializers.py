from django.utils.translation import ngettext_lazy
from rest_framework import serializers

from registry.cards.declarations import declare
from registry.locations.serializers import ABOVE, OtherNamesField, PlacesField, locate
from registry.records.models import PARENTS
from registry.records.serializers import (
    CitingField,
    EntrySerializer,
    FiguresField,
    FromParts,
    ReferenceField,
    SourcesField,
    TermsField,
    TextField,
    ValueField,
    as_date,
)
from registry.values.translated import texts

from .models import LifeEvent, Organisation


class SeatField(serializers.Field):
    """The seat, generalised like every place of the organisation, or null."""

    def __init__(self, **options):
        super().__init__(source="*", **options)

    def to_representation(self, organisation):
        seat = organisation.seat and organisation.seat.generalised(organisation.shown_precision)
        return locate(seat) if seat else None


class LifeEventsField(CitingField):
    def cited(self, organisation, keys):
        return [
            {
                "kind": event.kind,
                "date": as_date(event.date),
                "text": texts(event, "text"),
                # A source that is not public has no key.
                "sources": [keys[event.source]] if event.source in keys else [],
            }
            for event in organisation.life_events.all()
        ]


class IdentifiersField(serializers.Field):
    def to_representation(self, rows):
        return [{"scheme": row.list, "value": row.value} for row in rows.all()]


@declare(
    Organisation,
    "organisation",
    "organisations",
    counted=ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count"),
    # What it runs: an organisation works where that takes place.
    parts=("programme", "edition", "initiative", "event"),
    is_mapped=True,
    searched=2,
    followed=4,
    at_home=2,
    matched=1,
)
class OrganisationSerializer(EntrySerializer):
    shows = (
        "parent",
        PARENTS,
        f"seat__{ABOVE}",
        f"placements__location__{ABOVE}",
        "themes__term__parent__parent",
        "other_names",
        "identifiers",
        "life_events__source",
        "figures__source",
        "citations__source",
    )
    cites = ("life_events", "figures")
    # How precisely the parent is shown binds its branches.
    bound_by = (PARENTS,)
    placed = ("seat", "locations")
    places = (PARENTS, f"seat__{ABOVE}", f"placements__location__{ABOVE}")

    other_names = OtherNamesField()
    kind = ValueField()
    status = ValueField()
    summary = TextField()
    description = TextField()
    founded = serializers.SerializerMethodField()
    ended = serializers.SerializerMethodField()
    life_events = LifeEventsField()
    identifiers = IdentifiersField()
    parent = ReferenceField()
    seat = SeatField()
    locations = PlacesField()
    reach = FromParts(list)
    reach_beyond = FromParts()
    active = FromParts()
    website = ValueField()
    email = ValueField()
    themes = TermsField()
    helps_with = TextField()
    figures = FiguresField()
    note = TextField()
    sources = SourcesField()
    verified_on = ValueField()

    def get_founded(self, organisation):
        kinds = LifeEvent.Kind
        event = organisation.first(kinds.FOUNDED, kinds.REGISTERED, kinds.BEGAN_WORK)
        return as_date(event.date) if event else None

    def get_ended(self, organisation):
        # Not RELOCATED: it goes on elsewhere.
        event = organisation.first(LifeEvent.Kind.CLOSED, LifeEvent.Kind.MERGED)
        return as_date(event.date) if event else None
