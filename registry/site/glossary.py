"""The page of words: those of the registry itself, and the terms of its vocabularies."""

from functools import cache

from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry.cards.declarations import list_address, of_entries
from registry.cards.fields import fields_of
from registry.cards.models import Card
from registry.cards.prepared import Prepared
from registry.cards.read import read, read_all
from registry.cards.term_counts import with_terms
from registry.listings.orders import in_default_order
from registry.listings.search.term_words import ASKED
from registry.pages.addresses import addresses, data_addresses, with_etag
from registry.pages.own_words import own_words
from registry.pages.whole import whole_page
from registry.records.models import Term
from registry.values.folding import sort_key

# The kinds that the glossary explains, each with an example from the records.
EXPLAINED = ("programme", "edition", "initiative", "event", "organisation")


@require_safe
@with_etag
def glossary(request):
    """What the registry means by its words; and the terms, scheme by scheme, each with its sources
    and with the lists that it leads to. What has no definition is named apart."""
    cards = list(Term.objects.public().order_by(f"name_{get_language()}", "public_id"))
    terms = [read(card, request) for card in cards]
    words = own_words({kind: example(kind, request) for kind in EXPLAINED})
    doors = doors_of(terms)
    terms = [term | {"doors": doors.get(term["slug"], [])} for term in terms]
    schemes = [
        (scheme, [t for t in terms if t["scheme"] == scheme])
        for scheme in reversed(Term.Scheme.values)
    ]
    context = {
        "own_words": words,
        "schemes": [
            (scheme, [t for t in found if defined(t)], [t for t in found if not defined(t)])
            for scheme, found in schemes
            if found
        ],
        "index": index_of(words, zip(cards, terms, strict=True)),
        "data": data_addresses("term"),
        **addresses(request, request.path),
    }
    return whole_page(request, "pages/glossary.html", context)


def index_of(words, terms):
    """[(anchor, text or text object)] of all that is explained, by the alphabet of the reader."""
    language = get_language()
    entries = [
        (sort_key(name, language), f"word-{word}", name) for word, name, _words, _example in words
    ]
    entries += [
        (getattr(card, f"name_{language}"), term["slug"], term["name"]) for card, term in terms
    ]
    return [(anchor, name) for _key, anchor, name in sorted(entries, key=lambda each: each[:2])]


def defined(term):
    return any(term["definition"].values())


def example(card_type, request):
    """The first record of the kind in its usual order, or None."""
    return next(iter(read_all(_first(card_type).found(), request)), None)


@cache
def _first(card_type):
    return Prepared(lambda: in_default_order(card_type, Card.objects.of(card_type))[:1])


def doors_of(terms):
    """{slug: [(type, number, address)]}: the lists to which a term leads, those of nothing left
    out. A query for each vocabulary that lists can be asked for."""
    doors = {}
    for scheme, group in ASKED.items():
        slugs = [term["slug"] for term in terms if term["scheme"] == scheme]
        if not slugs:
            continue
        types = [
            each.type
            for each in of_entries()
            if each.has_page
            and any(field.filtered_by == group for field in fields_of(each.type).values())
        ]
        counts = with_terms(group, slugs, types)
        for slug in slugs:
            found = [(kind, counts.get((kind, slug), 0)) for kind in types]
            doors[slug] = [
                {"type": kind, "count": n, "address": f"{list_address(kind)}?{group}={slug}"}
                for kind, n in found
                if n
            ]
    return doors
