"""A whole is found by the places, the time and the organisations of its public parts."""

import json
import re

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.filters import OrganisationFilter
from organisations.models import Organisation
from programmes.filters import EditionFilter, ProgrammeFilter
from programmes.models import Edition, Event, Programme
from registry.cards import reach
from registry.cards.changeset import writing
from registry.cards.models import Card, CardGiven
from registry.cards.proof import differences
from registry.listings.counting import by_year
from registry.listings.facets import facets_of
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    location,
    organisation,
    programme,
    role,
    term,
)

pytestmark = pytest.mark.django_db
FILTERS = {Programme: ProgrammeFilter, Edition: EditionFilter, Organisation: OrganisationFilter}


@pytest.fixture
def places(proved):
    return belarus()


@pytest.fixture
def proved(db):
    yield
    assert list(differences()) == []


def body_of(record):
    return json.loads(Card.objects.get(public_id=record.public_id).body)


def reach_of(record):
    """{place: ([names of the first parts], number of parts)}"""
    return {
        each["location"]["slug"]: ([part["slug"] for part in each["by"]], each["count"])
        for each in body_of(record)["reach"]
    }


def found(model, query):
    listing = FILTERS[model](QueryDict(query), model.objects.public())
    assert listing.is_valid(), listing.errors
    return {card.slug for card in listing.selection.all}


def counts(model, group, query=""):
    listing = FILTERS[model](QueryDict(query), model.objects.public())
    assert listing.is_valid(), listing.errors
    return {
        each["value"]: each["count"] for each in facets_of(listing).groups[group] if each["count"]
    }


def contest(places, **values):
    """A programme that says nothing of place and time, an edition, and the final of that."""
    values.setdefault("dates", "2015-11-21")
    final = {name: values.pop(name) for name in ("dates", "locations", "roles") if name in values}
    whole = programme("contest", **values)
    sixth = edition("sixth", programme=whole, locations=[places["brest-region"]])
    return whole, sixth, event("final", edition=sixth, **final)


def test_a_programme_gains_the_places_of_its_parts_each_with_the_part_that_says_it(places):
    whole, sixth, _final = contest(places, locations=[places["mstsislaw"]])
    assert reach_of(sixth) == {"mstsislaw": (["final"], 1)}
    # What an edition gained it gives on, in its own name.
    assert reach_of(whole) == {"mstsislaw": (["sixth"], 1), "brest-region": (["sixth"], 1)}
    (place,) = [p for p in body_of(whole)["reach"] if p["location"]["slug"] == "mstsislaw"]
    assert place["location"]["region"] == "BY-MA"
    assert place["location"]["country"] == "BY"
    assert place["location"]["within"] == ["mstsislaw-district", "mahilyow-region", "belarus"]


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("location=BY-MA", {"contest"}),
        ("location=mstsislaw", {"contest"}),
        ("location=BY-BR", {"contest"}),
        ("location_kind=town", {"contest"}),
        ("location=none", {"other"}),
        ("location_kind=none", {"other"}),
        ("year=2015", {"contest"}),
        ("year=2014", set()),
        ("year=none", {"other"}),
        ("from=2015-11-21&to=2015-11-21", {"contest"}),
        ("from=2015-11-22", set()),
        ("to=2015-11-20", set()),
        ("location=BY-MA&reach=own", set()),
        ("location_kind=town&reach=own", set()),
        ("location=none&reach=own", {"contest", "other"}),
        ("location_kind=none&reach=own", {"contest", "other"}),
        ("year=2015&reach=own", set()),
        ("year=none&reach=own", {"contest", "other"}),
        ("organisation=club", {"contest"}),
        ("role=host", {"contest"}),
        ("role=none", {"other"}),
        ("organisation=club&role=host", {"contest"}),
        ("organisation=club&role=funder", set()),
        ("organisation=club&reach=own", set()),
        ("role=none&reach=own", {"contest", "other"}),
    ],
)
def test_it_is_found_by_them_unless_only_its_own_are_asked_for(places, query, slugs):
    club = organisation("club")
    contest(places, locations=[places["mstsislaw"]], roles=[("host", club)])
    programme("other")
    assert found(Programme, query) == slugs


