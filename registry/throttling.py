"""How many API requests a client without a key may make in a minute (API_RATE_ANON; 0 = no limit).

Counted in the memory of each process under a keyed hash of the address, and forgotten with the
minute. It keeps one careless client from slowing down the others; exact limits are the proxy's.
"""

import time
from collections import Counter
from threading import Lock

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from .security import source

MINUTE = 60


class AnonymousThrottle(BaseThrottle):
    minute = None
    requests = Counter()
    lock = Lock()

    def allow_request(self, request, view):
        if not settings.API_RATE_ANON:
            return True
        client, minute = source(request), int(time.monotonic() // MINUTE)
        with self.lock:
            if minute != AnonymousThrottle.minute:
                AnonymousThrottle.minute = minute
                self.requests.clear()
            self.requests[client] += 1
            return self.requests[client] <= settings.API_RATE_ANON

    def wait(self):
        return MINUTE - time.monotonic() % MINUTE
