"""What is near: places around one, what concerns a point, and the outlines of regions."""

import json
import re

import pytest
from django.core.cache import caches

from registry.locations.atlas.outlines import polygon, polygons, region_at
from registry.values.degrees import cell_of, cells_around, kilometres, rounded
from registry.values.precision import Precision
from tests.support.factories import belarus, event, location, organisation, programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return belarus()


@pytest.fixture
def around(places):
    """Districts east of one another, a degree of longitude (65 km) each, with a town in the first
    and a village beside it; and one in the region of Brest, 30 km from the first."""
    for number, slug in enumerate(("first", "second", "third")):
        places[slug] = district(places["mahilyow-region"], slug, 53.5, 30 + number)
    places["west"] = district(places["brest-region"], "west", 53.5, 29.55)
    places["town"] = location("town", parent=places["first"], lat=53.5, lon=30.0)
    places["village"] = location("village", "village", parent=places["first"], lat=53.45, lon=30.1)
    return places


def district(region, slug, lat, lon):
    return location(slug, "district", parent=region, lat=lat, lon=lon)


def feature_of(client, slug):
    reply = client.get(f"/api/v1/locations/{slug}/?format=geojson")
    return json.loads(b"".join(reply))["features"][0]


def offered(html):
    """[(address, distance)] of what a page says is near."""
    box = re.search(r'<ul class="link-list bare">(.*?)</ul>', html, re.S)
    rows = re.findall(r'href="([^"]+)">[^<]*</a>\s*<span>\s*([^<·]*)', box[1]) if box else []
    return [(address.replace("&amp;", "&"), words.strip()) for address, words in rows]


@pytest.mark.once
def test_distances_are_those_of_the_earth_and_said_as_people_do():
    assert round(kilometres((27.5665, 53.9002), (30.3449, 53.9168))) == 182  # Minsk, Mahilyow
    assert kilometres((179.9, 0), (-179.9, 0)) < 23
    assert [rounded(km) for km in (0.4, 3.6, 12.4, 97, 183)] == [0, 4, 10, 95, 180]
    assert cell_of((27.56, 53.9)) in cells_around((27.4, 54.1), 1)
    assert cell_of((-179.9, 0)) in cells_around((179.9, 0), 1)


def test_a_town_with_nothing_opens_with_what_is_nearest_and_not_with_noughts(client, around):
    for slug in ("first", "third", "west", "village"):
        programme(locations=[around[slug]])
    programme("hidden", locations=[around["second"]], precision=Precision.REGION)
    html = client.get("/en/places/town/").text
    assert "Nothing is recorded in this place itself yet" in html
    assert '<dl class="tally">' not in html
    assert html.count("Not recorded here yet") == 1
    assert offered(html) == [
        ("/en/places/first/", "the district it lies in"),
        ("/en/places/mahilyow-region/", "the region it lies in"),
        ("/en/places/village/", "about 9 km"),
        ("/en/places/west/", "about 30 km"),
        ("/en/places/third/", "about 130 km"),
    ]


def test_a_town_opens_with_its_own_region_before_regions_far_away(client, around):
    town = location("brest-town", parent=around["brest-region"], lat=52.1, lon=23.7)
    for slug in ("mahilyow-region", "brest-region"):
        programme(locations=[around[slug]])
    assert offered(client.get(f"/en/places/{town.slug}/").text) == [
        ("/en/places/brest-region/", "the region it lies in"),
        ("/en/places/mahilyow-region/", "about 480 km"),
    ]


def test_a_place_in_a_district_that_is_named_is_not_named_beside_it(client, around):
    programme(locations=[around["village"]])
    assert offered(client.get("/en/places/west/").text)[0][0] == "/en/places/first/"
    assert "/en/places/village/" not in client.get("/en/places/west/").text


@pytest.mark.parametrize("collection", ["programmes", "events"])
def test_a_list_of_a_place_that_has_little_leads_to_those_around_it(client, around, collection):
    for slug in ("third", "west"):
        programme(locations=[around[slug]])
        event(locations=[around[slug]], dates="2999-01-01")
    event(locations=[around["second"]], dates="2001-01-01")
    html = client.get(f"/en/{collection}/?location=town").text
    found = offered(html.split('id="nearby"')[1])
    assert found == [
        (f"/en/{collection}/?location=west", "about 30 km"),
        (f"/en/{collection}/?location=third", "about 130 km"),
    ]


def test_what_a_list_of_a_place_leads_to_meets_its_other_filters(client, around):
    programme(locations=[around["west"]], dates="2015")
    programme(locations=[around["third"]], dates="2016")
    found = offered(
        client.get("/en/programmes/?location=town&year=2016").text.split('id="nearby"')[1]
    )
    assert [address for address, _ in found] == ["/en/programmes/?location=third&year=2016"]


def test_where_nothing_is_near_regions_are_named(client, around):
    event(locations=[around["mahilyow-region"]], dates="2999-01-01")
    event(locations=[around["west"]], dates="2001-01-01")
    far = district(around["brest-region"], "far", 52.1, 23.7)
    for collection in ("programmes", "events"):
        programme(locations=[around["mahilyow-region"]])
        html = client.get(f"/en/{collection}/?location={far.slug}").text
        found = offered(html.split('id="nearby"')[1])
        assert found == [(f"/en/{collection}/?location=BY-MA", "about 480 km")]


