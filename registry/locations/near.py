"""What concerns a point: the settlement that is nearest to it and what that lies in.

Of districts there are no open outlines, so a point is in that of the nearest settlement; of the
regions of Belarus there are.
"""

import re
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.term_counts import with_terms
from registry.listings.nearby import called, places_around
from registry.listings.parameters.base import Parameter, Selectivity
from registry.listings.parameters.codes import TermParameter
from registry.listings.parameters.places import DEGREES
from registry.values.texts import LANGUAGES, in_all_languages, spoken

from .atlas.drawing import MINSK
from .atlas.outlines import region_at
from .models import Location

NEAREST = 12  # among which one in the region of the point is looked for
AROUND_MINSK = "BY-MI"
NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?")


def point_of(text):
    """(lon, lat) of "lat,lon", as people and their phones write it."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(NUMBER.fullmatch(part) for part in parts):
        raise ValidationError(
            _(
                "Enter two numbers in degrees, separated by a comma: latitude, "
                "longitude. For example: 53.9,27.57."
            )
        )
    lat, lon = map(float, parts)
    if abs(lat) > 90 or abs(lon) > 180:
        raise ValidationError(
            _("A latitude goes from -90 to 90 degrees, a longitude from -180 to 180.")
        )
    return lon, lat


def concerned(point):
    """(km to the nearest place, the bodies of its card and of what it lies in, nearest first);
    (0, []) where none is near."""
    nearest = places_around(point)[:NEAREST]
    bodies = {card.slug: orjson.loads(card.body) for card in called.found([s for _, s in nearest])}
    found = [(km, bodies[slug]) for km, slug in nearest if slug in bodies]
    region = region_at(point)
    regions = {region, MINSK} if region == AROUND_MINSK else {region}
    inside = [each for each in found if each[1]["region"] in regions] if region else found
    if not (inside or found):
        return 0, []
    # A district stands where its town does: of the two the town.
    km, place = min(
        inside or found, key=lambda each: (each[0], each[1]["kind"] == Location.Kind.DISTRICT)
    )
    above = {card.slug: orjson.loads(card.body) for card in called.found(place["within"])}
    return km, [place, *(above[slug] for slug in place["within"] if slug in above)]


class Nearby(Parameter):
    """A point, by which a list is asked for what concerns it."""

    title = gettext_lazy("Near a point")
    about = (
        "latitude,longitude in degrees of WGS 84. Of locations: the nearest settlement, its"
        " district, its region and its country. Of records: those of the smallest of these"
        " with any."
    )
    example = "53.9,27.57"
    look = {"pattern": f"^{DEGREES},{DEGREES}$"}
    found: Any = None  # (km, bodies) of what concerns the point
    asked: Any = None  # the body of the place of which the list is, or None

    def texts(self, value):
        words = in_all_languages(lambda: _("near the point %(point)s") % {"point": value})
        if self.asked is None:
            return words
        return {code: f"{words[code]}: {spoken(self.asked['name'], code)}" for code in LANGUAGES}

    def clean(self, values):
        self.found = concerned(point_of(values[0]))
        self.asked = next(iter(self.found[1]), None)
        return [body["slug"] for body in self.found[1]] or [""]  # no place is called ""


class PlacesNearParameter(Nearby):
    """Among places: the nearest settlement, its district, its region, its country."""

    asks_columns = True

    def condition(self, value):
        return Q(slug__in=value)


class NearParameter(Nearby, TermParameter):
    """The records of the smallest place around the point in which there are any."""

    group = "location"
    repeats = excludable = False

    def clean(self, values):
        around = super().clean(values)
        held = with_terms(self.group, around, [self.listing.card_type])
        given = [slug for slug in around if (self.listing.card_type, slug) in held] or around[-1:]
        self.asked = next((body for body in self.found[1] if body["slug"] == given[0]), None)
        return given[0]

    def term_values(self, value):
        return [value]

    def selectivity(self, value):
        return Selectivity.REGION
