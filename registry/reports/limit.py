"""How many reports one client may send in an hour (REPORT_RATE; 0 = no limit).

Counted in the memory of each process under a keyed hash of the address, and forgotten with the
hour, as the API's requests are. It stops one careless client; exact limits are the proxy's.
"""

import time
from collections import Counter
from threading import Lock

from django.conf import settings

from registry.security import source

HOUR = 3600
sent, lock = Counter(), Lock()


def seconds_to_wait(request):
    """Count one more of this client; 0 while it is within the limit."""
    if not settings.REPORT_RATE:
        return 0
    hour, passed = divmod(int(time.monotonic()), HOUR)
    with lock:
        for key in [key for key in sent if key[0] != hour]:
            del sent[key]
        sent[hour, source(request)] += 1
        within = sent[hour, source(request)] <= settings.REPORT_RATE
    return 0 if within else HOUR - passed
