"""Requests to the registry in this process, through its WSGI application and all middleware.

Not by Django's test client: that leaves the database connection open from one request to the next,
whatever the settings say.
"""

import io
import sys
from functools import cache
from urllib.parse import unquote, urlsplit

from django.core.wsgi import get_wsgi_application
from django.utils.encoding import iri_to_uri


class Unexpected(Exception):
    """A reply of another status than was expected: nothing is measured that is broken."""


class Reply:
    def __init__(self):
        self.status, self.headers, self.content = 0, {}, b""

    def start(self, status, headers, exc_info=None):
        self.status, self.headers = int(status.split()[0]), dict(headers)


@cache
def application():
    return get_wsgi_application()


def ask(address, status=200, *, keep=True, **headers):
    """The reply to a GET; without `keep` its content is thrown away as it comes."""
    parts = urlsplit(iri_to_uri(address))
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    reply = Reply()
    pieces = application()(environ, reply.start)
    try:
        if keep:
            reply.content = b"".join(pieces)
        else:
            for _ in pieces:
                pass
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    if reply.status != status:
        raise Unexpected(f"{address} answered {reply.status} instead of {status}.")
    return reply


def asking(address, status=200, **headers):
    """What asks for it, and throws the reply away."""

    def call():
        ask(address, status, keep=False, **headers)

    return call
