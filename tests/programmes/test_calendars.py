"""A calendar says of an event the day that is known, and of itself how many it does not hold."""

from datetime import UTC, date, datetime, time

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.forms import modelform_factory
from django.utils import timezone

from programmes.models import Event
from registry.cards.models import CardTerm
from registry.cards.proof import differences
from registry.staff.forms import CheckedForm
from tests.support.factories import belarus, edition, event, programme

pytestmark = [pytest.mark.once, pytest.mark.django_db]
API = "/api/v1/"
SIGNED = "Published by demonstration on one computer."
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
# No day of these is known.
VAGUE = {
    "month": "2026-12",
    "year": "2027",
    "season": "2026-24",
    "decade": "202X",
    "about": "2026-12-12~",
    "in-doubt": "2026-12-12?",
    "about-in-doubt": "2026-12-12%",
    "months": "2026-12/2027-01",
    "until": "../2026-12-12",
    "from-month": "2026-12/2026-12-12",
}
NO_YEAR = {"no-year": "XXXX-12-12", "undated": ""}


@pytest.fixture(autouse=True)
def _frozen(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def asked(client, address):
    response = client.get(API + address)
    assert response.status_code == 200, response.content
    return response, b"".join(response)


def calendar(client, address="events/?format=ics"):
    """The calendar as a library reads it, and as RFC 5545 wants it."""
    _, text = asked(client, address)
    (read,) = icalendar.Calendar.from_ical(text, multiple=True)
    assert not read.errors
    assert read.subcomponents, "a calendar has a component at least (RFC 5545, 3.6)"
    for one in read.walk("VEVENT"):
        assert not one.errors
        assert {"UID", "DTSTAMP", "DTSTART"} <= set(one)
        assert type(one.decoded("dtstart")) is type(one.decoded("dtend", one.decoded("dtstart")))
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    return read


def entries(client, address="events/?format=ics"):
    """{slug: entry}."""
    return {
        str(one["url"]).rstrip("/").rpartition("/")[2]: one
        for one in calendar(client, address).walk("VEVENT")
    }


def test_what_has_no_day_is_in_no_calendar_and_is_counted(client):
    for slug, dates in (VAGUE | NO_YEAR).items():
        event(slug, dates=dates)
    event("day", dates="2026-12-12")
    event("open", dates="2026-12-12/..")
    event("hours-of-a-month", dates="2026-12", start_time="18:00", end_time="20:00")
    assert set(entries(client)) == {"day", "open"}
    response, _ = asked(client, "events/?format=ics")
    vague = len(VAGUE | NO_YEAR) + 1
    assert response["Registry-Count"] == "2"
    assert response["Registry-Matched"] == str(vague + 2)
    assert response["Registry-Left-Out"] == f"no-day={vague}"
    read = calendar(client)
    said = f"{SIGNED} Events in this calendar: 2 of {vague + 2}."
    said += f" Not in it, because the day is not known: {vague}."
    assert read["x-wr-caldesc"] == read["description"] == said
    assert set(CardTerm.objects.filter(group="day").values_list("value", flat=True)) == {
        "2026-12-12"
    }


def test_a_calendar_that_is_followed_holds_what_comes_and_the_last_ninety_days(client):
    event("coming", dates="2027-01-02")
    event("ninety-days-ago", dates="2026-08-24")
    event("before", dates="2026-08-23")
    event("began-before", dates="2026-01-01/2026-08-24")
    event("since-long", dates="2013-01-01/..")
    recent = {"coming", "ninety-days-ago", "began-before", "since-long"}
    assert set(entries(client)) == recent
    response, _ = asked(client, "events/?format=ics")
    assert response["Registry-Left-Out"] == "past=1"
    assert calendar(client)["x-wr-caldesc"] == (
        f"{SIGNED} Events in this calendar: 4 of 5."
        " Not in it, because they ended more than 90 days ago: 1."
    )
    assert set(entries(client, "events/?format=ics&past=all")) == {*recent, "before"}
    assert "Registry-Left-Out" not in asked(client, "events/?format=ics&past=all")[0]
    # Whoever names a time wants what was then.
    for query in ("year=2026", "from=2026-08-20&to=2026-08-23", "upcoming=false"):
        assert "before" in entries(client, f"events/?{query}&format=ics")
    assert set(entries(client, "events/before/?format=ics")) == {"before"}


def test_the_events_of_programmes_are_followed_alike(client):
    contest = programme("contest", dates="2013/..")
    event("past", programme=contest, dates="2016-01-02")
    event("coming", edition=edition("sixth", programme=contest), dates="2027-01-02")
    event("vague", programme=contest, dates="2027-02")
    event("of-nobody", dates="2027-01-02")
    assert set(entries(client, "programmes/?format=ics")) == {"coming"}
    response, _ = asked(client, "programmes/?format=ics")
    assert response["Registry-Left-Out"] == "past=1, no-day=1"
    assert set(entries(client, "programmes/?format=ics&past=all")) == {"coming", "past"}
    # One programme is one record: all that it had.
    assert set(entries(client, "programmes/contest/?format=ics")) == {"coming", "past"}


def test_a_calendar_of_nothing_is_one_all_the_same(client):
    event("vague", dates="2027-02")
    for address in ("events/?format=ics", "events/vague/?format=ics", "programmes/?format=ics"):
        read = calendar(client, address)
        assert not read.walk("VEVENT")
        assert [zone["tzid"] for zone in read.walk("VTIMEZONE")] == ["UTC"]


@pytest.mark.parametrize("value", ["none", "90", "all&past=all"])
def test_of_what_is_past_a_calendar_holds_all_or_what_is_usual(value, client):
    response = client.get(f"{API}events/?format=ics&past={value}")
    assert response.status_code == 400
    assert response.json()["parameter"] == "past"


@pytest.mark.parametrize("address", ["events/?past=all", "programmes/?past=all&format=csv"])
def test_no_other_format_leaves_anything_out(address, client):
    response = client.get(API + address)
    assert response.status_code == 400
    assert response.json()["parameter"] == "past"


def test_where_the_end_is_not_known_the_entry_says_when_in_words(client):
    event("open", dates="2026-12-12/..", summary_en="Tea")
    event("month", dates="2026-12-12/2027-01")
    event("day", dates="2026-12-12", summary_en="Tea")
    found = entries(client)
    assert found["open"]["description"] == "since 12 December 2026\nTea"
    assert found["month"]["description"] == "12 December 2026 to January 2027"
    assert found["day"]["description"] == "Tea"
    assert all("dtend" not in found[slug] for slug in ("open", "month"))
    assert found["day"].decoded("dtend") == date(2026, 12, 13)


def test_pages_lead_to_no_calendar_of_what_has_no_day(client):
    for slug, dates in {"day": "2026-12-12", **VAGUE}.items():
        event(slug, dates=dates)
        page = client.get(f"/en/events/{slug}/").content.decode()
        link = client.get(f"{API}events/{slug}/")["Link"]
        known = slug == "day"
        assert ("For a calendar" in page) == known, slug
        assert ('type="text/calendar"' in page) == ('type="text/calendar"' in link) == known


def test_a_page_offers_to_follow_to_copy_the_address_and_to_download_all(client):
    belarus()
    event("day", dates="2016-12-12", programme=programme("contest"))
    api = "testserver/api/v1/events/?format=ics"
    # Where there is room for one link alone, it leads to the choice of ways.
    for path, choice in (("en/", "/en/events/"), ("en/places/belarus/", "/en/events/?location=BY")):
        page = client.get(f"/{path}").content.decode()
        assert page.count(f'<a href="{choice}#sub">Add to my calendar</a>') == 1, path
        assert f'href="webcal://{api}' in client.get(choice).content.decode()
    for path, query in (("en/events/?location=BY-MA", "&amp;location=BY-MA"), ("en/data/", "")):
        page = client.get(f"/{path}").content.decode()
        assert "Add to my calendar" in page
        for address in (f"webcal://{api}{query}", f"http://{api}{query}"):
            assert page.count(f'href="{address}"') == 1, path
        assert page.count(f'href="http://{api}{query}&amp;past=all"') == 1, path
    # The bar below a list is of all of it, and so is the page of whole collections.
    bar = 'href="/api/v1/events/?format=ics&amp;past=all"'
    assert bar in client.get("/en/events/?ordering=name").content.decode().replace(
        "ordering=name&amp;", ""
    )
    assert bar in client.get("/en/data/").content.decode()


@pytest.mark.parametrize("dates", sorted({*VAGUE.values()} - {VAGUE["year"]}))
def test_the_agenda_has_no_day_for_what_has_none(dates, client):
    event("vague", name_en="Vague", dates=dates)
    page = client.get("/en/events/?month=2026-12").content.decode()
    assert "Vague" in page
    assert 'id="d2026' not in page


# Over midnight


NIGHT = {"start_time": "22:00", "end_time": "02:00"}


@pytest.mark.parametrize("dates", ["2026-12-31", "2026-12-31/2027-01-01"])
def test_what_ends_before_it_begins_ends_on_the_next_day(dates, client):
    event("night", dates=dates, **NIGHT)
    one = entries(client)["night"]
    assert one.decoded("dtstart") == datetime(2026, 12, 31, 19, tzinfo=UTC)
    assert one.decoded("dtend") == datetime(2026, 12, 31, 23, tzinfo=UTC)
    card = client.get(f"{API}events/night/").json()
    assert card["dates"]["edtf"] == dates
    assert card["start"]["time"] == "2026-12-31T22:00:00+03:00"
    assert (card["end"]["latest"], card["end"]["time"]) == (
        "2027-01-01",
        "2027-01-01T02:00:00+03:00",
    )
    assert client.get(f"{API}events/?from=2027-01-01").json()["count"] == 1
    assert str(Event.objects.get().latest) == "2027-01-01"
    assert not list(differences())


def test_a_page_says_that_the_end_is_on_the_next_day(client):
    event("night", dates="2026-12-30", **NIGHT)
    event("two-days", dates="2026-12-30/2026-12-31", **NIGHT)
    event("evening", dates="2026-12-30", start_time="18:30", end_time="20:00")
    event("begins", dates="2026-12-30", start_time="18:30")
    said = {
        "night": "22:00–02:00 the next day",
        "two-days": "22:00–02:00",
        "evening": "18:30–20:00",
        "begins": "18:30",
    }
    agenda = client.get("/en/events/").content.decode()
    for slug, words in said.items():
        page = client.get(f"/en/events/{slug}/").content.decode()
        assert f"<br>{words} <span" in page
        row = agenda.partition(f'href="/en/events/{slug}/"')[2].partition("</p>")[0]
        assert row.endswith(f"· {words}")
    # Of one night the agenda names one day, of two days two.
    blocks = {
        slug: agenda.partition(f'href="/en/events/{slug}/"')[0].rpartition("<b>")[2].split("<")[0]
        for slug in said
    }
    assert blocks == {"night": "30", "two-days": "30–31", "evening": "30", "begins": "30"}


def test_search_engines_are_told_the_same_end(client):
    event("night", dates="2026-12-31", **NIGHT)
    page = client.get("/en/events/night/").content.decode()
    assert '"endDate": "2027-01-01T02:00:00+03:00"' in page


def test_an_end_at_its_beginning_is_refused_by_form_and_database(client):
    at_once = {"start_time": time(10), "end_time": time(10)}
    made = Event(slug="x", name_en="X", dates="2026-12-12", **at_once)
    with pytest.raises(ValidationError, match="An event ends after it begins"):
        made.full_clean()
    with pytest.raises(IntegrityError, match="event_hours"), transaction.atomic():
        event("x", dates="2026-12-12", **at_once)
    # Where no day is known, nor is there an order.
    event("y", dates="2026-12", **at_once)
    event("z", dates="2026-12-12/2026-12-13", **at_once)


def test_whatever_writes_the_hours_writes_the_last_day(client):
    one, other = event(dates="2026-12-31"), event(dates="2026-12-31", **NIGHT)

    def latest():
        return [str(Event.objects.get(pk=each.pk).latest) for each in (one, other)]

    assert latest() == ["2026-12-31", "2027-01-01"]
    Event.objects.update(end_time=time(3), start_time=time(23))
    assert latest() == ["2027-01-01", "2027-01-01"]
    Event.objects.filter(pk=one.pk).update(start_time=time(1))
    assert latest() == ["2026-12-31", "2027-01-01"]
    Event.objects.update(dates="2026-12-01")
    assert latest() == ["2026-12-01", "2026-12-02"]
    other.refresh_from_db()
    other.end_time = time(23, 30)
    Event.objects.bulk_update([other], ["end_time"])
    assert latest() == ["2026-12-01", "2026-12-01"]
    assert not list(differences())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programmes_event SET end_time = '00:30:00', start_time = '23:00:00'")


def test_the_hours_of_a_night_do_not_tell_of_a_zone_that_is_not_shown(client):
    """That the end is on the next day is said only beside both hours."""
    west = {"time_zone": "America/New_York"}  # there it is eight hours earlier
    event("one", dates="2026-12-12", start_time="23:00", end_time="15:00", **west)
    event("other", dates="2026-12-12", end_time="15:00", **west)
    cards = [client.get(f"{API}events/{slug}/").json() for slug in ("one", "other")]
    assert [card["start"]["time"] for card in cards] == [None, None]
    assert [card["end"]["latest"] for card in cards] == ["2026-12-12"] * 2


@pytest.mark.parametrize(("ends", "refused"), [("02:00", False), ("22:00", True)])
def test_the_form_takes_a_night_and_refuses_what_ends_at_once(ends, refused):
    data = {"slug": "night", "name_en": "Night", "dates": "2026-12-31", "time_zone": "Europe/Minsk"}
    data |= {"start_time": "22:00", "end_time": ends}
    form = modelform_factory(Event, form=CheckedForm, fields=list(data))(data, user=None)
    assert form.is_valid() != refused
    if refused:
        assert "An event ends after it begins" in form.errors["__all__"][0]
    else:
        assert str(form.save().latest) == "2027-01-01"
