"""Events as calendars take them up: iCalendar (RFC 5545, with the properties of RFC 7986).

An event stands in a calendar on the day on which it begins, if that day is known. A month, a season
or "about" is no day: whoever made a whole day of it, or thirty, would say what nobody knows.
"""

from datetime import UTC, datetime, timedelta
from itertools import islice

import orjson
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vUri

from registry.api.formats import Contents, Format, offer
from registry.cards import statuses
from registry.cards.index import day_of
from registry.cards.models import CardTerm
from registry.cards.read import READ, Reader
from registry.values.signature import publisher_name, registry_name
from registry.values.texts import LANGUAGES, chosen, spoken

from . import models

# Taken off the head and sent last, so that the entries are streamed in between.
END = b"END:VCALENDAR\r\n"
BATCH = 200  # programmes whose events are read at once
HIGHEST = 2**31 - 1  # of whole numbers in iCalendar
# Of an event RFC 5545 knows TENTATIVE, CONFIRMED and CANCELLED, and no “postponed”.
STATUSES = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}
KEPT = timedelta(days=90)  # in a calendar that is followed: what is over by more is asked for
# Why an event is in no calendar.
PAST, NO_DAY = "past", "no-day"


@offer
class ICalendar(Format):
    """Events of which the day is known, or those of the programmes."""

    media_type = "text/calendar"
    format = "ics"
    label = gettext_lazy("Calendar (iCalendar)")
    place = 2
    charset = "utf-8"
    lacks = gettext_lazy("only events can be added to a calendar")
    types = ("programme", "event")
    holds = "event"
    wholly = "past=all"

    def contents(self, export):
        # One event by itself: it is given however long it has been over.
        if export.card_type == "event" and isinstance(export.cards, list):
            known = [day_of(orjson.loads(card.body)["start"]) for card in export.cards]
            counts = {"every": len(known), PAST: 0, "vague": known.count(None)}
        else:
            old = long_over(export)
            counts = of_list(export).aggregate(
                every=Count("pk"),
                past=Count("pk", filter=old),
                # Each is left out for one reason, so that all of them together are those not held.
                vague=Count("pk", filter=~old & ~has_day()),
            )
        left_out = {PAST: counts[PAST], NO_DAY: counts["vague"]}
        held = counts["every"] - sum(left_out.values())
        return Contents(held, {reason: number for reason, number in left_out.items() if number})

    def pieces(self, export):
        language = export.language or "en"
        yield calendar(export, language).to_ical().removesuffix(END)
        reader = Reader("event", export.request, language)
        for row in events(export):
            if event := entry(row, reader.url(row), language):
                yield event.to_ical()
        yield END


def of_list(export):
    """The cards of the events of a list, or of its programmes, in no order."""
    cards = models.Event.objects.public()
    if export.card_type == "event":
        return cards.filter(pk__in=export.matched.values("pk"))
    return cards.with_term("event", "programme", export.matched.values("slug"))


def has_day():
    return Q(pk__in=CardTerm.objects.filter(type="event", group="day").values("card"))


def long_over(export):
    """What a calendar leaves out, unless it is asked for. Without a date nothing is over."""
    if not export.recent:
        return Q(pk=None)
    return statuses.dated() & Q(end__lt=export.day - KEPT)


def events(export):
    held = has_day() & ~long_over(export)
    if export.card_type == "event":
        yield from export.rows(held)
        return
    programmes = export.rows()
    while slugs := [row.slug for row in islice(programmes, BATCH)]:
        found = models.Event.objects.public().with_term("event", "programme", slugs).filter(held)
        yield from found.order_by("sort").values_list(*READ, named=True).iterator(chunk_size=500)


def calendar(export, language):
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//Programme Registry//NGO programme registry//EN")
    with override(language):
        name = f"{registry_name()}: {models.Event._meta.verbose_name_plural}"
        content = described(export.contents)
    for own, usual, words in (
        # NAME and DESCRIPTION came with RFC 7986; X-WR-… is what programs read before it.
        ("name", "x-wr-calname", name),
        ("description", "x-wr-caldesc", content),
    ):
        found.add(own, words, parameters={"LANGUAGE": language})
        found.add(usual, words)
    # RFC 7986 gives these two no default type, so VALUE has to be written.
    source = export.request.build_absolute_uri()
    found.add("source", vUri(source), parameters={"VALUE": "URI"})
    found.add("refresh-interval", vDuration(timedelta(days=1)), parameters={"VALUE": "DURATION"})
    if not export.contents.held:
        found.add_component(universal_time())
    return found


