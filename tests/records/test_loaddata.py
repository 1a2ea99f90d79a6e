"""`loaddata` takes what a form would take: anything else stops it, with file and key."""

import json
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Organisation
from programmes.models import Event, Programme
from programmes.models.parts import ProgrammeTheme
from registry.cards.models import Card
from registry.locations import models as locations
from registry.records.models import Term
from tests.support.factories import belarus, location, organisation, programme, term

pytestmark = pytest.mark.django_db
ID = "7f0c4a52-0000-4000-8000-000000000001"


@pytest.fixture
def load(tmp_path):
    """Loads rows of (model, fields) from a file; gives what it refuses them with."""

    def load(*rows):
        file = tmp_path / "rows.json"
        told = [{"model": model, "fields": {"public_id": ID} | fields} for model, fields in rows]
        file.write_text(json.dumps(told), encoding="utf-8")
        try:
            call_command("loaddata", str(file), verbosity=0)
        except CommandError as error:
            where, _, what = str(error).partition(f"Problem installing fixture '{file}': ")
            return what if not where else f"without its file: {error}"
        return None

    return load


REFUSED = {
    "length": (
        ("organisations.organisation", {"slug": "x", "kind": "ngo", "name_ru": "я" * 251}),
        "organisations.organisation x: name_ru: Ensure this value has at most 250 characters",
    ),
    "choice": (
        ("organisations.organisation", {"slug": "x", "kind": "sect", "name_en": "X"}),
        "organisations.organisation x: kind: Value 'sect' is not a valid choice.",
    ),
    "date": (
        ("programmes.event", {"slug": "x", "name_en": "X", "dates": "31 December"}),
        "programmes.event x: dates: Write a date as 2016",
    ),
    "order-of-dates": (
        ("programmes.event", {"slug": "x", "name_en": "X", "dates": "2016/2015"}),
        "programmes.event x: dates: 2016/2015 ends before it begins.",
    ),
    "order-of-hours": (
        (
            "programmes.event",
            {"slug": "x", "name_en": "X", "dates": "2016-01-02"}
            | {"start_time": "10:00", "end_time": "10:00"},
        ),
        "programmes.event x: An event ends after it begins.",
    ),
    "name": (
        ("programmes.programme", {"slug": "x", "name_en": ""}),
        "programmes.programme x: Give it a name in at least one language.",
    ),
    "address": (
        ("programmes.programme", {"slug": "by-ma", "name_en": "X"}),
        "programmes.programme by-ma: slug: An address cannot look like a country code",
    ),
    "time-zone": (
        ("programmes.event", {"slug": "x", "name_en": "X", "time_zone": "Minsk"}),
        "programmes.event x: time_zone: A time zone is named like Europe/Minsk.",
    ),
    "link": (
        ("programmes.programme", {"slug": "x", "name_en": "X", "website": "example"}),
        "programmes.programme x: website: Enter a valid URL.",
    ),
    "depth-of-places": (
        (
            "locations.location",
            {"slug": "x", "name_en": "X", "kind": "village", "parent": ["mstsislaw"]},
        ),
        "locations.location x: parent: Places are not nested as deeply as this.",
    ),
    "depth-of-terms": (
        ("records.term", {"slug": "x", "name_en": "X", "scheme": "theme", "parent": ["c"]}),
        "records.term x: parent: Terms nest three levels deep at the most.",
    ),
    "depth-of-parts": (
        ("programmes.programme", {"slug": "x", "name_en": "X", "parent": ["part-of-part"]}),
        "programmes.programme x: Parts of parts are the most",
    ),
    "scheme": (
        ("programmes.programmetheme", {"record": ["whole"], "term": ["youth"]}),
        f"programmes.programmetheme {ID}: term: This term is of another scheme.",
    ),
}


@pytest.fixture
def deep(monkeypatch):
    monkeypatch.setattr(locations, "MAX_ABOVE", 3)
    belarus()
    a = term("a")
    term("c", parent=term("b", parent=a))
    term("youth", scheme="audience")
    whole = programme("whole")
    programme("part-of-part", parent=programme("part", parent=whole))


@pytest.mark.parametrize("fault", REFUSED)
def test_a_row_that_a_form_would_refuse_stops_the_load_with_its_file_and_key(fault, deep, load):
    row, sentence = REFUSED[fault]
    before = list(Card.objects.values_list("body"))
    good = ("organisations.organisation", {"slug": "good", "name_en": "Good", "state": "public"})
    good[1]["public_id"] = ID.replace("1", "2")
    told = load(good, row)
    assert told
    assert told.startswith(sentence), told
    # The rows before it are not there either.
    assert not Organisation.objects.filter(slug="good").exists()
    assert list(Card.objects.values_list("body")) == before
    assert load(good) is None


