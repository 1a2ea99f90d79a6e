from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from registry.cards.declarations import list_address
from registry.middleware import language as languages
from registry.ops import health, metrics
from registry.pages.pictures import views as pictures
from registry.pages.search import search
from registry.records.views import FigureList, FigureTable
from registry.site import about, data, home, icon, sitemaps
from registry.site.columns import columns
from registry.site.developers import developers
from registry.site.glossary import glossary
from registry.site.kept import Embed, OfflineFile
from registry.values.texts import LANGUAGES

handler400 = "registry.middleware.busy.bad_request"
handler500 = "registry.middleware.busy.server_error"

# The language of an address is read by LanguageMiddleware; the pages are the same in each, and
# `reverse` gives their addresses in the language that is spoken.
pages = [
    path("", home.home, name="home"),
    path("search/", search, name="search"),
    path("glossary/", glossary, name="glossary"),
    path("figures/", FigureList.as_view(), name="figures"),
    path("figures/side-by-side/", FigureTable.as_view(), name="figures-compared"),
    path("places/<str:slug>/offline/", OfflineFile.as_view(), name="offline"),
    path("data/", data.data, name="data"),
    path("data/developers/", developers, name="developers"),
    path("data/columns/", columns, name="columns"),
    path("about/", about.about, name="about"),
    # Those of the apps, which name them in their configuration.
    *(path("", include(app.pages)) for app in apps.get_app_configs() if hasattr(app, "pages")),
    path("", include("registry.reports.urls")),
    *pictures.addresses(),
]

urlpatterns = [
    path("", languages.choose),
    # Before the pages, for each address is looked for from the first to the last.
    path("api/v1/", include("registry.site.api")),
    *i18n_patterns(*pages),
    *(
        path(
            f"embed/{language}/{list_address(kind, language).split('/')[2]}/<str:slug>/",
            Embed.as_view(card_type=kind, language=language),
            name=f"embed-{kind}-{language}",
        )
        for language in LANGUAGES
        for kind in ("location", "organisation")
    ),
    path("robots.txt", sitemaps.robots),
    path("favicon.ico", icon.icon),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap-pages"),
    *(
        path(
            f"sitemap-{kind.collection}.xml",
            sitemaps.records(kind.type),
            name=f"sitemap-{kind.collection}",
        )
        for kind in sitemaps.PAGED
    ),
    path("admin/factor/", include("registry.staff.factor_pages")),
    path("admin/", admin.site.urls),
    path("metrics", metrics.metrics, name="metrics"),
    path(
        "healthz/",
        include(
            [path("live", health.live, name="live"), path("ready", health.ready, name="ready")]
        ),
    ),
]
