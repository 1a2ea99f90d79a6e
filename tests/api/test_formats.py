"""Every format is taken by a tool that was not written here, and holds what the list holds."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, time

import feedparser
import frictionless
import icalendar
import openpyxl
import pytest
from django.utils import timezone
from geojson_pydantic import FeatureCollection
from hypothesis import given
from hypothesis import strategies as st

from registry.api.formats import FORMATS, formats_of
from registry.api.formats.tables import line
from registry.api.tables.columns import FORMULA
from registry.cards.models import Card, Counter
from registry.records.models import Figure, State
from registry.site.api import VIEWSETS
from registry.values.precision import Precision
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    initiative,
    life_event,
    organisation,
    programme,
    source,
    term,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/"
NOW = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # already the 22nd in Minsk


@pytest.fixture
def places():
    return belarus()


@pytest.fixture
def contest(places):
    """A programme with all that belongs to it, and a figure, a place and a theme of every sort."""
    report = source("report", name_en="Report", url="https://example.org/a?b=1&c=2", language="be")
    honey = organisation(
        "honey", name_en="Honey", name_be="Мёд", kind="ngo", seat=places["mstsislaw"]
    )
    honey.identifiers.create(scheme="BY-EGR", value="100200300")
    life_event(honey, date="2003")
    education = term("education", name_en="Education", codes={"OECD-DAC": "11110"})
    youth = term("youth", name_en="Youth", parent=education)
    made = programme(
        "contest",
        kind="contest",
        name_en="Contest",
        name_be="Конкурс",
        summary_en='Who, "what" & <where>',
        summary_be="Хто і што",
        dates="2016-02/2016-10",
        roles=[("organiser", honey), ("funder", organisation("fund", kind="foundation"))],
        locations=[places["mstsislaw"], places["brest-region"]],
        themes=[education, youth, term("bees", name_en="Bees", codes={"OECD-DAC": "31163"})],
        sources=[report],
    )
    figure(made, "about 50", number=50, qualifier="about", period="2016", source=report)
    figure(made, "many", source=report)
    sixth = edition("sixth", programme=made, number=6, dates="2016")
    initiative("bees", edition=sixth, result="winner", locations=[places["mstsislaw"]])
    event(
        "final",
        name_en="Final",
        name_ru="Финал",
        edition=sixth,
        dates="2016-10-01",
        start_time="10:00",
        end_time="12:30",
        kind="final",
        locations=[places["mstsislaw"]],
        themes=[youth],
    )
    return made


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def content(client, address):
    response = client.get(API + address)
    assert response.status_code == 200, (address, getattr(response, "content", ""))
    return b"".join(response) if response.streaming else response.content


def listed(client, address):
    """The ids of all records of a list, page after page."""
    found, url = [], API + address
    while url:
        page = client.get(url).json()
        found += [record["id"] for record in page["results"]]
        url = page["next"]
    return found


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
        assert all(list(one) == list(viewset.shapes_of_keys()) for one in records)
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


def test_the_workbook_opens_with_whence_it_is_and_what_its_columns_are(frozen, contest, client):
    programme("formula", name_en="=1+1", summary_en="bell \x07")
    file = content(client, "programmes/?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file), read_only=True)
    assert book.sheetnames == ["About", "programmes"]
    about = list(book["About"].iter_rows(values_only=True))
    origin = {row[0]: row[1] for row in about[:5]}
    assert origin == {
        "query": "*",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "time": "2026-11-21T22:30:00+00:00",
        "count": 2,
        "change": Counter.current().number,
    }
    dictionary = about[7:]
    names, *rows = book["programmes"].iter_rows(values_only=True)
    assert [row[0] for row in dictionary] == list(names)
    assert all(all(row) for row in dictionary)
    plain = content(client, "programmes/?format=csv").decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(plain)))
    as_text = [[written(cell) for cell in row] for row in [names, *rows]]
    as_typed = [[cell.replace("\x07", "").removeprefix("'") for cell in row] for row in table]
    assert as_text == as_typed


def written(cell):
    """A cell of a workbook as a file without types has it."""
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == time() else f"{cell.isoformat()}Z"
    return "" if cell is None else str(cell)


def sheet_of(client, address):
    """(sheet, {name of the column: the cells under it}) of the table of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content(client, address)))
    names, *rows = book[book.sheetnames[1]].iter_rows()
    return book[book.sheetnames[1]], {
        name.value: [row[n] for row in rows] for n, name in enumerate(names)
    }


