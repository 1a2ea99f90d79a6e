"""The rows of programmes, editions, initiatives and events: one small model each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.locations.models import Placement
from registry.records.models import Citation, Figure, Subject

from .edition import Edition
from .event import Event
from .initiative import Initiative
from .programme import Programme
from .role import Role


def owner(model, name):
    return models.ForeignKey(model, models.CASCADE, related_name=name)


class ProgrammeRole(Role):
    record = owner(Programme, "roles")


class ProgrammePlacement(Placement):
    record = owner(Programme, "placements")

    class Meta(Placement.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")


class ProgrammeTheme(Subject):
    of_scheme = "theme"
    record = owner(Programme, "themes")

    class Meta(Subject.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class ProgrammeAudience(Subject):
    of_scheme = "audience"
    record = owner(Programme, "audiences")

    class Meta(Subject.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class ProgrammeFormat(Subject):
    of_scheme = "format"
    record = owner(Programme, "formats")

    class Meta(Subject.Meta):
        verbose_name = _("format")
        verbose_name_plural = _("formats")


class ProgrammeApproach(Subject):
    of_scheme = "approach"
    record = owner(Programme, "approaches")

    class Meta(Subject.Meta):
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")


class ProgrammeFigure(Figure):
    record = owner(Programme, "figures")

    class Meta(Figure.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")


class ProgrammeCitation(Citation):
    record = owner(Programme, "citations")

    class Meta(Citation.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class EditionRole(Role):
    record = owner(Edition, "roles")


class EditionPlacement(Placement):
    record = owner(Edition, "placements")

    class Meta(Placement.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")


class EditionTheme(Subject):
    of_scheme = "theme"
    record = owner(Edition, "themes")

    class Meta(Subject.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class EditionAudience(Subject):
    of_scheme = "audience"
    record = owner(Edition, "audiences")

    class Meta(Subject.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class EditionFormat(Subject):
    of_scheme = "format"
    record = owner(Edition, "formats")

    class Meta(Subject.Meta):
        verbose_name = _("format")
        verbose_name_plural = _("formats")


class EditionApproach(Subject):
    of_scheme = "approach"
    record = owner(Edition, "approaches")

    class Meta(Subject.Meta):
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")


class EditionFigure(Figure):
    record = owner(Edition, "figures")

    class Meta(Figure.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")


class EditionCitation(Citation):
    record = owner(Edition, "citations")

    class Meta(Citation.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class InitiativeRole(Role):
    record = owner(Initiative, "roles")


class InitiativePlacement(Placement):
    record = owner(Initiative, "placements")

    class Meta(Placement.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")


class InitiativeTheme(Subject):
    of_scheme = "theme"
    record = owner(Initiative, "themes")

    class Meta(Subject.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class InitiativeAudience(Subject):
    of_scheme = "audience"
    record = owner(Initiative, "audiences")

    class Meta(Subject.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class InitiativeFigure(Figure):
    record = owner(Initiative, "figures")

    class Meta(Figure.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")


class InitiativeCitation(Citation):
    record = owner(Initiative, "citations")

    class Meta(Citation.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class EventRole(Role):
    record = owner(Event, "roles")


class EventPlacement(Placement):
    record = owner(Event, "placements")

    class Meta(Placement.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")


class EventTheme(Subject):
    of_scheme = "theme"
    record = owner(Event, "themes")

    class Meta(Subject.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class EventAudience(Subject):
    of_scheme = "audience"
    record = owner(Event, "audiences")

    class Meta(Subject.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class EventFigure(Figure):
    record = owner(Event, "figures")

    class Meta(Figure.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")


class EventCitation(Citation):
    record = owner(Event, "citations")

    class Meta(Citation.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class EventFormat(Subject):
    of_scheme = "format"
    record = owner(Event, "formats")

    class Meta(Subject.Meta):
        verbose_name = _("format")
        verbose_name_plural = _("formats")