def described(contents):
    """How many of how many events a calendar holds, and why not the others."""
    left_out = contents.left_out
    said = [
        _("Published by %(name)s.") % {"name": publisher_name()},
        _("Events in this calendar: %(held)s of %(all)s.")
        % {"held": contents.held, "all": contents.held + sum(left_out.values())},
    ]
    if left_out.get(PAST):
        words = _("Not in it, because they ended more than %(days)s days ago: %(count)s.")
        said.append(words % {"days": KEPT.days, "count": left_out[PAST]})
    if left_out.get(NO_DAY):
        words = _("Not in it, because the day is not known: %(count)s.")
        said.append(words % {"count": left_out[NO_DAY]})
    return " ".join(said)


def universal_time():
    """The zone of all that is said here. A calendar of nothing else must have a component."""
    zone, always = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    always.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - as the standard has it
    always.add("tzoffsetfrom", timedelta())
    always.add("tzoffsetto", timedelta())
    zone.add_component(always)
    return zone


def entry(row, url, language):
    """The event, or None where no day is known on which it begins."""
    body = orjson.loads(row.body)
    span = days(body["start"], body["end"])
    if span is None:
        return None
    event = Event()
    event.add("uid", body["id"])
    # Without a METHOD it means what LAST-MODIFIED does (RFC 5545, 3.8.7.2), so it is not the time
    # of now, by which no two files would be equal.
    event.add("dtstamp", row.updated_at)
    event.add("last-modified", row.updated_at)
    # It must grow with each revision (RFC 5545, 3.8.7.4), as change numbers do.
    event.add("sequence", row.number & HIGHEST)
    event.add("dtstart", span[0])
    if span[1]:
        event.add("dtend", span[1])
    event.add("status", STATUSES.get(body["status"], "CONFIRMED"))
    # The default, OPAQUE, would mark whoever follows the calendar as busy.
    event.add("transp", "TRANSPARENT")
    event.add("url", url)
    say(event, "summary", body["name"], language)
    say(event, "description", about(body), language)
    say(event, "location", where(body, language), language)
    points = [place["point"] for place in body["locations"] if place["point"]]
    # GEO can stand once, latitude first (RFC 5545, 3.8.1.6); points have the longitude first.
    if len(points) == 1:
        event.add("geo", (points[0][1], points[0][0]))
    event.add("categories", categories(body, language))
    return event


def days(start, end):
    """(first moment or day, what the event is over before): days unless both times are known.

    A single time on one day is a moment. The last day of iCalendar is the one after it; where it is
    not known, only the beginning is said.
    """
    first, last = day_of(start), day_of(end)
    if first is None:
        return None
    begins, ends = start["time"], end and end["time"]
    if begins and (ends or last in (None, first)):
        begins, ends = moment(begins), moment(ends)
        # DTEND must be later than DTSTART (RFC 5545, 3.8.2.2).
        return begins, ends if ends and ends > begins else None
    return first, last + timedelta(days=1) if last else None


def moment(text):
    # In UTC, so that no VTIMEZONE can be wrong.
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def about(body):
    """Its summary; before it, when it is, where the entry cannot say that: since 12 December."""
    words = body["summary"] if any(body["summary"].values()) else body["description"]
    if day_of(body["end"]):
        return words
    when = body["dates"]["text"]
    return {code: "\n".join(filter(None, [when[code], spoken(words, code)])) for code in when}


def say(event, name, text, language):
    """The words with the language that they are in, which another one may have lent."""
    words, its = chosen(text, language)
    if words:
        event.add(name, words, parameters={"LANGUAGE": its})


def where(body, language):
    """The venue where it is shown, and the places, as a text object of this one language."""
    names = [body["venue"], *(place["name"] for place in body["locations"])]
    words = [spoken(name, language) for name in names]
    return dict.fromkeys(LANGUAGES) | {language: ", ".join(filter(None, words))}


def categories(body, language):
    with override(language):
        kind = str(models.Event.Kind(body["kind"]).label) if body["kind"] else ""
    terms = [*body["themes"], *body["formats"]]
    return list(filter(None, [kind, *(spoken(term["name"], language) for term in terms)]))