def test_a_day_is_a_date_in_a_workbook_a_number_a_number_and_the_rest_is_text(client, places):
    event(
        "one",
        dates="2016-02",
        registration_deadline="2016-01-31",
        capacity=40,
        verified_on="2026-01-02",
    )
    event("hours", dates="2016-03-01", start_time="18:30")
    _, columns = sheet_of(client, "events/hours/?format=xlsx")
    (begins,) = columns["start_time"]
    assert begins.is_date
    assert begins.value.isoformat() == "2016-03-01T18:30:00"  # by the clock in `time_zone`
    _, columns = sheet_of(client, "events/one/?format=xlsx")
    held = {name: cell.value for name, (cell,) in columns.items()}
    assert held["start_edtf"] == held["dates_edtf"] == "2016-02"
    assert columns["start_edtf"][0].data_type == "s"
    for name, known in {
        "start_earliest": date(2016, 2, 1),
        "start_latest": date(2016, 2, 29),
        "registration_deadline_earliest": date(2016, 1, 31),
        "verified_on": date(2026, 1, 2),
    }.items():
        (cell,) = columns[name]
        assert (cell.value.date(), cell.number_format) == (known, "yyyy-mm-dd"), name
        assert cell.is_date
    (changed,) = columns["updated_at"]
    stamp = Card.objects.get(type="event", slug="one").updated_at.replace(tzinfo=None)
    assert changed.is_date
    assert abs(changed.value - stamp).total_seconds() < 0.001
    assert (held["capacity"], columns["capacity"][0].data_type) == (40, "n")
    assert columns["registration_deadline_edtf"][0].data_type == "s"
    _, columns = sheet_of(client, "locations/?format=xlsx&ordering=name")
    assert {cell.data_type for cell in columns["longitude"]} == {"n"}


def test_a_year_alone_is_text_and_a_day_before_workbooks_count_alike_too(client):
    programme("year", dates="2016")
    programme("old", dates="1899-12-31/1900-02-28")
    _, columns = sheet_of(client, "programmes/?format=xlsx&ordering=name")
    old, year = 0, 1
    assert columns["start_edtf"][year].value == "2016"
    assert columns["start_edtf"][year].data_type == "s"
    assert columns["start_earliest"][old].value == "1899-12-31"
    assert columns["end_latest"][old].value == "1900-02-28"


@pytest.mark.parametrize("collection", [viewset.collection for viewset in VIEWSETS])
def test_a_table_of_a_workbook_can_be_read_and_filtered(collection, contest, client):
    sheet, columns = sheet_of(client, f"{collection}/?format=xlsx")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    letters = [cell.column_letter for cell in sheet[1]]
    widths = {letter: sheet.column_dimensions[letter].width for letter in letters}
    assert all(widths[cell.column_letter] > len(cell.value) + 3 for cell in sheet[1])
    assert all(
        len(cell.value.isoformat().removesuffix("T00:00:00")) <= widths[cell.column_letter]
        for column in columns.values()
        for cell in column
        if cell.is_date and cell.value and not cell.value.microsecond
    )


