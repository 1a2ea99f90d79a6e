"""How many API requests a client may make in a minute.

Without a key (API_RATE_ANON; 0 = no limit) they are counted in the memory of each process under a
keyed hash of the address, and forgotten with the minute. It keeps one careless client from slowing
down the others; exact limits are the proxy's.

With a key (API_RATE_KEY; 0 = no limit) they are counted over all processes: each takes a tenth of
the minute's requests from the key's row and asks for more when it is used up, so that counting
costs ten writes a minute and not one for each request.
"""

import time
from threading import Lock

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from .security import source

MINUTE = 60
PARTS = 10  # in which a key's minute is taken
MOST_CLIENTS = 50_000  # that are remembered within a minute: some 10 MB


class PerMinute(BaseThrottle):
    def wait(self):
        return MINUTE - time.time() % MINUTE


class AnonymousThrottle(PerMinute):
    minute = None
    requests = {}  # {hash of the address: requests in this minute}
    lock = Lock()

    def allow_request(self, request, view):
        return bool(request.auth) or self.counted(request)

    def counted(self, request):
        """Count a request; whether it is within the limit."""
        if not settings.API_RATE_ANON:
            return True
        client, minute = source(request), int(time.time() // MINUTE)
        with self.lock:
            if minute != AnonymousThrottle.minute:
                AnonymousThrottle.minute = minute
                self.requests.clear()
            # Taken out and put back, the busiest clients stand last and are forgotten last.
            number = self.requests.pop(client, 0) + 1
            if len(self.requests) >= MOST_CLIENTS:
                del self.requests[next(iter(self.requests))]
            self.requests[client] = number
            return number <= settings.API_RATE_ANON


class KeyThrottle(PerMinute):
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
                left = key.take(minute, -(-limit // PARTS), limit) or -1
            self.left[key.pk] = max(left - 1, -1)
            return left > 0
