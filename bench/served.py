"""A few shapes as a reader gets them: by gunicorn on loopback, each on a connection of its own.

What is counted is the processor of the server, not of the client that asks.
"""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from .door import Unexpected
from .shapes import Bar, Shape
from .world import API

ADDRESSES = {
    "first page": (f"{API}/programmes/", Bar(8, 12)),
    "list of programmes": ("/en/programmes/", Bar(30)),
    "home": ("/en/", Bar(40)),
}


@contextlib.contextmanager
def server():
    """(port, pid of the one process that answers) of a server of this registry."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:registry.ops.gunicorn_conf"]
        + ["--log-level", "warning", "registry.wsgi"],
        env=os.environ | {"BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": "1"},
    )
    try:
        began = time.monotonic()
        while not answers(port):
            if served.poll() is not None or time.monotonic() - began > 60:
                raise Unexpected("gunicorn did not start.")
            time.sleep(0.1)
        children = Path(f"/proc/{served.pid}/task/{served.pid}/children").read_text()
        yield port, int(children.split()[0])
    finally:
        served.terminate()
        served.wait(timeout=30)


def answers(port):
    try:
        fetch(port, "/bench/empty/")
    except OSError:
        return False
    return True


def fetch(port, address, status=200, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    if response.status != status:
        raise Unexpected(f"{address} answered {response.status} to a client.")
    return response


def served_shapes(port):
    """(shapes, what asks for the empty view) of the server."""
    ask = partial(fetch, port)
    first, bar = ADDRESSES["first page"]
    kept = partial(ask, first, 304, **{"If-None-Match": ask(first).headers["ETag"]})
    shapes = [Shape("gunicorn: 304", "HTTP", kept, Bar(2.5), 1.1)]
    for name, (address, bar) in ADDRESSES.items():
        shapes.append(Shape(f"gunicorn: {name}", "HTTP", partial(ask, address), bar, 1.5))
        for encoding in ("gzip", "br"):
            call = partial(ask, address, **{"Accept-Encoding": encoding})
            shapes.append(Shape(f"gunicorn: {name}, {encoding}", "HTTP", call, None, 1.5))
    return shapes, partial(ask, "/bench/empty/")
