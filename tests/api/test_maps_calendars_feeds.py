"""GeoJSON, iCalendar and Atom, read by tools that others wrote."""

import json
from datetime import UTC, date, datetime

import feedparser
import icalendar
import pytest
from geojson_pydantic import FeatureCollection

from registry.api.formats import formats_of
from registry.cards.models import Card
from registry.records.models import State
from registry.site.api import VIEWSETS
from registry.values.precision import Precision
from tests.support.factories import (
    event,
    organisation,
    programme,
    term,
)
from tests.support.formats import API, content, listed

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.mark.parametrize(
    "collection",
    [
        v.collection
        for v in VIEWSETS
        if "geojson" in {each.format for each in formats_of(v.card_type)}
    ],
)
def test_geojson_is_valid_and_holds_the_whole_list(collection, contest, client):
    text = content(client, f"{collection}/?format=geojson")
    features = FeatureCollection.model_validate_json(text).features
    page = json.loads(content(client, f"{collection}/?page_size=100"))
    assert [str(feature.id) for feature in features] == [one["id"] for one in page["results"]]
    assert [feature.properties for feature in features] == page["results"]
    assert json.loads(text)["count"] == len(features)


def test_a_point_is_the_one_that_is_shown(places, client):
    exact = {"lat": 54.0187, "lon": 31.7212, "locations": [places["mstsislaw"]]}
    event("here", precision=Precision.EXACT, **exact)
    event("near", precision=Precision.REGION, **exact)
    event("hidden", precision=Precision.HIDDEN, **exact)
    programme("two", locations=[places["mstsislaw"], places["brest-region"]])
    shown = {
        feature["properties"]["slug"]: feature["geometry"]
        for collection in ("events", "programmes")
        for feature in json.loads(content(client, f"{collection}/?format=geojson"))["features"]
    }
    assert shown == {
        "here": {"type": "Point", "coordinates": [31.7212, 54.0187]},
        "near": {"type": "Point", "coordinates": [30.3, 53.9]},
        "hidden": None,
        "two": {"type": "MultiPoint", "coordinates": [[23.7, 52.1], [31.72, 54.02]]},
    }


def calendar(client, address):
    return icalendar.Calendar.from_ical(content(client, address))


def test_a_calendar_holds_the_events_of_a_list_or_of_programmes(contest, places, client):
    event("elsewhere", dates="2017-03-04", locations=[places["brest-region"]])
    event("undated", dates="XXXX-03-21", programme=contest)
    event("nameless-day", programme=contest)
    event("since", dates="2018-05-06/..", programme=contest)
    event("month", dates="2018-05", programme=contest)
    ids = {card.slug: str(card.public_id) for card in Card.objects.of("event")}

    def found(address):
        return {str(one["uid"]) for one in calendar(client, address).walk("VEVENT")}

    assert found("events/?format=ics&past=all") == {ids["final"], ids["elsewhere"], ids["since"]}
    assert found("events/?location=BY-BR&format=ics&past=all") == {ids["elsewhere"]}
    assert found("programmes/?format=ics&past=all") == {ids["final"], ids["since"]}
    assert found("programmes/contest/?format=ics") == {ids["final"], ids["since"]}
    assert found("events/undated/?format=ics") == set()


def test_an_event_says_in_a_calendar_what_its_page_says(contest, client):
    (final,) = calendar(client, "events/?format=ics&lang=be&past=all").walk("VEVENT")
    card = Card.objects.get(type="event", slug="final")
    assert final["summary"] == "Финал"
    assert final["summary"].params["LANGUAGE"] == "ru"  # as there is none in Belarusian
    assert final.decoded("dtstart") == datetime(2016, 10, 1, 7, tzinfo=UTC)
    assert final.decoded("dtend") == datetime(2016, 10, 1, 9, 30, tzinfo=UTC)
    assert final["sequence"] == card.number
    assert final["uid"] == str(card.public_id)
    assert final["url"] == "http://testserver/be/events/final/"
    assert final["location"] == "Мсціслаў"
    assert final["status"] == "CONFIRMED"
    assert final["categories"].cats[1:] == ["Youth"]
    assert (final["geo"].latitude, final["geo"].longitude) == (54.02, 31.72)


