from django.contrib import admin
from django.urls import include, path

from registry import health, language

urlpatterns = [
    path("", language.choose),
    path("admin/", admin.site.urls),
    path("api/v1/", include("registry.api")),
    path(
        "healthz/",
        include(
            [path("live", health.live, name="live"), path("ready", health.ready, name="ready")]
        ),
    ),
]
