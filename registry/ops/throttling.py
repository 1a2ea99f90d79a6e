"""How often a client may do something: API requests in a minute, reports in an hour.

Without a key (API_RATE_ANON; 0 = no limit) they are counted in the memory of each process under a
keyed hash of the address, and forgotten with the minute. It keeps one careless client from slowing
down the others; exact limits are the proxy's.

With a key (API_RATE_KEY; 0 = no limit) PostgreSQL counts over all processes: each takes a tenth of
the minute's requests from the key's row and asks for more when it is used up, so that counting
costs ten writes a minute and not one for each request.
"""

import time
from threading import Lock

from django.conf import settings
from django.db import connection
from rest_framework.throttling import BaseThrottle

from registry.middleware.security import source

MINUTE = 60
HOUR = 60 * MINUTE
PARTS = 10  # in which a key's minute is taken
MAX_CLIENTS = 50_000  # that are remembered within a period: some 10 MB


class Window:
    """How often each client, known by a hash of its address, did something in this period."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.period = None
        self.done = {}
        self.lock = Lock()

    def count(self, request):
        client, period = source(request), int(time.time() // self.seconds)
        with self.lock:
            if period != self.period:
                self.period = period
                self.done.clear()
            # Taken out and put back, the busiest clients stand last and are forgotten last.
            number = self.done.pop(client, 0) + 1
            if len(self.done) >= MAX_CLIENTS:
                del self.done[next(iter(self.done))]
            self.done[client] = number
            return number

    def wait(self):
        """Seconds until the next period."""
        return self.seconds - time.time() % self.seconds


class PerMinute(BaseThrottle):
    def wait(self):
        return MINUTE - time.time() % MINUTE


class AnonymousThrottle(PerMinute):
    window = Window(MINUTE)

    def allow_request(self, request, view):
        return bool(request.auth) or self.counted(request)

    def counted(self, request):
        """Count a request; whether it is within the limit."""
        limit = settings.API_RATE_ANON
        return not limit or self.window.count(request) <= limit


class KeyThrottle(PerMinute):
    """On SQLite a reader would wait for whoever writes: there each process counts by itself."""

    minute = None
    left = {}  # {id of the key: requests that this process may still answer in this minute}
    lock = Lock()

    def allow_request(self, request, view):
        key, limit = request.auth, settings.API_RATE_KEY
        if key is None or not limit:
            return True
        minute = int(time.time() // MINUTE)
        with self.lock:
            if minute != KeyThrottle.minute:
                KeyThrottle.minute = minute
                self.left.clear()
            left = self.left.get(key.pk)
            if left is None or left == 0:
                # Nothing to take is remembered as -1: whoever is over the limit costs no query.
                left = self.taken(key, minute, limit, left) or -1
            self.left[key.pk] = max(left - 1, -1)
            return left > 0

    def taken(self, key, minute, limit, left):
        if connection.vendor == "sqlite":
            return limit if left is None else 0
        return key.take(minute, -(-limit // PARTS), limit)
