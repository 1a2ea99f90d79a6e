"""Seconds of processor, never of a clock on the wall: others compute on this machine as well.

Of PostgreSQL's work the backend's processor is read from /proc, and added.
"""

import gc
import os
import statistics
import time
from collections import defaultdict
from pathlib import Path

FEWEST, MOST = 3, 15  # how often each call is repeated
SECONDS = 0.2  # of processor that each may spend before it is repeated no more
LONG = 1.0  # what takes so many is measured once
EMPTY = 5  # so many requests of the empty view make up one of its times


class Unreadable(Exception):
    """What other processes compute cannot be read here."""


class Clock:
    """What this process has spent, and with it those processes that work for it.

    Without `own`, only those: the server that answers a client which is not to be counted.
    """

    def __init__(self, pids=(), *, own=True):
        self.pids, self.own = list(pids), own
        for pid in self.pids:
            spent(pid)

    def __call__(self):
        own = time.process_time() if self.own else 0.0
        return own, sum(map(spent, self.pids))


def spent(pid):
    """Seconds of processor of another process on this computer."""
    found = 0.0
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += int((task / "schedstat").read_text().split()[0]) / 1e9
        if found:
            return found
        # A system that counts in ticks alone, of a hundredth of a second each.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError) as error:
        raise Unreadable(f"/proc/{pid} tells no processor time ({error}).") from error


def in_turns(calls, clock, prepare=None, most=MOST):
    """{name: milliseconds of processor}: each call's median, all taken in turns.

    So what else the machine is doing troubles all of them alike. `prepare` is called before the
    first of them, and not counted.
    """
    gc.collect()
    gc.freeze()  # as a server does with what it has loaded
    times, open_calls = defaultdict(list), list(calls)
    while open_calls:
        for name in open_calls[:]:
            if prepare and name == next(iter(calls)):
                prepare()
            before = clock()
            calls[name]()
            times[name].append([now - then for now, then in zip(clock(), before, strict=True)])
            if is_enough([sum(each) for each in times[name]], most):
                open_calls.remove(name)
    return {name: 1000 * middle(taken) for name, taken in times.items()}


def is_enough(taken, most):
    return (
        max(taken) > LONG
        or len(taken) >= most
        or (len(taken) >= min(FEWEST, most) and sum(taken) > SECONDS)
    )


def middle(taken):
    """The median; of what others spent the mean, where their clock is too coarse for one call."""
    own, theirs = zip(*taken, strict=True)
    whole = statistics.median(theirs)
    if not whole or sum(theirs) / len(theirs) > 2 * whole:
        return statistics.median(own) + statistics.fmean(theirs)
    return statistics.median(map(sum, taken))
