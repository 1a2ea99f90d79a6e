"""Addresses have names: nobody joins one by hand, and a page is called the same everywhere."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve, reverse
from django.utils.translation import override

from registry.cards.declarations import declared, page_address
from registry.cards.read import data_address
from registry.middleware.language import translated_path
from registry.values.texts import LANGUAGES
from tests.support.doors import routes

pytestmark = pytest.mark.once

# An attribute or a string that begins an address of ours: /en/…, /{language}/…, /api/v1/…, or
# leads to a neighbour: ../glossary/.
BY_HAND = re.compile(
    r"""(?:(?:href|action|data-suggest)=|=|[frb]*)["'](?:\.\./[a-z]|/(?:en/|be/|ru/|api/v1|\{))"""
)
# What may: the one place for records, prefixes of all that is under them, the description of the
# API, which names addresses as it writes them.
MAY = {
    "registry/cards/declarations.py": "the one place that knows the pages of records",
    "registry/middleware/language.py": "the one place that knows the prefix of a language",
    "registry/middleware/security.py": "below the addresses; compares what was asked for",
    "registry/api/file_paths.py": "the keys of OpenAPI's paths",
}


def written_by_hand(path, text):
    return [(path, line.strip()) for line in text.splitlines() if BY_HAND.search(line)]


def sources():
    base = Path(settings.BASE_DIR)
    for folder, ending in (
        *((app, "*.py") for app in ("registry", "programmes", "organisations")),
        ("templates", "*.html"),
        ("static", "*.js"),
    ):
        for file in sorted((base / folder).rglob(ending)):
            if "migrations" not in file.parts:
                yield file.relative_to(base).as_posix(), file.read_text(encoding="utf-8")


def test_no_address_is_joined_by_hand():
    found, read = [], 0
    for path, text in sources():
        found += [] if path in MAY else written_by_hand(path, text)
        read += 1
    assert found == []
    assert read > 200


def test_an_address_joined_by_hand_is_seen():
    for line in (
        '<a href="/{{ LANGUAGE_CODE }}/about/">',
        "<form action='/en/search/'>",
        'f"/{language}/data/"',
        '"/api/v1/programmes/"',
        'path = f"/api/v1/{name}/"',
        "f\"../glossary/#{card['slug']}\"",
    ):
        assert written_by_hand("x", line), line
    for line in ("{% url 'search' %}", 'reverse("data")', '"/admin/"', 'href="#sources"'):
        assert not written_by_hand("x", line), line


def test_what_may_is_still_there():
    texts = dict(sources())
    assert [path for path in MAY if not written_by_hand(path, texts[path])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_name_of_a_page_leads_where_the_records_of_its_kind_are(language):
    """`page_address` joins the addresses of records; the resolver must read them as it wrote."""
    with override(language):
        for each in declared.values():
            if not each.has_page:
                continue
            page = resolve(page_address(each.type, "a-slug"))
            assert page.kwargs == {"slug": "a-slug"}
            assert page.func.view_class.card_type == each.type
            assert reverse(page.url_name, args=["a-slug"]) == page_address(each.type, "a-slug")
            whole = resolve(page_address(each.type, "")[:-1])
            assert whole.func.view_class.filterset_class.card_type == each.type
            assert resolve(f"{data_address(each.type)}a-slug/").func.cls.card_type == each.type


def test_a_name_gives_the_address_in_the_language_that_is_spoken():
    for language in LANGUAGES:
        with override(language):
            assert reverse("developers") == f"/{language}/data/developers/"
            assert translated_path("/en/data/developers/", language) == reverse("developers")
            assert reverse("api:docs") == "/api/v1/docs/"


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_that_has_a_name_stands_in_every_language(language):
    pages = {route.removeprefix(f"/{language}/") for route in routes() if route[1:3] == language}
    others = {route.removeprefix("/en/") for route in routes() if route.startswith("/en/")}
    assert pages == others
    assert len(pages) > 15
    for page in sorted(page for page in pages if "%" not in page):
        assert Client().get(f"/{language}/{page}").status_code == 200
