from django.contrib import admin
from django.db.models import Case, CharField, Q, Value, When
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from registry.locations.admin import RegionFilter
from registry.staff.accounts import AccountAdmin
from registry.staff.entries import ADDRESS, NAME, NOTE, SAFETY, TEXTS, RecordAdmin
from registry.staff.inlines import (
    OWN_SOURCE,
    FigureInline,
    NameInline,
    PartFormSet,
    PartInline,
    RowInline,
)
from registry.staff.lists import named
from registry.values.translated import columns

from .models import (
    Identifier,
    LifeEvent,
    Membership,
    Organisation,
    OrganisationCitation,
    OrganisationFigure,
    OrganisationName,
    OrganisationPlacement,
    OrganisationTheme,
)


class MembershipInline(admin.StackedInline):
    """On the page of an account. Without any, an editor writes for all organisations."""

    model = Membership
    extra = 0
    autocomplete_fields = ["organisation"]
    verbose_name_plural = _(
        "Member of: an editor writes drafts for these and for what they run, and proposes the rest."
        " Without any an editor writes for all."
    )


AccountAdmin.inlines = [MembershipInline]


class OtherNameInline(NameInline):
    model = OrganisationName


class IdentifierInline(RowInline):
    model = Identifier


class LifeEventFormSet(PartFormSet):
    """Of an organisation whose life is not told yet a row asks when it was founded."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if not self.initial_form_count():
            self.extra, self.initial_extra = 1, [{"kind": LifeEvent.Kind.FOUNDED}]


class LifeEventInline(PartInline):
    model = LifeEvent
    formset = LifeEventFormSet
    explained = OWN_SOURCE
    fieldsets = [(None, {"fields": [("kind", "date", "source"), tuple(columns("text"))]})]


class PlaceInline(RowInline):
    model = OrganisationPlacement


class ThemeInline(RowInline):
    model = OrganisationTheme


class OrganisationFigureInline(FigureInline):
    model = OrganisationFigure


class SourceInline(RowInline):
    model = OrganisationCitation


def known_by(number):
    """The rows of identifiers that are this number, with the name of the list or without."""
    text = CharField()
    scheme = Case(When(scheme="other", then="other_list"), default="scheme", output_field=text)
    printed = Concat(scheme, Value("-"), "value", output_field=text)
    # The form prints the name of the list and the number with a hyphen; people type a space.
    asked = "-".join(number.split())
    # Found by an index are those whose number is all of it, or what comes after a hyphen.
    ends = [asked[at:] for at in range(len(asked)) if not at or asked[at - 1] == "-"]
    rows = Identifier.objects.annotate(lower=Lower("value"), printed=printed)
    rows = rows.filter(lower__in=[Lower(Value(end)) for end in ends])
    return rows.filter(Q(value__iexact=asked) | Q(printed__iexact=asked))


@admin.register(Organisation)
class OrganisationAdmin(RecordAdmin):
    list_display = ["title", "kind", "shown_state", "sits_in", "places", "changed"]
    list_filter = ["state", "kind", "precision", RegionFilter]
    list_select_related = ["seat"]
    fieldsets = [
        (None, {"fields": [NAME, ("kind", "seat", "parent")]}),
        (_("In words"), {"fields": [*TEXTS, tuple(columns("helps_with")), NOTE, ADDRESS]}),
        (_("How to reach it"), {"fields": [("website", "email"), "address"]}),
        SAFETY,
    ]
    needed = ["life_events", "citations"]
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

    def found(self, typed, words, user):
        """Also by a number of a public list, as the form prints it."""
        yield from super().found(typed, words, user)
        yield known_by(typed.strip()).values("record")
