"""Places: their numbers, their map and what lies inside."""

import html
import re

import pytest

from registry.cards.changeset import writing
from registry.cards.models import Counter, TermCount
from registry.locations.counts import audiences_in
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    event,
    life_event,
    location,
    organisation,
    programme,
    source,
    term,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_a_town_says_what_its_district_holds_and_how_many_each_list_has(client, world):
    page = client.get("/en/places/mstsislaw/").content.decode()
    for kind in ("programme", "event", "organisation"):
        collection = f"/en/{kind}s/"
        address = rf'href="({collection}\?location=mstsislaw-district[^"]*)">(\d+) {kind}'
        ((link, number),) = re.findall(address, page)
        assert f"{number} {kind}" in client.get(html.unescape(link)).content.decode()


def test_a_point_is_written_with_dots_in_every_language(client, world):
    for language in ("en", "be", "ru"):
        assert "54.02, 31.72" in client.get(f"/{language}/places/mstsislaw/").content.decode()


def test_the_numbers_of_a_place_are_those_of_the_lists_they_lead_to(client, world):
    event("abroad", dates="2999-01-01", locations=[location("armenia", iso_3166_1="AM")])
    for slug in ("belarus", "mahilyow-region", "brest-region", "mstsislaw-district", "mstsislaw"):
        html = client.get(f"/en/places/{slug}/").content.decode()
        tally = re.search(r'<dl class="tally">(.*?)</dl>', html, re.S)
        # A place with nothing has no noughts, but says what is near.
        numbers = re.findall(r"<dt>.*?</dt><dd>(\d+)</dd>", tally[1]) if tally else [0] * 4
        types = ("programmes", "organisations", "events", "initiatives")
        for collection, number in zip(types, numbers, strict=True):
            count = client.get(f"/api/v1/{collection}/?location={slug}").json()["count"]
            assert int(number) == count, (slug, collection)
        coming = re.search(r"upcoming=true\">(\d+) upcoming event", html)
        found = client.get(f"/api/v1/events/?location={slug}&upcoming=true").json()["count"]
        assert (int(coming[1]) if coming else 0) == found
        country = re.search(r"location_kind=country\">(\d+) programme", html)
        if slug != "belarus":
            assert country[1] == "1"


def test_the_map_of_the_country_and_what_stands_beside_it_are_true_to_their_lists(client, world):
    programme("nowhere")
    for mode in ("online", "online", "in-person"):
        event(mode=mode, dates="2020")
    for address in ("/en/", "/en/places/"):
        figure = re.search(r'<figure class="map">.*?</figure>', client.get(address).text, re.S)[0]
        regions = re.findall(r'<a href="([^"]+)" aria-label="[^"]+ (\d+) programmes?"', figure)
        assert [int(number) for _, number in regions] == [1, 0]
        for page, number in regions:
            tally = re.search(r'<dl class="tally">.*?<dd>(\d+)</dd>', client.get(page).text, re.S)
            assert (tally[1] if tally else "0") == number
        beside = re.findall(r'<li><a href="([^"]+)">[^<]+</a> (\d+)</li>', figure)
        assert [int(number) for _, number in beside] == [1, 1, 2]
        for page, number in beside:
            shown = client.get(page.replace("&amp;", "&")).text
            assert re.search(r' tabindex="-1">(\d+) ', shown)[1] == number


def test_a_place_leads_to_its_organisations_by_whom_they_work_with(client, world):
    club = organisation("for-all", locations=[world["mstsislaw"]])
    young = term("young", scheme="audience", name_en="Young people")
    programme("lessons", audiences=[young], roles=[("organiser", club)])
    page = client.get("/en/places/mahilyow-region/").content.decode()
    ((link, number),) = re.findall(
        r'href="([^"]*audience=young)">\s*Young people</a>\s*(\d+)', page
    )
    found = client.get(html.unescape(link)).content.decode()
    assert number == "1"
    assert "/en/organisations/for-all/" in found


