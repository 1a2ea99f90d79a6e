"""What the staff's site has beside the records of the apps: sources, terms and accounts."""

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401 - both register what is taken out again below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _

from registry.records.models import Source, Term, TermCitation
from registry.values.translated import columns

from .accounts import AccountAdmin, TranslatedGroupAdmin
from .entries import NAME, NOTE, EntryAdmin
from .inlines import RowInline
from .lists import named

# Factors are no rows to edit: their pages are those of `factor_pages`, and nobody has an address.
admin.site.unregister([Authenticator, EmailAddress])
admin.site.unregister(User)
admin.site.register(User, AccountAdmin)
admin.site.unregister(Group)
admin.site.register(Group, TranslatedGroupAdmin)


@admin.register(Source)
class SourceAdmin(EntryAdmin):
    list_display = ["title", "publisher", "date", "shown_state", "changed"]
    list_filter = ["state", "language"]
    fieldsets = [
        (None, {"fields": [NAME, ("publisher", "date", "language"), "url", ("slug", "redact")]}),
        (None, {"fields": [("archived_url", "seen_on"), NOTE]}),
    ]


class TermCitationInline(RowInline):
    model = TermCitation


# Which vocabulary a relation draws from, by the end of the name of its model.
SCHEMES = {"theme": "theme", "audience": "audience", "format": "format", "approach": "approach"}


@admin.register(Term)
class TermAdmin(EntryAdmin):
    list_display = ["title", "scheme", "broader", "shown_state", "changed"]
    list_filter = ["state", "scheme"]
    list_select_related = ["parent"]
    fieldsets = [
        (None, {"fields": [("scheme", "parent", "slug"), "redact", NAME]}),
        (None, {"fields": [tuple(columns("definition")), NOTE, "codes"]}),
    ]
    inlines = [TermCitationInline]

    @admin.display(description=_("broader term"))
    def broader(self, term):
        return named(term.parent)

    def get_search_results(self, request, queryset, search_term):
        model = request.GET.get("model_name", "")
        scheme = next((SCHEMES[end] for end in SCHEMES if model.endswith(end)), None)
        if scheme and request.GET.get("field_name") == "term":
            queryset = queryset.filter(scheme=scheme)
        return super().get_search_results(request, queryset, search_term)
