"""A key is made here, shown in the reply to that one request, and kept as a hash."""

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.admin import APIKey

from .models import ApiKey

# The package's own table stays empty: its keys have no note and need not expire.
admin.site.unregister(APIKey)


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    list_display = ["name", "prefix", "created", "expiry_date", "revoked"]
    list_filter = ["revoked"]
    search_fields = ["name", "note", "prefix"]

    def get_fields(self, request, obj=None):
        fields = ["name", "note", "expiry_date"]
        return [*fields, "revoked", "prefix", "created"] if obj else fields

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["prefix", "created", *(["revoked"] if obj.revoked else [])]

    def has_delete_permission(self, request, obj=None):
        return False  # a key is revoked: the note of what used it stays

    def save_model(self, request, obj, form, change):
        if not change:
            obj.shown_once = ApiKey.objects.assign_key(obj)
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        """The page with the key; a message would leave it in a cookie until it is read."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The new key"),
            "opts": self.opts,
            "made": obj,
            "key": obj.shown_once,
        }
        return TemplateResponse(request, "admin/keys/made.html", context)
