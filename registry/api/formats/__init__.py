"""The formats in which cards leave the API: one table for the API, its description and the pages.

A format that is `whole` holds the complete filtered set and is written piece by piece; another one
is a page of it. To add one: subclass `Format`, name its types, and `offer` it. What knows more of
the records than their cards have in common stands with them, as IATI does with programmes.
"""

from operator import attrgetter

from rest_framework.negotiation import DefaultContentNegotiation

from registry.cards.declarations import declared
from registry.middleware.problems import BadParameter

from .atom import Atom
from .base import LICENCE, Contents, Export, Format, download
from .csv_table import Csv
from .csvw import Csvw
from .geojson import GeoJson
from .lines import Json, Ndjson
from .workbook import Xlsx

__all__ = [
    "FORMATS",
    "LICENCE",
    "Contents",
    "Csv",
    "Export",
    "Format",
    "Json",
    "Ndjson",
    "Negotiation",
    "Xlsx",
    "download",
    "offer",
]

# JSON first: DRF gives the first to whoever accepts anything.
FORMATS = [Json, Ndjson, Csv, Csvw, Xlsx, GeoJson, Atom]


def offer(renderer):
    """Class decorator: the format is offered wherever formats are, from when its app is ready."""
    FORMATS.append(renderer)
    FORMATS.sort(key=attrgetter("place"))
    return renderer


def formats_of(card_type):
    return [renderer for renderer in FORMATS if renderer.takes(declared[card_type])]


def telling(export):
    """The formats that can say something of the one record of the export."""
    return [
        each
        for each in formats_of(export.card_type)
        # What holds others than the record itself can still be empty: a calendar is followed.
        if each.holds not in (None, export.card_type) or each().contents(export).held
    ]


def of_whole(export):
    """The formats of a list that the export has whole: none of which there is no file of it."""
    return [
        each
        for each in formats_of(export.card_type)
        if each.can_be_empty or each().contents(export).held
    ]


class Negotiation(DefaultContentNegotiation):
    """`format` before `Accept`; a format that there is not is a bad parameter and no 404."""

    def select_renderer(self, request, renderers, format_suffix=None):
        asked = [name for name in request.query_params.getlist("format") if name]
        if not asked:
            if request.headers.get("Accept", "*/*") == "*/*":  # as most programs ask
                return renderers[0], renderers[0].media_type
            return super().select_renderer(request, renderers, format_suffix)
        by_name = {renderer.format: renderer for renderer in renderers}
        if len(asked) > 1:
            raise BadParameter("format", "Give one format.", by_name)
        if asked[0] not in by_name:
            raise BadParameter("format", "This format is not offered here.", by_name)
        renderer = by_name[asked[0]]
        return renderer, renderer.media_type
