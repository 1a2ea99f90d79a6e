"""Parameters of where: places, what lies inside, a box on the map, and whether parts count."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.index import NONE, SLUG
from registry.cards.models import CardPoint, CardTerm
from registry.values.texts import in_all_languages

from ..facet_kinds import PlaceFacet
from .base import Parameter, Selectivity
from .records import ByName, CardParameter

MAX_CODES = 199  # of countries and first-level regions: all that a gazetteer like ours has


class PlaceParameter(ByName, CardParameter):
    """A place and all that is in it, by its slug or ISO 3166 code."""

    title = gettext_lazy("Place")
    about = (
        "The place or anything in it: a slug, or an ISO 3166 code as BY-MA or AM; `none` for what"
        " has no place recorded. Repeat it for one or the other."
    )
    example = "BY-MA"
    facet = PlaceFacet()
    value_type = named_type = "location"
    code = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")

    def wanted(self, values):
        """What to look up: (type, slugs, codes)."""
        slugs = {value for value in values if SLUG.fullmatch(value)} - {NONE}
        return "location", slugs, {value for value in slugs if self.code.fullmatch(value)}

    def card_of(self, value):
        return self.listing.named_cards.place(value)

    def selectivity(self, value):
        levels = {0: Selectivity.COUNTRY, 1: Selectivity.REGION}
        return max(
            Selectivity.CODE
            if one == NONE
            else levels.get(len(self.card_of(one).body["within"]), Selectivity.TOWN)
            for one in value
        )

    def allowed(self):
        codes = CardTerm.objects.filter(type="location", group="code").order_by("sort")
        return [*codes.values_list("value", flat=True)[:MAX_CODES], NONE]

    def unknown(self, value):
        if not self.listing.strict:
            return _(
                "There is no such place in the registry. Check the spelling or choose a place from"
                " the list below."
            )
        return _(
            "“%s” is not a place in the registry. Give the code of a country or "
            "region, such as BY-MA, or the last part of a place's address. All are "
            "listed under /api/v1/locations/."
        ) % (value,)


class WithinParameter(PlaceParameter):
    """The places that lie in one."""

    title = gettext_lazy("Inside")
    about = "Inside this one: a slug or, for places, an ISO 3166 code."
    example = ""
    facet: Any = None

    def allowed(self):
        return super().allowed()[:-1]

    def clean(self, values):
        if NONE in values:
            raise ValidationError(self.unknown(NONE))
        return super().clean(values)


class ReachParameter(Parameter):
    """Whether what only its parts say of a record counts: without, it does."""

    has_few_values = True

    def texts(self, value):
        return in_all_languages(lambda: gettext_lazy("only their own data"))

    def allowed(self):
        return ["own"]

    def clean(self, values):
        if values != ["own"]:
            raise ValidationError(_("Use own to leave out what only the parts of a record say."))
        return values[0]

    in_sets = True

    def set_in(self, sets, value):
        return sets.every


# Not whatever `float` takes: "nan" and "inf" are no degrees.
DEGREES = r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?"


class BoxParameter(Parameter):
    """A box of degrees on the points as shown."""

    about = "west,south,east,north in degrees of WGS 84, on the points as shown."
    example = "23,51,33,57"
    look = {"pattern": f"^({DEGREES},){{3}}{DEGREES}$"}
    number = re.compile(DEGREES)

    def clean(self, values):
        parts = [part.strip() for part in values[0].split(",")]
        if len(parts) != 4 or not all(self.number.fullmatch(part) for part in parts):
            raise ValidationError(
                _("Enter four numbers in degrees, separated by commas: west, south, east, north.")
            )
        west, south, east, north = box = tuple(map(float, parts))
        if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
            raise ValidationError(
                _(
                    "Degrees must be from -180 to 180 (west, east) and from -90 to 90 "
                    "(south, north)."
                )
            )
        if west > east or south > north:
            raise ValidationError(_("West must come before east, and south before north."))
        return box

    def condition(self, value):
        west, south, east, north = value
        points = CardPoint.objects.filter(lon__range=(west, east), lat__range=(south, north))
        if self.listing.own_only:
            points = points.filter(own=True)
        return Q(pk__in=points.values("card"))
