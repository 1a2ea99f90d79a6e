"""Who held which role in which programme stands in one list, and goes with either end."""

import csv
import html
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.cards.models import TermCount
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    belarus,
    edition,
    organisation,
    programme,
    source,
    term,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def held():
    places, paper = belarus(), source("paper", name_en="Paper")
    club = organisation("club", name_en="Club")
    fund = organisation("fund", name_en="Fund")
    hidden = organisation("hidden", name_en="Hidden", state=State.DRAFT)
    young = term("young", scheme="audience", name_en="Young people")
    contest = programme(
        "contest",
        kind="contest",
        dates="2015/2016",
        locations=[places["mstsislaw"]],
        audiences=[young],
        roles=[("organiser", club), ("funder", fund), ("partner", hidden)],
        sources=[paper],
    )
    edition("sixth", programme=contest, dates="2016", roles=[("host", fund)])
    programme("forum", dates="2019", roles=[("organiser", fund)])
    programme("draft", state=State.DRAFT, roles=[("organiser", club)])
    return club


def found(client, query=""):
    answer = client.get(f"/api/v1/relations/?{query}").json()
    rows = [
        (each["programme"]["slug"], each["organisation"]["slug"], each["role"])
        for each in answer["results"]
    ]
    assert answer["count"] == len(rows)
    return rows


ALL = [
    ("forum", "fund", "organiser"),
    ("contest", "club", "organiser"),
    ("contest", "fund", "funder"),
    ("contest", "fund", "host"),
]


def test_each_role_between_two_public_records_is_a_row_and_no_other(client, held):
    assert found(client) == ALL


def test_relations_are_found_by_role_organisation_audience_region_and_year(client, held):
    assert found(client, "role=funder") == [ALL[2]]
    assert found(client, "organisation=club") == [ALL[1]]
    assert found(client, "organisation=fund&role=organiser") == [ALL[0]]
    assert found(client, "audience=young&year=2016&location=BY-MA") == ALL[1:]
    assert found(client, "year=2019") == [ALL[0]]
    assert found(client, "kind=contest&role=funder&year=2015") == [ALL[2]]
    assert found(client, "-kind=contest") == [ALL[0]]


def test_the_number_of_all_and_of_roles_is_kept_and_counts_each_holder(client, held):
    bank = organisation("bank", name_en="Bank")
    programme("other", roles=[("funder", held), ("funder", bank)])
    numbers = {}
    for query in ("", "role=funder", "role=funder&role=organiser", "role=partner"):
        with CaptureQueriesContext(connection) as queries:
            numbers[query] = client.get(f"/api/v1/relations/?{query}").json()["count"]
        assert not any("organisation_role" in each["sql"] for each in queries), query
    TermCount.doubt()  # so that all is counted
    for query, number in numbers.items():
        assert client.get(f"/api/v1/relations/?{query}").json()["count"] == number, query
    assert numbers["role=funder"] == 3


def test_a_role_held_in_parts_alone_names_them(client, held):
    answer = client.get("/api/v1/relations/?role=host").json()
    assert [part["slug"] for part in answer["results"][0]["through"]] == ["sixth"]


def test_a_relation_goes_without_a_mark_with_its_organisation(client, held):
    withdraw(held, Reason.SAFETY)
    assert found(client, "organisation=club") == []
    assert "club" not in str(client.get("/api/v1/relations/").json()).lower()
    assert client.get("/api/v1/relations/contest/").status_code == 404


def test_files_hold_all_of_them_in_the_columns_that_the_package_names(client, held):
    package = client.get("/api/v1/datapackage.json").json()
    (table,) = [each for each in package["resources"] if each["name"] == "relations"]
    text = b"".join(client.get("/api/v1/relations/?format=csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == [each["name"] for each in table["schema"]["fields"]]
    key = table["schema"]["primaryKey"]
    assert [tuple(row[name] for name in key) for row in rows] == ALL


def test_a_page_has_the_rows_of_its_filters_and_leads_to_their_files(client, held):
    page = client.get("/en/relations/?role=funder").content.decode()
    rows = page.partition('class="rows bare"')[2].partition("</ol>")[0]
    assert rows.count("<li class=") == 1
    assert "Fund" in rows
    assert "/api/v1/relations/?role=funder&amp;format=csv" in page
    assert client.get("/en/relations/?role=nonsense").status_code == 400


def test_who_funded_the_contests_of_a_year_is_three_links_from_the_first_page(client, held):
    address, page = "/en/", client.get("/en/").content.decode()
    for words in ("<strong>Who funded what", "contest</a>", "2015</a>"):
        narrowing = page.partition('id="narrowing"')[2].partition("</div>")[0] or page
        (link,) = re.findall(rf'<a href="([^"]+)">\s*{words}', narrowing)
        address = html.unescape(link)
        page = client.get(address).content.decode()
    assert address == "/en/relations/?role=funder&kind=contest&year=2015"
    assert page.count('class="row row-with-side"') == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(client, held):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/api/v1/relations/?role=organiser")
        return len(asked)

    few = queries()
    for number in range(5):
        programme(f"more-{number}", dates="2018", roles=[("organiser", held)])
    assert queries() == few


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has statistics to choose by")
@pytest.mark.parametrize(
    "query", ["role=funder", "role=funder&location=BY-MA", "organisation=club"]
)
def test_no_table_is_read_whole_for_relations(client, held, query):
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/api/v1/relations/?{query}")
    with connection.cursor() as cursor:
        for each in asked:
            if "cards_cardterm" in each["sql"]:
                cursor.execute(f"EXPLAIN QUERY PLAN {each['sql']}")
                read = [words for *_, words in cursor.fetchall()]
                allowed = ("SCAN counted", "SCAN cards_deferred", "SCAN U0")
                assert not [w for w in read if w.startswith("SCAN") and not w.startswith(allowed)]


def names(client, query):
    answer = client.get(f"/api/v1/organisations/?{query}").json()
    return [each["slug"] for each in answer["results"]]


def test_organisations_are_found_by_the_roles_that_they_have(client, held):
    assert names(client, "role=funder") == ["fund"]
    assert names(client, "role=organiser") == ["club", "fund"]
    assert names(client, "role=host") == ["fund"]  # in a part of a programme
    assert names(client, "role=speaker") == []
    assert 'name="role" value="funder"' in client.get("/en/organisations/").content.decode()


def test_organisations_stand_in_the_order_of_their_programmes(client, held):
    organisation("aside")
    assert names(client, "ordering=-programmes") == ["fund", "club", "aside"]
    assert names(client, "ordering=programmes") == ["aside", "club", "fund"]
    first = client.get("/api/v1/organisations/?ordering=-programmes&page_size=2").json()
    assert [each["slug"] for each in client.get(first["next"]).json()["results"]] == ["aside"]


def test_the_page_leads_to_the_formats_that_there_are_and_to_no_others(client, held):
    html = client.get("/en/relations/?role=funder").content.decode()
    found = re.findall(r'<link rel="alternate" type="[^"]*" href="([^"]*)"', html)
    assert len(found) == 4
    for address in found:
        assert client.get(address.replace("&amp;", "&")).status_code == 200
