from django.contrib import admin

from registry.staff.entries import NAME, NOTE, SAFETY, TEXTS, RecordAdmin
from registry.staff.inlines import PartInline, RowInline

from .models import Sale, Toy, ToyCitation


class SaleInline(PartInline):
    model = Sale


class SourceInline(RowInline):
    model = ToyCitation


@admin.register(Toy)
class ToyAdmin(RecordAdmin):
    fieldsets = [
        (None, {"fields": [NAME, ("kind", "shade"), "motto", "base", "workshop"]}),
        (None, {"fields": [*TEXTS, NOTE, "website", ("slug", "redact")]}),
        SAFETY,
    ]
    inlines = [SaleInline, SourceInline]