def test_a_search_for_a_place_with_nothing_names_the_nearest(client, around):
    programme(locations=[around["third"]])
    html = client.get("/en/search/?q=Town").text
    assert offered(html.split('id="nearby"')[1]) == [
        ("/en/places/mahilyow-region/", "the region it lies in"),
        ("/en/places/third/", "about 130 km"),
    ]


def test_a_list_of_a_place_with_enough_leads_nowhere_else(client, around):
    for _ in range(3):
        programme(locations=[around["town"]])
    programme(locations=[around["west"]])
    assert 'id="nearby"' not in client.get("/en/programmes/?location=town").text


@pytest.mark.parametrize("rows", [1, 3])
def test_what_is_near_takes_the_same_statements_however_much_there_is(
    client, around, django_assert_num_queries, rows
):
    for _ in range(rows):
        programme(locations=[around["third"]])
        organisation(seat=around["west"])
    client.get("/en/places/town/")
    # The number; the card; above it; around it; kept counts of the place, of that it lies in, cells
    # near and the others, of coming events and active organisations; places in them and cards of
    # these; years; rows of seven kinds.
    with django_assert_num_queries(28, exact=False):
        client.get("/en/places/town/?again")


def test_a_point_is_answered_with_its_settlement_district_region_and_country(client, around):
    found = client.get("/api/v1/locations/?near=53.5,30.01&fields=slug").json()["results"]
    slugs = {place["slug"] for place in found}
    assert slugs == {"town", "first", "mahilyow-region", "belarus"}
    assert client.get("/api/v1/locations/?near=0,0").json()["count"] == 0


def test_a_list_near_a_point_widens_until_there_is_something(client, around):
    programme("there", locations=[around["first"]])
    event("far", locations=[around["mahilyow-region"]])
    organisation("nationwide", seat=around["belarus"])

    def listed(collection):
        address = f"/api/v1/{collection}/?near=53.5,30.01&fields=slug"
        return [row["slug"] for row in client.get(address).json()["results"]]

    assert listed("programmes") == ["there"]
    assert listed("events") == ["far"]
    assert listed("organisations") == ["nationwide"]
    assert listed("initiatives") == []


@pytest.mark.once
@pytest.mark.parametrize("value", ["53.9", "x,y", "nan,1", "91,0", "0,181", "1,2,3"])
def test_what_is_no_point_is_refused(client, value):
    for address in ("/api/v1/events/", "/api/v1/locations/", "/en/places/"):
        assert client.get(address, {"near": value}).status_code == 400


def test_no_cache_keeps_where_a_reader_is(client, around):
    for address in ("/en/places/", "/en/events/", "/api/v1/events/"):
        reply = client.get(address, {"near": "53.5,30.01"})
        assert reply.status_code == 200
        assert reply.headers["Cache-Control"] == "no-store"
    assert "near=53.5" not in client.get("/en/places/?near=53.5,30.01").headers.get("Link", "")


def test_nor_does_any_keep_the_cursor_that_holds_it(client, around):
    for _ in range(2):
        event(locations=[around["first"]])
    page = client.get("/api/v1/events/?near=53.5,30.01&page_size=1").json()
    cursor = page["next"].partition("?")[2]
    assert "near" not in cursor
    before = set(caches["kept"]._cache)
    for address in (f"/api/v1/events/?{cursor}", f"/en/events/?{cursor}"):
        reply = client.get(address)
        assert (reply.status_code, reply.headers["Cache-Control"]) == (200, "no-store"), address
    assert not any('W/"' in str(key) for key in set(caches["kept"]._cache) - before)


def test_a_page_near_a_point_shows_what_is_in_the_smallest_place_that_has_anything(client, around):
    event("forum", locations=[around["first"]], dates="2999-01-01")
    html = client.get("/en/places/?near=53.5,30.01").text
    assert "Something to join: First" in html
    assert "/en/events/forum/" in html
    assert "No organisation is recorded here." in html
    assert "less than 1 km" in html


@pytest.mark.once
def test_a_point_lies_in_the_region_whose_outline_holds_it():
    known = {"BY-MA": (30.34, 53.92), "BY-BR": (23.7, 52.1), "BY-MI": (27.57, 53.9)}
    assert {code: region_at(point) for code, point in known.items()} == {c: c for c in known}
    assert region_at((37.6, 55.7)) is None


def test_a_region_is_a_polygon_on_a_map_and_other_places_are_points(client, places):
    feature = feature_of(client, "mahilyow-region")
    (ring,) = feature["geometry"]["coordinates"]
    assert feature["geometry"]["type"] == "Polygon"
    assert ring[0] == ring[-1]
    # RFC 7946, 3.1.6: the outer ring goes anticlockwise.
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False)) > 0
    assert feature["properties"]["point"] == [30.3, 53.9]
    assert feature_of(client, "mstsislaw")["geometry"] == {
        "type": "Point",
        "coordinates": [31.72, 54.02],
    }
    assert len(json.dumps(polygon("BY-MA"))) < 12_000
    assert {len(polygons()), polygon("BY-HM")} == {6, None}
