from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.records.admin import (
    NAME,
    NOTE,
    EntryAdmin,
    NameInline,
    PartInline,
    RowInline,
    named,
)
from registry.records.models import State
from registry.records.translated import columns

from .models import LocalContext, Location, LocationName, LocationSource


class RegionFilter(admin.SimpleListFilter):
    """Records with a place in a first-level region; of the regions only those with records that
    exist for this person."""

    title = _("region")
    parameter_name = "region"

    steps = ("", "parent__", "parent__parent__")

    @staticmethod
    def has_seat(queryset):
        return hasattr(queryset.model, "seat")

    def lookups(self, request, model_admin):
        columns = [f"placements__location__{step}iso_3166_2" for step in self.steps]
        rows = model_admin.get_queryset(request).order_by().values_list(*columns).distinct()
        codes = {code for row in rows for code in row if code}
        regions = Location.objects.filter(state=State.PUBLIC, iso_3166_2__in=codes)
        choices = [(region.iso_3166_2, str(region)) for region in regions.order_by("iso_3166_2")]
        return [*choices, ("none", _("not recorded"))]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        if self.value() == "none":
            unplaced = queryset.filter(placements=None)
            return unplaced.filter(seat=None) if self.has_seat(queryset) else unplaced
        inside = Q()
        for step in self.steps:
            inside |= Q(**{f"{step}iso_3166_2": self.value()})
        within = Location.objects.filter(inside).values("pk")
        here = Q(placements__location__in=within)
        if self.has_seat(queryset):
            here |= Q(seat__in=within)
        placed = queryset.model._base_manager.filter(here)
        return queryset.filter(pk__in=placed.values("pk"))


class LocationNameInline(NameInline):
    model = LocationName


class LocalContextInline(PartInline):
    model = LocalContext
    fieldsets = [(None, {"fields": [("governed", "standing", "source"), tuple(columns("text"))]})]


class LocationSourceInline(RowInline):
    model = LocationSource


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
    inlines = [LocationNameInline, LocalContextInline, LocationSourceInline]

    @admin.display(description=_("lies in"))
    def lies_in(self, place):
        return named(*([place.parent, place.parent.parent] if place.parent else []))

    def choice_label(self, place):
        """With its kind and what it lies in: there are several Svislachs."""
        label, around = super().choice_label(place), self.lies_in(place)
        return f"{label} · {place.get_kind_display()}" + ("" if around == "—" else f", {around}")
