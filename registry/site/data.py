"""The page on how to take all of it as data."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.api.formats import formats_of
from registry.cards.declarations import among, declared
from registry.cards.read import data_address
from registry.pages.addresses import addresses, with_etag
from registry.pages.linked_data import dataset
from registry.values.signature import registry_name

TABLES = ("csv", "ndjson")  # as search engines for data sets look for them


@require_safe
@with_etag
def data(request):
    collections = [
        {
            "address": data_address(each.type),
            "words": each.plural,
            "formats": formats_of(each.type),
        }
        for each in declared.values()
    ]
    files = [
        (each.media_type, request.build_absolute_uri(f"{of['address']}?format={each.format}"))
        for of in collections
        for each in of["formats"]
        if each.format in TABLES
    ]
    about = _(
        "A public record of what civil society organisations have done in Belarus, with the source"
        " of every figure. Not a government register."
    )
    here = request.build_absolute_uri(request.path)
    context = {
        "thing": dataset(registry_name(), about, here, files),
        "collections": collections,
        "followed": [declaration.type for declaration in among("followed")],
        **addresses(request, request.path),
    }
    return render(request, "pages/data.html", context)
