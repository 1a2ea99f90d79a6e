"""Asks the registry on this machine whether it is ready, as a container's health check; else 1."""

import os
import sys
import urllib.error
import urllib.request

host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz/ready", headers={"Host": host})
try:
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310 - our own address
        sys.stdout.write(reply.read().decode())
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode())
except OSError as error:
    sys.exit(f"no answer: {error}")
