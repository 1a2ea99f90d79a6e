import orjson

from .base import Format


class Json(Format):
    """A page of records."""

    media_type = "application/json"
    format = "json"
    label = "JSON"
    whole = False

    def page(self, export, following=None, previous=None):
        page = {"count": export.count, "next": following, "previous": previous}
        if export.understood:
            page["understood"] = export.understood
        return page | {"results": list(map(orjson.Fragment, export.texts()))}

    def one(self, export):
        return orjson.Fragment(next(export.texts()))

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return orjson.dumps(data)


class Ndjson(Format):
    """One record to a line. What is stored is what is sent: nothing is parsed on the way.

    With `meta=1` the first line says what the file is. Not without being asked: to most programs
    that read lines every line is a record.
    """

    media_type = "application/x-ndjson"
    format = "ndjson"
    label = "NDJSON"

    def pieces(self, export):
        if export.meta:
            about = {"type": "meta", **export.origin}
            yield orjson.dumps(about, option=orjson.OPT_APPEND_NEWLINE)
        for text in export.texts():
            yield text + b"\n"