@pytest.mark.parametrize("query", ["", "reach=own"])
@pytest.mark.parametrize("group", ["location", "location_kind", "year", "role"])
def test_a_facet_counts_what_the_list_then_holds(places, group, query):
    club = organisation("club")
    contest(places, locations=[places["mstsislaw"]], roles=[("host", club)])
    programme("other", dates="2014", locations=[places["brest-region"]], roles=[("host", club)])
    programme("silent")
    counted = counts(Programme, group, query)
    assert counted
    for value, number in counted.items():
        assert len(found(Programme, f"{query}&{group}={value}")) == number, value


@pytest.mark.parametrize(
    "hidden",
    [
        {"state": State.DRAFT},
        {"state": State.REVIEW},
        {"state": State.WITHDRAWN},
        {"embargo_until": timezone.now() + timezone.timedelta(days=1)},
        {"precision": "hidden", "dates": ""},
    ],
)
def test_a_hidden_part_adds_nothing_at_all(places, hidden):
    club = organisation("club")
    whole = programme("contest", roles=[("organiser", club)])
    before = {card.slug: card.body for card in Card.objects.all()}
    values = {"dates": "2015", "locations": [places["mstsislaw"]]} | hidden
    part = event("final", programme=whole, **values)
    after = {card.slug: card.body for card in Card.objects.exclude(public_id=part.public_id)}
    assert after == before
    assert found(Programme, "location=BY-MA") == set()
    # Shown it would say where: what is asked above can fail.
    Event.objects.filter(pk=part.pk).update(
        state=State.PUBLIC, precision="town", embargo_until=None
    )
    assert found(Programme, "location=BY-MA") == {"contest"}


def test_a_part_becomes_public_and_goes_and_the_whole_with_it(places):
    whole, sixth, final = contest(places, locations=[places["mstsislaw"]])
    silent = body_of(programme("silent"))["active"]
    final.state = State.REVIEW
    final.save()
    assert set(reach_of(whole)) == {"brest-region"}
    assert body_of(whole)["active"] == silent == {"earliest": None, "latest": None, "spans": []}
    final.state = State.PUBLIC
    final.save()
    assert set(reach_of(whole)) == {"mstsislaw", "brest-region"}
    withdraw(sixth, Reason.SAFETY)
    assert reach_of(whole) == {}
    assert not CardGiven.objects.filter(whole=whole.public_id).exists()


def test_a_part_is_reached_as_finely_as_it_may_be_shown(places):
    whole, _sixth, final = contest(places, locations=[places["mstsislaw"]])
    final.precision = "region"
    final.save()
    assert set(reach_of(whole)) == {"mahilyow-region", "brest-region"}
    shy = organisation("shy", precision="country")
    role(final, shy, "host")
    assert set(reach_of(whole)) == {"belarus", "brest-region"}
    assert reach_of(shy) == {"belarus": (["final"], 1)}
    assert found(Programme, "location=BY-MA") == set()


def test_no_whole_shows_the_exact_point_of_a_part(places):
    whole, _sixth, _final = contest(places)
    event(
        "exact",
        programme=whole,
        locations=[places["mstsislaw"]],
        precision="exact",
        lat=54.0234567,
        lon=31.7234567,
    )
    text = Card.objects.get(public_id=whole.public_id).body
    assert "mstsislaw" in text
    assert "54.0234567" not in text


def test_new_names_reach_the_wholes(places):
    whole, sixth, _final = contest(places, locations=[places["mstsislaw"]])
    club = organisation("club")
    role(sixth, club, "organiser")
    sixth.name_en = "The sixth"
    sixth.save()
    places["mstsislaw"].name_en = "Amscislaw"
    places["mstsislaw"].save()
    club.name_en = "The Club"
    club.save()
    text = Card.objects.get(public_id=whole.public_id).body
    assert all(name in text for name in ("The sixth", "Amscislaw", "The Club"))
    assert "Amscislaw" in Card.objects.get(public_id=club.public_id).body


