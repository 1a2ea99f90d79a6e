"""For search engines: every page, in each language, and which addresses are not for them.

Streamed from the cards. django.contrib.sitemaps makes a list of all addresses in all languages
before it writes the first, and names addresses without a language as `x-default`.
"""

import re
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from registry.api.viewsets import viewsets
from registry.cards.conditional import conditional
from registry.cards.declarations import declared, list_address, page_address
from registry.cards.models import Card
from registry.cards.term_counts import of_types
from registry.middleware.language import translated_path
from registry.values.texts import LANGUAGES

XML = "application/xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# In one file, each in three languages: some 4,500 addresses, and hardly ever more than 5,000.
RECORDS = 1500
MAX_GROWTH = 3
PART = re.compile(r"([1-9][0-9]{0,3})-of-([1-9][0-9]{0,3})", re.ASCII)
# The kinds with pages, in the order of the API; and the pages that are no record's nor a list.
PAGED = [declared[each] for each in viewsets if declared[each].has_page]
FIXED = (
    "figures",
    "figures-compared",
    "relations",
    "suggest",
    "glossary",
    "data",
    "columns",
    "developers",
    "about",
    "report",
)

# The longest rule that fits counts (RFC 9309), so that the page on the API stays open. The form of
# reports is for search engines too, but not once more for each record.
ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /api/
Allow: /api/v1/docs/
Disallow: /*/report/?

Sitemap: {}
"""


@require_safe
def robots(request):
    text = ROBOTS.format(request.build_absolute_uri(reverse("sitemap")))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def index(request):
    """The files there are, and when something in each last changed."""

    def make(counter):
        return HttpResponse(files(request), content_type=XML)

    return conditional(request, make, "sitemap")


def files(request):
    counts = of_types([kind.type for kind in PAGED])
    yield f'{HEAD}<sitemapindex xmlns="{SITEMAP}">\n'
    yield sitemap(request, reverse("sitemap-pages"))
    for kind in PAGED:
        if number := parts(counts.get(kind.type, 0)):
            path, newest = reverse(f"sitemap-{kind.collection}"), last_moment(kind.type)
            yield sitemap(request, path if number == 1 else f"{path}?part=1-of-{number}", newest)
            for part in range(2, number + 1):
                yield sitemap(request, f"{path}?part={part}-of-{number}", newest)
    yield "</sitemapindex>\n"


def parts(count):
    """In how many files so many records stand."""
    return -(-count // RECORDS)


def last_moment(card_type):
    newest = Card.objects.of(card_type).order_by("-updated_at", "-public_id")
    return newest.values_list("updated_at", flat=True).first()


def sitemap(request, path, newest=None):
    address = request.build_absolute_uri(path)
    return f"<sitemap><loc>{address}</loc>{last_change(newest)}</sitemap>\n"


@require_safe
def pages(request):
    lists = [list_address(kind.type) for kind in PAGED]
    paths = [reverse("home"), *lists, *map(reverse, FIXED)]
    rows = [(translated_path(path, "{}"), None) for path in paths]
    return conditional(request, lambda counter: streaming_response(request, rows), "sitemap")


def records(card_type):
    """The view of the files of one kind."""

    @require_safe
    def view(request):
        asked = request.GET.get("part")
        known = PART.fullmatch(asked or "1-of-1")
        part, number = map(int, known.groups()) if known else (1, 0)
        if part > number:
            raise Http404

        def answer(counter):
            # An older index names fewer parts than there are now; nobody names much fewer.
            if parts(of_types([card_type]).get(card_type, 0)) > number * MAX_GROWTH:
                raise Http404
            return part_of(card_type, part, number, request)

        return conditional(request, answer, "sitemap")

    return view


def part_of(card_type, part, number, request):
    """Ids are random: of so many equal ranges of them each holds nearly as many records, and the
    last is found as soon as the first. The address alone says which range it is, so that what
    comes and goes moves no record into another file."""
    first, last = ((1 << 128) * each // number for each in (part - 1, part))
    cards = Card.objects.of(card_type).filter(
        public_id__range=(UUID(int=first), UUID(int=last - 1))
    )
    rows = cards.order_by("public_id").values_list("slug", "updated_at").iterator(chunk_size=500)
    paths = ((page_address(card_type, slug, "{}"), changed) for slug, changed in rows)
    return streaming_response(request, paths)


def streaming_response(request, rows):
    """The addresses of the rows (path with {} for the language, when it changed) as a file."""
    host = request.build_absolute_uri("/")[:-1]
    if request.method == "HEAD":
        return HttpResponse(content_type=XML)
    return StreamingHttpResponse(xml_of(host, rows), content_type=XML)


def xml_of(host, rows):
    yield f'{HEAD}<urlset xmlns="{SITEMAP}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    for path, changed in rows:
        addresses = {language: host + path.format(language) for language in LANGUAGES}
        same = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
            # x-default is for readers of all other languages.
            for language, address in [*addresses.items(), ("x-default", addresses["en"])]
        )
        when = last_change(changed)
        yield "".join(
            f"<url><loc>{address}</loc>{when}{same}</url>\n" for address in addresses.values()
        )
    yield "</urlset>\n"


def last_change(moment):
    return f"<lastmod>{moment.isoformat(timespec='seconds')}</lastmod>" if moment else ""
