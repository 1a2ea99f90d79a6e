"""Every address that a visitor can ask for, taken from the URL resolver.

for address in addresses({"programme": ["contest", "7f0c…"]}): said(client.get(address))
"""

import io
import json
import zipfile
from urllib.parse import urlencode

from django.urls import get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils.regex_helper import normalize
from PIL import Image

from registry.api.formats import formats_of
from registry.cards.declarations import declared, list_address
from registry.cards.lookup import IDENTITY
from registry.reconciliation.properties import all_properties
from registry.values.texts import LANGUAGES

STAFF = "admin/"
METRICS = "/metrics"


def routes():
    """The addresses of the resolver that visitors have, with %(slug)s for what varies.

    Without what a program on the server's own machine asks for, as the client of the tests does.
    """
    yield from (route for route in all_routes() if STAFF not in route and route != METRICS)


def all_routes():
    yield from _under(get_resolver().url_patterns, "/")


def _under(patterns, before):
    for pattern in patterns:
        if isinstance(pattern.pattern, LocalePrefixPattern):
            for language in LANGUAGES:
                yield from _under(pattern.url_patterns, f"{before}{language}/")
            continue
        own, _ = normalize(pattern.pattern.regex.pattern)[0]
        if hasattr(pattern, "url_patterns"):
            yield from _under(pattern.url_patterns, before + own)
        else:
            yield before + own


def addresses(names):
    """All routes, filled with the names (slugs and ids) of their type: {type: names}."""
    collections = {declaration.collection: each for each, declaration in declared.items()}
    # The addresses of pages that are not called as the collection of the API is.
    pages = {list_address(each).split("/")[2]: each for each in declared if declared[each].has_page}
    for card_type, some in names.items():
        yield from (f"/en/report/?about={card_type}/{name}" for name in some)
    for route in routes():
        if "/reconcile/" in route:
            yield from _reconciled(route, names)
            continue
        parts = route.strip("/").split("/")
        collection = parts[parts.index("%(slug)s") - 1] if "%(slug)s" in parts else parts[-2:][0]
        card_type = collections.get(collection) or pages.get(collection)
        if "%(" in route:
            records = [route % {"slug": name} for name in names[card_type]]
            yield from records
            if route.startswith("/api/") and not route.endswith("facets/"):
                for each in formats_of(card_type)[1:]:
                    yield from (f"{record}?format={each.format}" for record in records)
            continue
        yield route
        last = route.strip("/").split("/")[-1]
        if route.startswith("/api/") and last in collections:
            yield f"{route}?page_size=100"
            for each in formats_of(collections[last]):
                yield f"{route}?format={each.format}"
                if each.format in ("ndjson", "geojson"):  # of their first keys alone: `CardHead`
                    yield f"{route}?format={each.format}&fields=slug,url,name&lang=be"
                if each.wholly:
                    yield f"{route}?format={each.format}&{each.wholly}"
        if last == "changes":
            yield f"{route}?since=0&limit=1000"
        if route == "/api/v1/relations/":
            yield f"{route}?page_size=100"
            yield from (f"{route}?format={each}" for each in ("ndjson", "csv", "xlsx"))
        if last == "search":
            # In one language, and by the API, also misspelled and as it is being typed.
            wholly = route.startswith(("/en/", "/api/"))
            for name in {name for some in names.values() for name in some}:
                yield f"{route}?q={name}"
                if wholly and not IDENTITY.fullmatch(name):
                    yield f"{route}?q={name}x&expand=false"
                    yield f"{route}?q={name[:-1]}&suggest=true"
            yield f"{route}?q=Mstsislaw&type=programme&page=1"
        if route.endswith("/events/"):
            yield f"{route}?open=true"
        if route.endswith("/events/") and not route.startswith("/api/"):
            yield f"{route}?month=2027-03"
        if route == "/en/figures/side-by-side/":
            yield f"{route}?measure=participants"
        if route == "/en/places/":
            yield f"{route}?near=54.02,31.72"
        if route in ("/en/programmes/", "/en/organisations/", "/en/events/"):
            yield f"{route}?location=BY-MA&location=BY-VI&compare=location"


def content_of(response):
    return b"".join(response) if response.streaming else response.content


def said(response):
    """All that a reply says, in small letters; what is packed is unpacked."""
    content = content_of(response)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    elif content.startswith(b"\x89PNG"):  # the words that are drawn are in it as text
        with Image.open(io.BytesIO(content)) as picture:
            content = "\n".join(picture.text.values()).encode()
    # Calendars break long lines, also within words.
    return f"{response.headers}{content.decode()}".lower().replace("\r\n ", "")


def _reconciled(route, names):
    """The service for matching: asked for every name and id, of types that it has or has not."""
    if "%(" in route:
        yield from (route % {"id": name} for some in names.values() for name in some)
        return
    yield route
    for name in {name for some in names.values() for name in some}:
        if route.endswith("/reconcile/"):
            queries = {"by name": {"query": name, "limit": 20}}
            yield f"{route}?{urlencode({'queries': json.dumps(queries)})}"
        if route.endswith("/reconcile/") and IDENTITY.fullmatch(name):
            wanted = {"ids": [name], "properties": [{"id": each} for each in all_properties()]}
            yield f"{route}?{urlencode({'extend': json.dumps(wanted)})}"
        if route.endswith("/entity/"):
            yield f"{route}?{urlencode({'prefix': name})}"
