from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.cards.declarations import declare
from registry.cards.fields import shape_of
from registry.cards.shapes.objects import Many, Object, Text
from registry.locations.serializers import (
    ABOVE,
    IdentifiersField,
    OtherNamesField,
    PlaceField,
    PlacesField,
)
from registry.records.fields import (
    DATE,
    KEYS_OF_SOURCES,
    CitingField,
    DateField,
    EntrySerializer,
    FiguresField,
    ReferenceField,
    SourcesField,
    TermsField,
    TextField,
    ValueField,
    as_date,
)
from registry.records.from_parts import (
    ActiveField,
    ReachBeyondField,
    ReachedAudiencesField,
    ReachField,
)
from registry.records.models import PARENTS
from registry.values.translated import texts

from . import linked_data
from .models import LifeEvent, Organisation

KINDS = LifeEvent.Kind


class FirstEventField(DateField):
    """When the first of these happened to it."""

    of_record = True

    def __init__(self, kinds, *arguments, **options):
        self.kinds = kinds
        super().__init__(*arguments, **options)

    def to_representation(self, organisation):
        event = organisation.first(*self.kinds)
        return as_date(event.date) if event else None


class LifeEventsField(CitingField):
    title = _("What happened to it")
    shape = Many(
        Object(
            "LifeEvent",
            {
                "kind": shape_of(LifeEvent, "kind"),
                "date": DATE,
                "text": Text(),
                "sources": KEYS_OF_SOURCES,
            },
        ),
        "kind",
        "date",
    )

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


class NumbersField(IdentifiersField):
    def to_representation(self, rows):
        return [{"scheme": row.list, "value": row.value} for row in rows.all()]


@declare(
    Organisation,
    "organisation",
    "organisations",
    counted=ngettext_lazy("%(count)s organisation", "%(count)s organisations", "count"),
    # What it runs: an organisation works where that takes place.
    parts=("programme", "edition", "initiative", "event"),
    counted_in_places=("status", "active"),
    numbered_by="programme",
    is_mapped=True,
    thing=linked_data.organisation,
    searched=2,
    followed=4,
    in_menu=2,
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
    places = (PARENTS, f"seat__{ABOVE}", f"placements__location__{ABOVE}")

    other_names = OtherNamesField()
    kind = ValueField(_("Kind"), filtered_by="kind")
    status = ValueField(_("Status"), filtered_by="status")
    summary = TextField(_("In one sentence"))
    description = TextField(_("Description"))
    founded = FirstEventField((KINDS.FOUNDED, KINDS.REGISTERED, KINDS.BEGAN_WORK), _("Founded"))
    # Not RELOCATED: it goes on elsewhere.
    ended = FirstEventField((KINDS.CLOSED, KINDS.MERGED), _("Ended"))
    life_events = LifeEventsField()
    identifiers = NumbersField()
    parent = ReferenceField(_("Part of"), filtered_by="parent")
    seat = PlaceField(_("Seat"))
    locations = PlacesField()
    reach = ReachField()
    reach_audiences = ReachedAudiencesField(filtered_by="audience")
    reach_beyond = ReachBeyondField()
    active = ActiveField()
    website = ValueField(_("Website"))
    email = ValueField(_("Role mailbox"))
    themes = TermsField(_("Themes"), filtered_by="theme")
    helps_with = TextField(_("What it helps with"))
    figures = FiguresField()
    note = TextField(_("What is not stated"))
    sources = SourcesField()
    verified_on = ValueField(_("Last verified on"))