def test_a_part_that_moves_leaves_nothing_behind(places):
    first, _sixth, final = contest(places, locations=[places["mstsislaw"]])
    second = programme("second")
    final.edition, final.programme = None, second
    final.save()
    assert set(reach_of(first)) == {"brest-region"}
    assert reach_of(second) == {"mstsislaw": (["final"], 1)}
    assert found(Programme, "year=2015") == {"second"}
    final.delete()
    assert reach_of(second) == {}


def test_an_organisation_works_where_what_it_runs_takes_place(places):
    runs, funds, own = (organisation(slug) for slug in ("runs", "funds", "own"))
    whole, _sixth, _final = contest(
        places, locations=[places["mstsislaw"]], roles=[("funder", funds)]
    )
    role(whole, runs, "implementer")
    event("open-day", organisation=own, locations=[places["brest-region"]], dates="2014")
    assert reach_of(runs) == {"mstsislaw": (["contest"], 1), "brest-region": (["contest"], 1)}
    assert reach_of(own) == {"brest-region": (["open-day"], 1)}
    assert reach_of(funds) == {}
    assert found(Organisation, "location=BY-BR") == {"runs", "own"}
    assert found(Organisation, "location=BY-MA") == {"runs"}
    assert body_of(own)["active"]["spans"] == ["2014-01-01/2014-12-31"]


def test_an_organisation_works_for_whom_what_it_runs_is_meant(places):
    runs, funds, other = (organisation(slug) for slug in ("runs", "funds", "other"))
    people = term("people", scheme="audience")
    women = term("women", scheme="audience", parent=people)
    whole = programme("contest", audiences=[women], roles=[("organiser", runs), ("funder", funds)])
    edition("sixth", programme=whole, audiences=[women], roles=[("organiser", runs)])
    secret = term("secret", scheme="audience")
    programme("plan", state=State.DRAFT, audiences=[secret], roles=[("organiser", other)])
    (given,) = body_of(runs)["reach_audiences"]
    assert [part["slug"] for part in given["by"]] == ["contest", "sixth"]
    assert given["count"] == 2
    assert body_of(funds)["reach_audiences"] == body_of(other)["reach_audiences"] == []
    for query in ("audience=women", "audience=people"):
        assert found(Organisation, query) == {"runs"}
        assert found(Organisation, f"{query}&reach=own") == set()
    assert found(Organisation, "audience=none") == {"funds", "other"}
    assert found(Organisation, "audience=none&reach=own") == {"runs", "funds", "other"}
    assert found(Organisation, "-audience=women") == {"funds", "other"}
    assert counts(Organisation, "audience") == {"people": 1, "women": 1, "none": 2}
    assert counts(Organisation, "audience", "reach=own") == {"none": 3}


def test_a_new_name_of_an_audience_reaches_the_organisation_and_a_hidden_one_leaves_it(places):
    club, women = organisation("club"), term("women", scheme="audience")
    programme("contest", audiences=[women], roles=[("organiser", club)])
    women.name_en, women.slug = "Women and girls", "women-and-girls"
    women.save()
    (given,) = body_of(club)["reach_audiences"]
    assert given["audience"]["name"]["en"] == "Women and girls"
    assert found(Organisation, "audience=women-and-girls") == {"club"}
    women.state = State.DRAFT
    women.save()
    assert body_of(club)["reach_audiences"] == []


def test_the_first_three_parts_are_named_and_all_are_counted(places):
    whole = programme("contest")
    for year in range(2010, 2016):
        event(f"final-{year}", programme=whole, locations=[places["mstsislaw"]], dates=str(year))
    edition("sixth", programme=whole, locations=[places["mstsislaw"]])
    # Editions before events, and the newest of these.
    assert reach_of(whole) == {"mstsislaw": (["sixth", "final-2015", "final-2014"], 7)}


