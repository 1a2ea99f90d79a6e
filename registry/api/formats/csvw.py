"""What a CSV is, in a file beside it: CSV on the Web, https://www.w3.org/TR/tabular-metadata/

A line above the header, or a comment in it, would be a row of data to every program that reads the
table; a file beside it disturbs none, and those that know the standard find it by itself.
"""

import orjson
from django.utils.translation import gettext_lazy as _

from .base import LICENCE, Format

DATATYPES = {"datetime": "dateTime", "date": "date", "integer": "integer", "number": "number"}


class Csvw(Format):
    media_type = "application/csvm+json"
    format = "csvw"
    label = _("About the CSV (CSVW)")
    ending = "csv-metadata.json"  # the name under which whoever has the CSV looks for it

    def pieces(self, export):
        request, table = export.request, request_of_table(export)
        yield orjson.dumps(
            {
                "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
                "url": request.build_absolute_uri(f"{request.path}?{table}"),
                "dc:title": export.file_name("csv"),
                "dc:license": {"@id": LICENCE},
                "dc:publisher": export.origin["publisher"],
                "dc:created": {"@value": export.origin["time"], "@type": "xsd:dateTime"},
                "notes": [export.origin],
                "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"]},
                "tableSchema": {
                    "columns": [described(*each) for each in export.columns.dictionary()],
                    "primaryKey": ["id"],
                },
            }
        )


def request_of_table(export):
    """The query of the CSV that this describes: the same but for the format."""
    query = export.request.GET.copy()
    query["format"] = "csv"
    return query.urlencode()


def described(column, titles):
    return {
        "name": column.name,
        "titles": column.name,  # as the first row has it
        "datatype": DATATYPES.get(column.type, "string"),
        "dc:title": [{"@value": title, "@language": code} for code, title in titles.items()],
    }
