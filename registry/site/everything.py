"""All collections in one file: a ZIP of their tables, with the data package that describes them."""

from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from programmes.api import RelationViewSet
from programmes.relations import RelationExport
from registry.api import file_paths
from registry.api.datapackage import package
from registry.api.formats import Csv, Export, Json
from registry.api.schema import errors
from registry.api.viewsets import ReadingView, viewsets, with_counter
from registry.cards.clock import today
from registry.cards.deferral import waiting
from registry.middleware.busy import Withheld
from registry.middleware.problems import BadParameter


class EverythingView(ReadingView):
    """Every collection as a CSV, and datapackage.json, which says what their columns are."""

    def perform_content_negotiation(self, request, force=False):
        return Json(), Json.media_type  # of errors; the file is what it is, whatever is accepted

    @extend_schema(
        operation_id="everything",
        summary="All tables in one file",
        tags=[file_paths.TAG],
        parameters=[OpenApiParameter("format", {"type": "string", "enum": ["zip"]})],
        responses={
            (200, "application/zip"): OpenApiResponse(
                {"type": "string", "format": "binary"}, "A Frictionless Data Package."
            ),
            **errors(400, 406, 429),
        },
    )
    @with_counter
    def get(self, request, counter):
        if self.requested("format")["format"] not in ("", "zip"):
            raise BadParameter("format", "This format is not offered here.", ["zip"])
        if counter.deferring and waiting().exists():
            raise Withheld("programme")
        tables = [*viewsets.values(), RelationViewSet]
        described = package(tables, request, counter)
        for table in described["resources"]:
            table["path"] = f"{table['name']}.csv"
        exports = {each.collection: export_of(each, request) for each in tables}
        name = f"{described['name']}-{today().isoformat()}.zip"
        headers = {
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Registry-Change": str(counter.number),
        }
        if request.method == "HEAD":
            return HttpResponse(headers=headers)
        return StreamingHttpResponse(packed(described, exports), headers=headers)


def export_of(viewset, request):
    """All of a collection on its way out."""
    kind = RelationExport if viewset is RelationViewSet else Export
    cards = viewset.queryset.all().order_by("sort")
    return kind(request, viewset.card_type, cards, 0)


class Taken:
    """A file that hands on what is written to it; nobody can go back in it."""

    def __init__(self):
        self.waiting = []

    def write(self, piece):
        self.waiting.append(bytes(piece))
        return len(piece)

    def flush(self):
        """Nothing is kept back."""

    def take(self):
        pieces, self.waiting = self.waiting, []
        return pieces


def packed(described, exports):
    """The bytes of the ZIP, written as the tables are read."""
    taken = Taken()
    with ZipFile(taken, "w", ZIP_DEFLATED) as archive:
        archive.writestr(entry("datapackage.json"), orjson.dumps(described))
        for name, export in exports.items():
            with archive.open(entry(f"{name}.csv"), "w", force_zip64=True) as table:
                for piece in Csv().pieces(export):
                    table.write(piece)
                    yield from taken.take()
    yield from taken.take()


def entry(name):
    """Without a time: equal registries give equal bytes."""
    found = ZipInfo(name)  # 1 January 1980, the first day that the format knows
    found.compress_type = ZIP_DEFLATED
    return found
