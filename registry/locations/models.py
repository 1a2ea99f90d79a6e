from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from registry.cards.private_django import Planned, asked
from registry.cards.sql import listed
from registry.records.models import Citation, Entry, OtherName, Part, State, owner
from registry.records.models.entry import levels
from registry.values.fields import CodeField, EdtfField, ShapedField
from registry.values.precision import Precision
from registry.values.translated import Translated

# How many levels a country has is a matter of its places: Belarus has four, others more. This many
# steps up a card follows, which is more than any country has.
MAX_ABOVE = 15


class Location(Entry):
    """A place of the gazetteer: a country, a region, a district or a settlement.

    Minsk is one location: a city that is at the same time a first-level region (BY-HM).
    """

    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        DISTRICT = "district", _("district")
        CITY = "city", _("city")
        TOWN = "town", _("town")
        AGROTOWN = "agrotown", _("agrotown")
        URBAN_SETTLEMENT = "urban-settlement", _("urban settlement")
        VILLAGE = "village", _("village")

    kind = CodeField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("lies in"),
    )
    name = Translated(_("name"), max_length=200)
    iso_3166_1 = ShapedField("ISO 3166-1", max_length=2, blank=True, shape="[A-Z]{2}")
    iso_3166_2 = ShapedField("ISO 3166-2", max_length=6, blank=True, shape="[A-Z]{2}-[A-Z0-9]{1,3}")
    geonames = models.PositiveIntegerField("GeoNames", null=True, blank=True, unique=True)
    # Belarus's own list of its units and settlements.
    soato = ShapedField("SOATO", max_length=10, blank=True, shape="[0-9]{4,10}")
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(_("year of count"), null=True, blank=True)
    valid_from = EdtfField(_("exists from"))
    valid_to = EdtfField(_("exists to"))

    unseen_by_others = Entry.unseen_by_others | {
        "geonames",
        "soato",
        "population",
        "population_year",
        "valid_from",
        "valid_to",
    }

    is_mergeable = True
    together = (("kind", "parent"), ("lat", "lon"), ("population", "population_year"))
    folds = Entry.folds | {"geonames", "soato"}
    above = "__".join(["parent"] * MAX_ABOVE)  # all that it lies in, for what reads ahead

    # What others show of a place they show as where they are.
    seen_in_references = frozenset()
    places_others = Entry.seen_in_references | {
        *("kind", "parent", "iso_3166_1", "iso_3166_2", "lat", "lon"),
    }

    class Meta(Entry.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["slug"]
        constraints = [
            *Entry.Meta.constraints,
            models.UniqueConstraint(
                fields=["iso_3166_1"],
                condition=~models.Q(iso_3166_1=""),
                name="location_iso_3166_1_once",
                violation_error_message=_("Another place has this ISO 3166-1 code."),
            ),
            models.UniqueConstraint(
                fields=["iso_3166_2"],
                condition=~models.Q(iso_3166_2=""),
                name="location_iso_3166_2_once",
                violation_error_message=_("Another place has this ISO 3166-2 code."),
            ),
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="location_point",
                violation_error_message=_(
                    "A point has a latitude from -90 to 90 and a longitude from -180 to 180."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="country", parent=None)
                | (~models.Q(kind="country") & models.Q(parent__isnull=False)),
                name="location_parent",
                violation_error_message=_("A country lies in nothing, every other place does."),
            ),
        ]

    def clean(self):
        super().clean()
        steps = levels(self, MAX_ABOVE)
        if steps is None:
            raise ValidationError({"parent": _("A place cannot lie in itself.")})
        if steps > MAX_ABOVE:
            raise ValidationError({"parent": _("Places are not nested as deeply as this.")})

    @property
    def code(self):
        """The ISO 3166 code that names it in addresses, or None."""
        return self.iso_3166_2 or self.iso_3166_1 or None

    @property
    def point(self):
        """[longitude, latitude] in degrees of WGS 84, or None."""
        return None if self.lat is None or self.lon is None else [self.lon, self.lat]

    def ancestors(self):
        """The places in which it lies, nearest first."""
        found, place = [], self
        # Bounded: a file could bring a circle.
        while place.parent_id is not None and len(found) < MAX_ABOVE:
            place = place.parent
            found.append(place)
        return found

    @property
    def level(self):
        """How fine a place it is: a first-level region is a region even where it is a city."""
        if self.kind in (self.Kind.COUNTRY, self.Kind.DISTRICT):
            return Precision(self.kind)
        if self.kind == self.Kind.REGION or self.iso_3166_2:
            return Precision.REGION
        return Precision.TOWN

    def unit_at(self, precision):
        """The smallest place around this one that the precision allows, or None.

        Places are coarsened to the administrative unit: random noise can be averaged away.
        """
        if precision == Precision.HIDDEN:
            return None
        for place in [self, *self.ancestors()]:
            if Precision.coarsest([place.level, precision]) == place.level:
                return place
        return None

    def generalised(self, precision):
        """The smallest place around this one that may be shown, or None."""
        unit = self.unit_at(precision)
        return unit if unit is not None and unit.is_public else None


def inside(keys):
    """The keys of these places and of all that lies in them, however deep."""
    found = level = set(keys)
    while level:
        below = Location._base_manager.filter(parent__in=listed(level)).order_by()
        level = set(below.values_list("pk", flat=True)) - found
        found = found | level
    return found


