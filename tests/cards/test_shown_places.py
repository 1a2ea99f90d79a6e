"""How finely a card shows where its record is: the coarsest of all that bind it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.cards.models import Card
from registry.locations.models import Location
from registry.records.models import State
from registry.values.precision import Precision
from registry.workflow.embargoes import lift
from tests.support import factories as make
from tests.support.cards import body_of, card_of, newest, set_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proved")]


@pytest.fixture
def places(db):
    return make.belarus()


def shown(record):
    return [place["slug"] for place in body_of(record)["locations"]]


def test_the_coarsest_of_all_that_bind_a_record_holds(places):
    town = places["mstsislaw"]
    ngo = make.organisation()
    programme = make.programme(roles=[("organiser", ngo)])
    edition = make.edition(programme=programme)
    event = make.event(edition=edition, locations=[town], precision=Precision.EXACT)
    assert shown(event) == ["mstsislaw"]
    set_values(event, precision=Precision.DISTRICT)
    assert shown(event) == ["mstsislaw-district"]
    set_values(edition, precision=Precision.REGION)
    assert shown(event) == ["mahilyow-region"]
    set_values(programme, precision=Precision.COUNTRY)
    assert shown(event) == ["belarus"]
    set_values(ngo, precision=Precision.HIDDEN)
    assert shown(event) == []


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("implementer", "mahilyow-region"),
        ("organiser", "mahilyow-region"),
        ("co-organiser", "mahilyow-region"),
        ("host", "mahilyow-region"),
        ("funder", "mstsislaw"),
        ("co-sponsor", "mstsislaw"),
        ("partner", "mstsislaw"),
        ("beneficiary", "mstsislaw"),
    ],
)
def test_those_who_run_a_programme_bind_its_place_and_others_do_not(places, role, place):
    ngo = make.organisation(precision=Precision.REGION)
    programme = make.programme(roles=[(role, ngo)], locations=[places["mstsislaw"]])
    assert shown(programme) == [place]


def test_a_seat_is_as_coarse_as_its_organisation(places):
    ngo = make.organisation(seat=places["mstsislaw"], precision=Precision.DISTRICT)
    assert body_of(ngo)["seat"]["slug"] == "mstsislaw-district"
    assert not card_of(ngo).terms.filter(value="mstsislaw").exists()


def test_minsk_counts_as_a_region(places):
    minsk = make.location("minsk", Location.Kind.CITY, parent=places["belarus"], iso_3166_2="BY-HM")
    programme = make.programme(locations=[minsk], precision=Precision.REGION)
    assert shown(programme) == ["minsk"]
    set_values(programme, precision=Precision.COUNTRY)
    assert shown(programme) == ["belarus"]


def test_places_that_become_the_same_are_shown_once(places):
    other = make.location("hodosy", "agrotown", parent=places["mstsislaw-district"])
    programme = make.programme(locations=[places["mstsislaw"], other], precision=Precision.DISTRICT)
    assert shown(programme) == ["mstsislaw-district"]


def test_a_hidden_place_is_like_one_that_is_not_recorded(places):
    hidden = make.event("hidden", locations=[places["mstsislaw"]], precision=Precision.HIDDEN)
    bare = make.event("bare")
    own = ("id", "slug", "name")
    bodies = [
        {key: value for key, value in body_of(event).items() if key not in own}
        for event in (hidden, bare)
    ]
    assert bodies[0] == bodies[1]
    terms = [set(card_of(event).terms.values_list("group", "value")) for event in (hidden, bare)]
    assert terms[0] == terms[1]
    assert not card_of(hidden).points.exists()


VENUE = {"venue_en": "Blue hall", "address": "7 Hidden Street", "lat": 54.0211, "lon": 31.7233}


def test_the_venue_and_the_point_are_shown_where_the_exact_place_may_be(places):
    event = make.event(locations=[places["mstsislaw"]], precision=Precision.EXACT, **VENUE)
    body = body_of(event)
    assert body["venue"]["en"] == "Blue hall"
    assert body["locations"][0]["point"] == [31.7233, 54.0211]
    assert body["locations"][0]["precision"] == "exact"
    assert "Hidden Street" not in card_of(event).body
    set_values(event, precision=Precision.TOWN)
    body = body_of(event)
    assert body["venue"] == {"en": None, "be": None, "ru": None}
    assert body["locations"][0]["point"] == places["mstsislaw"].point


def test_moving_the_exact_point_inside_its_unit_changes_no_byte(places):
    event = make.event(locations=[places["mstsislaw"]], **VENUE)
    before = newest(), card_of(event).body
    set_values(event, lat=54.0305, lon=31.7001, address="8 Hidden Street", venue_en="Red hall")
    assert (newest(), card_of(event).body) == before


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.WITHDRAWN])
def test_a_place_that_is_not_public_is_never_named(places, state):
    town = make.location("secret-town", parent=places["mstsislaw-district"], state=state)
    programme = make.programme(locations=[town])
    ngo = make.organisation(seat=town)
    assert shown(programme) == []
    assert body_of(ngo)["seat"] is None
    set_values(places["mstsislaw-district"], state=state)
    child = make.programme(locations=[places["mstsislaw"]])
    assert body_of(child)["locations"][0]["within"] == ["mahilyow-region", "belarus"]
    assert not Card.objects.filter(body__contains="secret-town").exists()


def test_a_place_moved_to_another_region_takes_its_programmes_along(places):
    programme = make.programme(locations=[places["mstsislaw"]])
    set_values(places["mstsislaw-district"], parent=places["brest-region"])
    assert body_of(programme)["locations"][0]["region"] == "BY-BR"


def test_an_embargo_is_lifted_by_the_command_and_never_early(monkeypatch):
    now = timezone.now()
    due = make.programme("due", embargo_until=now + timedelta(minutes=1))
    later = make.programme("later", embargo_until=now + timedelta(hours=1))
    lift()
    assert (card_of(due), card_of(later)) == (None, None)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=5))
    assert card_of(due) is None, "the clock alone publishes nothing"
    lift()
    assert card_of(due) is not None
    assert card_of(later) is None


def test_a_draft_whose_embargo_has_passed_is_still_a_draft():
    draft = make.programme(state=State.DRAFT, embargo_until=timezone.now() - timedelta(days=1))
    lift()
    assert card_of(draft) is None
