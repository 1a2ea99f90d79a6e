from django.contrib import admin

from registry.staff.entries import NAME, NOTE, SAFETY, TEXTS, RecordAdmin
from registry.staff.inlines import RowInline

from .models import Toy, ToyCitation


class SourceInline(RowInline):
    model = ToyCitation


@admin.register(Toy)
class ToyAdmin(RecordAdmin):
    fieldsets = [
        (None, {"fields": [NAME, "kind", "workshop", ("slug", "redact")]}),
        (None, {"fields": [*TEXTS, NOTE, "website"]}),
        SAFETY,
    ]
    inlines = [SourceInline]
