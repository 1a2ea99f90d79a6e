"""gunicorn --config python:registry.ops.gunicorn_conf registry.wsgi

BIND (127.0.0.1:8000), WEB_CONCURRENCY (processes), FORWARDED_ALLOW_IPS (proxies to be believed
about HTTPS; loopback by default) come from the environment.
"""

import os
import shutil
import subprocess
import sys
import tempfile

from gunicorn.glogging import Logger

bind = os.environ.get("BIND", "127.0.0.1:8000")
MEMORY = "/dev/shm"  # noqa: S108 - a folder of our own is made in it
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
limit_request_line = 8190  # the longest that gunicorn allows; a query of many filters is long
accesslog = None
# What a request may say of itself. gunicorn's own lists hold SCRIPT_NAME and PATH_INFO, which move
# the site, and three words for HTTPS: proxies overwrite the one that they know.
forwarder_headers = ""
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
control_socket_disable = True  # it lies in the home folder, one path for all servers of a user


class DiscreetLogger(Logger):
    """gunicorn logs the address of a malformed request and the query string of a failed one."""

    def warning(self, msg, *args, **kwargs):
        if msg.startswith("Invalid request from ip="):
            msg, args = "Invalid request", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        if msg.startswith("Error handling request"):
            msg, args = "Error handling request", ()
        super().exception(msg, *args, **kwargs)


logger_class = DiscreetLogger


def on_starting(server):
    """New code on old tables would fail at every page: it does not start, and says why."""
    # In a process of its own: what this one has imported, its workers would keep at a reload.
    if subprocess.call([sys.executable, "manage.py", "ready", "--tables"]):
        sys.exit(3)
    # Where the processes add up what they count; they are given the environment at their start. In
    # memory: a file that is mapped kills (SIGBUS) whoever writes into it on a full disk.
    in_memory = os.access(MEMORY, os.W_OK)
    folder = tempfile.mkdtemp(prefix="registry-metrics-", dir=MEMORY if in_memory else None)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder


def on_exit(server):
    shutil.rmtree(os.environ.pop("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)


def post_worker_init(worker):
    """Django is set up now. With a timer, DUE_BY_TIMER=true, the processes have nothing to do."""
    from django.conf import settings

    from registry.ops import due

    if not settings.DUE_BY_TIMER:
        due.keep_looking()
