from functools import cache

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from registry.locations.admin import RegionFilter
from registry.records.relations import part_models
from registry.staff.entries import ADDRESS, NAME, NOTE, SAFETY, TEXTS, RecordAdmin
from registry.staff.inlines import FigureInline, NameInline, PartInline, RowInline
from registry.staff.lists import named
from registry.values.translated import columns

from .models import Edition, Event, Initiative, Programme
from .several_events import SeveralEventsMixin


@cache
def inline(base, model):
    """An inline needs nothing but its model: one small class for each of the small models."""
    return type(f"{model.__name__}Inline", (base,), {"model": model})


class RoleInline(PartInline):
    # A source is optional here: empty says that none is known.
    explained = {
        "role": _(
            "Implementer: does the work from day to day. Organiser: calls people together and"
            " answers for it. Host: gives the place."
        )
    }
    fieldsets = [
        (None, {"fields": [("organisation", "role"), ("valid_from", "valid_to", "source")]})
    ]


# How the rows of each relation are edited, in the order of the form.
ROWS = {
    "roles": RoleInline,
    "placements": RowInline,
    "formats": RowInline,
    "approaches": RowInline,
    "themes": RowInline,
    "audiences": RowInline,
    "figures": FigureInline,
    "citations": RowInline,
    "other_names": NameInline,
}


class ActivityAdmin(RecordAdmin):
    list_filter = ["state", "precision", RegionFilter]
    needed = ["placements", "roles", "citations"]

    explained = {
        "parent": _("A larger programme that this one is carried out within."),
        "mode": _("Online: nobody has to travel. It may still name the places it is for."),
        "status": _("Moved: another time or place is known. Postponed: none is known yet."),
    }

    def get_inlines(self, request, obj):
        parts = part_models(self.model)
        return [inline(base, parts[name]) for name, base in ROWS.items() if name in parts]


@admin.register(Programme)
class ProgrammeAdmin(SeveralEventsMixin, ActivityAdmin):
    names_whole = "programme"
    list_display = ["title", "kind", "shown_state", "dates", "places", "changed"]
    list_filter = ["state", "kind", "precision", RegionFilter]
    fieldsets = [
        (None, {"fields": [NAME, ("kind", "mode", "dates"), "parent"]}),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website", ADDRESS]}),
        SAFETY,
    ]
    belongs_through = [("edition", "programme")]


@admin.register(Edition)
class EditionAdmin(SeveralEventsMixin, ActivityAdmin):
    names_whole = "edition"
    list_display = ["title", "of_programme", "number", "shown_state", "dates", "places", "changed"]
    list_select_related = ["programme"]
    # “The sixth contest” does not say of which programme it is.
    choice_label_needs = "programme"
    fieldsets = [
        (None, {"fields": [("programme", "number", "ordinal_as_printed", "dates"), "mode", NAME]}),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website", ADDRESS]}),
        SAFETY,
    ]

    @admin.display(description=_("programme"))
    def of_programme(self, edition):
        return named(edition.programme)

    def choice_label(self, edition):
        return f"{super().choice_label(edition)} · {named(edition.programme)}"


@admin.register(Initiative)
class InitiativeAdmin(ActivityAdmin):
    list_display = ["title", "result", "part_of", "shown_state", "dates", "places", "changed"]
    list_filter = ["state", "result", "precision", RegionFilter]
    list_select_related = ["programme", "edition__programme"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    NAME,
                    ("edition", "programme", "dates"),
                    ("result", "award", "mode"),
                ]
            },
        ),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website", ADDRESS]}),
        SAFETY,
    ]

    @admin.display(description=_("part of"))
    def part_of(self, initiative):
        return named(initiative.edition or initiative.programme)


@admin.register(Event)
class EventAdmin(ActivityAdmin):
    list_display = ["title", "kind", "shown_state", "dates", "part_of", "places", "changed"]
    list_filter = ["state", "kind", "status", "mode", "precision", RegionFilter]
    list_select_related = ["programme", "edition__programme", "organisation"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    NAME,
                    ("kind", "status", "mode"),
                    ("dates", "start_time", "end_time", "time_zone"),
                    ("edition", "programme", "organisation"),
                ]
            },
        ),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website", ADDRESS]}),
        (
            _("Taking part"),
            {
                "fields": [
                    ("registration_url", "registration_deadline"),
                    ("cost", "capacity", "languages"),
                ]
            },
        ),
        (
            _("Exact place: for staff, unless it may be shown exactly"),
            {"fields": [tuple(columns("venue")), ("address", "lat", "lon")]},
        ),
        SAFETY,
    ]

    @admin.display(description=_("part of"))
    def part_of(self, event):
        return named(event.edition or event.programme or event.organisation)
