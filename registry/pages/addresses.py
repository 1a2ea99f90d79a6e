"""What every page has: its address in each language, its ETag, the same as data."""

from functools import wraps

from django.utils.translation import get_language

from registry.cards.conditional import conditional
from registry.cards.read import data_address
from registry.middleware.language import translated_path
from registry.values.texts import LANGUAGES


def with_etag(answer):
    """A page that whoever asks again with its ETag need not be sent again."""

    @wraps(answer)
    def page(request, *args, **options):
        def make(counter):
            return answer(request, *args, **options)

        return conditional(request, make, "html", get_language())

    return page


def addresses(request, path, query=""):
    """The one address of a page, and the same in each language, for search engines."""
    query = f"?{query}" if query else ""
    language = get_language()
    found = {
        code: request.build_absolute_uri(f"{translated_path(path, code)}{query}")
        for code in LANGUAGES
    }
    return {
        "canonical": found[language],
        # The last is what search engines show to readers of none of these languages.
        "alternates": [*found.items(), ("x-default", found["en"])],
    }


def data_addresses(card_type, query="", slug=""):
    """The same records in the API: of the whole list, or of one."""
    base = f"{data_address(card_type)}{slug and f'{slug}/'}"
    return {
        "type": card_type,
        "whole": not slug,
        "json": f"{base}?{query}" if query else base,
        "csv": f"{base}?{query}&format=csv" if query else f"{base}?format=csv",
    }
