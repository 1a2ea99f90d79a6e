"""What stands in cards, as types: the names and keys are those of the OpenAPI components.

They say in signatures what a dictionary holds. tests/api/test_bodies.py compares them with what the
fields of cards declare, which is where a key is added.
"""

from typing import NotRequired, TypedDict


class TextObject(TypedDict):
    """A text in all languages, None where one is missing."""

    en: str | None
    be: str | None
    ru: str | None


class Date(TypedDict):
    """What is known of a date: in EDTF, its bounds as days, and in words."""

    edtf: str
    earliest: str | None
    latest: str | None
    text: TextObject


class Moment(Date):
    """A date of which the time of day may be known."""

    time: str | None


class Interval(TypedDict):
    edtf: str
    text: TextObject


class Reference(TypedDict):
    """What a card says of another entry."""

    type: str
    id: str
    slug: str | None
    name: TextObject


class Place(Reference):
    """A reference to a place, as finely as it may be shown."""

    kind: str
    code: str | None
    region: str | None
    country: str | None
    precision: str
    point: list[float] | None
    within: list[str]


class ReportedFigure(TypedDict):
    """A number as a source reports it."""

    id: str
    measure: str
    label: TextObject
    printed: str
    number: int | float | None
    qualifier: str | None
    unit: str
    period: Date | None
    source: str | None
    note: NotRequired[TextObject]


class Body(Reference):
    """What the card of any kind begins with; the rest is what its kind declares."""


SHARED = (TextObject, Date, Moment, Interval, Reference, Place, ReportedFigure)
