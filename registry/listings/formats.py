"""The formats in which cards leave the API: a format is a renderer class in FORMATS.

A format that is `whole` holds the complete filtered set and is streamed from `rows()`; another
format is a page of it. To add one: subclass, name its types, put it into FORMATS.
"""

import csv
from datetime import UTC
from urllib.parse import parse_qsl

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from registry.cards.clock import today

from .problems import BadParameter
from .shapes import defused

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


class Json(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None
    whole = False
    types = None  # the types of cards that it can hold; None: all

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return orjson.dumps(data)


class Ndjson(Json):
    """One record to a line."""

    media_type = "application/x-ndjson"
    format = "ndjson"
    whole = True

    def rows(self, records, columns):
        for record in records:
            yield orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


class Csv(Json):
    """One row for each record, the columns the same whatever the records hold."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"
    whole = True

    def rows(self, records, columns):
        line = csv.writer(_Line()).writerow
        # The mark by which spreadsheets know that the text is UTF-8.
        yield b"\xef\xbb\xbf" + line(columns.names)
        for record in records:
            yield line(defused(cell) for cell in columns.cells(record))


class _Line:
    """A file that hands back what is written to it."""

    def write(self, text):
        return text.encode(errors="replace")


class Columns:
    """The columns of a table of cards, from the keys of the card and their shapes."""

    def __init__(self, shapes, language=None, fields=None):
        self.language = language
        self.shapes = {
            key: shape
            for key, shape in shapes.items()
            if not fields or key in fields or key in ("type", "id")
        }
        self.names = [
            column for key, shape in self.shapes.items() for column in shape.columns(key, language)
        ]

    def cells(self, record):
        return [
            cell
            for key, shape in self.shapes.items()
            for cell in shape.cells(record[key], self.language)
        ]


FORMATS = {renderer.format: renderer for renderer in (Json, Ndjson, Csv)}


def formats_of(card_type):
    return [
        renderer
        for renderer in FORMATS.values()
        if renderer.types is None or card_type in renderer.types
    ]


class Negotiation(DefaultContentNegotiation):
    """`format` before `Accept`; a format that there is not is a bad parameter and no 404."""

    def select_renderer(self, request, renderers, format_suffix=None):
        asked = [name for name in request.query_params.getlist("format") if name]
        if not asked:
            return super().select_renderer(request, renderers, format_suffix)
        by_name = {renderer.format: renderer for renderer in renderers}
        if len(asked) > 1:
            raise BadParameter("format", "Give one format.", by_name)
        if asked[0] not in by_name:
            raise BadParameter("format", "This format is not offered here.", by_name)
        renderer = by_name[asked[0]]
        return renderer, renderer.media_type


def download(request, renderer, records, columns, count, query, collection):
    """The whole set as a file with a telling name, streamed; its origin stands in the headers."""
    name = f"{file_name(collection, query)}.{renderer.format}"
    charset = f"; charset={renderer.charset}" if renderer.charset else ""
    headers = {
        "Content-Type": renderer.media_type + charset,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Link": f'<{LICENCE}>; rel="license"',
        "Registry-Query": query or "*",
        "Registry-Count": str(count),
        "Registry-Time": timezone.now().astimezone(UTC).isoformat(timespec="seconds"),
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    return StreamingHttpResponse(renderer.rows(records, columns), headers=headers)


def file_name(collection, query):
    """`programmes-BY-MA-2026-11-21`: what was asked for and the day, in plain letters."""
    values = [
        "".join(
            letter for letter in value if letter.isascii() and (letter.isalnum() or letter in "-")
        )
        for name, value in parse_qsl(query)
        if name not in ("ordering", "lang", "fields")
    ]
    asked = "-".join(filter(None, values))[:80].strip("-")
    return "-".join(filter(None, [collection, asked, today().isoformat()]))
