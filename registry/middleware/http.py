"""Where HTTP asks for more than the middleware of Django and of WhiteNoise gives."""

from functools import partial

from django.http import HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.utils.http import parse_etags
from whitenoise.middleware import WhiteNoiseMiddleware


class HeadMiddleware:
    """A reply to HEAD has the headers of one to GET and nothing behind them.

    Django leaves that to the server, which writes a warning for each.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = []  # what there was is closed with the response
            else:
                response.headers.setdefault("Content-Length", str(len(response.content)))
                response.content = b""
        return response


class SlashMiddleware(CommonMiddleware):
    """To the address with its last slash by 308: after 301 clients send a GET without the body."""

    response_redirect_class = partial(HttpResponsePermanentRedirect, preserve_request=True)


class FilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise takes `If-None-Match` for one tag, to the letter."""

    @staticmethod
    def serve(static_file, request):
        tag = static_file.etag  # None where the file system knows no times
        given = request.headers.get("If-None-Match", "").strip()
        if tag and (given == "*" or names_tag(request, tag)):
            request.META["HTTP_IF_NONE_MATCH"] = tag
        return WhiteNoiseMiddleware.serve(static_file, request)


def names_tag(request, tag):
    """Whether the client names the reply of this tag as one that it has.

    By weak comparison (RFC 9110 8.8.3.2): a proxy that compresses drops or adds the `W/`.
    """
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return tag.removeprefix("W/") in [each.removeprefix("W/") for each in given]
