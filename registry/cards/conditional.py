"""Whether a client has the newest reply already: known from one number, before rendering."""

import hashlib
import zlib
from functools import partial

from django.core.cache import caches
from django.http import HttpResponse, HttpResponseNotModified, HttpResponsePermanentRedirect

from registry.middleware.http import names_tag

from .clock import today
from .models import Counter
from .models.change_numbers import keep_since, numbering, read_since

DRAWN = ("html", "part", "png")  # kinds of replies that are drawn for readers
LARGEST = 200_000  # bytes of one that is kept; a longer one is kept packed, which is enough


def etag(counter, request, kind="", language=""):
    """A weak tag of the newest change, the registry, the day in Minsk, the format and language.

    The address is a part of it: whoever has the tag was given a reply there, so that nothing need
    be looked up again before 304, and no tag of another address hides a 404, a 410 or a 400.
    """
    parts = [counter.registry, counter.number, today().isoformat(), kind, language]
    # Absolute addresses in a reply begin with the host by which it was asked for.
    # The query as it was sent: written anew, two that mean different things could be the same.
    query = request.META.get("QUERY_STRING", "")
    parts += [request.scheme, request.get_host(), request.path, query]
    text = "\n".join(map(str, parts))
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def permanent_redirect(address):
    """To where a record stands now. Not kept: a name can be taken out of addresses later."""
    return HttpResponsePermanentRedirect(address, headers={"Cache-Control": "no-cache"})


def conditional(request, make, kind="", language=""):
    """The reply of `make(counter)` with its tag, or 304 for a client that has it: then it is not
    made. What it is made from can be kept under the counter, which is the one that the tag names;
    a page is kept under the tag itself, for whoever asks next.

    `*` stands for any reply, and only the reply says whether it is one or an error.
    """
    counter = Counter.current()
    tag = etag(counter, request, kind, language)
    if names_tag(request, tag):
        response = HttpResponseNotModified()
    elif kind in DRAWN:
        response = kept(request, tag, lambda: make(counter))
    else:
        response = make(counter)
    if response.status_code == 200 and request.headers.get("If-None-Match", "").strip() == "*":
        response = HttpResponseNotModified()
    if response.status_code in (200, 304):
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "public, no-cache"
        # nginx keeps nothing that says no-cache; what is past from the beginning it asks for anew.
        response.headers["X-Accel-Expires"] = "@1"
        if says_where(request):  # no cache on the way is to know it
            response.headers["Cache-Control"] = "no-store"
    return response


def says_where(request):
    """Whether the request says where a reader is, by itself or, as its view noted, by a cursor."""
    return "near" in request.GET or getattr(request, "is_near", False)


def kept(request, tag, make):
    """The page as it was drawn for the same tag in this process, or drawn now; of one that says
    where a reader is nothing is kept.

    The tag depends on nothing about who asks, so neither may the page. With the next change nobody
    asks for the tag, and the process forgets all of them (`forget_texts`).
    """
    pages, since = caches["kept"], read_since()
    if numbering.get():
        return make()
    if found := pages.get(tag):
        content, is_packed, headers = found
        content = zlib.decompress(content) if is_packed else content
        response = HttpResponse(content, headers=headers)
    else:
        response = make()
        if response.status_code != 200 or says_where(request) or response.cookies:
            return response
        content, is_packed = response.content, len(response.content) > LARGEST
        if is_packed:
            content = zlib.compress(content, 1)
        if len(content) > LARGEST:
            return response
        if not keep_since(since, tag, (content, is_packed, dict(response.headers))):
            return response
    # For the middleware that compresses.
    response.kept_in = partial(_kept_beside, tag, since)  # type: ignore[union-attr]
    return response


def _kept_beside(tag, since, encoding, make):
    """What is made of the page that is kept under the tag, kept as long."""
    key = f"{tag}{encoding}"
    if (made := caches["kept"].get(key)) is None:
        made = make()
        keep_since(since, key, made)
    return made
