"""The keys that the cards of its parts give to a whole: the flush fills them in
(`registry.cards.reach`)."""

from django.utils.translation import gettext_lazy as _

from registry.cards.fields import NONE, CardField
from registry.cards.shapes.json_schema import INTEGER
from registry.cards.shapes.objects import (
    JOIN,
    NAMED,
    REFERENCE,
    WITHIN,
    Many,
    Object,
    Place,
    Places,
    Point,
    References,
    Words,
)
from registry.cards.shapes.plain import CODE, SPAN, Elsewhere, Shape, code_of_place, day

from .fields import TERM

BY = References(REFERENCE, searched=False, maxItems=3)
COUNT = Shape(INTEGER | {"minimum": 1})
PLACE = Place(
    "ReachedPlace",
    {
        "kind": CODE,
        "code": code_of_place(),
        "region": code_of_place(),
        "country": code_of_place(),
        "point": Point(),
        "within": WITHIN,
    },
    null=False,
)


class ReachedTerms(References):
    """Terms that parts give, as columns like those of a record's own."""

    def __init__(self):
        about = "Whom parts are for: the first of those parts, and how many there are."
        members = {"audience": TERM, "by": BY, "count": COUNT}
        super().__init__(Object("ReachedAudience", members, about=about))
        self.named = TERM

    def references(self, value):
        return [each["audience"] for each in value]

    def cells(self, value, language, join=JOIN.join):
        return super().cells(self.references(value), language, join)


class Reached(Places):
    """Places that parts give, as columns like those of a record's own."""

    def __init__(self):
        reach = Object(
            "Reach",
            {"location": PLACE, "by": BY, "count": COUNT},
            about="A place that parts give: the first of those parts, and how many there are.",
        )
        super().__init__(reach)
        self.named = PLACE

    def references(self, value):
        return [each["location"] for each in value]

    def cells(self, value, language, join=JOIN.join):
        return super().cells(self.references(value), language, join)


# Roles that parts give, as in "funder: oeec".
REACHED_ROLES = Many(
    Object("ReachedRole", {"role": CODE, "organisation": NAMED, "by": BY, "count": COUNT}),
    "role",
    "organisation",
)


class FromParts(CardField):
    of_record = of_parts = True
    empty = None

    def to_representation(self, instance):
        return self.empty and self.empty()


class ActiveField(FromParts):
    title = _("Active, with its parts")
    shape = Object(
        "Active",
        {
            "earliest": day(_("first day")),
            "latest": day(_("last day")),
            "spans": Words(
                SPAN, searched=False, examples=["2015-11-21/2015-11-21", "2016-02-01/.."]
            ),
        },
        about="When it was active, by its own dates and those of its parts. A side that is open or"
        " unknown is null, and two dots in a span; spans that share a year are one.",
    )


class ReachField(FromParts):
    title = _("Places of its parts")
    shape = Reached()
    empty = list


class ReachedRolesField(FromParts):
    title = _("Roles in its parts")
    shape = REACHED_ROLES
    empty = list


class ReachedAudiencesField(FromParts):
    title = _("Audiences of its parts")
    shape = ReachedTerms()
    empty = list

    def terms(self, value, body):
        return {(self.filtered_by, NONE)}  # of its own; what parts give is marked as given


class ReachBeyondField(FromParts):
    title = _("Beyond those named")
    shape = Object(
        "ReachBeyond",
        {
            "places": Shape(INTEGER, _("places")),
            "within": WITHIN,
            "roles": Words(Elsewhere(), searched=False),
        },
        about="What parts give beyond the fifty that are named: how many further places, these and"
        " all around them by slug, and roles as `funder:slug`.",
    )