# On SQLite a cross join is done in the order in which it is written: of the places first, which
# are as many with any number of records. Of the code it asks as the index of codes is made.
WITHIN = """WITH RECURSIVE inside(id, steps) AS (
SELECT id, 0 FROM {places} WHERE iso_3166_2 = %s AND NOT (iso_3166_2 = '')
UNION ALL
SELECT below.id, steps + 1 FROM inside {below} WHERE steps < %s)
SELECT DISTINCT {key} FROM inside CROSS JOIN {table} WHERE {place} = inside.id"""
BELOW = "JOIN {places} below ON below.parent_id = inside.id"
# PostgreSQL knows of no level how few it has, and would read all places for each.
LOOKED_UP = (
    "CROSS JOIN LATERAL (SELECT id FROM {places} WHERE parent_id = inside.id OFFSET 0) below"
)


def keys_within(code, model, key, place):
    """What the column `key` says in the rows of a model whose `place` lies in the region with this
    code, or is it."""
    names = [model._meta.get_field(name).column for name in (key, place)]
    key, place, table, places = map(
        connection.ops.quote_name, (*names, model._meta.db_table, Location._meta.db_table)
    )
    columns = {"key": f"{table}.{key}", "place": f"{table}.{place}"}
    below = (LOOKED_UP if connection.vendor == "postgresql" else BELOW).format(places=places)
    statement = Planned(WITHIN.format(**columns, table=table, places=places, below=below))
    with asked(connection, statement, [code, MAX_ABOVE]) as cursor:
        return {row[0] for row in cursor.fetchall()}


def steps_above():
    """How many steps up the deepest place lies in what lies in nothing: one query for each."""
    steps = 0
    while (
        steps < MAX_ABOVE
        and Location._base_manager.exclude(**{"__".join(["parent"] * (steps + 1)): None}).exists()
    ):
        steps += 1
    return steps


def surroundings():
    """{public id: slugs of the public places around it, nearest first} of every place: for the
    proof that what lies in a place is found in it, so it follows no declaration and no limit."""
    rows = Location._base_manager.values_list("pk", "public_id", "slug", "parent", "state")
    places = {key: row for key, *row in rows}
    found = {}
    for public_id, _slug, parent, _state in places.values():
        around, seen = [], set()
        while parent is not None and parent not in seen:
            seen.add(parent)
            _id, slug, above, state = places[parent]
            around += [slug] if state == State.PUBLIC else []
            parent = above
        found[str(public_id)] = around
    return found


class LocationName(OtherName):
    record = owner(Location, "other_names")


class LocationIdentifier(Part):
    """The code of a place in its country's own list: KATOTTG of Ukraine, TERYT of Poland."""

    record = owner(Location, "identifiers")
    scheme = ShapedField(
        _("list"),
        max_length=30,
        shape="[A-Z]{2}-[A-Z0-9]{2,27}",
        help_text=_("The country and the name of its list, as in UA-KATOTTG or PL-TERYT."),
    )
    value = ShapedField(_("code"), max_length=40, shape="[0-9A-Z][0-9A-Z./-]{0,39}")

    class Meta(Part.Meta):
        verbose_name = _("code of a country's list")
        verbose_name_plural = _("codes of countries' lists")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                condition=~models.Q(value=""),
                name="location_identifier_once",
                violation_error_message=_("Another place has this code."),
            )
        ]

    def __str__(self):
        return f"{self.scheme}-{self.value}"


class LocationCitation(Citation):
    record = owner(Location, "citations")


class LocalContext(Part):
    """What a source says of how a place is governed; a category, worded neutrally."""

    class Governed(models.TextChoices):
        SUPERIOR_STATE = "superior-state", _("by superior state structures")
        CORPORATE = "corporate", _("by outside corporate structures")
        CLAN = "clan", _("by clans or families")
        QUASI_COMMUNITY = "quasi-community", _("by a circle of former colleagues")
        ECCLESIAL = "ecclesial", _("by a church community")
        UNKNOWN = "unknown", _("not known")

    class Standing(models.TextChoices):
        OWN = "own", _("our own")
        ALIEN = "alien", _("from outside")

    record = owner(Location, "local_contexts")
    governed = CodeField(_("who governs"), max_length=20, choices=Governed.choices)
    standing = CodeField(_("standing"), max_length=6, choices=Standing.choices, blank=True)
    text = Translated(_("in words"))
    source = models.ForeignKey(
        "records.Source", models.PROTECT, verbose_name=_("source"), related_name="+"
    )

    class Meta(Part.Meta):
        verbose_name = _("local context")
        verbose_name_plural = _("local contexts")

    def __str__(self):
        return f"{self.record}: {self.get_governed_display()}"


class Placement(Part):
    """A place of a record, as precisely as staff know it."""

    location = models.ForeignKey(
        Location, models.PROTECT, verbose_name=_("place"), related_name="+"
    )

    # A row that moves to another record changes where both of them are.
    locates = {"location": None, "record": None}

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                fields=["record", "location"],
                name="%(class)s_once",
                violation_error_message=_("This place is already named."),
            )
        ]

    def __str__(self):
        return str(self.location)


def shown_places(placements, precision):
    """The places of a record as the public may see them, without repetition."""
    shown = (placement.location.generalised(precision) for placement in placements)
    return list(dict.fromkeys(place for place in shown if place is not None))
