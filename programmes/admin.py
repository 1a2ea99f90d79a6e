from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from registry.locations.admin import RegionFilter
from registry.records.relations import part_models
from registry.staff.entries import NAME, NOTE, SAFETY, TEXTS, RecordAdmin
from registry.staff.inlines import FigureInline, PartInline, RowInline
from registry.staff.lists import named
from registry.values.dates.words import stored_text
from registry.values.translated import columns
from registry.workflow.rights import visible

from .models import Edition, Event, Initiative, Programme


def inline(base, model):
    """An inline needs nothing but its model: one small class for each of the small models."""
    return type(f"{model.__name__}Inline", (base,), {"model": model})


class RoleInline(PartInline):
    fieldsets = [
        (None, {"fields": [("organisation", "role"), ("valid_from", "valid_to", "source")]})
    ]


class EventsInline(admin.TabularInline):
    """The events of a programme or edition, in short; each is edited on its own page."""

    model = Event
    template = "admin/records/events.html"
    fields = readonly_fields = ["link", "kind", "when", "state"]
    extra = 0
    can_delete = False
    view_on_site = False

    def get_queryset(self, request):
        # For whoever may not withdraw, what is withdrawn does not exist (docs/decisions/0013).
        return visible(super().get_queryset(request), request.user)

    def has_add_permission(self, request, obj):
        return False

    has_change_permission = has_delete_permission = lambda self, request, obj=None: False

    @admin.display(description=_("event"))
    def link(self, event):
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:programmes_event_change", args=[event.pk]), event
        )

    @admin.display(description=_("when"))
    def when(self, event):
        return stored_text(event.dates) or None


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
}


class ActivityAdmin(RecordAdmin):
    list_filter = ["state", "precision", RegionFilter]

    def get_inlines(self, request, obj):
        parts = part_models(self.model)
        own = [inline(base, parts[name]) for name, base in ROWS.items() if name in parts]
        # Events are listed, never entered here: what is being added has none to list.
        return [*own, *self.inlines] if obj else own


@admin.register(Programme)
class ProgrammeAdmin(ActivityAdmin):
    list_display = ["title", "kind", "shown_state", "dates", "places", "changed"]
    list_filter = ["state", "kind", "precision", RegionFilter]
    fieldsets = [
        (None, {"fields": [NAME, ("kind", "mode", "dates"), "parent", ("slug", "redact")]}),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website"]}),
        SAFETY,
    ]
    inlines = [EventsInline]


@admin.register(Edition)
class EditionAdmin(ActivityAdmin):
    list_display = ["title", "of_programme", "number", "shown_state", "dates", "places", "changed"]
    list_select_related = ["programme"]
    # “The sixth contest” does not say of which programme it is.
    choice_label_needs = "programme"
    fieldsets = [
        (None, {"fields": [("programme", "number", "ordinal_as_printed", "dates"), "mode", NAME]}),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website", ("slug", "redact")]}),
        SAFETY,
    ]
    inlines = [EventsInline]

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
                    ("slug", "redact"),
                ]
            },
        ),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website"]}),
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
                    ("slug", "redact"),
                ]
            },
        ),
        (_("In words"), {"fields": [*TEXTS, NOTE, "website"]}),
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
