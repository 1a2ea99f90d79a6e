"""Events as calendars take them up: iCalendar (RFC 5545, with the properties of RFC 7986)."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from icalendar import Calendar, Event, vDuration, vUri

from programmes import models
from registry.cards.index import FALLBACK, spoken
from registry.listings.formats import Format, offer
from registry.listings.reading import READ, Reader

END = b"END:VCALENDAR\r\n"
BATCH = 200  # programmes whose events are read at once
HIGHEST = 2**31 - 1  # of whole numbers in iCalendar
STATUSES = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


@offer
class ICalendar(Format):
    """Dated events, or those of the programmes. An event without a year stands in no calendar."""

    media_type = "text/calendar"
    format = "ics"
    label = gettext_lazy("Calendar (iCalendar)")
    charset = "utf-8"
    lacks = gettext_lazy("only events stand in calendars")
    types = ("programme", "event")
    holds = "event"

    def held(self, export):
        events = export.matched
        if export.card_type == "programme":
            events = models.Event.objects.public().with_term(
                "event", "programme", events.values("slug")
            )
        return events.filter(start__gt=date.min, start__lt=date.max).count()

    def pieces(self, export):
        language = export.language or "en"
        yield calendar(export, language).to_ical().removesuffix(END)
        reader = Reader("event", export.request, language)
        for row in events(export):
            if event := entry(row, reader.url(row), language):
                yield event.to_ical()
        yield END


def events(export):
    if export.card_type == "event":
        yield from export.rows()
        return
    programmes = export.rows()
    while slugs := [row.slug for row in islice(programmes, BATCH)]:
        found = models.Event.objects.public().with_term("event", "programme", slugs)
        yield from found.order_by("sort").values_list(*READ, named=True).iterator(chunk_size=500)


def calendar(export, language):
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//Programme Registry//NGO programme registry//EN")
    with override(language):
        name = f"{_('Programme Registry')}: {models.Event._meta.verbose_name_plural}"
    found.add("name", name, parameters={"LANGUAGE": language})
    found.add("x-wr-calname", name)
    source = export.request.build_absolute_uri()
    found.add("source", vUri(source), parameters={"VALUE": "URI"})
    found.add("refresh-interval", vDuration(timedelta(days=1)), parameters={"VALUE": "DURATION"})
    return found


def entry(row, url, language):
    """The event, or None where no day is known on which it begins."""
    body = orjson.loads(row.body)
    span = days(body["start"], body["end"])
    if span is None:
        return None
    event = Event()
    event.add("uid", body["id"])
    event.add("dtstamp", row.updated_at)
    event.add("last-modified", row.updated_at)
    event.add("sequence", row.number & HIGHEST)
    event.add("dtstart", span[0])
    if span[1]:
        event.add("dtend", span[1])
    event.add("status", STATUSES.get(body["status"], "CONFIRMED"))
    event.add("transp", "TRANSPARENT")
    event.add("url", url)
    say(event, "summary", body["name"], language)
    about = body["summary"] if any(body["summary"].values()) else body["description"]
    say(event, "description", about, language)
    say(event, "location", where(body, language), language)
    points = [place["point"] for place in body["locations"] if place["point"]]
    if len(points) == 1:
        event.add("geo", (points[0][1], points[0][0]))
    event.add("categories", categories(body, language))
    return event


def days(start, end):
    """(first moment or day, what the event is over before): days unless both times are known.

    A single time on one day is a moment. The last day of iCalendar is the one after it.
    """
    if not start or not start["earliest"]:
        return None
    last = end and end["latest"]
    begins, ends = start["time"], end and end["time"]
    if begins and (ends or not last or last == start["latest"]):
        begins, ends = moment(begins), moment(ends)
        return begins, ends if ends and ends > begins else None
    first = date.fromisoformat(start["earliest"])
    return first, date.fromisoformat(last) + timedelta(days=1) if last else None


def moment(text):
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def say(event, name, text, language):
    """The words with the language that they are in, which another one may have lent."""
    used = next((code for code in FALLBACK[language] if text[code]), None)
    if used:
        event.add(name, text[used], parameters={"LANGUAGE": used})


def where(body, language):
    """The venue where it is shown, and the places, as a text object of this one language."""
    names = [body["venue"], *(place["name"] for place in body["locations"])]
    words = [spoken(name, language) for name in names]
    return dict.fromkeys(FALLBACK[language]) | {language: ", ".join(filter(None, words))}


def categories(body, language):
    with override(language):
        kind = str(models.Event.Kind(body["kind"]).label) if body["kind"] else ""
    terms = [*body["themes"], *body["formats"]]
    return list(filter(None, [kind, *(spoken(term["name"], language) for term in terms)]))
