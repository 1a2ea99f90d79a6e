"""Atom (RFC 4287) in pages (RFC 5005), the newest change first."""

import io

import orjson
from django.utils.translation import gettext_lazy, override
from django.utils.xmlutils import SimplerXMLGenerator

from registry.cards.declarations import declared
from registry.cards.read import rfc3339
from registry.values.signature import publisher, publisher_name, registry_name
from registry.values.texts import spoken

from .base import LICENCE, Format
from .xml import xml_safe

NAMESPACE = "http://www.w3.org/2005/Atom"


class Atom(Format):
    media_type = "application/atom+xml"
    format = "atom"
    label = gettext_lazy("Feed (Atom)")
    charset = "utf-8"
    whole = False
    order = "-updated_at"

    @classmethod
    def takes(cls, declaration):
        return declaration.followed > 0

    def page(self, export, following=None, previous=None):
        rows = list(export.rows())
        language, request = export.language or "en", export.request
        out = io.BytesIO()
        feed = Feed(out, "utf-8")
        feed.startDocument()
        feed.startElement("feed", {"xmlns": NAMESPACE, "xml:lang": language})
        with override(language):
            plural = str(declared[export.card_type].plural)
        here = request.build_absolute_uri(request.path)
        query = f"{export.query}&" if export.query else ""
        # RFC 4287, 4.2.6: an id stays. So it names the query, and no page or cursor of it.
        feed.add("id", f"{here}?{query}lang={language}&format=atom")
        feed.add("title", f"{registry_name(language)}: {plural}")
        # An empty feed has to say a moment as well (RFC 4287, 4.1.1).
        newest = max((row.updated_at for row in rows), default=export.time)
        feed.add("updated", rfc3339(newest))
        # Demanded where entries name no author (RFC 4287, 4.1.1); so no person need be named.
        feed.startElement("author", {})
        feed.add("name", publisher_name(language))
        if signed := publisher():
            feed.sign(signed)
        feed.endElement("author")
        feed.add("rights", "CC BY 4.0")
        feed.link("license", LICENCE)
        feed.link("self", request.build_absolute_uri())
        feed.link("alternate", export.reader.base, type="text/html")
        for rel, other in (("next", following), ("previous", previous)):
            if other:
                feed.link(rel, other)
        for row in rows:
            self.entry(feed, row, export.reader.url(row), language)
        feed.endElement("feed")
        feed.endDocument()
        return out.getvalue()

    one = page

    def entry(self, feed, row, url, language):
        record = orjson.loads(row.body)
        feed.startElement("entry", {})
        # Not the address of the page, which can change: readers would take it for another entry.
        feed.add("id", f"urn:uuid:{record['id']}")
        feed.add("title", spoken(record["name"], language))
        feed.add("updated", rfc3339(row.updated_at))
        feed.link("alternate", url, type="text/html")
        if words := spoken(record.get("summary"), language):
            feed.add("summary", words)
        for theme in record.get("themes", ()):
            label = xml_safe(spoken(theme["name"], language))
            feed.add("category", None, {"term": theme["slug"], "label": label})
        feed.endElement("entry")

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return data


class Feed(SimplerXMLGenerator):
    def add(self, name, words, attributes=None):
        self.addQuickElement(name, words and xml_safe(words), attributes)

    def sign(self, publisher):
        for name, words in (("uri", publisher.website), ("email", publisher.mailbox)):
            if words:
                self.add(name, words)

    def link(self, rel, href, **attributes):
        self.add("link", None, {"rel": rel, "href": href} | attributes)
