"""Online is a place to be; formats, approaches, boxes and speakers are found where they stand."""

import csv
import io
import json
import re

import pytest

from programmes.models import Programme, Role
from registry.records.models import Term
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    organisation,
    programme,
    term,
)
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]
API = "/api/v1/"
LANGUAGES = {"en": "online", "be": "анлайн", "ru": "онлайн"}


@pytest.fixture
def cast():
    places = belarus()
    town = places["mstsislaw"]
    course = programme("course", mode="online")
    programme("both", mode="hybrid")
    programme("in-town", mode="online", locations=[town])
    programme("unsaid")
    edition("spring", programme=course, mode="online")
    edition("autumn", programme=course, locations=[town])
    initiative("webinar", programme=course, mode="online")
    event("chat", programme=course, mode="online", dates="2020-01-01")
    return places


def slugs(client, address):
    reply = client.get(API + address)
    assert reply.status_code == 200, reply.content
    return {each["slug"] for each in reply.json()["results"]}


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("programmes/?mode=online", "course in-town"),
        ("programmes/?mode=hybrid", "both"),
        ("programmes/?mode=none", "unsaid"),
        ("programmes/?-mode=online", "both unsaid"),
        ("programmes/?location=none", "both unsaid"),
        ("programmes/?location_kind=none", "both unsaid"),
        ("programmes/?location=BY", "course in-town"),
        ("programmes/?location=BY&reach=own", "in-town"),
        ("programmes/?-location=none", "course in-town"),
        ("editions/?mode=online", "spring"),
        ("editions/?location=none", ""),
        ("initiatives/?mode=online", "webinar"),
        ("initiatives/?location=none", ""),
        ("events/?mode=online", "chat"),
        ("events/?location=none", ""),
        ("programmes/?bbox=31,53,32,55", "course in-town"),
        ("programmes/?bbox=31,53,32,55&reach=own", "in-town"),
        ("programmes/?bbox=23,51,24,52", ""),
        ("editions/?bbox=31,53,32,55", "autumn"),
        ("editions/?bbox=23,51,24,52", ""),
    ],
)
def test_what_is_online_has_its_place_recorded(cast, client, address, found):
    assert slugs(client, address) == set(found.split())


