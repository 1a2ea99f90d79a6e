"""What who watches the server counts: requests and queues, and nothing of a visitor.

A request is told by the name of its address, its status and how long it took. The text is that of
Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/). Several processes of
gunicorn add up in files of a folder that it makes (`gunicorn_conf.py`).
"""

import os
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from .backups import PATTERN
from .models import Due

# Not the library's own registry, which tells of the machine and of Python as well.
OWN = CollectorRegistry()
requests = Counter(
    "registry_requests", "Requests by the name of their address", ["kind", "status"], registry=OWN
)
seconds = Histogram(
    "registry_request_seconds",
    "Until the reply begins",
    ["kind"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=OWN,
)
# {queue: how many wait there}; and {name: (what it is, its value)}. Apps add theirs.
waiting: dict[str, Callable] = {}
gauges: dict[str, tuple] = {}

# By one of these a request says that it came from elsewhere, through a proxy of this machine.
PASSED_ON = ("X_FORWARDED_FOR", "X_FORWARDED_PROTO", "X_REAL_IP", "FORWARDED", "VIA")


def count(request, response, took):
    match = request.resolver_match
    kind = match.view_name if match and match.view_name else "none"
    with suppress(OSError):  # somebody took the folder away: no reason to refuse a page
        requests.labels(kind, response.status_code).inc()
        seconds.labels(kind).observe(took)


@require_safe
@never_cache
def metrics(request):
    """For who asks on this machine; an administrator has the same at `admin/metrics/`."""
    if not is_local(request):
        raise Http404
    return reply()


def is_local(request):
    """A proxy on this machine asks from here for the whole world, and says so."""
    if any(f"HTTP_{name}" in request.META for name in PASSED_ON):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket of Unix has no address
        return False


def reply():
    return HttpResponse(text(), content_type=CONTENT_TYPE_LATEST)


def text():
    counted = OWN
    if Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "/none")).is_dir():
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)
    asked = CollectorRegistry()
    asked.register(Asked())
    return generate_latest(counted) + generate_latest(asked)


class Asked:
    """What the database tells at this moment; without one the counts of requests are all."""

    def collect(self):
        try:
            families = [*self._told()]
            answers = 1
        except Error:
            families, answers = [], 0
        yield GaugeMetricFamily("registry_database_up", "Whether it answers", value=answers)
        yield from families

    def describe(self):
        return []  # else the library would ask the database what there is

    def _told(self):
        queues = GaugeMetricFamily("registry_waiting", "How many wait", labels=["queue"])
        for queue, number in sorted(waiting.items()):
            queues.add_metric([queue], number())
        yield queues
        for name, (told, value) in sorted(gauges.items()):
            yield GaugeMetricFamily(name, told, value=value())
        done = GaugeMetricFamily(
            "registry_due_done_timestamp_seconds", "When it was last done", labels=["task"]
        )
        for task, moment in Due.objects.exclude(done=None).values_list("name", "done"):
            done.add_metric([task], moment.timestamp())
        yield done
        if settings.BACKUPS:
            told = "When the newest file of BACKUPS was written; 0: there is none"
            yield GaugeMetricFamily(
                "registry_backup_timestamp_seconds", told, value=last_backup(settings.BACKUPS)
            )


def last_backup(folder):
    try:
        found = [each for each in Path(folder).iterdir() if PATTERN.fullmatch(each.name)]
        return max((each.stat().st_mtime for each in found), default=0)
    except OSError:
        return 0
