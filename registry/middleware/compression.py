"""Replies are sent in fewer bytes to whoever can read brotli or gzip.

What is compressed together with a secret can tell the secret by its length (BREACH). So a reply is
compressed only where there is none: never for staff, never when a cookie came or goes.
"""

import zlib

import brotli
from django.utils.cache import patch_vary_headers

STAFF = "/admin/"
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
        # Caches take over the headers of these for the reply that they keep.
        if response.status_code == 304 and not request.path_info.startswith(STAFF):
            patch_vary_headers(response, ["Accept-Encoding"])
        if (
            request.path_info.startswith(STAFF)
            or response.has_header("Content-Encoding")
            or not compressible(response.headers.get("Content-Type", ""))
            or (not response.streaming and len(response.content) < FEWEST)
        ):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        encoding = chosen(request.headers.get("Accept-Encoding", ""))
        if encoding is None or request.COOKIES or response.cookies:
            return response
        compress(response, encoding)
        return response


def compressible(content_type):
    kind = content_type.partition(";")[0].strip()
    return kind.startswith(KINDS) or kind.endswith(ENDINGS)


def chosen(accepted):
    """The encoding that the client likes best; of equals brotli."""
    weights = {}
    for part in accepted[:500].lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = weight(parameter.strip())
    best = max(ENCODINGS, key=lambda name: weights.get(name, 0))
    return best if weights.get(best) else None


def weight(parameter):
    try:
        value = float(parameter.removeprefix("q=")) if parameter else 1.0
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def compress(response, encoding):
    compressor = ENCODINGS[encoding]()
    if response.streaming:
        response.streaming_content = pieces(response.streaming_content, compressor)
        response.headers.pop("Content-Length", None)
    else:
        response.content = compressor.add(response.content) + compressor.end()
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Encoding"] = encoding


def pieces(content, compressor):
    for piece in content:
        if ready := compressor.add(piece):
            yield ready
    yield compressor.end()
