"""The one day by which everything that depends on time is decided."""

from zoneinfo import ZoneInfo

from django.utils import timezone

MINSK = ZoneInfo("Europe/Minsk")


def today():
    """The day in Minsk."""
    return timezone.now().astimezone(MINSK).date()
