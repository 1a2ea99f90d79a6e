"""The one day by which everything that depends on time is decided."""

from zoneinfo import ZoneInfo

from django.utils import timezone

MINSK = ZoneInfo("Europe/Minsk")


def today():
    """The day in Minsk."""
    return day_in_minsk(timezone.now())


def day_in_minsk(moment):
    """The day that a moment is in Minsk, whatever zone it is written in."""
    return moment.astimezone(MINSK).date()
