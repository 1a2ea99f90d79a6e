from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from registry.locations.admin import RegionFilter
from registry.records.admin import (
    NAME,
    NOTE,
    SAFETY,
    TEXTS,
    FigureInline,
    NameInline,
    PartInline,
    RecordAdmin,
    RowInline,
    named,
)
from registry.records.translated import columns

from .models import (
    Identifier,
    LifeEvent,
    Organisation,
    OrganisationFigure,
    OrganisationName,
    OrganisationPlace,
    OrganisationSource,
    OrganisationTheme,
)


class OtherNameInline(NameInline):
    model = OrganisationName


class IdentifierInline(RowInline):
    model = Identifier


class LifeEventInline(PartInline):
    model = LifeEvent
    fieldsets = [(None, {"fields": [("kind", "date", "source"), tuple(columns("text"))]})]


class PlaceInline(RowInline):
    model = OrganisationPlace


class ThemeInline(RowInline):
    model = OrganisationTheme


class OrganisationFigureInline(FigureInline):
    model = OrganisationFigure


class SourceInline(RowInline):
    model = OrganisationSource


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    list_display = ["title", "kind", "shown_state", "sits_in", "places", "changed"]
    list_filter = ["state", "kind", "precision", RegionFilter]
    list_select_related = ["seat"]
    fieldsets = [
        (None, {"fields": [NAME, ("kind", "parent"), ("slug", "redact")]}),
        (_("In words"), {"fields": [*TEXTS, tuple(columns("helps_with")), NOTE]}),
        (_("Where and how to reach it"), {"fields": [("seat", "address"), ("website", "email")]}),
        SAFETY,
    ]
    inlines = [
        LifeEventInline,
        OtherNameInline,
        IdentifierInline,
        PlaceInline,
        ThemeInline,
        OrganisationFigureInline,
        SourceInline,
    ]

    @admin.display(description=_("seat"))
    def sits_in(self, organisation):
        return named(organisation.seat)
