"""Whether a programme or an edition is running: computed from today, in SQL and in Python alike."""

from datetime import date
from itertools import compress

from django.db.models import F, Q
from django.db.models.enums import TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("running")
    ENDED = "ended", _("ended")
    UNKNOWN = "unknown", _("not known")


def conditions(today):
    """{status: condition on cards}; each card meets exactly one (see `Card` for the columns)."""
    begun = Q(start__lte=today, end__gte=today)
    return {
        Status.PLANNED.value: Q(start__gt=today, end__gt=today),
        Status.RUNNING.value: begun & Q(uncertain=False),
        Status.ENDED.value: Q(start__lt=today, end__lt=today),
        Status.UNKNOWN.value: (begun | undated()) & Q(uncertain=True),
    }


def status_of(card, today):
    """The status of one card that is already read."""
    if card.start > today and card.end > today:
        return Status.PLANNED.value
    if card.start < today and card.end < today:
        return Status.ENDED.value
    if card.start <= today <= card.end and not card.uncertain:
        return Status.RUNNING.value
    return Status.UNKNOWN.value


def dated(start="start", end="end"):
    return Q(**{f"{start}__lte": F(end)})


def coming(cards, today):
    """What is not over, by its beginning: what goes on already comes first."""
    return cards.filter(dated(), end__gte=today).order_by("start", "public_id")


def past(today):
    """Over, or without a day.

    Sort keys of events begin with their day: with these, a list of the newest begins at the past.
    """
    return Q(end__lt=today, sort__lt=today.strftime("%Y%m%d"))


def in_the_year(event):
    """March before October, though of which years nobody knows; nothing at all comes last."""
    return (event["dates"]["edtf"] or "~") if event["dates"] else "~"


def past_first(events):
    """Events that were read in their usual order: what has no year stands last, by its month."""
    dated = [event for event in events if _has_year(event)]
    return dated + sorted((event for event in events if not _has_year(event)), key=in_the_year)


def coming_first(events, today):
    """The same with what is to come before what is over, and of that the next one first."""
    # Asked of each, for to look for one among others likens all that they say.
    ahead = [_is_ahead(event, today.isoformat()) for event in events]
    others = [event for event, is_ahead in zip(events, ahead, strict=True) if not is_ahead]
    return [*reversed([*compress(events, ahead)]), *past_first(others)]


def _is_ahead(event, day):
    """Whether its last day, if that is known, is not over; without a year nobody knows."""
    if not _has_year(event):
        return False
    last = (event["end"] or event["start"])["latest"]
    return last is None or last >= day


def _has_year(event):
    return any(
        side and (side["earliest"] or side["latest"]) for side in (event["start"], event["end"])
    )


def undated(start="start", end="end"):
    """Undated cards have their bounds crossed, at the very ends of the calendar."""
    return Q(**{start: date.max, end: date.min})


def undated_in_order():
    """The same where lists begin with the newest: there the sort keys of the undated begin with
    noughts, and are found together."""
    return undated() & Q(sort__lt="00000001")
