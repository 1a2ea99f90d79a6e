"""Events that are to come: first those whose day is known, then those of which only the month, the
year or the decade is. A year begins before most of its days, and would stand before all of them.
"""

from datetime import date

from registry.cards import statuses
from registry.cards.index import DAYLESS, day_of
from registry.cards.models import Card, CardTerm, has_term

from .search.full_text import union

YEAR = 366  # days
LONGEST = 10  # years, of what is still looked for


def first_coming(cards, today, most):
    """The first few of these with a day and the first few without, as cards in no such order."""
    group, value = DAYLESS
    with_day = statuses.coming(cards.exclude(has_term("event", group, value)), today)
    # The keys of the order begin with the day, or with the first of those that are possible.
    dayless = CardTerm.objects.filter(type="event", group=group, value=value)
    dayless = dayless.filter(sort__gte=f"{today.year - LONGEST:04}")
    without_day = statuses.coming(cards.filter(pk__in=dayless.values("card")), today)
    parts = [part[:most].values("pk") for part in (with_day, without_day)]
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
