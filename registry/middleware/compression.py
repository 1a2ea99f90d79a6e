"""Replies are sent in fewer bytes to whoever can read brotli or gzip.

What is compressed together with a secret can tell the secret by its length (BREACH). So a public
reply is compressed only where no cookie came or goes. Pages of the staff are, against BREACH
(docs/decisions/0034): their tokens are masked anew each time, their length is blurred, and what
another site made the browser ask is sent as it is.
"""

import zlib

import brotli
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string

STAFF = "/admin/"
BLUR = 100  # random bytes at most, as in Django's own GZipMiddleware
OTHER_SITES = ("cross-site", "same-site")  # of Sec-Fetch-Site, which no script can set
FEWEST = 500  # bytes: below, the headers weigh more than what is saved
KINDS = ("text/", "application/json", "application/x-ndjson", "application/xml")
ENDINGS = ("+json", "+xml")


class Brotli:
    # 5 of 11: a list of records becomes smaller than by gzip in less time; higher levels take
    # several times as long for a few per cent.
    def __init__(self):
        compressor = brotli.Compressor(quality=5)
        self.add, self.end = compressor.process, compressor.finish


class Gzip:
    def __init__(self):
        compressor = zlib.compressobj(level=6, wbits=31)  # 31: with gzip's own header
        self.add, self.end = compressor.compress, compressor.flush


ENCODINGS = {"br": Brotli, "gzip": Gzip}


class CompressionMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        staff = request.path_info.startswith(STAFF)
        # Caches take over the headers of these for the reply that they keep.
        if response.status_code == 304 and not staff:
            patch_vary_headers(response, ["Accept-Encoding"])
        if (
            response.has_header("Content-Encoding")
            or not compressible(response.headers.get("Content-Type", ""))
            or (not response.streaming and len(response.content) < FEWEST)
        ):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        encoding = chosen(request.headers.get("Accept-Encoding", ""))
        if staff:
            compress_blurred(request, response)
        elif encoding and not request.COOKIES and not response.cookies:
            compress(response, encoding)
        return response


def compressible(content_type):
    kind = content_type.partition(";")[0].strip()
    return kind.startswith(KINDS) or kind.endswith(ENDINGS)


def chosen(accepted):
    """The encoding that the client likes best; of equals brotli."""
    weights = weights_of(accepted)
    best = max(ENCODINGS, key=lambda name: weights.get(name, 0))
    return best if weights.get(best) else None


def weights_of(accepted):
    weights = {}
    for part in accepted[:500].lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = weight(parameter.strip())
    return weights


def weight(parameter):
    try:
        value = float(parameter.removeprefix("q=")) if parameter else 1.0
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def compress_blurred(request, response):
    """By gzip alone: only its header has room for bytes that mean nothing."""
    accepted = weights_of(request.headers.get("Accept-Encoding", "")).get("gzip")
    if not accepted or request.headers.get("Sec-Fetch-Site") in OTHER_SITES or response.streaming:
        return
    response.content = compress_string(response.content, max_random_bytes=BLUR)
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Encoding"] = "gzip"


def compress(response, encoding):
    compressor = ENCODINGS[encoding]()
    if response.streaming:
        response.streaming_content = pieces(response.streaming_content, compressor)
        response.headers.pop("Content-Length", None)
    else:
        response.content = compressed(response, encoding, compressor)
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Encoding"] = encoding


def compressed(response, encoding, compressor):
    """Its content; of a page that is kept (`registry.cards.conditional`) so is this, for to make
    it takes three times as long as all else."""

    def make():
        return compressor.add(response.content) + compressor.end()

    kept_in = getattr(response, "kept_in", None)
    return kept_in(encoding, make) if kept_in else make()


def pieces(content, compressor):
    for piece in content:
        if ready := compressor.add(piece):
            yield ready
    yield compressor.end()
