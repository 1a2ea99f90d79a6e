"""Events of a calendar (RFC 5545), known again by their UID: https://www.rfc-editor.org/rfc/rfc5545

A calendar that comes again moves and cancels what came before. Of a repeated event the first day is
taken and the others are told: a record is one meeting.
"""

import html
import re
from collections import Counter
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar

from registry.cards.clock import MINSK
from registry.cards.refused import Refused

from ..hostile import damaged, too_large
from ..sections import Given, Section
from . import Reading, reads

MOST = 2000  # events
MOST_LINES = 50_000  # and parameters
LONGEST = 1_000_000  # bytes of a line with all that it is folded into
STATUSES = {"CANCELLED": "cancelled", "CONFIRMED": "scheduled"}
TAG = re.compile(r"<[^<>]{1,300}>")


@reads
class Events:
    def knows(self, data):
        return data.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR")

    def read(self, data):
        if data.upper().count(b"BEGIN:VEVENT") > MOST:
            raise Refused(_("A calendar can have at most %(most)d events.") % {"most": MOST})
        if data.upper().count(b"BEGIN:") > 3 * MOST:
            raise damaged()
        if data.count(b"\n") > MOST_LINES or data.count(b";") > MOST_LINES:
            raise too_large()
        if any(len(line) > LONGEST for line in re.split(rb"\n(?![ \t])", data)):
            raise too_large()
        try:
            calendars = Calendar.from_ical(data, multiple=True)
            events = [each for calendar in calendars for each in calendar.walk("VEVENT")]
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise damaged() from None
        reading = Reading([Section(_("events"), "event", {})])
        for number, event in enumerate(events, 1):
            if given := _given(event, number, reading):
                reading.sections[0].lines.append(given)
        return reading


def _given(event, number, reading):
    start = getattr(event.get("DTSTART"), "dt", None)
    title = _plain(event.get("SUMMARY"))
    if start is None or not title:
        reading.left_out += Counter({_("events without a day or a name"): 1})
        return None
    # Named by its own language, as any name; the registry asks whether it is there already.
    given = {"name": title, **_when(start, _end(event, start))}
    given["status"] = STATUSES.get(str(event.get("STATUS", "")).upper(), "")
    given["description"] = _plain(event.get("DESCRIPTION"))
    url = str(event.get("URL", ""))
    given["website"] = url if url.startswith(("http://", "https://")) else ""
    # The last part of an address is the town; the exact place is typed on the record's own page.
    *address, town = str(event.get("LOCATION", "")).replace("\\,", ",").split(",")
    given["placements"] = town.strip()
    told = {
        _("addresses, except the town"): bool(address),
        _("further days of repeated events"): "RRULE" in event or "RDATE" in event,
        _("events that are not certain yet"): str(event.get("STATUS", "")).upper() == "TENTATIVE",
        _("people: organisers and guests"): "ORGANIZER" in event or "ATTENDEE" in event,
    }
    reading.left_out += Counter({what: 1 for what, is_so in told.items() if is_so})
    return Given(number, {k: v for k, v in given.items() if v}, _origin(event))


def _origin(event):
    uid, once = str(event.get("UID", "")), getattr(event.get("RECURRENCE-ID"), "dt", "")
    return f"ical:{uid} {once}".strip()[:300] if uid else ""


def _end(event, start):
    if end := getattr(event.get("DTEND"), "dt", None):
        return end
    lasts = getattr(event.get("DURATION"), "dt", None)
    return start + lasts if isinstance(lasts, timedelta) else None


def _when(start, end):
    """{key: text} of the days, and of the hours in Minsk."""
    if not isinstance(start, datetime):
        last = end - timedelta(days=1) if isinstance(end, date) and end > start else start
        return {"dates": _days(start, last)}
    start, end = _in_minsk(start), _in_minsk(end) if isinstance(end, datetime) else None
    if end is None or end <= start:
        return {"dates": start.date().isoformat(), "start_time": f"{start:%H:%M}"}
    # Past midnight it is still one evening: its hours say so.
    evening = end - start < timedelta(hours=24) and end.time() <= start.time()
    last = start.date() if evening else end.date()
    hours = {"start_time": f"{start:%H:%M}", "end_time": f"{end:%H:%M}"}
    return {"dates": _days(start.date(), last), **hours}


def _in_minsk(moment):
    return moment.astimezone(MINSK) if moment.tzinfo else moment


def _days(first, last):
    return first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"


def _plain(text):
    return " ".join(html.unescape(TAG.sub(" ", str(text or ""))).split())
