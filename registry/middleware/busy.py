"""A database that cannot answer now: 503 and when to ask again, whatever was asked."""

import logging
import sys

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from .problems import respond
from .typed import typed_into

logger = logging.getLogger(__name__)

READ_ONLY = "25006"  # of PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html


class Withheld(OperationalError):
    """The card is being written anew: like a database that cannot answer yet."""


class BusyMiddleware:
    """A database that is out of reach or has no connection to give is "try again", not "broken"."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return busy(request, exception)


def busy(request, exception):
    """503 if it was the database, however deep below what was made of it; else None."""
    cause = exception
    while cause is not None and not _cannot_answer(cause):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    # What is withheld is no fault for anybody to look after.
    if not isinstance(cause, Withheld):
        logger.error("The database did not answer", exc_info=exception)
    headers = {"Retry-After": "5"}
    if request.path_info.startswith("/api/"):
        return respond(503, headers=headers)
    text = _("The registry is busy. Please try again in a few seconds.")
    if typed := typed_into(request):
        page = render_to_string("503.html", {"sentence": text, "typed": typed})
        return HttpResponse(page, status=503, headers=headers)
    return HttpResponse(text, status=503, headers=headers, content_type="text/plain; charset=utf-8")


def _cannot_answer(error):
    """Out of reach, out of room, or a PostgreSQL that nobody may write to, as a standby is."""
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", "") == READ_ONLY
    return isinstance(error, InterfaceError | OperationalError)


def bad_request(request, exception):
    """A session that cannot be saved is a bad request to Django, whatever the reason."""
    return busy(request, exception) or defaults.bad_request(request, exception)


def server_error(request):
    """Beside views the database is asked by middleware too, which nothing else looks after."""
    return busy(request, sys.exception()) or defaults.server_error(request)
