"""What is due again and again: a timer asks (`manage.py due`), or a thread of the server.

    due.each(due.MINUTE, "embargoes", lift)

Each process of the server has such a thread, and there may be a timer besides: one of them takes
the task, and the others find it taken. Who is killed at it has not done it: after `LEASE` somebody
else takes it. What fails is in the log, and is tried again: a minute later what is due each minute,
and after `LEASE` what takes longer.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from .models import Due

logger = logging.getLogger(__name__)

# Less than these, so that a timer is not too early.
MINUTE, HOUR, DAY = timedelta(seconds=50), timedelta(minutes=58), timedelta(hours=23)
LEASE = timedelta(minutes=15)
PAUSE = 60.0  # seconds between two looks of a server
STARTED = timezone.now()


@dataclass(frozen=True)
class Task:
    name: str
    interval: timedelta
    act: Callable  # returns what there is to tell, or None

    @property
    def is_of_each_minute(self):
        return self.interval < LEASE

    def is_late(self, done):
        """What runs each minute may be late by some of them, what runs each day by some hours."""
        return timezone.now() - (done or STARTED) > self.interval * 1.3 + LEASE


TASKS: dict[str, Task] = {}


def each(interval, name, act):
    TASKS[name] = Task(name, interval, act)


def run(at_once=False):
    """Do what is due; yields (name, what it tells). `at_once` does not wait a minute for those of
    each minute: who types the command wants it now."""
    for task in TASKS.values():
        if _taken(task, at_once and task.is_of_each_minute):
            try:
                told = task.act()
            except Exception:  # the others are due all the same
                logger.exception("%s is due and failed", task.name)
                told = "failed, see the log"
                if task.is_of_each_minute:
                    Due.objects.filter(name=task.name).update(begun=None)
            else:
                Due.objects.filter(name=task.name).update(done=timezone.now())
            yield task.name, told


def missing():
    """What has not been done for long, in words for whoever watches, or None."""
    done = dict(Due.objects.values_list("name", "done"))
    late = [task.name for task in TASKS.values() if task.is_late(done.get(task.name))]
    return f"not done for long: {', '.join(late)}" if late else None


def keep_looking(first=5.0):
    """A thread that does what is due as long as this process lives."""
    ended = threading.Event()

    def look():
        ended.wait(first)
        while not ended.is_set():
            try:
                for _ in run():
                    pass
            except Exception:  # the database may be away: it comes back
                logger.exception("What is due could not be looked for")
            finally:
                connection.close()  # for a minute nobody needs it
            ended.wait(PAUSE)

    threading.Thread(target=look, name="due", daemon=True).start()
    return ended


def _taken(task, at_once):
    """Whether it is due, and ours: of all who try, the database lets one change the row."""
    now = timezone.now()
    wrong = now + LEASE  # a moment after this was written by a clock that was wrong
    free = Q(begun=None) | Q(begun__lt=now - LEASE) | Q(begun__gt=wrong) | Q(done__gte=F("begun"))
    is_due = Q(done=None) | Q(done__lt=now - task.interval) | Q(done__gt=wrong)
    row = Due.objects.filter(name=task.name)
    if not row.exists():
        Due.objects.bulk_create([Due(name=task.name)], ignore_conflicts=True)
    ours = row.filter(free) if at_once else row.filter(free, is_due)
    # Who only looks takes no lock from those who write.
    return ours.exists() and ours.update(begun=now) == 1