def test_each_kind_of_activity_says_its_mode_and_counts_it(cast, client):
    for collection, slug in (
        *(("programmes", "course"), ("editions", "spring")),
        *(("initiatives", "webinar"), ("events", "chat")),
    ):
        assert client.get(f"{API}{collection}/{slug}/").json()["mode"] == "online"
        facets = client.get(f"{API}{collection}/facets/").json()["facets"]["mode"]
        assert [item["value"] for item in facets] == ["in-person", "online", "hybrid", "none"]
        codes = client.get(f"{API}codes/").json()["codes"][collection.removesuffix("s")]
        assert [each["value"] for each in codes["mode"]] == ["in-person", "online", "hybrid"]
    assert client.get(f"{API}programmes/unsaid/").json()["mode"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_online_where_they_would_say_that_no_place_is_recorded(cast, client, language):
    def where(html):
        return re.findall(r"<dt>(?:Where|Дзе|Где)</dt>(.*?)</div>", html, re.S)

    for path in ("programmes/course", "editions/spring", "initiatives/webinar", "events/chat"):
        (said,) = where(client.get(f"/{language}/{path}/").content.decode())
        assert LANGUAGES[language] in said, path
        assert "quiet" not in said, path
    (said,) = where(client.get(f"/{language}/programmes/unsaid/").content.decode())
    assert "quiet" in said
    rows = where(client.get(f"/{language}/programmes/?q=course").content.decode())
    assert all(LANGUAGES[language] in row and "quiet" not in row for row in rows)
    assert rows


def test_the_map_counts_what_is_online_apart_from_what_has_no_place(cast, client):
    for address in ("/en/", "/en/places/"):
        html = client.get(address).content.decode()
        figure = re.search(r'<figure class="map">.*?</figure>', html, re.S)[0]
        beside = re.findall(r'<li>(?:<a href="([^"]+)">)?([^<]+)(?:</a>)? (\d+)</li>', figure)
        numbers = {words: int(number) for _, words, number in beside}
        assert numbers["place not recorded"] == 2
        assert numbers["online programmes"] == 2
        assert numbers["online events"] == 1
        for page, _, number in beside:
            if page:
                shown = client.get(page.replace("&amp;", "&")).content.decode()
                assert re.search(r' tabindex="-1">(\d+) ', shown)[1] == number


@pytest.fixture
def methods():
    walk = term("walk", scheme="format", name_en="Walk", name_be="Прагулка", name_ru="Прогулка")
    loans = term("loans", scheme="approach", name_en="Loans", name_be="Пазыкі", name_ru="Займы")
    whole = programme("whole", formats=[walk], approaches=[loans])
    edition("part", programme=whole, formats=[walk], approaches=[loans])
    programme("other")


@pytest.mark.parametrize(("collection", "slug"), [("programmes", "whole"), ("editions", "part")])
def test_formats_and_approaches_are_in_card_filter_table_and_page(
    methods, client, collection, slug
):
    body = client.get(f"{API}{collection}/{slug}/").json()
    assert [each["slug"] for each in body["formats"]] == ["walk"]
    assert [each["slug"] for each in body["approaches"]] == ["loans"]
    for query in ("format_used=walk", "approach=loans", "-format_used=none", "-approach=none"):
        assert slugs(client, f"{collection}/?{query}") == {slug}
    assert slugs(client, f"{collection}/?approach=none&format_used=walk") == set()
    reply = client.get(f"{API}{collection}/?q={slug}&format=csv")
    (row,) = csv.DictReader(io.StringIO(reply.getvalue().decode("utf-8-sig")))
    assert (row["format_slugs"], row["format_names_en"]) == ("walk", "Walk")
    assert (row["approach_slugs"], row["approach_names_en"]) == ("loans", "Loans")
    for language, names in (("en", ("Walk", "Loans")), ("be", ("Прагулка", "Пазыкі"))):
        html = client.get(f"/{language}/{collection}/{slug}/").content.decode()
        for name, query in zip(names, ("format_used=walk", "approach=loans"), strict=True):
            assert f'<a href="/{language}/{collection}/?{query}">{name}</a>' in html


def test_staff_choose_formats_and_approaches_of_the_right_vocabulary(methods):
    ann = Staff("ann", "administrator")
    html = ann.reads(Programme.objects.get(slug="whole"))
    for part in ("formats", "approaches"):
        assert f'name="{part}-0-term"' in html
    loans = Term.objects.get(slug="loans")
    for model, found in (("programmeapproach", True), ("programmeformat", False)):
        reply = ann.client.get(
            "/admin/autocomplete/",
            {
                "term": "Loans",
                "app_label": "programmes",
                "model_name": model,
                "field_name": "term",
            },
        )
        names = [each["id"] for each in reply.json()["results"]]
        assert (str(loans.pk) in names) == found


def test_who_spoke_is_linked_with_what_was_spoken_at(client):
    guest = organisation("guest", name_en="Guest")
    event("talk", dates="2020-05-01", roles=[("speaker", guest)])
    event("silence", dates="2020-05-02", roles=[("host", guest)])
    assert slugs(client, "events/?role=speaker") == {"talk"}
    assert slugs(client, "events/?organisation=guest&role=speaker") == {"talk"}
    codes = client.get(f"{API}codes/").json()["codes"]["role"]["role"]
    assert "speaker" in [each["value"] for each in codes]
    reply = client.get(f"{API}events/?q=talk&format=csv")
    (row,) = csv.DictReader(io.StringIO(reply.getvalue().decode("utf-8-sig")))
    assert (row["speaker_slugs"], row["speaker_names_en"]) == ("guest", "Guest")
    document = json.loads(client.get(f"{API}openapi.json").content)
    assert "speaker" in json.dumps(document["paths"][f"{API}events/"])
    html = client.get("/en/events/talk/").content.decode()
    assert ">Speaker</dt>" in html
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    graph = json.loads(data)
    thing = next(each for each in graph.get("@graph", [graph]) if each.get("@type") == "Event")
    assert thing["performer"][0]["name"] == "Guest"
    assert "guest" in client.get("/en/organisations/guest/").content.decode()


def test_whoever_only_speaks_does_not_decide_how_finely_the_place_is_shown():
    assert Role.Kind.SPEAKER not in Role.RUNNING
