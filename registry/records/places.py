"""Where a record is, as its card and those of its figures show it."""

from django.utils.translation import gettext_lazy as _

from registry.cards.fields import NONE, CardField
from registry.cards.index import ONLINE, within_terms
from registry.cards.shapes.objects import WITHIN, Place, Places, Point
from registry.cards.shapes.plain import CODE, Code, code_of_place
from registry.values.precision import Precision

# No card says “hidden”, which looks like not recorded.
SHOWN = [choice for choice in Precision.choices if choice[0] != Precision.HIDDEN]
LEVELS = [level for level, _label in SHOWN]
PLACE = Place(
    "Place",
    {
        "kind": CODE,
        "code": code_of_place(),
        "region": code_of_place(),
        "country": code_of_place(),
        "precision": Code({"type": "string", "enum": LEVELS}, choices=SHOWN),
        "point": Point(),
        "within": WITHIN,
    },
)


class WhereField(CardField):
    """The places of a record, already as coarse as they may be shown."""

    title = _("Places")
    shape = Places(PLACE)
    filtered_by = "location"
    placed = True

    def terms(self, value, body):
        """What is online and in no place has its place recorded: it is under none, nor "none"."""
        places = [*value, *filter(None, [body.get("seat")])]
        if not places and body.get("mode") == ONLINE:
            return set()
        found = within_terms(self.filtered_by, places)
        found |= {("place", place["slug"]) for place in places}
        kinds = {("location_kind", place["kind"]) for place in places}
        return found | (kinds or {("location_kind", NONE)})
