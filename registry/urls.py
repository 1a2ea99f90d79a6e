from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from registry import health, language, protocol, sitemaps, views
from registry.developers import developers
from registry.listings.reading import PAGES
from registry.listings.searching import search
from registry.records.views import glossary

handler400, handler500 = "registry.security.bad_request", "registry.security.server_error"

# The language of an address is read by LanguageMiddleware; the pages are the same in each.
pages = [
    path("", views.home),
    path("search/", search),
    path("glossary/", glossary),
    path("data/", views.data),
    path("data/developers/", developers),
    path("about/", views.about),
    path("", include("programmes.urls")),
    path("", include("organisations.urls")),
    path("", include("registry.locations.urls")),
    path("", include("registry.reports.urls")),
]

urlpatterns = [
    path("", language.choose),
    *(path(f"{code}/", include(pages)) for code, _ in settings.LANGUAGES),
    path("robots.txt", sitemaps.robots),
    path("favicon.ico", protocol.icon),
    path("sitemap.xml", sitemaps.index),
    path("sitemap-pages.xml", sitemaps.pages),
    *(path(f"sitemap-{name}.xml", sitemaps.records(name)) for name in PAGES),
    path("admin/", admin.site.urls),
    path("api/v1/", include("registry.api")),
    path(
        "healthz/",
        include(
            [path("live", health.live, name="live"), path("ready", health.ready, name="ready")]
        ),
    ),
]
