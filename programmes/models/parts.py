"""The parts of programmes, editions, initiatives and events: a table for each kind of both."""

from registry.locations.models import Placement
from registry.records.models import (
    Approach,
    Audience,
    Citation,
    Figure,
    Format,
    OtherName,
    Theme,
    owner,
)

from .edition import Edition
from .event import Event
from .initiative import Initiative
from .programme import Programme
from .role import Role


class ProgrammeName(OtherName):
    record = owner(Programme, "other_names")


class ProgrammeRole(Role):
    record = owner(Programme, "roles")


class ProgrammePlacement(Placement):
    record = owner(Programme, "placements")


class ProgrammeTheme(Theme):
    record = owner(Programme, "themes")


class ProgrammeAudience(Audience):
    record = owner(Programme, "audiences")


class ProgrammeFormat(Format):
    record = owner(Programme, "formats")


class ProgrammeApproach(Approach):
    record = owner(Programme, "approaches")


class ProgrammeFigure(Figure):
    record = owner(Programme, "figures")


class ProgrammeCitation(Citation):
    record = owner(Programme, "citations")


class EditionRole(Role):
    record = owner(Edition, "roles")


class EditionPlacement(Placement):
    record = owner(Edition, "placements")


class EditionTheme(Theme):
    record = owner(Edition, "themes")


class EditionAudience(Audience):
    record = owner(Edition, "audiences")


class EditionFormat(Format):
    record = owner(Edition, "formats")


class EditionApproach(Approach):
    record = owner(Edition, "approaches")


class EditionFigure(Figure):
    record = owner(Edition, "figures")


class EditionCitation(Citation):
    record = owner(Edition, "citations")


class InitiativeRole(Role):
    record = owner(Initiative, "roles")


class InitiativePlacement(Placement):
    record = owner(Initiative, "placements")


class InitiativeTheme(Theme):
    record = owner(Initiative, "themes")


class InitiativeAudience(Audience):
    record = owner(Initiative, "audiences")


class InitiativeFigure(Figure):
    record = owner(Initiative, "figures")


class InitiativeCitation(Citation):
    record = owner(Initiative, "citations")


class EventRole(Role):
    record = owner(Event, "roles")


class EventPlacement(Placement):
    record = owner(Event, "placements")


class EventTheme(Theme):
    record = owner(Event, "themes")


class EventAudience(Audience):
    record = owner(Event, "audiences")


class EventFigure(Figure):
    record = owner(Event, "figures")


class EventCitation(Citation):
    record = owner(Event, "citations")


class EventFormat(Format):
    record = owner(Event, "formats")
