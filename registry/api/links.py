"""Where else a reply leads, as `Link` headers (RFC 8288) that a tool can follow unread."""

from functools import cache

from django.urls import get_script_prefix, reverse

from registry.cards.declarations import declared, list_address, page_address
from registry.middleware.security import LONGEST
from registry.values.texts import LANGUAGES

DESCRIBED = "describedby"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


def link(address, rel, **parameters):
    more = "".join(f'; {name}="{value}"' for name, value in parameters.items())
    return f'<{address}>; rel="{rel}"{more}'


def described():
    """What every reply of the API is described by."""
    return _described(get_script_prefix())


@cache
def _described(_prefix):
    return [link(reverse("api:openapi"), DESCRIBED, type=OPENAPI)]


def neighbours(next_page, previous_page):
    return [
        link(address, rel)
        for address, rel in ((next_page, "next"), (previous_page, "prev"))
        if address
    ]


def formats(path, query, renderers, given):
    """The same records in the other formats."""
    query = f"{query}&" if query else ""
    found = [
        link(
            f"{path}?{query}format={each.format}", rel_of(each.format, given), type=each.media_type
        )
        for each in renderers
        if each.format != given
    ]
    # First what says how the file is read: `add` leaves out others where all are too many.
    return sorted(found, key=lambda each: DESCRIBED not in each)


def rel_of(name, given):
    return DESCRIBED if (name, given) == ("csvw", "csv") else "alternate"


def pages(card_type, slug=None, query=""):
    """The same for people, in each language."""
    if not declared[card_type].has_page:
        return []
    paths = {
        code: page_address(card_type, slug, code) if slug else list_address(card_type, code)
        for code in LANGUAGES
    }
    query = f"?{query}" if query else ""
    return [
        link(f"{path}{query}", "alternate", type="text/html", hreflang=code)
        for code, path in paths.items()
    ]


def add(response, links):
    """Beside the links that the reply has already; the first of them, if all are too many."""
    kept = response.headers.get("Link", "")
    for each in links:
        longer = f"{kept}, {each}" if kept else each
        if len(longer) <= LONGEST:
            kept = longer
    response.headers["Link"] = kept
