"""What tells a place though it does not name it: the zone of a clock, and the parts of a whole."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from programmes.models import Event, Programme
from registry.cards.declarations import placed_by
from registry.cards.models import Card
from registry.cards.proof import differences
from registry.records.models import CHAIN
from tests.support.doors import addresses, said
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    location,
    organisation,
    programme,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]
FAR = {"time_zone": "Asia/Vladivostok", "start_time": "18:00", "end_time": "20:00"}
API = "/api/v1/events/"


@pytest.fixture
def places():
    return belarus()


def body(entry):
    return json.loads(Card.objects.get(public_id=entry.public_id).body)


def shown(entry):
    card = body(entry)
    return [place["slug"] for place in [*card["locations"], card.get("seat")] if place]


def moments(entry):
    card = body(entry)
    return card["time_zone"], card["start"]["time"], card["end"]["time"]


# The clock


@pytest.mark.parametrize("precision", ["hidden", "country"])
def test_the_clock_of_an_event_does_not_tell_where_it_is(precision, places):
    final = event(
        "final", dates="2027-05-01", locations=[places["mstsislaw"]], precision=precision, **FAR
    )
    assert moments(final) == (
        *("Europe/Minsk", "2027-05-01T11:00:00+03:00", "2027-05-01T13:00:00+03:00"),
    )


def test_an_event_without_a_place_has_the_clock_of_one_whose_place_is_hidden(places):
    hidden = {"locations": [places["mstsislaw"]], "precision": "hidden"}
    here = event("here", dates="2027-05-01", start_time="11:00", end_time="13:00")
    far, nowhere = (event(n, dates="2027-05-01", **FAR) for n in ("far", "nowhere"))
    secret = event("secret", dates="2027-05-01", **hidden, **FAR)
    assert moments(here) == moments(far) == moments(nowhere) == moments(secret)


def test_a_moment_that_is_on_another_day_here_is_left_out(places):
    late = {"time_zone": "Asia/Vladivostok", "start_time": "05:00", "end_time": "12:00"}
    final = event("final", dates="2027-05-01", **late)
    assert moments(final) == ("Europe/Minsk", None, "2027-05-01T05:00:00+03:00")


def test_where_a_place_is_shown_the_event_has_its_own_clock(places):
    final = event("final", dates="2027-05-01", locations=[places["mstsislaw"]], **FAR)
    assert moments(final) == (
        *("Asia/Vladivostok", "2027-05-01T18:00:00+10:00", "2027-05-01T20:00:00+10:00"),
    )


def test_no_door_tells_the_clock_of_a_hidden_place(places, client):
    ngo = organisation("ngo")
    whole = programme("whole")
    hidden = {"locations": [places["mstsislaw"]], "precision": "hidden", "organisation": ngo}
    event("secret", dates="2027-05-01", **hidden, **FAR)
    event("of-whole", dates="2027-05-01", **(hidden | {"organisation": None}), programme=whole)
    Event.objects.filter(slug="of-whole").update(**FAR)
    names = {"event": ["secret", "of-whole"], "organisation": ["ngo"], "programme": ["whole"]}
    for card_type in ("edition", "initiative", "location", "term", "source", "figure"):
        names[card_type] = ["never-was"]

    def telling():
        for address in dict.fromkeys(addresses(names)):
            text = said(client.get(address))
            if "Vladivostok" in text or "+10:00" in text:
                yield address

    assert list(telling()) == []
    Event.objects.update(precision="town")  # else the test could not fail
    assert f"{API}secret/" in list(telling())


def test_calendars_have_the_same_moment_whatever_the_clock(places, client):
    event("shown", dates="2027-05-01", locations=[places["mstsislaw"]], **FAR)
    event("secret", dates="2027-05-01", **FAR)
    calendar = Calendar.from_ical(b"".join(client.get(f"{API}?format=ics")))
    starts = {one.decoded("dtstart") for one in calendar.walk("VEVENT")}
    assert len(starts) == 1


# Parts of wholes


def test_a_branch_is_shown_no_more_finely_than_what_it_is_part_of(places):
    town = places["mstsislaw"]
    quiet = organisation("quiet", precision="region", state="draft")
    branch = organisation("branch", parent=quiet, seat=town, locations=[town])
    group = organisation("group", parent=branch, seat=town)
    forum = event("forum", organisation=group, locations=[town])
    contest = programme("contest", locations=[town], roles=[("host", group)])
    season = edition("season", programme=contest, locations=[town])
    everything = (branch, group, forum, contest, season)
    assert {slug for entry in everything for slug in shown(entry)} == {"mahilyow-region"}
    quiet.precision = "hidden"
    quiet.save()
    assert [shown(entry) for entry in everything] == [[]] * 5
    group.parent = None
    group.save()
    assert shown(branch) == []
    assert {slug for entry in everything[1:] for slug in shown(entry)} == {"mstsislaw"}
    assert list(differences()) == []


def test_a_part_of_a_programme_is_shown_no_more_finely_than_the_whole(places):
    town, shy = places["mstsislaw"], organisation("shy")
    whole = programme("whole", roles=[("organiser", shy)], state="draft")
    part = programme("part", parent=whole, locations=[town])
    piece = programme("piece", parent=part, locations=[town])
    season = edition("season", programme=piece, locations=[town])
    garden = initiative("garden", edition=season, locations=[town])
    final = event("final", edition=season, locations=[town])
    everything = (part, piece, season, garden, final)
    assert {slug for entry in everything for slug in shown(entry)} == {"mstsislaw"}
    shy.precision = "district"
    shy.save()
    assert {slug for entry in everything for slug in shown(entry)} == {"mstsislaw-district"}
    Programme.objects.filter(pk=whole.pk).update(precision="country")
    assert {slug for entry in everything for slug in shown(entry)} == {"belarus"}
    parent = organisation("parent", precision="hidden")
    shy.parent = parent
    shy.save()
    assert [shown(entry) for entry in everything] == [[]] * 5
    whole.roles.all().delete()
    assert {slug for entry in everything for slug in shown(entry)} == {"belarus"}
    assert list(differences()) == []


def test_a_chain_that_is_too_long_or_runs_in_a_circle_shows_nothing(places):
    first = organisation("ngo-0", seat=places["mstsislaw"])
    rows = [first]
    for n in range(1, CHAIN + 2):
        rows.append(organisation(f"ngo-{n}", parent=rows[-1], seat=places["mstsislaw"]))
    assert [bool(shown(row)) for row in rows] == [True] * (CHAIN + 1) + [False]
    with pytest.raises(ValidationError, match="Parts of parts"):
        rows[-1].full_clean()
    first.parent = rows[1]
    with pytest.raises(ValidationError, match="part of itself"):
        first.full_clean()
    first.save()
    assert not any(shown(row) for row in rows)


def test_what_has_parts_of_parts_becomes_no_part_itself():
    first, above = organisation("first"), organisation("above")
    organisation("third", parent=organisation("second", parent=first))
    first.full_clean()
    first.parent = above
    with pytest.raises(ValidationError, match="Parts of parts"):
        first.full_clean()


# Other ways


def test_a_place_does_not_name_the_region_around_it_before_that_is_public(places):
    region = location("hidden", "region", parent=places["belarus"], iso_3166_2="BY-XX")
    town = location("town", parent=region)
    ngo = organisation("ngo", seat=town)
    assert body(ngo)["seat"]["region"] == "BY-XX"
    region.state = "draft"
    region.save()
    assert (body(ngo)["seat"]["region"], body(town)["region"]) == (None, None)
    assert body(ngo)["seat"]["country"] == "BY"


def test_who_is_concerned_is_found_step_by_step(places):
    """In one statement with nine joins a database reads all events to learn that none is."""
    ngo, place = organisation("ngo"), places["mstsislaw"]
    whole = programme("whole", roles=[("organiser", ngo)])
    season = edition("season", programme=programme("part", parent=whole), locations=[place])
    final = event("final", edition=season, locations=[place])
    with CaptureQueriesContext(connection) as queries:
        found = placed_by(type(ngo), [ngo.pk])
    assert found[Event] == {final.pk}
    assert found[Programme] == {whole.pk, season.programme.pk}
    assert max(query["sql"].count(" JOIN ") for query in queries) == 1
    alone = organisation("alone")
    with CaptureQueriesContext(connection) as queries:
        assert not any(placed_by(type(alone), [alone.pk]).values())
    assert len(queries) < 15  # a way ends where nothing is found