@pytest.mark.parametrize(
    ("dates", "times", "start", "end"),
    [
        ("2016-10-01", {}, date(2016, 10, 1), date(2016, 10, 2)),
        ("2016-10-01/2016-10-03", {}, date(2016, 10, 1), date(2016, 10, 4)),
        ("2016-10-01/..", {}, date(2016, 10, 1), None),
        ("2016-10-01/2016-11", {}, date(2016, 10, 1), None),
        ("2016-10-01/2016-10-03~", {}, date(2016, 10, 1), None),
        ("2016-10-01", {"start_time": "10:00"}, datetime(2016, 10, 1, 7, tzinfo=UTC), None),
        # One time alone says nothing of when several days end.
        (
            "2016-10-01/2016-10-03",
            {"start_time": "10:00"},
            date(2016, 10, 1),
            date(2016, 10, 4),
        ),
    ],
)
def test_an_event_takes_days_unless_its_times_are_known(dates, times, start, end, client):
    event("one", dates=dates, **times)
    (one,) = calendar(client, "events/?format=ics&past=all").walk("VEVENT")
    assert one.decoded("dtstart") == start
    assert one.decoded("dtend", None) == end


def test_only_what_was_cancelled_in_the_world_is_cancelled_in_calendars(client):
    for status in ("scheduled", "postponed", "moved", "cancelled"):
        event(status, dates="2027-01-02", status=status)
    hidden = event("withdrawn", dates="2027-01-02")
    hidden.state = State.REVIEW
    hidden.save()
    statuses = {
        str(one["url"]).split("/")[-2]: one["status"]
        for one in calendar(client, "events/?format=ics").walk("VEVENT")
    }
    assert statuses == {
        "scheduled": "CONFIRMED",
        "postponed": "TENTATIVE",
        "moved": "CONFIRMED",
        "cancelled": "CANCELLED",
    }


@pytest.mark.parametrize("collection", ["programmes", "initiatives", "events", "organisations"])
def test_a_feed_is_read_without_complaint(collection, contest, client):
    feed = feedparser.parse(content(client, f"{collection}/?format=atom"))
    assert not feed.bozo
    assert feed.version == "atom10"
    ids = {f"urn:uuid:{one}" for one in listed(client, f"{collection}/")}
    assert {entry.id for entry in feed.entries} == ids
    assert all(entry.updated and entry.title and entry.link for entry in feed.entries)
    assert feed.feed.id
    assert feed.feed.updated
    assert feed.feed.rights == "CC BY 4.0"


def test_a_feed_leads_from_the_newest_change_to_the_oldest(client):
    made = [programme(f"p{n}", name_be=f"Праграма {n}", kind="contest") for n in range(5)]
    programme("other", kind="training")
    made[1].name_be = "Зменена"
    made[1].save()
    url = "programmes/?kind=contest&format=atom&lang=be&page_size=2"
    titles, pages = [], 0
    while url:
        feed = feedparser.parse(content(client, url))
        assert feed.feed.language == "be"
        titles += [entry.title for entry in feed.entries]
        pages += 1
        nexts = [link.href for link in feed.feed.links if link.rel == "next"]
        url = nexts[0].removeprefix("http://testserver/api/v1/") if nexts else None
    assert titles == ["Зменена", "Праграма 4", "Праграма 3", "Праграма 2", "Праграма 0"]
    assert pages == 3


def test_a_feed_asked_for_by_accept_leads_on_as_a_feed(client):
    for n in range(3):
        programme(f"p{n}")
    headers = {"Accept": "application/atom+xml"}
    first = feedparser.parse(client.get(f"{API}programmes/?page_size=2", headers=headers).content)
    (following,) = [link.href for link in first.feed.links if link.rel == "next"]
    second = feedparser.parse(client.get(following).content)
    assert len(first.entries) == 2
    assert len(second.entries) == 1


def test_a_letter_that_xml_has_not_breaks_no_file(places, client):
    made = programme(
        "bell",
        name_en="Bell \x07 \x1f",
        summary_en="Rings \x0b",
        dates="2016",
        locations=[places["mstsislaw"]],
        themes=[term("sound", name_en="Sound \x08")],
        roles=[("organiser", organisation("o", name_en="O \x0c"))],
    )
    event("rings", programme=made, dates="2016-01-02", name_en="Rings \x07")
    for form in ("atom", "iati", "ics", "xlsx", "csv", "ndjson", "geojson"):
        assert content(client, f"programmes/?format={form}")
    assert not feedparser.parse(content(client, "programmes/?format=atom")).bozo
