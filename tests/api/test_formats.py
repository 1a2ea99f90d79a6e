"""Every format is taken by a tool that was not written here, and holds what the list holds."""

import csv
import io
import json
from datetime import datetime

import frictionless
import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from registry.api.formats import FORMATS, formats_of
from registry.api.formats.csv_table import line
from registry.cards.fields import fields_of
from registry.cards.models import Card, TermCount
from registry.cards.read import Reader
from registry.records.models import Figure
from registry.site.api import VIEWSETS
from tests.support.factories import (
    edition,
    event,
    figure,
    organisation,
    programme,
)
from tests.support.formats import API, content
from tests.support.shares import few

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_a_format_is_offered_where_the_cards_can_fill_it():
    offered = {
        viewset.collection: {each.format for each in formats_of(viewset.card_type)}
        for viewset in VIEWSETS
    }
    everywhere = {"json", "ndjson", "csv", "csvw", "xlsx"}
    assert all(everywhere <= formats for formats in offered.values())
    more = {collection: formats - everywhere for collection, formats in offered.items()}
    assert more == {
        "programmes": {"geojson", "ics", "atom", "iati"},
        "editions": {"geojson"},
        "initiatives": {"geojson", "atom"},
        "events": {"geojson", "ics", "atom"},
        "organisations": {"geojson", "atom", "iati"},
        "locations": {"geojson"},
        "terms": set(),
        "sources": set(),
        "figures": set(),
    }


def test_the_root_and_the_description_list_the_formats(contest, client):
    root = json.loads(content(client, ""))
    paths = json.loads(content(client, "openapi.json"))["paths"]
    for address in ("{collection}/", "{collection}/{slug}/"):
        described = paths[f"{API}{address}"]["get"]["responses"]["200"]["content"]
        assert {each.media_type for each in FORMATS} == set(described)
    for viewset in VIEWSETS:
        formats = formats_of(viewset.card_type)
        assert root["collections"][viewset.collection]["formats"] == [e.format for e in formats]
        for address in (f"{viewset.collection}/", f"{viewset.collection}/{{slug}}/"):
            described = paths[f"{API}{address}"]["get"]["responses"]["200"]["content"]
            assert set(described) == {"application/json"}


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: f"{each.format}-{each.types}")
def test_a_format_is_asked_for_by_name_or_by_accept(each, contest, client):
    collection = next(v.collection for v in VIEWSETS if each in formats_of(v.card_type))
    for address in (f"{collection}/", f"{collection}/{_first(collection)}/"):
        by_name = client.get(f"{API}{address}?format={each.format}")
        by_accept = client.get(API + address, headers={"Accept": each.media_type})
        assert by_name.status_code == by_accept.status_code == 200
        assert by_name["Content-Type"].partition(";")[0] == each.media_type
        assert by_name["Content-Type"] == by_accept["Content-Type"]


def _first(collection):
    card_type = next(v.card_type for v in VIEWSETS if v.collection == collection)
    return Card.objects.of(card_type).order_by("sort")[0].slug


def test_a_browser_that_opens_a_list_gets_json(contest, client):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get(f"{API}programmes/", headers={"Accept": accept})
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("csv", "programmes-BY-MA-2026-11-22.csv"),
        ("csvw", "programmes-BY-MA-2026-11-22.csv-metadata.json"),
        ("xlsx", "programmes-BY-MA-2026-11-22.xlsx"),
        ("ndjson", "programmes-BY-MA-2026-11-22.ndjson"),
        ("geojson", "programmes-BY-MA-2026-11-22.geojson"),
        ("ics", "programmes-BY-MA-2026-11-22.ics"),
        ("iati", "programmes-BY-MA-2026-11-22.xml"),
    ],
)
def test_a_file_tells_what_it_is(form, name, contest, client, frozen):
    more = "&past=all" if form == "ics" else ""
    response = client.get(f"{API}programmes/?location=BY-MA&format={form}{more}")
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Registry-Query"] == "location=BY-MA"
    assert response["Registry-Count"] == "1"
    assert response["Registry-Time"] == "2026-11-21T22:30:00+00:00"
    assert 'by/4.0/>; rel="license"' in response["Link"]


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.integers(),
            st.floats(allow_nan=False),
            st.text(st.sampled_from("aў,\"\r\n '=")),
            st.text(),
        ),
        min_size=2,
    )
)
def test_a_line_of_a_table_is_as_the_csv_module_writes_it(cells):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(cells)
    assert line(cells) == file.getvalue().encode(errors="replace")


