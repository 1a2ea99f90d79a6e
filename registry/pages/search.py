"""The page of the search: what was understood, results by kind with why each matched."""

from itertools import chain

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry.cards.read import read, read_all
from registry.listings.nearby import anything_near
from registry.listings.paging import DEFAULT_ROWS, Page
from registry.listings.search.across import Finding, SearchFilter, why
from registry.listings.search.asked import Asked
from registry.listings.search.query import EQUAL

from .addresses import addresses, with_etag
from .controls import page_numbers
from .detail import counts
from .nearby import LITTLE
from .nothing_there import nothing_there
from .own_words import explained

FEW = 5  # of each kind, where all kinds are shown


@require_safe
def search(request):
    asked = SearchFilter(request.GET, language=get_language(), strict=False)
    words = asked.values_of("q")
    context = {
        "words": words[0] if words else "",
        "asked": asked,
        **addresses(request, request.path, asked.address.canonical()),
    }
    if words and not asked.is_valid():
        context["errors"] = list(chain(*asked.errors.values()))
        return render(request, "pages/search.html", context, status=400)
    return answer(request, asked, context)


@with_etag
def answer(request, asked, context):
    if context["words"]:
        context |= found(request, asked)
    return render(request, "pages/search.html", context)


def found(request, asked):
    """What the page shows: of one kind a page of results, of all kinds the best of each."""
    finding = Finding(
        asked.cleaned["q"].text,
        language=asked.language,
        expand=asked.cleaned["expand"] != "false",
    )
    chosen = asked.cleaned["type"] or []
    of_kinds = {kind: finding_query(asked, kind, expand=finding.expand) for kind in finding.counts}
    shown = {"finding": finding, "place": finding.place, "own_word": explained(finding.text)}
    if len(chosen) == 1:
        shown |= one_kind(finding, chosen[0], asked)
        matches = shown["page"].cards
        groups = {chosen[0]: matches} if matches else {}
    else:
        groups = finding.best(FEW)
        matches = [match for group in groups.values() for match in group]
    shown["total"], shown["telling"] = finding.count, Asked(finding.search.telling)
    shown["groups"] = [
        group_of(kind, group, finding, request) | {"query": of_kinds[kind]}
        for kind, group in groups.items()
    ]
    if len(chosen) != 1:
        shown |= best_of(shown["groups"])
    if finding.place:
        shown["only"] = without_place(finding, asked)
    shown["nothing"] = nothing_there(finding)
    if finding.place and finding.count <= LITTLE:
        shown["near"] = anything_near(finding.place.body)
    if finding.expand and finding.in_no_name(sorted(matches, key=lambda match: match.tier)):
        shown["offers"] = [read(card, request) for card in finding.offers()]
    return shown | {
        "tabs": [
            {"type": kind, "count": count, "query": of_kinds[kind]}
            for kind, count in finding.counts.items()
        ],
        "everything": finding_query(asked, expand=finding.expand),
        "words_only": finding_query(asked, expand=False),
        "with_place": finding_query(asked, expand=True),
    }


def group_of(kind, matches, finding, request):
    """The results of one kind, and how many there are."""
    count = finding.counts[kind]
    shown = results(matches, finding, request)
    return {"type": kind, "results": shown, "count": count, "more": count > len(matches)}


def without_place(finding, asked):
    """How many have the words alone, where it is another number: else nothing is left out."""
    only = Finding(finding.text, language=asked.language, expand=False).count
    return only if only < finding.count else 0


def one_kind(finding, kind, asked):
    """A page of the results of one kind, and the numbers of its pages."""
    number = asked.cleaned["page"] or 1
    matches = finding.only(kind).page(number, DEFAULT_ROWS)
    count = finding.counts.get(kind, 0)
    page = Page(matches, count, number, size=DEFAULT_ROWS)
    return {
        "kind": kind,
        "count": count,
        "page": page,
        "pages": page_numbers(page, asked.address.canonical()),
    }


def best_of(groups):
    """{"best": result} taken out of its group, if only one is called just what was typed.

    Of equal names in several kinds a place is meant: what is recorded there is shown too.
    """
    found = [group["results"] for group in groups if group["results"]]
    equal = [results for results in found if results[0]["tier"] == EQUAL]
    is_place = equal and equal[0][0]["card"]["type"] == "location"
    if not equal or (len(equal) > 1 and not is_place):
        return {}
    if [result["tier"] for result in equal[0]].count(EQUAL) > 1:
        return {}
    best = equal[0].pop(0)
    if not is_place:
        return {"best": best}
    held = counts("location", best["card"]["slug"], ("programme", "organisation", "event"))
    return {"best": best, "counts": held}


def finding_query(asked, kind=None, *, expand):
    """The same words asked of one kind or of all, with or without the place in them."""
    values = {"q": asked.values_of("q")[:1], "type": [kind] if kind else []}
    values["expand"] = [] if expand else ["false"]
    return asked.address.query(values, instead=values)


def results(matches, finding, request):
    """[{"card", "tier", "why"}]"""
    search, language = finding.search, finding.language
    records = read_all([match.card for match in matches], request)
    return [
        {
            "card": record,
            "tier": match.tier,
            "why": why(record.parsed, match.tier, search, language),
        }
        for match, record in zip(matches, records, strict=True)
    ]