@pytest.mark.parametrize("text", [*(f"{prefix}1+1|cmd" for prefix in FORMULA), "#N/A", "#VALUE!"])
def test_a_text_is_no_formula_and_no_error_in_a_workbook_and_stands_as_it_is(text, client):
    funder = organisation("funder", name_en=text)
    programme("formula", name_en=text, roles=[("funder", funder)])
    book = openpyxl.load_workbook(io.BytesIO(content(client, "programmes/?format=xlsx")))
    for sheet in book:
        for row in sheet.iter_rows():
            assert not [cell for cell in row if cell.data_type in ("f", "e")]
            assert not [cell for cell in row if str(cell.value).startswith("'")]
    _, columns = sheet_of(client, "programmes/?format=xlsx")
    for name in ("name_en", "funder_names_en"):
        (cell,) = columns[name]
        assert cell.value == text
        # Else a program would calculate it once somebody edits it.
        assert cell.number_format == "@"


def test_a_table_without_types_goes_on_to_hold_no_formula(client):
    programme(
        "formula",
        roles=[
            ("funder", organisation("a", name_en="=1+1")),
            ("funder", organisation("b", name_en="@x")),
        ],
    )
    file = content(client, "programmes/?format=csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(file))
    assert row["funder_names_en"] == "'=1+1; '@x"
    _, columns = sheet_of(client, "programmes/?format=xlsx")
    assert columns["funder_names_en"][0].value == "=1+1; @x"


def test_a_text_too_long_for_a_cell_says_that_it_goes_on(client):
    programme("long", description_en="x" * 40_000)
    file = content(client, "programmes/?format=xlsx")
    (row,) = openpyxl.load_workbook(io.BytesIO(file))["programmes"].iter_rows(
        min_row=2, values_only=True
    )
    (long,) = [cell for cell in row if isinstance(cell, str) and len(cell) > 1000]
    assert len(long) == 32_767
    assert long.endswith("x…")


def test_a_workbook_keeps_no_time_but_that_of_the_registry(contest, client, frozen):
    first = content(client, "programmes/?format=xlsx")
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {1980}
    assert content(client, "programmes/?format=xlsx") == first


@pytest.mark.parametrize(
    "collection",
    [
        v.collection
        for v in VIEWSETS
        if "geojson" in {each.format for each in formats_of(v.card_type)}
    ],
)
def test_geojson_is_valid_and_holds_the_whole_list(collection, contest, client):
    text = content(client, f"{collection}/?format=geojson")
    features = FeatureCollection.model_validate_json(text).features
    page = json.loads(content(client, f"{collection}/?page_size=100"))
    assert [str(feature.id) for feature in features] == [one["id"] for one in page["results"]]
    assert [feature.properties for feature in features] == page["results"]
    assert json.loads(text)["count"] == len(features)


def test_a_point_is_the_one_that_is_shown(places, client):
    exact = {"lat": 54.0187, "lon": 31.7212, "locations": [places["mstsislaw"]]}
    event("here", precision=Precision.EXACT, **exact)
    event("near", precision=Precision.REGION, **exact)
    event("hidden", precision=Precision.HIDDEN, **exact)
    programme("two", locations=[places["mstsislaw"], places["brest-region"]])
    shown = {
        feature["properties"]["slug"]: feature["geometry"]
        for collection in ("events", "programmes")
        for feature in json.loads(content(client, f"{collection}/?format=geojson"))["features"]
    }
    assert shown == {
        "here": {"type": "Point", "coordinates": [31.7212, 54.0187]},
        "near": {"type": "Point", "coordinates": [30.3, 53.9]},
        "hidden": None,
        "two": {"type": "MultiPoint", "coordinates": [[23.7, 52.1], [31.72, 54.02]]},
    }


def calendar(client, address):
    return icalendar.Calendar.from_ical(content(client, address))


def test_a_calendar_holds_the_events_of_a_list_or_of_programmes(contest, places, client):
    event("elsewhere", dates="2017-03-04", locations=[places["brest-region"]])
    event("undated", dates="XXXX-03-21", programme=contest)
    event("nameless-day", programme=contest)
    event("since", dates="2018-05-06/..", programme=contest)
    event("month", dates="2018-05", programme=contest)
    ids = {card.slug: str(card.public_id) for card in Card.objects.of("event")}

    def found(address):
        return {str(one["uid"]) for one in calendar(client, address).walk("VEVENT")}

    assert found("events/?format=ics&past=all") == {ids["final"], ids["elsewhere"], ids["since"]}
    assert found("events/?location=BY-BR&format=ics&past=all") == {ids["elsewhere"]}
    assert found("programmes/?format=ics&past=all") == {ids["final"], ids["since"]}
    assert found("programmes/contest/?format=ics") == {ids["final"], ids["since"]}
    assert found("events/undated/?format=ics") == set()


def test_an_event_says_in_a_calendar_what_its_page_says(contest, client):
    (final,) = calendar(client, "events/?format=ics&lang=be&past=all").walk("VEVENT")
    card = Card.objects.get(type="event", slug="final")
    assert final["summary"] == "Финал"
    assert final["summary"].params["LANGUAGE"] == "ru"  # as there is none in Belarusian
    assert final.decoded("dtstart") == datetime(2016, 10, 1, 7, tzinfo=UTC)
    assert final.decoded("dtend") == datetime(2016, 10, 1, 9, 30, tzinfo=UTC)
    assert final["sequence"] == card.number
    assert final["uid"] == str(card.public_id)
    assert final["url"] == "http://testserver/be/events/final/"
    assert final["location"] == "Мсціслаў"
    assert final["status"] == "CONFIRMED"
    assert final["categories"].cats[1:] == ["Youth"]
    assert (final["geo"].latitude, final["geo"].longitude) == (54.02, 31.72)


@pytest.mark.parametrize(
    ("dates", "times", "start", "end"),
    [
        ("2016-10-01", {}, date(2016, 10, 1), date(2016, 10, 2)),
        ("2016-10-01/2016-10-03", {}, date(2016, 10, 1), date(2016, 10, 4)),
        ("2016-10-01/..", {}, date(2016, 10, 1), None),
        ("2016-10-01/2016-11", {}, date(2016, 10, 1), None),
        ("2016-10-01/2016-10-03~", {}, date(2016, 10, 1), None),
        ("2016-10-01", {"start_time": "10:00"}, datetime(2016, 10, 1, 7, tzinfo=UTC), None),
        # One time alone says nothing of when several days end.
        (
            "2016-10-01/2016-10-03",
            {"start_time": "10:00"},
            date(2016, 10, 1),
            date(2016, 10, 4),
        ),
    ],
)
def test_an_event_takes_days_unless_its_times_are_known(dates, times, start, end, client):
    event("one", dates=dates, **times)
    (one,) = calendar(client, "events/?format=ics&past=all").walk("VEVENT")
    assert one.decoded("dtstart") == start
    assert one.decoded("dtend", None) == end


def test_only_what_was_cancelled_in_the_world_is_cancelled_in_calendars(client):
    for status in ("scheduled", "postponed", "moved", "cancelled"):
        event(status, dates="2027-01-02", status=status)
    hidden = event("withdrawn", dates="2027-01-02")
    hidden.state = State.REVIEW
    hidden.save()
    statuses = {
        str(one["url"]).split("/")[-2]: one["status"]
        for one in calendar(client, "events/?format=ics").walk("VEVENT")
    }
    assert statuses == {
        "scheduled": "CONFIRMED",
        "postponed": "TENTATIVE",
        "moved": "CONFIRMED",
        "cancelled": "CANCELLED",
    }


@pytest.mark.parametrize("collection", ["programmes", "initiatives", "events", "organisations"])
def test_a_feed_is_read_without_complaint(collection, contest, client):
    feed = feedparser.parse(content(client, f"{collection}/?format=atom"))
    assert not feed.bozo
    assert feed.version == "atom10"
    ids = {f"urn:uuid:{one}" for one in listed(client, f"{collection}/")}
    assert {entry.id for entry in feed.entries} == ids
    assert all(entry.updated and entry.title and entry.link for entry in feed.entries)
    assert feed.feed.id
    assert feed.feed.updated
    assert feed.feed.rights == "CC BY 4.0"


def test_a_feed_leads_from_the_newest_change_to_the_oldest(client):
    made = [programme(f"p{n}", name_be=f"Праграма {n}", kind="contest") for n in range(5)]
    programme("other", kind="training")
    made[1].name_be = "Зменена"
    made[1].save()
    url = "programmes/?kind=contest&format=atom&lang=be&page_size=2"
    titles, pages = [], 0
    while url:
        feed = feedparser.parse(content(client, url))
        assert feed.feed.language == "be"
        titles += [entry.title for entry in feed.entries]
        pages += 1
        nexts = [link.href for link in feed.feed.links if link.rel == "next"]
        url = nexts[0].removeprefix("http://testserver/api/v1/") if nexts else None
    assert titles == ["Зменена", "Праграма 4", "Праграма 3", "Праграма 2", "Праграма 0"]
    assert pages == 3


def test_a_feed_asked_for_by_accept_leads_on_as_a_feed(client):
    for n in range(3):
        programme(f"p{n}")
    headers = {"Accept": "application/atom+xml"}
    first = feedparser.parse(client.get(f"{API}programmes/?page_size=2", headers=headers).content)
    (following,) = [link.href for link in first.feed.links if link.rel == "next"]
    second = feedparser.parse(client.get(following).content)
    assert len(first.entries) == 2
    assert len(second.entries) == 1


def test_a_letter_that_xml_has_not_breaks_no_file(places, client):
    made = programme(
        "bell",
        name_en="Bell \x07 \x1f",
        summary_en="Rings \x0b",
        dates="2016",
        locations=[places["mstsislaw"]],
        themes=[term("sound", name_en="Sound \x08")],
        roles=[("organiser", organisation("o", name_en="O \x0c"))],
    )
    event("rings", programme=made, dates="2016-01-02", name_en="Rings \x07")
    for form in ("atom", "iati", "ics", "xlsx", "csv", "ndjson", "geojson"):
        assert content(client, f"programmes/?format={form}")
    assert not feedparser.parse(content(client, "programmes/?format=atom")).bozo


def test_frictionless_takes_the_package_and_every_table(contest, places, client, tmp_path):
    figure(contest, "0.5", number="0.5", measure=Figure.Measure.BUDGET, unit="EUR")
    programme("formula", name_en="=1+1", verified_on="2026-01-02")
    event("moment", dates="2027-01-02", start_time="10:00", capacity=40)
    package = json.loads(content(client, "datapackage.json"))
    assert [one["name"] for one in package["resources"]] == [v.collection for v in VIEWSETS]
    for resource in package["resources"]:
        path = resource["path"].removeprefix("http://testserver/api/v1/")
        table = content(client, path)
        assert len(table.splitlines()) > 1
        (tmp_path / f"{resource['name']}.csv").write_bytes(table)
        resource["path"] = f"{resource['name']}.csv"
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    report = frictionless.validate(str(tmp_path / "datapackage.json"), type="package")
    assert report.valid, report.flatten(["name", "type", "rowNumber", "fieldName", "note"])
    assert sum(task.stats["rows"] for task in report.tasks) == Card.objects.count()


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
    """One row or four: the tag, the count, the rows and what belongs to them in one batch.

    What cannot say all counts first of what it says something.
    """
    queries = {"ndjson": 3, "csv": 3, "xlsx": 3, "geojson": 3, "ics": 5, "iati": 7, "atom": 2}
    for _ in range(2):
        for form, number in queries.items():
            with django_assert_num_queries(number):
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
    assert "Calendar (iCalendar): only events stand in calendars" in page