def test_a_file_says_a_query_that_is_not_too_long(contest, client):
    for number, told in ((20, True), (60, False)):
        query = "&".join(f"organisation=an-organisation-{n:02}" for n in range(number))
        response = client.get(f"{API}programmes/?{query}&format=csv")
        assert response["Registry-Count"] == "0"
        assert response.headers.get("Registry-Query") == (query if told else None)


def test_what_is_sent_unparsed_is_what_is_read(contest, client):
    """A line is the card that is stored, and what is spliced in stands where it belongs."""
    tricky = ',"start":,"name":{"en":"\\ \u2028 =1'
    made = programme("tricky", name_en=tricky, summary_be=tricky, dates="2016")
    edition("tricky", name_en=tricky, programme=made)
    organisation("tricky", name_en=tricky)
    for viewset in VIEWSETS:
        page = json.loads(content(client, f"{viewset.collection}/?page_size=100"))
        lines = content(client, f"{viewset.collection}/?format=ndjson").split(b"\n")
        records = [json.loads(line) for line in lines[:-1]]
        assert records == page["results"]
        assert all(list(one) == list(fields_of(viewset.card_type)) for one in records)
        for record in records:
            card = Card.objects.get(type=record["type"], public_id=record["id"])
            own = json.loads(card.body)
            assert {key: record[key] for key in own} == own
            added = {key: value for key, value in record.items() if key not in own}
            assert set(added) <= {"url", "status", "updated_at"}
            assert datetime.fromisoformat(added["updated_at"]) == card.updated_at
            assert added.get("url", "/").endswith("/")
            if record["slug"] == "tricky":
                assert added.get("status") == {"programme": "ended", "edition": "unknown"}.get(
                    card.type
                )


def test_frictionless_takes_the_package_and_every_table(contest, places, client, tmp_path):
    figure(contest, "0.5", number="0.5", measure=Figure.Measure.BUDGET, unit="EUR")
    programme("formula", name_en="=1+1", verified_on="2026-01-02")
    event("moment", dates="2027-01-02", start_time="10:00", capacity=40)
    package = json.loads(content(client, "datapackage.json"))
    names = [*(v.collection for v in VIEWSETS), "relations"]
    assert [one["name"] for one in package["resources"]] == names
    for resource in package["resources"]:
        path = resource["path"].removeprefix("http://testserver/api/v1/")
        table = content(client, path)
        assert len(table.splitlines()) > 1
        (tmp_path / f"{resource['name']}.csv").write_bytes(table)
        resource["path"] = f"{resource['name']}.csv"
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    report = frictionless.validate(str(tmp_path / "datapackage.json"), type="package")
    assert report.valid, report.flatten(["name", "type", "rowNumber", "fieldName", "note"])
    # Relations have no cards.
    cards = [task.stats["rows"] for task in report.tasks if task.name != "relations"]
    assert sum(cards) == Card.objects.count()


