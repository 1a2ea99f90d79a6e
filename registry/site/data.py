"""The page on how to take all of it as data."""

from collections import defaultdict
from functools import cache
from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from programmes.api import RelationViewSet
from registry.api.formats import Csv, Export, formats_of
from registry.cards.declarations import among, declared
from registry.cards.models import Card, Counter
from registry.cards.models.change_numbers import drawn
from registry.cards.prepared import Prepared
from registry.cards.read import data_address
from registry.cards.term_counts import of_types
from registry.listings.facets import cached_until_change
from registry.listings.search.full_text import union
from registry.pages.addresses import addresses, with_etag
from registry.pages.linked_data import dataset
from registry.values.signature import registry_name

TABLES = ("csv", "ndjson")  # as search engines for data sets look for them


SAMPLE = 40  # records by which the size of a file is guessed


@require_safe
@with_etag
def data(request):
    counter = Counter.current()
    told = cached_until_change(counter, "downloads", lambda: told_of_files(request))
    collections = [
        {
            "address": data_address(each.type),
            "words": each.plural,
            "formats": formats_of(each.type),
            **told[each.type],
        }
        for each in declared.values()
    ]
    relations = {
        "address": reverse("api:relations"),
        "words": _("Roles in programmes"),
        "formats": RelationViewSet.formats,
    }
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
        "collections": [*collections, relations],
        "followed": [declaration.type for declaration in among("followed")],
        **addresses(request, request.path),
    }
    return render(request, "pages/data.html", context)


def told_of_files(request):
    """{type: {"rows", "size": of the CSV in bytes, about, "newest": when the last change was}}."""
    numbers, samples, newest = of_types(declared), defaultdict(list), _newest().found()
    newest = {card.type: card.updated_at for card in newest}
    for card_type, *card in sorted(_samples().rows()):
        samples[card_type].append(card)
    found = {}
    for card_type in declared:
        rows, sample = numbers.get(card_type, 0), samples[card_type]
        found[card_type] = {
            "rows": rows,
            "size": _written(request, card_type, sample) * rows // len(sample) if sample else 0,
            "newest": newest.get(card_type),
        }
    return found


def _sample(card_type):
    return Card.objects.of(card_type).order_by("sort")[:SAMPLE]


@cache
def _samples():
    """(type, public id, number of the last change) of each of those of all types."""
    keys = [_sample(card_type).values("pk") for card_type in declared]
    cards = Card.objects.filter(pk__in=union(*keys))
    return Prepared(lambda: cards.values_list("type", "public_id", "number"))


@cache
def _newest():
    """The card of each type that changed last."""
    order = "-updated_at", "-public_id"
    keys = [Card.objects.of(each).order_by(*order).values("pk")[:1] for each in declared]
    return Prepared(lambda: Card.objects.filter(pk__in=union(*keys)).only("type", "updated_at"))


def _written(request, card_type, sample):
    """The bytes of a CSV of these cards: written anew where one of them is another."""

    def write():
        cards = list(_sample(card_type))
        return str(sum(map(len, Csv().pieces(Export(request, card_type, cards, len(cards))))))

    told = [{"id": str(UUID(str(identity))), "number": number} for identity, number in sample]
    return int(drawn(write, "bytes of a CSV", card_type, request.build_absolute_uri("/"), told))
