"""The card of a place, and a place as other cards show it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.cards.declarations import declare
from registry.cards.fields import CardField, shape_of
from registry.cards.index import identifiers_of, names_of
from registry.cards.shapes.json_schema import INTEGER_OR_NULL, STRING, STRING_OR_NULL
from registry.cards.shapes.objects import Many, Object, Point
from registry.cards.shapes.plain import (
    LANGUAGE,
    Shape,
    code_of_place,
)
from registry.records.fields import (
    DATE,
    EntrySerializer,
    ReferenceField,
    RowsField,
    SourcesField,
    TextField,
    ValueField,
    WithinField,
    as_sides,
    public_reference,
)
from registry.records.models import OtherName
from registry.records.places import PLACE, WhereField
from registry.values.degrees import cell_of
from registry.values.precision import Precision
from registry.values.stemming import stems_of_name

from . import linked_data
from .atlas.outlines import polygon
from .models import LocalContext, Location, shown_places, surroundings

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


class PlacesField(WhereField):
    """The places of a record, generalised to the precision that may be shown."""

    of_record = True

    def to_representation(self, instance):
        places = shown_places(instance.placements.all(), instance.shown_precision)
        # An exact point is that of an event; it stands for its one place.
        point = getattr(instance, "exact_point", None)
        return [locate(place, point if len(places) == 1 else None) for place in places]


class PlaceField(CardField):
    """One place of a record, generalised like all of its places, or null."""

    shape = PLACE
    of_record = placed = True

    def to_representation(self, instance):
        place = getattr(instance, self.field_name)
        place = place and place.generalised(instance.shown_precision)
        return locate(place) if place else None


class OtherNamesField(CardField):
    """Further names and spellings: [{"name", "language", "kind", "from", "to"}]."""

    title = _("Other names")
    shape = Many(
        Object(
            "OtherName",
            {
                "name": Shape(STRING),
                "language": LANGUAGE,
                "kind": shape_of(OtherName, "kind"),
                "from": DATE,
                "to": DATE,
            },
        ),
        "name",
    )

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


class NamesOfPlaceField(OtherNamesField):
    """By all of its names a place is called in what people look for."""

    filtered_by = "called"

    def terms(self, value, body):
        return {
            (self.filtered_by, stems[:230])
            for name in names_of(body)
            for stems in stems_of_name(name)
        }


class CodesField(CardField):
    title = _("Codes")
    shape = Object(
        "LocationCodes",
        {
            "iso_3166_1": code_of_place("ISO 3166-1"),
            "iso_3166_2": code_of_place("ISO 3166-2"),
            "geonames": Shape(INTEGER_OR_NULL, "GeoNames"),
            "soato": Shape(STRING_OR_NULL, "SOATO", searched=False),
        },
    )
    of_record = True

    def to_representation(self, place):
        return {
            "iso_3166_1": place.iso_3166_1 or None,
            "iso_3166_2": place.iso_3166_2 or None,
            "geonames": place.geonames,
            "soato": place.soato or None,
        }


class IdentifiersField(CardField):
    """Its numbers in public lists: [{"scheme", "value"}]."""

    title = _("Public identifiers")
    shape = Many(
        Object("Identifier", {"scheme": Shape(STRING, searched=False), "value": Shape(STRING)}),
        "scheme",
        "value",
    )
    filtered_by = "identifier"

    def to_representation(self, rows):
        return [{"scheme": row.scheme, "value": row.value} for row in rows.all()]

    def terms(self, value, body):
        return {(self.filtered_by, key) for key in identifiers_of(body)}


class CodeOfPlaceField(ValueField):
    title = _("ISO 3166 code")
    shape = code_of_place()
    filtered_by = "code"

    def terms(self, value, body):
        return {(self.filtered_by, value)} if value else set()


class PointField(ValueField):
    """Where it is. What is near is found by cells of a grid: districts and what lies in them, for
    the point of a region says little of where its people live."""

    title = _("Point")
    shape = Point()
    filtered_by = "cell"

    def terms(self, value, body):
        is_wide = body["kind"] in (Location.Kind.COUNTRY, Location.Kind.REGION)
        return set() if value is None or is_wide else {(self.filtered_by, cell_of(value))}


class AroundField(CardField):
    """The keys that a place has as a reference as well: region, country."""

    of_record = True
    shape = code_of_place()

    def to_representation(self, place):
        return _describe(place)[self.field_name]


class ValidField(CardField):
    title = _("Existed")
    shape = Object(
        "Validity",
        {"from": Shape(STRING_OR_NULL, _("from")), "to": Shape(STRING_OR_NULL, _("to"))},
    )
    of_record = True

    def to_representation(self, place):
        return {"from": place.valid_from or None, "to": place.valid_to or None}


@declare(
    Location,
    "location",
    "locations",
    page="places/{slug}/",
    counted=ngettext_lazy("%(count)s place", "%(count)s places", "count"),
    surroundings=surroundings,
    is_mapped=True,
    outline=lambda body: polygon(body["code"]),
    thing=linked_data.place,
    searched=1,
    in_menu=4,
    matched=3,
)
class LocationSerializer(EntrySerializer):
    shows = (ABOVE, "identifiers", "other_names", "local_contexts__source", "citations__source")
    cites = ("local_contexts",)

    code = CodeOfPlaceField()
    codes = CodesField()
    identifiers = IdentifiersField()
    kind = ValueField(_("Kind"), filtered_by="kind")
    parent = ReferenceField(_("Part of"), filtered_by="parent")
    region = AroundField(_("Region"))
    country = AroundField(_("Country"))
    within = WithinField(source="ancestors")
    point = PointField()
    population = ValueField(_("Population"))
    population_year = ValueField(_("Year of the count"))
    other_names = NamesOfPlaceField()
    local_context = RowsField(
        _("How it is governed"),
        LocalContext,
        *("governed", "standing", "text", "source"),
        rows="local_contexts",
        line=("governed",),
    )
    valid = ValidField()
    note = TextField(_("What is not stated"))
    sources = SourcesField()
