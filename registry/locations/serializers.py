"""The card of a place, and a place as other cards show it."""

from django.utils.translation import ngettext_lazy
from rest_framework import serializers

from registry.cards.declarations import declare
from registry.records.serializers import (
    CitingField,
    EntrySerializer,
    ReferenceField,
    SourcesField,
    TextField,
    ValueField,
    as_sides,
    public_reference,
)
from registry.values.precision import Precision
from registry.values.translated import texts

from .models import Location, shown_places, surroundings

ABOVE = Location.above


def locate(place, point=None):
    """A reference to a place, already as coarse as it may be shown."""
    return public_reference(place) | _describe(place, point)


def _describe(place, point=None):
    """`within` names the places around it, nearest first; `precision` is the level shown."""
    above = [p for p in place.ancestors() if p.is_public]
    region = next((p for p in [place, *above] if p.level == Precision.REGION), None)
    country = next((p for p in [place, *above] if p.level == Precision.COUNTRY), None)
    return {
        "kind": place.kind,
        "code": place.code,
        "region": region and region.code,
        "country": country and country.code,
        "precision": Precision.EXACT.value if point else place.level.value,
        "point": point or place.point,
        "within": [p.slug for p in above],
    }


class PlacesField(serializers.Field):
    """The places of a record, generalised to the precision that may be shown."""

    def __init__(self, **options):
        super().__init__(source="*", **options)

    def to_representation(self, instance):
        places = shown_places(instance.placements.all(), instance.shown_precision)
        # An exact point is that of an event; it stands for its one place.
        point = getattr(instance, "exact_point", None)
        return [locate(place, point if len(places) == 1 else None) for place in places]


class OtherNamesField(serializers.Field):
    """Further names and spellings: [{"name", "language", "kind", "from", "to"}]."""

    def to_representation(self, names):
        return [
            {
                "name": other.name,
                "language": other.language or None,
                "kind": other.kind,
                **as_sides(other, "from", "to"),
            }
            for other in names.all()
        ]


class LocalContextsField(CitingField):
    """What sources say of how the place is governed, each with the key of its source."""

    def cited(self, instance, keys):
        return [
            {
                "governed": context.governed,
                "standing": context.standing or None,
                "text": texts(context, "text"),
                "source": keys.get(context.source),
            }
            for context in instance.local_contexts.all()
        ]


class CodesField(serializers.Field):
    def __init__(self, **options):
        super().__init__(source="*", **options)

    def to_representation(self, place):
        return {
            "iso_3166_1": place.iso_3166_1 or None,
            "iso_3166_2": place.iso_3166_2 or None,
            "geonames": place.geonames,
            "soato": place.soato or None,
        }


class IdentifiersField(serializers.Field):
    """Its codes in the lists of its country: [{"scheme", "value"}]."""

    def to_representation(self, rows):
        return [{"scheme": row.scheme, "value": row.value} for row in rows.all()]


class PlaceField(serializers.Field):
    """The keys that place `name` has as a reference: region, country, within …"""

    def __init__(self, **options):
        super().__init__(source="*", **options)

    def to_representation(self, place):
        return _describe(place)[self.field_name]


@declare(
    Location,
    "location",
    "locations",
    page="places/{slug}/",
    counted=ngettext_lazy("%(count)s place", "%(count)s places", "count"),
    surroundings=surroundings,
    is_mapped=True,
    searched=1,
    matched=3,
)
class LocationSerializer(EntrySerializer):
    shows = (ABOVE, "identifiers", "other_names", "local_contexts__source", "citations__source")
    cites = ("local_contexts",)

    code = ValueField()
    codes = CodesField()
    identifiers = IdentifiersField()
    kind = ValueField()
    parent = ReferenceField()
    region = PlaceField()
    country = PlaceField()
    within = PlaceField()
    point = ValueField()
    population = ValueField()
    population_year = ValueField()
    other_names = OtherNamesField()
    local_context = LocalContextsField()
    valid = serializers.SerializerMethodField()
    note = TextField()
    sources = SourcesField()

    def get_valid(self, place):
        return {
            "from": place.valid_from or None,
            "to": place.valid_to or None,
        }
