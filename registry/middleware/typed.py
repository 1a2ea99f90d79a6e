"""What somebody typed into a form of ours, to be given back where it could not be saved."""

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError

FORM_ID = "_form"  # a form of the staff that has it holds nothing secret
# Beside what was typed a form carries what it needs for itself.
_OF_THE_FORM = ("csrfmiddlewaretoken", "seen_version", "_FORMS", "-id", "-record", "__prefix__")
# What readers send; the rest of that form is chosen, or a trap for programs.
_OF_READERS = ("text", "contact", "what", "who", "place", "dates", "source")


def typed_text(data):
    """[(name, value)] of all that somebody typed."""
    return [
        (key, value)
        for key, values in data.lists()
        for value in values
        if value and not key.startswith("_") and not any(word in key for word in _OF_THE_FORM)
    ]


def typed_into(request):
    """The same of a request that could not be answered; nothing of what another site has sent, and
    nothing of a form that may hold a password."""
    try:
        if request.method != "POST" or not sent_from_here(request):
            return []
        data = request.POST
    except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return []  # whatever was sent, it cannot be read
    if FORM_ID in data:
        return typed_text(data)
    is_report = request.path_info.endswith(("/report/", "/report/suggest/"))
    return [(name, data[name]) for name in _OF_READERS if is_report and data.get(name)]


def sent_from_here(request):
    """Whether a page of ours sent this: the browser says so, and no page can make it lie."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site") == "same-origin"
