"""All collections as one Frictionless Data Package: https://specs.frictionlessdata.io/data-package/

The tables are the CSVs of the API. A title is in English, as the standard has one only; beside it
stand `titles` in three languages.
"""

from functools import cache

from registry.values.signature import publisher, registry_name
from registry.values.texts import in_all_languages, spoken

from .formats import LICENCE


def package(viewsets, request, counter):
    """The package whose paths are addresses of this registry."""
    here = request.build_absolute_uri("/")
    return {
        "profile": "tabular-data-package",
        "name": "ngo-programme-registry",
        "id": str(counter.registry),
        # Semantic, as the standard asks; the middle part grows with each change of what is public.
        "version": f"1.{counter.number}.0",
        "title": registry_name("en"),
        "titles": in_all_languages(registry_name),
        **contributors(publisher()),
        "homepage": here,
        "licenses": [{"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": LICENCE}],
        "sources": [
            # CC BY asks that whoever made the data is named wherever they go.
            {"title": "GeoNames (CC BY 4.0)", "path": "https://www.geonames.org/"},
            {"title": "Natural Earth", "path": "https://www.naturalearthdata.com/"},
        ],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": viewset.collection,
                "path": f"{here}api/v1/{viewset.collection}/?format=csv",
                **table(viewset),
            }
            for viewset in viewsets
        ],
    }


@cache
def table(viewset):
    """What follows from the code alone: how the CSV of the collection is to be read."""
    columns = viewset.columns().dictionary()
    return {
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\r\n"},
        "schema": {
            "fields": [
                {
                    "name": column.name,
                    "type": column.type,
                    # The default of Table Schema has no parts of a second, and our moments do.
                    **({"format": "any"} if column.type == "datetime" else {}),
                    "title": titles["en"],
                    "titles": titles,
                }
                for column, titles in columns
            ],
            "missingValues": [""],
            "primaryKey": list(viewset.key),
        },
    }


def contributors(signed):
    """Who publishes it, as the standard has it; nothing where nobody is named."""
    if signed is None:
        return {}
    known = {"path": signed.website, "email": signed.mailbox}
    one = {"title": spoken(signed.name, "en"), "role": "publisher"}
    return {"contributors": [one | {key: value for key, value in known.items() if value}]}