def test_a_kept_number_is_counted_anew_after_a_change(client, world):
    def shown():
        pages = [client.get(f"/en/{page}").text for page in ("", "places/", "places/belarus/")]
        return [re.search(r'aria-label="Mahilyow (\d+) programme', page)[1] for page in pages]

    assert shown() == ["1"] * 3
    added = programme("added", locations=[world["mstsislaw"]])
    assert shown() == ["2"] * 3
    withdraw(added, Reason.SAFETY)
    assert shown() == ["1"] * 3


def test_a_district_is_shown_among_the_districts_of_its_region(client, world):
    horki = location(
        "horki-district",
        "district",
        name_en="Horki District",
        parent=world["mahilyow-region"],
        lat=54.28,
        lon=30.98,
    )
    programme(locations=[horki])
    html = client.get("/en/places/mstsislaw-district/").text
    assert re.search(r'<g class="here">.*?>Mstsislaw 1</text>\s*</g>', html, re.S)
    assert '<a href="/en/places/horki-district/" aria-label="Horki 1 programme">' in html


def test_a_term_is_read_in_the_glossary_and_a_source_where_it_was_published(world):
    clan = term("kin", scheme="concept")
    assert clan.get_absolute_url() == "/en/glossary/#kin"
    assert source("paper").get_absolute_url() is None


def test_a_region_shows_what_is_inside_and_what_has_nothing_yet(client, world):
    html = client.get("/en/places/belarus/").content.decode()
    inside = re.search(r'id="inside".*?</ul>', html, re.S)[0]
    said = r'<span aria-hidden="true">1</span> <span class="visually-hidden">1 programme: Mahilyow'
    listed = re.search(rf'<a class="count" href="([^"]+)">{said}', inside)[1]
    assert ' tabindex="-1">1 programme<' in client.get(listed).content.decode()
    assert re.search(r'Brest Region</a></span> <span class="count">none yet</span>', inside)


def test_what_is_said_of_who_can_help_agrees_with_the_number_of_organisations(client, world):
    def answered():
        page = client.get("/en/places/brest-region/").text
        return " ".join(page.partition('<dl class="answers">')[2].partition("</dl>")[0].split())

    event("talk", locations=[world["brest-region"]])
    assert "No organisation is recorded here." in answered()
    quiet = organisation("quiet", locations=[world["brest-region"]])
    assert "1 organisation is recorded here; it is not known to be active." in answered()
    with writing():
        life_event(quiet, "relocated", "2021")
    assert client.get("/api/v1/organisations/quiet/").json()["status"] == "relocated"
    assert "1 organisation is recorded here; it is not known to be active." in answered()
    organisation("silent", locations=[world["brest-region"]])
    assert "2 organisations are recorded here; none is known to be active." in answered()


def test_what_can_be_done_with_a_page_is_one_link_from_its_top(client, world):
    for address in ("/en/places/mstsislaw/", "/en/programmes/contest/"):
        page = client.get(address).text
        top, section = page.partition("<h1")[0], page.partition('<h2 id="cite" tabindex="-1">')[2]
        assert '<a href="#cite">Keep or correct</a>' in top, address
        for act in ("kind=mistake", "kind=removal", 'class="citation"'):
            assert act in section, address
        assert ("/offline/" in section) == ("/places/" in address)


def test_a_district_of_a_region_that_is_hidden_is_no_dot_of_any(client):
    country = location("belarus", iso_3166_1="BY")
    region = location("secret", "region", parent=country)
    district = location("known", "district", parent=region, lat=53.5, lon=30.1)
    programme("there", locations=[district])
    region.state = "review"
    region.save()
    for path in ("/en/", "/en/places/"):
        assert client.get(path).status_code == 200


def test_with_whom_organisations_of_a_place_work_follows_each_of_them(world):
    def told():
        Counter.current()
        return {each["slug"]: each["number"] for each in audiences_in("mstsislaw")}

    young = term("young", scheme="audience")
    clubs = [organisation(seat=world["mstsislaw"]) for _ in range(3)]
    for club in clubs:
        programme(audiences=[young], roles=[("organiser", club)])
    before = told()["young"]
    assert before >= 3
    withdraw(clubs[0], Reason.SAFETY)
    assert told()["young"] == before - 1
    TermCount.doubt()
    assert told()["young"] == before - 1
    withdraw(clubs[1], Reason.SAFETY)
    assert told()["young"] == before - 2
