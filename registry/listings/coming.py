"""Events that are to come: first those whose day is known, then those of which only the month, the
year or the decade is. A year begins before most of its days, and would stand before all of them.
"""

from datetime import date

from registry.cards import statuses
from registry.cards.index import DAYLESS, day_of
from registry.cards.models import Card, has_term

from .search.full_text import union

YEAR = 366  # days


def first_coming(cards, today, most):
    """The first few of these with a day and the first few without, of those that go on already (by
    their end) and of those that have not begun, as cards in no such order.

    Each part is a range of one index, of which the first few are read: of two days that bound a
    span an index helps with one.
    """
    cards = cards.alias(dayless=has_term("event", *DAYLESS))
    begun = cards.filter(statuses.dated(), start__lt=today, end__gte=today)
    # What has no dates stands on the last day of the calendar, and would all be gone through.
    ahead = cards.filter(statuses.dated(), start__gte=today, start__lt=date.max)
    parts = [
        part.filter(dayless=dayless).order_by(side, "public_id")[:most].values("pk")
        for part, side in ((begun, "end"), (ahead, "start"))
        for dayless in (True, False)
    ]
    return Card.objects.filter(pk__in=union(*parts)).order_by("start", "public_id")


def days_first(events):
    """Events to come that were read in their order: by day, by month and year, by decade."""
    with_day = [event for event in events if day_of(event["start"])]
    others = [event for event in events if not day_of(event["start"])]
    return with_day + sorted(others, key=_place)


def _place(event):
    """A year among years by its beginning, after a month with which it begins; decades are last."""
    start = event["start"]
    if not start or not start["earliest"] or not start["latest"]:
        return (True,)
    first, last = map(date.fromisoformat, (start["earliest"], start["latest"]))
    days = (last - first).days
    return days > YEAR, first, days