def test_a_column_of_the_package_is_called_in_three_languages(contest, client):
    package = json.loads(content(client, "datapackage.json"))
    for resource in package["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        table = content(client, f"{resource['name']}/?format=csv").decode("utf-8-sig")
        assert names == next(csv.reader(io.StringIO(table)))
        for field in resource["schema"]["fields"]:
            assert set(field["titles"]) == {"en", "be", "ru"}
            assert all(field["titles"].values())


def test_an_export_takes_the_same_queries_whatever_it_holds(
    contest, places, client, django_assert_num_queries
):
    """One row or four: the tag, how many there are, the rows with what belongs to them.

    What cannot say all counts first of what it says something.
    """
    queries = {"ndjson": 3, "csv": 3, "xlsx": 3, "geojson": 3, "ics": 5, "iati": 7, "atom": 2}
    for _ in range(2):
        content(client, "programmes/")
        for form, number in queries.items():
            with django_assert_num_queries(number, info=form):
                content(client, f"programmes/?format={form}")
        for n in range(3):
            more = programme(locations=[places["mstsislaw"]], dates="2016", summary_en="More")
            event(programme=more, dates=f"2016-03-0{n + 1}")


def test_a_list_on_the_site_offers_its_formats_and_says_why_it_lacks_others(contest, client):
    page = client.get("/en/programmes/?location=BY-MA").content.decode()
    for each in formats_of("programme"):
        assert f'href="/api/v1/programmes/?location=BY-MA&amp;format={each.format}"' in page
    page = client.get("/en/organisations/").content.decode()
    assert 'href="/api/v1/organisations/?format=iati"' in page
    assert "format=ics" not in page
    assert "Calendar (iCalendar): only events can be added to a calendar" in page


@pytest.mark.parametrize("collection", [viewset.collection for viewset in VIEWSETS])
@pytest.mark.parametrize("language", few(["", "be"], "be"))
def test_less_is_cut_from_the_same_record(collection, language, contest, frozen, client):
    """Whichever keys are asked for, they are those of the whole record, in its order."""
    (viewset,) = [each for each in VIEWSETS if each.collection == collection]
    about = f"{collection}/?format=ndjson&lang={language}"
    whole = [json.loads(each) for each in content(client, about).splitlines()]
    keys = list(fields_of(viewset.card_type))
    some = [[key] for key in keys] + [keys[1::3], keys[::-2]]
    for fields in some:
        asked = f"fields={','.join(fields)}"
        rows = [json.loads(each) for each in content(client, f"{about}&{asked}").splitlines()]
        kept = {"type", "id", *fields}
        for row, record in zip(rows, whole, strict=True):
            row.pop("fallback", None)
            assert list(row) == [key for key in record if key in kept]
            assert row == {key: record[key] for key in row}
        page = json.loads(content(client, f"{collection}/?{asked}&lang={language}"))
        assert [json.dumps(each) for each in page["results"]] == [
            json.dumps(json.loads(each))
            for each in content(client, f"{about}&{asked}").splitlines()
        ]


def test_less_is_less_to_read(contest, client):
    """Of what is not asked for no column is read, and no key is parsed that comes after."""
    organisation("told", name_en="Told", description_en="x" * 999)
    with CaptureQueriesContext(connection) as queries:
        content(client, "organisations/?format=csv&fields=name")
    statement = next(each["sql"] for each in queries if '"cards_card"."body"' in each["sql"])
    assert "updated_at" not in statement
    assert '"cards_card"."slug"' not in statement
    reader = Reader("organisation", RequestFactory().get("/"), fields=["name"])
    body = Card.objects.get(slug="told").body
    assert list(reader._parsed(body)) == ["type", "id", "slug", "name"]


def test_what_is_stored_is_sent_without_being_parsed(contest, client, monkeypatch):
    expected = {each: content(client, each) for each in ("programmes/", "programmes/contest/")}
    monkeypatch.setattr(Reader, "record", None)
    assert {each: content(client, each) for each in expected} == expected
    assert json.loads(expected["programmes/"])["results"][0]["slug"] == "contest"


def test_the_number_of_a_whole_collection_is_that_which_is_kept(contest, client):
    def told(query):
        return client.get(f"{API}programmes/?{query}").json()["count"]

    programme("second")
    assert told("") == 2
    TermCount.objects.filter(type="programme", group="", value="", among="").update(cards=77)
    assert told("") == 77  # nobody counts
    assert told("year=2016") < 3
    TermCount.objects.filter(group="kind", value="contest", among="").update(cards=55)
    assert told("kind=contest") == 55
    # What is filtered twice is said by sets: there are as many lists as readers' questions.
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert told("kind=contest&year=2016") == 1
        assert sum("cards_termset" in each["sql"] for each in queries) == 1
        assert not any("COUNT(" in each["sql"] for each in queries)
