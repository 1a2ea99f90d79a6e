"""Which language a reply is in: the one in its address, not one guessed or remembered."""

from contextlib import suppress

from django.conf import settings
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

STAFF_COOKIE = "staff_language"


class LanguageMiddleware:
    """Django's own LocaleMiddleware reads a cookie and redirects what it does not find.

    The admin follows what whoever works in it has chosen there, or their browser; all else outside
    /{lang}/ is in English, so that one address has one content. The language ends with the view: a
    streamed reply must say its words before it streams.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        staff = request.path_info.startswith("/admin/")
        language = translation.get_language_from_path(request.path_info)
        if language is None and staff:
            language = chosen_by_staff(request) or asked_for(request)
        with translation.override(language or settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            if not request.path_info.startswith("/api/"):  # its texts come in all three
                response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if staff:
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response


def chosen_by_staff(request):
    """That of the switch in the admin: its cookie goes to no other page."""
    code = request.COOKIES.get(STAFF_COOKIE)
    return code if code in dict(settings.LANGUAGES) else None


def asked_for(request):
    """The language that the browser asks for. Django's own look-up obeys a cookie as well."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        with suppress(LookupError):
            return translation.get_supported_language_variant(code)
    return settings.LANGUAGE_CODE


@require_safe
def choose(request):
    """`/` leads to the language that the browser asks for."""
    with translation.override(asked_for(request)):
        response = redirect("home")
    patch_vary_headers(response, ["Accept-Language"])
    return response


def translated_path(path, code):
    """The same page in another language: all that differs is the prefix."""
    _root, _language, rest = path.split("/", 2)
    return f"/{code}/{rest}"


def page(request):
    """What every template needs: its language, and the banners of the demo and of a preview."""
    return {
        "LANGUAGE_CODE": translation.get_language(),
        "LANGUAGES": settings.LANGUAGES,
        "demo": settings.DEMO,
        "preview": getattr(request, "preview", ""),
    }
