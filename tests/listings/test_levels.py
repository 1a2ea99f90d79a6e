"""A country may have any number of levels: what lies in it, however deep, is found in it."""

import pytest

from registry.cards.changeset import writing
from registry.cards.proof import differences
from registry.locations import models
from registry.locations.models import Location, inside, steps_above
from tests.support import factories

pytestmark = pytest.mark.django_db
LEVELS = ("oblast", "raion", "hromada", "starosta-area", "council", "quarter")


@pytest.fixture
def ukraine():
    """A village seven levels down, and a programme in it."""
    place = country = factories.location("ukraine", iso_3166_1="UA", name_en="Ukraine")
    for slug in LEVELS:
        kind = "region" if slug == "oblast" else "district"
        place = factories.location(slug, parent=place, kind=kind, name_en=slug.title())
    village = factories.location("village", kind="village", parent=place, name_en="Village")
    factories.programme("wells", name_en="Wells", locations=[village])
    factories.organisation("diggers", name_en="Diggers", seat=village)
    factories.programme("elsewhere", locations=[factories.location("poland", iso_3166_1="PL")])
    return country


def listed(client, collection, query):
    reply = client.get(f"/api/v1/{collection}/?{query}")
    assert reply.status_code == 200, reply.content
    return [each["slug"] for each in reply.json()["results"]]


@pytest.mark.parametrize("place", ["UA", "ukraine", *LEVELS, "village"])
def test_what_lies_seven_levels_deep_is_found_in_each_of_them(client, ukraine, place):
    assert listed(client, "programmes", f"location={place}") == ["wells"]
    assert listed(client, "organisations", f"location={place}") == ["diggers"]
    (found,) = client.get("/api/v1/programmes/?location=UA").json()["results"]
    assert (found["locations"][0]["country"], found["locations"][0]["kind"]) == ("UA", "village")


def test_a_deep_country_can_be_entered_and_renamed(client, ukraine):
    village = Location.objects.get(slug="village")
    village.full_clean()
    ukraine.slug = "ukraine-renamed"
    ukraine.save()
    assert listed(client, "programmes", "location=ukraine-renamed") == ["wells"]
    assert list(differences()) == []
    page = client.get("/en/places/village/").content.decode()
    assert all(f"/en/places/{slug}/" in page for slug in ("ukraine-renamed", *LEVELS))


def test_all_that_lies_in_a_place_is_counted_however_deep(ukraine):
    assert len(inside([ukraine.pk])) == len(LEVELS) + 2
    assert steps_above() == len(LEVELS) + 1


def test_the_check_says_what_is_not_found_in_its_country(ukraine, monkeypatch):
    assert list(differences()) == []
    monkeypatch.setattr(models, "MAX_ABOVE", 3)
    with writing():
        Location.objects.get(slug="village").save()
        for record in Location.objects.filter(slug="village"):
            record.name_en = "Hamlet"
            record.save()
    said = list(differences())
    assert any("village is not found in all that it lies in" in each for each in said), said


def test_a_place_is_known_by_its_code_in_the_list_of_its_country(client, ukraine):
    village = Location.objects.get(slug="village")
    village.identifiers.create(scheme="UA-KATOTTG", value="UA05020010010044444")
    body = client.get("/api/v1/locations/village/").json()
    assert body["identifiers"] == [{"scheme": "UA-KATOTTG", "value": "UA05020010010044444"}]
    for typed in ("UA05020010010044444", "ua-katottg-UA05020010010044444"):
        (found,) = client.get(f"/api/v1/search/?q={typed}").json()["results"]
        assert (found["slug"], found["tier"]) == ("village", 0)
        assert found["matched"]["text"] == "UA-KATOTTG-UA05020010010044444"
