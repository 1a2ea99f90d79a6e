"""A row of a list says what the list was asked for: who funded it, what an organisation did."""

import re

import pytest

from registry.records.models import State
from tests.support.factories import belarus, edition, organisation, programme, term

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def contest():
    aid, club = organisation("aid", name_en="Aid"), organisation("club", name_en="Club")
    secret = organisation("secret", name_en="Secret", state=State.DRAFT)
    contest = programme("contest", roles=[("funder", aid), ("funder", secret), ("host", club)])
    edition("sixth", programme=contest, roles=[("funder", club)])
    return contest


def row(client, query, collection="programmes"):
    html = client.get(f"/en/{collection}/?{query}").content.decode()
    return html.partition('class="rows bare"')[2].partition("</ol>")[0]


def test_a_list_of_a_role_names_those_who_have_it_in_each_row(client, contest):
    html = row(client, "role=funder")
    funders = html.partition("<dt>Funder</dt>")[2].partition("</div>")[0]
    assert '<a href="/en/organisations/aid/">Aid</a>' in funders
    assert '<a href="/en/organisations/club/">Club</a>' in funders  # of an edition
    assert "Secret" not in html
    assert "<dt>Funder</dt>" not in row(client, "")
    assert "<dt>Funder</dt>" in row(client, "role=funder", "editions")


def test_a_list_of_an_organisation_says_what_it_did(client, contest):
    html = row(client, "organisation=aid")
    assert "<dt>Funder</dt>" in html
    both = row(client, "organisation=club")
    assert "<dt>Host</dt>" in both
    assert "<dt>Funder</dt>" in both


def test_organisations_are_found_by_the_years_in_which_they_or_what_they_run_were_active(client):
    club = organisation("club")
    organisation("resting")
    programme("contest", dates="2015", roles=[("organiser", club)])
    found = client.get("/api/v1/organisations/?year=2015").json()["results"]
    assert [each["slug"] for each in found] == ["club"]
    assert client.get("/api/v1/organisations/?year=2016").json()["count"] == 0
    assert client.get("/api/v1/organisations/?from=2014&to=2015-06").json()["count"] == 1
    years = client.get("/api/v1/organisations/facets/?lang=en").json()["facets"]["year"]
    assert {each["value"]: each["count"] for each in years} == {"2015": 1, "none": 1}


def test_an_organisation_tells_where_on_what_and_with_whom_its_programmes_are(client):
    places, sport = belarus(), term("sport", name_en="Sport")
    secret = organisation("secret", name_en="Secret", state=State.DRAFT)
    club, aid = organisation("club", name_en="Club"), organisation("aid", name_en="Aid")
    for n in range(3):
        roles = [("organiser", club), ("funder", secret), *([("funder", aid)] if n else [])]
        programme(f"of-club-{n}", roles=roles, themes=[sport], locations=[places["brest-region"]])
    programme("of-aid", roles=[("organiser", aid)], locations=[places["mahilyow-region"]])
    html = client.get("/en/organisations/club/").content.decode()
    section = html.partition('id="together"')[2].partition("</section>")[0]
    text = " ".join(re.sub("<[^>]+>", " ", section).split())
    assert "Brest Region 3 3 programmes" in text
    assert "Sport 3 3 programmes" in text
    assert "Organisations in the same programmes Aid 2" in text
    assert 'href="/en/programmes/?organisation=club&amp;theme=sport"' in section
    assert "Secret" not in html
    assert "Mahilyow Region" not in section