def test_beyond_fifty_places_all_are_found_and_the_rest_is_counted(places):
    whole = programme("contest")
    with writing():
        towns = [location(f"town-{n:02}", parent=places["mstsislaw-district"]) for n in range(53)]
        far = location("far-away", parent=places["brest-region"])
        event("tour", programme=whole, locations=towns)
        event("end", programme=whole, locations=[*towns[:1], far])
    body = body_of(whole)
    assert len(body["reach"]) == 50
    assert body["reach_beyond"]["places"] == 4
    assert all(found(Programme, f"location=town-{n:02}") == {"contest"} for n in (0, 30, 52))
    assert counts(Programme, "location")["BY-MA"] == 1


def test_a_year_between_two_seasons_is_not_found(places):
    whole = programme("contest")
    event("first", programme=whole, dates="2010-03-01")
    event("second", programme=whole, dates="2015-03-01")
    event("third", programme=whole, dates="2015-09")
    assert body_of(whole)["active"] == {
        "earliest": "2010-03-01",
        "latest": "2015-09-30",
        "spans": ["2010-03-01/2010-03-01", "2015-03-01/2015-09-30"],
    }
    assert found(Programme, "year=2010") == found(Programme, "year=2015") == {"contest"}
    assert found(Programme, "year=2012") == set()
    assert found(Programme, "from=2011&to=2014") == set()
    assert found(Programme, "from=2011") == {"contest"}
    assert counts(Programme, "year") == {"2010": 1, "2015": 1}
    years, undated = by_year("programme", "location", "none")
    assert {year: number for year, number in years.items() if number} == {2010: 1, 2015: 1}
    assert undated == 0


def test_an_open_side_stays_open_and_a_day_without_a_year_says_nothing(places):
    whole = programme("contest", dates="2013/..")
    event("earlier", programme=whole, dates="2012-05")
    event("spring", programme=whole, dates="XXXX-03-21")
    assert body_of(whole)["active"] == {
        "earliest": "2012-05-01",
        "latest": None,
        "spans": ["2012-05-01/2012-05-31", "2013-01-01/.."],
    }
    assert found(Programme, "year=2030") == {"contest"}
    assert found(Programme, "year=none") == set()


def test_programmes_within_each_other_end(places):
    """What is part of itself shows no place, and neither does what is run by it."""
    first, second = programme("first"), programme("second")
    event("day", programme=first, locations=[places["mstsislaw"]])
    second.parent = first
    second.save()
    event("far", programme=second, locations=[places["brest-region"]])
    assert set(reach_of(first)) == {"mstsislaw", "brest-region"}
    first.parent = second
    first.save()
    assert reach_of(first) == reach_of(second) == {}


@pytest.mark.parametrize("what", ["value", "whole"])
def test_the_proof_finds_what_a_part_does_not_give(db, what):
    places = belarus()
    contest(places, locations=[places["mstsislaw"]])
    row = CardGiven.objects.filter(group="location").first()
    CardGiven.objects.filter(pk=row.pk).update(
        **{what: row.card.public_id if what == "whole" else "brest-region-2"}
    )
    assert "what it gives to its wholes differs" in " ".join(differences())


def test_the_save_of_a_part_asks_as_often_however_many_there_are(places):
    club = organisation("club")
    whole = programme("contest", roles=[("organiser", club)])

    def statements(name):
        part = Event.objects.get(slug=name)
        part.dates = "2016"
        with CaptureQueriesContext(connection) as queries:
            part.save()
        assert body_of(whole)["active"]["latest"] == "2016-12-31"
        part.dates = "2015"
        part.save()
        return len(queries)

    with writing():
        for number in range(3):
            event(f"day-{number}", programme=whole, locations=[places["mstsislaw"]], dates="2015")
    few = statements("day-0")
    with writing():
        for number in range(3, 40):
            event(f"day-{number}", programme=whole, locations=[places["mstsislaw"]], dates="2015")
    assert statements("day-0") == few


REGIONS = ("BY-BR", "BY-HM", "BY-HO", "BY-HR", "BY-MA", "BY-MI", "BY-VI")


