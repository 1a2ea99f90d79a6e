"""The one day by which everything that depends on time is decided, and the names of zones."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

MINSK = ZoneInfo("Europe/Minsk")


def today():
    """The day in Minsk."""
    return day_in_minsk(timezone.now())


def day_in_minsk(moment):
    """The day that a moment is in Minsk, whatever zone it is written in."""
    return moment.astimezone(MINSK).date()


@cache
def time_zones():
    """Their names: Python looks through the folders of the system each time."""
    return frozenset(available_timezones())
