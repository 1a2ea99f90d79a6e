from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.cards.models.change_numbers import keep
from registry.cards.sql import listed
from registry.records.models import State
from registry.staff.entries import NAME, NOTE, EntryAdmin
from registry.staff.inlines import OWN_SOURCE, NameInline, PartInline, RowInline
from registry.staff.lists import named
from registry.values.translated import columns
from registry.workflow.rights import sees_gone

from .models import (
    LocalContext,
    Location,
    LocationCitation,
    LocationIdentifier,
    LocationName,
    keys_within,
    steps_above,
)


class RegionFilter(admin.SimpleListFilter):
    """Records with a place in a first-level region; of the regions only those with records that
    exist for this person."""

    title = _("region")
    parameter_name = "region"

    @staticmethod
    def has_seat(queryset):
        return hasattr(queryset.model, "seat")

    def lookups(self, request, model_admin):
        """Kept for a minute: which regions have records changes once in a while."""
        model, person = model_admin.model, sees_gone(request.user, model_admin.model)
        kept = f"regions-{model._meta.label}-{person}-{get_language()}"
        held = keep(kept, lambda: self.held(model_admin.get_queryset(request)), timeout=60)
        return [*held, ("none", _("not recorded"))]

    def held(self, rows):
        # Of each region, some dozens, whether it has a record: the records are many.
        rows = rows.order_by()
        held = Q()
        for place in ("placements__location", *(["seat"] if self.has_seat(rows) else [])):
            # Every level of the gazetteer is looked at for it, and it changes once in years.
            most = keep("steps_above", steps_above, timeout=60)
            for steps in range(most + 1):
                path = "__".join([place, *["parent"] * steps])
                held |= Q(Exists(rows.filter(**{path: OuterRef("pk")})))
        regions = Location.objects.filter(held, state=State.PUBLIC).exclude(iso_3166_2="")
        return [(region.iso_3166_2, str(region)) for region in regions.order_by("iso_3166_2")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        if self.value() == "none":
            unplaced = queryset.filter(placements=None)
            return unplaced.filter(seat=None) if self.has_seat(queryset) else unplaced
        placed = queryset.model._meta.get_field("placements").related_model
        here = keys_within(self.value(), placed, "record", "location")
        if self.has_seat(queryset):
            here |= keys_within(self.value(), queryset.model, "id", "seat")
        return queryset.filter(pk__in=listed(here))


class LocationNameInline(NameInline):
    model = LocationName


class LocationIdentifierInline(RowInline):
    model = LocationIdentifier


class LocalContextInline(PartInline):
    model = LocalContext
    explained = OWN_SOURCE
    fieldsets = [(None, {"fields": [("governed", "standing", "source"), tuple(columns("text"))]})]


class LocationCitationInline(RowInline):
    model = LocationCitation


@admin.register(Location)
class LocationAdmin(EntryAdmin):
    list_display = ["title", "kind", "lies_in", "shown_state", "changed"]
    list_filter = ["state", "kind"]
    choice_label_needs = "parent__parent"
    fieldsets = [
        (None, {"fields": [NAME, ("kind", "parent"), ("slug", "redact")]}),
        (
            _("Codes and numbers"),
            {
                "fields": [
                    ("iso_3166_1", "iso_3166_2", "geonames", "soato"),
                    ("lat", "lon", "population", "population_year"),
                    ("valid_from", "valid_to"),
                ]
            },
        ),
        (None, {"fields": [NOTE]}),
    ]
    inlines = [
        LocationNameInline,
        LocationIdentifierInline,
        LocalContextInline,
        LocationCitationInline,
    ]

    @admin.display(description=_("lies in"))
    def lies_in(self, place):
        return named(*([place.parent, place.parent.parent] if place.parent else []))

    def choice_label(self, place):
        """With its kind and what it lies in: there are several Svislachs."""
        label, around = super().choice_label(place), self.lies_in(place)
        return f"{label} · {place.get_kind_display()}" + ("" if around == "—" else f", {around}")
