"""What holds for every request, whichever app answers it."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _


def source(request):
    """A keyed hash of the visitor's address: requests can be counted without keeping who made them.

    Each trusted proxy appends the address it was called from, so only the last NUM_PROXIES entries
    of X-Forwarded-For are to be believed.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.NUM_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", address).split(",")
        address = forwarded[-min(settings.NUM_PROXIES, len(forwarded))].strip()
    return salted_hmac("registry.middleware.security.source", address).hexdigest()


# Bytes of a header that repeats the query, which can be 8 kB long. Proxies refuse a reply whose
# headers are more than 4 kB in all (nginx); the others and those of the server take 1.5 kB.
LONGEST = 1_700


# What a script of another site may read of a reply, beside the few headers that it always may.
EXPOSED = (
    *("Content-Disposition", "ETag", "Link", "Retry-After", "WWW-Authenticate"),
    *("Registry-Count", "Registry-Matched", "Registry-Left-Out", "Registry-Query"),
    *("Registry-Time", "Registry-Change"),
)
# Where another site may also post: reconciliation asks more at once than fits into an address.
# A script follows the way to the last slash only if it may read that reply as well.
POSTED = ("/api/v1/reconcile/", "/api/v1/reconcile")


class ErrorMiddleware:
    """No error is kept: what was withdrawn may come back, what was not there may be published.

    Without a word on it, browsers keep a 404 and a 410 for as long as they like.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        return response


class LongAddressMiddleware:
    """Where a redirect would be longer than its reply can be, there is none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if len(response.headers.get("Location", "")) <= LONGEST:
            return response
        text = _(
            "This address is too long to redirect. Put a slash before its question "
            "mark, or shorten it."
        )
        return HttpResponse(text, status=414, content_type="text/plain; charset=utf-8")


class SharingMiddleware:
    """Other sites may read the API, and nothing else of ours."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path_info.startswith("/api/"):
            response = self.get_response(request)
            response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
            return response
        methods = ["GET", "HEAD", "OPTIONS", *(["POST"] if request.path_info in POSTED else [])]
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = HttpResponse(status=204)
            response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
            response.headers["Access-Control-Allow-Headers"] = (
                "Accept, Authorization, Content-Type, If-None-Match"
            )
            response.headers["Access-Control-Max-Age"] = "86400"
        else:
            response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.method in methods:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = ", ".join(EXPOSED)
        return response


class NulMiddleware:
    r"""PostgreSQL stores no NUL and its driver raises on one, so none may reach a look-up.

    Forms and public filters refuse NUL field by field, with words. This is for what they do not
    see: the path, cookies (a quoted cookie may spell it as \000) and the admin's query strings.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        texts = [request.path_info, *request.COOKIES.values()]
        if request.path_info.startswith("/admin/"):
            for name, values in request.GET.lists():
                texts += [name, *values]
        if any("\0" in text for text in texts):
            raise BadRequest("A NUL character is part of no address.")
        return self.get_response(request)