@pytest.mark.once
def test_the_first_records_are_found_by_region_and_by_year(proved):
    call_command("loaddata", *settings.FIXTURES, verbosity=0)
    client = Client()
    whole = Programme.objects.get(slug="leadership-in-local-communities")
    for code in REGIONS:
        assert whole.slug in found(Programme, f"location={code}"), code
        assert whole.slug not in found(Programme, f"location={code}&reach=own"), code
        place = json.loads(
            Card.objects.get(type="location", terms__group="code", terms__value=code).body
        )
        for language in ("en", "be", "ru"):
            page = client.get(f"/{language}/places/{place['slug']}/").content.decode()
            assert f"/{language}/programmes/{whole.slug}/" in page
    assert "social-weekend" in found(Programme, "year=2015")
    assert "social-weekend" not in found(Programme, "year=2014")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Sport: the final", "the final"),
        ("Sport – spring", "spring"),
        ("Sports day", "Sports day"),
        ("Sport", "Sport"),
        ("A final of Sport", "A final of Sport"),
    ],
)
def test_a_part_is_named_without_the_name_of_its_whole(places, name, words):
    whole = programme("sport", name_en="Sport")
    event("final", name_en=name, programme=whole, locations=[places["mstsislaw"]])
    page = Client().get("/en/programmes/?location=BY-MA").content.decode()
    assert f'<a href="/en/events/final/">{words}</a>' in page


def test_an_empty_list_leads_to_what_parts_say(places):
    contest(places, locations=[places["mstsislaw"]])
    page = Client().get("/en/programmes/?location=BY-MA&reach=own").content.decode()
    assert re.search(
        r'href="/en/programmes/\?location=BY-MA">Without “Only their own data”: 1 programme', page
    )


def test_a_row_says_which_part_is_in_the_place_asked_for(places):
    contest(places, locations=[places["mstsislaw"]])
    initiative("ground", programme=Programme.objects.get(slug="contest"))
    client = Client()
    for address in ("/en/places/mahilyow-region/", "/en/programmes/?location=BY-MA"):
        text = " ".join(client.get(address).content.decode().split())
        assert re.search('Mstsislaw: <a href="/en/editions/sixth/">Sixth</a>', text)
    page = " ".join(client.get("/en/programmes/contest/").content.decode().split())
    assert "Where its parts take place" in page
    assert "With its parts: 2015" in page


def test_what_a_part_names_no_more_is_called_anew_in_its_whole(places, monkeypatch):
    monkeypatch.setattr(reach, "MAX_PLACES", 2)
    towns = [location(f"town-{n}", parent=places["mstsislaw-district"]) for n in range(3)]
    ngos = [organisation(f"ngo-{n}") for n in range(3)]
    runs = organisation("runs")
    whole = programme("whole", roles=[("organiser", runs)])
    season = edition("season", programme=whole)
    for town, ngo in [*zip(towns, ngos, strict=True), *zip(towns[1:], ngos[1:], strict=True)]:
        event(edition=season, locations=[town], roles=[("organiser", ngo)])
    for row in (towns[0], ngos[0]):
        bodies = dict(Card.objects.values_list("slug", "body"))
        assert row.slug not in bodies["season"].split('"reach_beyond"')[0]  # named in none of its
        assert f'"{row.slug}"' in bodies["whole"].split('"reach_beyond"')[0]  # own first two
        row.name_en = "Otherwise"
        row.save()
        assert "Otherwise" in Card.objects.get(slug="whole").body
        assert list(differences()) == []
        with writing():  # and where each is a part of the other, which shows no places
            above = programme(f"above-{row.slug}", parent=whole)
            whole.parent = above
            whole.save()


def test_what_a_whole_gives_on_follows_though_it_shows_the_same(places):
    runs = organisation("runs")
    whole = programme("whole", roles=[("organiser", runs)])
    season = edition("season", programme=whole, dates="2016")
    programme("inner", parent=whole, dates="2016")  # which shows the same time, and gives it not on
    assert body_of(runs)["active"]["spans"] == ["2016-01-01/2016-12-31"]
    before = body_of(whole)
    season.dates = ""
    season.save()
    assert body_of(whole)["active"] == before["active"]
    assert body_of(runs)["active"]["spans"] == []
    assert list(differences()) == []