def test_what_is_nested_too_deep_by_a_row_that_comes_later_stops_the_load_too(deep, load):
    """A reference to a row further down is filled in at the end."""
    first = {"slug": "x", "name_en": "X", "parent": ["later"]}
    later = {"slug": "later", "name_en": "Later", "parent": ["part"]}
    later["public_id"] = ID.replace("1", "2")
    rows = [("programmes.programme", first), ("programmes.programme", later)]
    assert load(*rows).startswith("programmes.programme x: Parts of parts are the most")
    assert not Programme.objects.filter(slug="x").exists()


def test_a_night_is_loaded_as_a_form_saves_it(load):
    organisation("host")
    night = {"slug": "night", "name_en": "Night", "state": "public", "organisation": ["host"]}
    night |= {"dates": "2026-12-31", "start_time": "22:00", "end_time": "02:00"}
    assert load(("programmes.event", night)) is None
    assert str(Event.objects.get().latest) == "2027-01-01"
    assert json.loads(Card.objects.get(type="event").body)["end"]["latest"] == "2027-01-01"


@pytest.mark.parametrize("make", [term, programme, organisation], ids=lambda make: make.__name__)
def test_what_has_parts_is_not_put_deeper_than_they_can_go(make):
    top = make("top")
    above = make("above", parent=make("above-that"))
    make("below", parent=top)
    top.parent = above
    with pytest.raises(ValidationError, match="at the most|are the most"):
        top.full_clean()
    top.parent = above.parent
    top.full_clean()
    above.parent.parent = top
    above.parent.save()
    with pytest.raises(ValidationError, match="itself"):
        top.full_clean()


def test_a_place_is_not_put_where_those_in_it_would_be_too_deep(monkeypatch):
    monkeypatch.setattr(locations, "MAX_ABOVE", 3)
    places = belarus()
    other = location("other", "region", name_en="Other", parent=places["belarus"])
    district = places["mstsislaw-district"]
    district.parent = other
    district.full_clean()
    other.parent = places["brest-region"]
    other.save()
    with pytest.raises(ValidationError, match="as deeply"):
        district.full_clean()
    # By what lies in it: a district of which a village would be the fifth level.
    region = places["mahilyow-region"]
    region.parent = places["brest-region"]
    with pytest.raises(ValidationError, match="as deeply"):
        region.full_clean()


def test_a_form_takes_only_terms_of_its_scheme():
    row = ProgrammeTheme(record=programme(), term=term("youth", scheme="audience"))
    with pytest.raises(ValidationError, match="another scheme"):
        row.full_clean()
    row.term = term("sport")
    row.full_clean()
    assert Term.objects.count() == 2


def test_a_file_asks_once_for_each_record_that_it_names(load):
    location("mstsislaw", name_en="Mstsislaw")

    def names(number):
        row = {"record": ["mstsislaw"], "language": "en"}
        return [
            ("locations.locationname", row | {"name": f"Name {n}", "public_id": str(uuid4())})
            for n in range(number)
        ]

    asked = []
    for rows in (names(1), names(9)):
        with CaptureQueriesContext(connection) as statements:
            assert load(*rows) is None
        slug = "\"slug\" = 'mstsislaw'"
        asked.append([each["sql"] for each in statements if slug in each["sql"]])
    assert len(asked[0]) == len(asked[1]) == 1


def test_a_file_names_a_record_by_the_address_that_it_has_there(load):
    theme = term("sport", name_en="Sport")
    other = {"slug": "games", "scheme": "theme", "name_en": "Games"}
    child = {"scheme": "theme", "name_en": "Chess", "parent": ["sport"]}
    rows = [
        ("records.term", child | {"slug": "chess", "public_id": str(uuid4())}),
        ("records.term", other | {"public_id": str(theme.public_id)}),
        ("records.term", other | {"slug": "sport"}),
        ("records.term", child | {"slug": "draughts", "public_id": str(uuid4())}),
    ]
    assert load(*rows) is None
    parents = dict(Term.objects.filter(parent=None).values_list("slug", "pk"))
    assert Term.objects.get(slug="chess").parent_id == parents["games"] == theme.pk
    assert Term.objects.get(slug="draughts").parent_id == parents["sport"]
