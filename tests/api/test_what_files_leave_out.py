"""What a file says of itself: how much of the list it holds, and of what query, day and change."""

import csv
import io
import json
import re
from xml.etree import ElementTree

import icalendar
import pytest

from registry.cards.models import Counter
from registry.pages import holdings
from tests.support.factories import belarus, event, organisation, programme, term

pytestmark = [pytest.mark.once, pytest.mark.django_db]
API = "/api/v1/"
LANGUAGES = ("en", "be", "ru")


@pytest.fixture
def cast():
    """Two programmes of which IATI can tell, and four to which something is missing."""
    places, sport = belarus(), term("sport")
    whole = {
        "summary_en": "Sport for all.",
        "dates": "2016",
        "themes": [sport],
        "locations": [places["belarus"]],
        "roles": [("implementer", organisation("club"))],
    }
    for slug, missing in (
        ("told", {}),
        ("told-too", {"dates": "2017/2018"}),
        ("undated", {"dates": ""}),
        ("unending", {"dates": "2018/"}),
        ("speechless", {"summary_en": ""}),
        ("of-nobody", {"roles": [("speaker", organisation("guest"))]}),
    ):
        programme(slug, **{**whole, **missing})
    told = programme("held")
    event("day", dates="2016-05-01", programme=told)
    event("month", dates="2016-05", programme=told)
    event("open-end", dates="2016-05-02/..")
    event("open-beginning", dates="../2016-05-03", programme=told)
    event("of-no-year", dates="XXXX-05-01", programme=told)
    event("whenever", programme=told)


def fetched(client, address):
    response = client.get(API + address)
    assert response.status_code == 200, response.content
    body = b"".join(response) if response.streaming else response.content
    return response, body


def activities(body):
    return len(ElementTree.fromstring(body))  # noqa: S314 - our own


def entries(body):
    return len(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def rows(body):
    return len(list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")))))


@pytest.mark.parametrize(
    ("address", "held", "matched", "count_of"),
    [
        ("programmes/?format=iati", 2, 7, activities),
        ("programmes/told/?format=iati", 1, 1, activities),
        ("programmes/?theme=sport&format=csv", 6, 6, rows),
        ("organisations/?format=iati", 2, 2, activities),
        ("events/?format=ics&past=all", 2, 6, entries),
        ("events/?format=ics", 1, 6, entries),
        ("events/?year=2016&format=ics", 2, 4, entries),
        ("events/?q=open&format=ics", 1, 2, entries),
        ("events/of-no-year/?format=ics", 0, 1, entries),
        ("programmes/?format=ics&past=all", 1, 7, entries),
        ("programmes/?format=ics", 0, 7, entries),
        ("programmes/held/?format=ics", 1, 1, entries),
        ("programmes/?theme=sport&format=ics", 0, 6, entries),
    ],
)
def test_the_headers_say_what_the_file_holds_and_what_matched(
    cast, client, address, held, matched, count_of
):
    response, body = fetched(client, address)
    assert count_of(body) == held
    assert response["Registry-Count"] == str(held)
    assert response["Registry-Matched"] == str(matched)
    assert response["Registry-Change"] == str(Counter.current().number)
    head = client.head(API + address)
    assert head["Registry-Count"] == str(held)
    exposed = client.get(API + address, headers={"Origin": "https://else.example"})
    for name in ("Registry-Matched", "Registry-Change"):
        assert name in exposed["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bar_says_how_many_of_the_list_a_file_tells_of(cast, client, language):
    def bar(path):
        html = client.get(f"/{language}/{path}").content.decode()
        notes = html.partition('<aside class="download"')[2].partition("</aside>")[0]
        return [re.sub("<.*?>", "", note) for note in re.findall('<p class="quiet">.*?</p>', notes)]

    (iati,) = [note for note in bar("programmes/") if "IATI" in note]
    assert set(re.findall("[0-9]+", iati)) == {"2", "7"}
    assert not [note for note in bar("programmes/?q=told") if re.search("IATI.*[0-9]", note)]
    (calendar,) = [note for note in bar("events/?ordering=name") if "iCalendar" in note]
    assert set(re.findall("[0-9]+", calendar)) == {"2", "6"}
    if language == "en":
        assert iati == "7 programmes, 2 of them in IATI"
        assert calendar == "6 events, 2 of them in Calendar (iCalendar)"


def test_of_a_long_list_the_bar_gives_no_such_number(cast, client, monkeypatch):
    monkeypatch.setattr(holdings, "MAX_COUNTED", 6)
    assert "of them in IATI" not in client.get("/en/programmes/").content.decode()


def test_of_a_long_list_a_file_that_would_say_nothing_is_not_offered(cast, client, monkeypatch):
    monkeypatch.setattr(holdings, "MAX_READ", 0)
    assert "format=iati" in client.get("/en/programmes/?q=told").content.decode()
    assert "format=iati" not in client.get("/en/programmes/?q=undated").content.decode()
    assert client.get(f"{API}programmes/?q=undated&format=iati").status_code == 406


@pytest.mark.parametrize("query", ["", "location=BY&-theme=none", "lang=be&fields=name,start"])
def test_a_csv_is_described_by_a_file_beside_it(cast, client, query):
    table, body = fetched(client, f"programmes/?{query}&format=csv")
    described = re.search('<([^>]*)>; rel="describedby"; type="application/csvm', table["Link"])[1]
    assert "format=csvw" in described
    response, metadata = fetched(client, f"programmes/?{query}&format=csvw")
    told = json.loads(metadata)
    assert told["@context"][0] == "http://www.w3.org/ns/csvw"
    assert (
        response["Content-Disposition"].replace("-metadata.json", "")
        == (table["Content-Disposition"])
    )
    columns = told["tableSchema"]["columns"]
    names = next(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [column["titles"] for column in columns] == names
    assert all(len(column["dc:title"]) == 3 for column in columns)
    # Whoever has only this file finds the table by it.
    again = client.get(told["url"])
    assert b"".join(again) == body
    (note,) = told["notes"]
    assert note["count"] == int(table["Registry-Count"])
    assert note["query"] == table["Registry-Query"]
    assert note["change"] == Counter.current().number
    assert note["licence"] == told["dc:license"]["@id"]


def test_lines_say_what_they_are_in_the_first_of_them_if_they_are_asked_to(cast, client):
    _, plain = fetched(client, "programmes/?theme=sport&format=ndjson")
    response, body = fetched(client, "programmes/?theme=sport&format=ndjson&meta=1")
    first, rest = body.split(b"\n", 1)
    assert rest == plain
    told = json.loads(first)
    assert told["type"] == "meta"
    assert (told["query"], told["count"]) == ("theme=sport", 6)
    assert told["change"] == int(response["Registry-Change"])
    assert {json.loads(line)["type"] for line in plain.splitlines()} == {"programme"}


@pytest.mark.parametrize("query", ["format=csv&meta=1", "meta=1", "format=ndjson&meta=2"])
def test_no_other_format_has_a_line_for_it(cast, client, query):
    response = client.get(f"{API}programmes/?{query}")
    assert response.status_code == 400
    assert response.json()["parameter"] == "meta"
