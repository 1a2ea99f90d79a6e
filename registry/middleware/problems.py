"""Errors of the API as problem documents (RFC 9457).

{"type": "about:blank", "title", "status", "detail"} and, where they help, "parameter" with
"allowed" values; several wrong parameters stand in "errors", the first of them at the top as well.
"""

from http import HTTPStatus

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from rest_framework import exceptions

MEDIA_TYPE = "application/problem+json"

DETAILS = {
    404: "Nothing public is at this address.",
    405: "The API is read with GET, HEAD and OPTIONS.",
    406: "None of the types in Accept can be given here.",
    414: "This address is too long to lead on from it. Put a slash before its question mark.",
    429: "Too many requests. Please wait as long as Retry-After says.",
    500: "Something went wrong on our side.",
}


class Problem(exceptions.APIException):
    """An error with further members: Problem(410, "…", id=…)."""

    def __init__(self, status, detail, **members):
        self.status_code = status
        self.members = members
        super().__init__(detail)


class BadParameter(Problem):
    def __init__(self, parameter, detail, allowed=None):
        super().__init__(400, detail, **_of(parameter, allowed))


class BadParameters(Problem):
    """{parameter: [sentence]} and what each may be: what an invalid filter says."""

    def __init__(self, errors, allowed):
        wrong = [
            {"detail": " ".join(str(sentence) for sentence in sentences)}
            | _of(parameter, allowed(parameter))
            for parameter, sentences in errors.items()
        ]
        members = {key: value for key, value in wrong[0].items() if key != "detail"}
        if len(wrong) > 1:
            members["errors"] = wrong
        super().__init__(400, wrong[0]["detail"], **members)


def _of(parameter, allowed):
    members = {"parameter": parameter}
    if allowed is not None:
        members["allowed"] = list(allowed)
    return members


def respond(status, detail=None, headers=None, **members):
    # RFC 9457, 4.2.1: a problem of no type of its own is titled by its status.
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail := detail or DETAILS.get(status):
        problem["detail"] = str(detail)
    return HttpResponse(
        orjson.dumps(problem | members),
        status=status,
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def exception_handler(exception, context):
    """DRF's errors and Django's as problems; anything else is a bug and is logged as one."""
    if isinstance(exception, Problem):
        return respond(exception.status_code, exception.detail, **exception.members)
    if isinstance(exception, Http404 | exceptions.NotFound):
        return respond(404)
    if isinstance(exception, PermissionDenied):
        return respond(403)
    if isinstance(exception, exceptions.Throttled):
        # Whole seconds (RFC 9110, 10.2.3); a nought would ask for the next request at once.
        return respond(429, headers={"Retry-After": str(max(1, int(exception.wait or 1)))})
    if isinstance(exception, exceptions.AuthenticationFailed):
        headers = {"WWW-Authenticate": exception.auth_header}
        return respond(401, exception.detail, headers=headers)
    if isinstance(exception, exceptions.MethodNotAllowed):
        return respond(405, headers={"Allow": ", ".join(context["view"].allowed_methods)})
    if isinstance(exception, exceptions.NotAcceptable):
        renderers = exception.available_renderers or ()
        return respond(406, allowed=[renderer.media_type for renderer in renderers])
    if isinstance(exception, exceptions.APIException):
        return respond(exception.status_code, exception.default_detail)
    return None


class ProblemMiddleware:
    """Errors that Django answers by itself, such as an unknown address, look like the others."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            response.status_code < 400
            or not request.path_info.startswith("/api/")
            or response.headers["Content-Type"].startswith(MEDIA_TYPE)
        ):
            return response
        # RFC 9110, 15.5.6, asks for the first of these with each 405.
        kept = {
            name: response.headers[name]
            for name in ("Allow", "Retry-After")
            if name in response.headers
        }
        return respond(response.status_code, headers=kept)
