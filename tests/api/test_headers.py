"""The headers of a reply stay under the 4 kB that proxies take, whatever was asked."""

import pytest
from django.test import Client

from registry.api.formats import formats_of
from registry.api.formats.base import MAX_QUERY
from registry.site.api import VIEWSETS
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    initiative,
    organisation,
    programme,
    source,
    term,
)
from tests.support.shares import every, few

pytestmark = [pytest.mark.once, pytest.mark.django_db]
# The first line, and what the server and a production add: Date, Server, Connection,
# Transfer-Encoding, Strict-Transport-Security, Content-Encoding.
BESIDE = 330
MOST = 4096 - BESIDE


@pytest.fixture
def cast():
    places, ngo, theme = belarus(), organisation("ngo"), term("sport")
    whole = {"locations": [places["mstsislaw"]], "themes": [theme], "roles": [("organiser", ngo)]}
    contest = programme("contest", dates="2016", summary_en="X", **whole)
    programme("vague", dates="2016/", **whole)
    edition("sixth", programme=contest)
    initiative("garden", programme=contest)
    event("final", dates="2026-12-12", programme=contest)
    event("month", dates="2026-12", programme=contest)
    figure(contest, source=source("report"))


@pytest.fixture
def elsewhere():
    """A script of another site, which is told more."""
    return Client(headers={"Origin": "https://else.example"})


def size(response):
    if response.streaming:
        list(response)
    return sum(len(f"{name}: {value}\r\n".encode()) for name, value in response.items())


def query(names, length):
    """One that means something, as long as is wanted where the list has such a parameter."""
    if "organisation" not in names:
        return "q=" + "a" * min(length, 200)
    asked = "organisation=ngo"
    number = min(90, (length - len(asked)) // 40 or 1)
    for n in range(number):
        left = (length - len(asked)) // (number - n)
        each = f"&organisation=another-{n:02}-"
        asked += each + "x" * (left - len(each))
    return asked


# What leaves much room for links, as much as is said in a header, one letter more, and nearly what
# a server takes.
LENGTHS = (160, MAX_QUERY, MAX_QUERY + 1, 7900)


@pytest.mark.parametrize("viewset", every(3, VIEWSETS), ids=lambda viewset: viewset.collection)
@pytest.mark.parametrize("length", few(LENGTHS, LENGTHS[-1]))
def test_every_output_of_a_list_has_short_headers(viewset, length, cast, elsewhere):
    asked = query(viewset.parameters(), length)
    base = f"/api/v1/{viewset.collection}/"
    names = [f"format={each.format}" for each in formats_of(viewset.card_type)]
    sizes = {name: size(elsewhere.get(f"{base}?{asked}&{name}")) for name in names}
    sizes["next"] = size(elsewhere.get(f"{base}?{asked}&page_size=1"))
    sizes["facets"] = size(elsewhere.get(f"{base}facets/?{asked}"))
    sizes["without a slash"] = size(elsewhere.get(f"{base[:-1]}?{asked}"))
    assert {name: bytes_ for name, bytes_ in sizes.items() if bytes_ > MOST} == {}


@pytest.mark.parametrize("length", few(LENGTHS, LENGTHS[-1]))
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
def test_every_page_has_short_headers(length, headers, cast, client):
    asked = query(["organisation"], length)
    paths = ["", "programmes/", "programmes", "editions/", "initiatives/", "events/", "places/"]
    paths += ["organisations/", "programmes/contest/", "programmes/contest", "events/final/"]
    paths += ["search/", "data/", "about/", "glossary/", "nothing/", "nothing", "report/"]
    for path in ["/", *(f"/en/{path}" for path in paths)]:
        assert size(client.get(f"{path}?{asked}", headers=headers)) <= MOST, path


@pytest.mark.parametrize(
    "path",
    ["", "codes/", "search/", "changes/", "reconcile/", "openapi.json", "programmes/contest/"]
    + [f"programmes/contest/?format={form}&" for form in ("csv", "iati", "ics", "atom")],
)
@pytest.mark.parametrize("length", few(LENGTHS, LENGTHS[-1]))
def test_every_other_address_of_the_api_has_short_headers(path, length, cast, elsewhere):
    joint = "" if path.endswith("&") else "?"
    assert size(elsewhere.get(f"/api/v1/{path}{joint}{query(['organisation'], length)}")) <= MOST


def test_a_redirect_that_would_be_too_long_says_so(cast, client):
    for length, status in ((300, {301, 308}), (3000, {414})):
        asked = query(["organisation"], length)
        for path in ("/en/programmes", "/api/v1/programmes"):
            response = client.get(f"{path}?{asked}")
            assert response.status_code in status
    assert response["Content-Type"] == "application/problem+json"
    assert "slash" in response.json()["detail"]
    assert "slash" in client.get(f"/en/programmes?{asked}").content.decode()


def test_what_changes_in_place_names_its_address_unless_it_is_too_long(cast, client):
    for length, told in ((300, True), (3000, False)):
        asked = query(["organisation"], length)
        response = client.get(f"/en/programmes/?{asked}", headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert ("HX-Push-Url" in response) == told


def test_the_queries_of_these_tests_are_as_long_as_they_say(cast, client):
    """And mean something: a refusal would have short headers for nothing."""
    for length in LENGTHS:
        asked = query(["organisation"], length)
        assert len(asked) == length
        status = client.get(f"/api/v1/programmes/?{asked}").status_code
        assert status == 200
        assert 'rel="next"' in client.get(f"/api/v1/programmes/?{asked}&page_size=1")["Link"]
    told = client.get(f"/api/v1/programmes/?{query(['organisation'], MAX_QUERY)}&format=csv")
    assert len(told["Registry-Query"]) == MAX_QUERY
