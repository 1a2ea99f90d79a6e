"""Whether a client has the newest reply already: known from one number, before rendering."""

import hashlib

from django.http import HttpResponseNotModified, HttpResponsePermanentRedirect
from django.utils.http import parse_etags

from registry.cards.clock import today
from registry.cards.models import Counter


def etag(request, kind="", language=""):
    """A weak tag of the newest change, the registry, the day in Minsk, the format and language.

    The address is a part of it: whoever has the tag was given a reply there, so that nothing need
    be looked up again before 304, and no tag of another address hides a 404, a 410 or a 400.
    """
    # What a reply is made from can be kept under the number that its tag names.
    counter = request.counter = Counter.current()
    parts = [counter.registry, counter.number, today().isoformat(), kind, language]
    # Absolute addresses in a reply begin with the host by which it was asked for.
    parts += [request.scheme, request.get_host(), request.get_full_path()]
    text = "\n".join(map(str, parts))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def moved(address):
    """To where a record stands now. Not kept: a name can be taken out of addresses later."""
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})


def not_modified(request, tag):
    """The 304 for a client that has this reply, or None."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in given:
        response = HttpResponseNotModified()
        response.headers["ETag"] = tag
        return response
    return None
