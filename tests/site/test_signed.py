"""Who signs the registry is said wherever its data go."""

import io
import json
import xml.etree.ElementTree as ET

import openpyxl
import pytest

from tests.ops.test_deployment import PRODUCTION, manage
from tests.support.factories import event, organisation, programme

pytestmark = [pytest.mark.once, pytest.mark.django_db]

API = "/api/v1/"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def signed(settings):
    settings.REGISTRY_NAME = "Register of Deeds | Рэестр спраў | Реестр дел"
    settings.REGISTRY_PUBLISHER = (
        "Centre of Letters | Цэнтр літар | Центр букв <registry@example.org> https://example.org/"
    )
    programme("contest", name_en="Contest")
    event("final", name_en="Final", dates="2026-11-30")
    organisation("office", name_en="Office")


@pytest.mark.parametrize(
    ("language", "name", "publisher"),
    [
        ("en", "Register of Deeds", "Centre of Letters"),
        ("be", "Рэестр спраў", "Цэнтр літар"),
        ("ru", "Реестр дел", "Центр букв"),
    ],
)
def test_each_page_says_whose_it_is_in_its_language(signed, client, language, name, publisher):
    for page in ("", "about/", "programmes/contest/"):
        html = client.get(f"/{language}/{page}").content.decode()
        assert f"– {name}</title>" in html
        footer = html.partition("<footer")[2]
        assert f'<a href="https://example.org/">{publisher}</a>' in footer
        assert "mailto:registry@example.org" in footer
        assert "Programme Registry" not in html


def test_a_citation_names_the_registry_and_its_publisher(signed, client):
    html = client.get("/en/programmes/contest/").content.decode()
    quoted = html.partition('<blockquote class="citation">')[2].partition("</blockquote>")[0]
    assert "“Contest”, Register of Deeds, Centre of Letters, version of" in " ".join(quoted.split())


def test_files_name_whose_they_are(signed, client):
    def file(query):
        return b"".join(client.get(API + query))

    feed = ET.fromstring(file("programmes/?format=atom&lang=ru"))
    assert feed.find(f"{ATOM}title").text.startswith("Реестр дел: ")
    author = {each.tag.removeprefix(ATOM): each.text for each in feed.find(f"{ATOM}author")}
    assert author == {
        "name": "Центр букв",
        "uri": "https://example.org/",
        "email": "registry@example.org",
    }
    calendar = file("events/?format=ics&lang=be").decode().replace("\r\n ", "")
    assert "X-WR-CALNAME:Рэестр спраў" in calendar
    assert "Цэнтр літар" in calendar
    sheet = openpyxl.load_workbook(io.BytesIO(file("programmes/?format=xlsx")))["About"]
    about = {row[0]: row[1] for row in sheet.iter_rows(values_only=True)}
    assert (about["registry"], about["publisher"]) == ("Register of Deeds", "Centre of Letters")
    assert json.loads(file("programmes/?format=csvw"))["dc:publisher"] == "Centre of Letters"
    assert json.loads(file("programmes/?format=geojson"))["publisher"] == "Centre of Letters"
    assert "Centre of Letters" in file("organisations/?format=iati").decode()


def test_the_api_says_who_answers_for_it(signed, client):
    root = client.get(API).json()
    assert root["name"] == "Register of Deeds"
    assert root["publisher"] == {
        "name": "Centre of Letters",
        "mailbox": "registry@example.org",
        "website": "https://example.org/",
    }
    (contributor,) = client.get(f"{API}datapackage.json").json()["contributors"]
    assert (contributor["role"], contributor["title"]) == ("publisher", "Centre of Letters")
    assert client.get(f"{API}reconcile/").json()["name"] == "Register of Deeds"


def test_search_engines_are_told_who_publishes_it(signed, client):
    for page in ("", "data/"):
        html = client.get(f"/en/{page}").content.decode()
        text = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
        assert json.loads(text)["publisher"] == {
            "@type": "Organization",
            "name": "Centre of Letters",
            "url": "https://example.org/",
            "email": "registry@example.org",
        }


def test_the_demo_calls_itself_a_demonstration(client):
    for page in ("en/", "en/about/"):
        assert "demonstration on one computer" in client.get(f"/{page}").content.decode()


def test_a_registry_that_nobody_signs_says_nothing_of_a_publisher(settings, client):
    settings.DEMO = False
    html = client.get("/en/about/").content.decode()
    assert "Published by" not in html
    assert "Who runs it" not in html
    assert client.get(API).json()["publisher"] is None


def test_what_cannot_be_read_does_not_start_and_nobody_is_a_warning():
    broken = manage("check", **(PRODUCTION | {"REGISTRY_PUBLISHER": "Centre of Letters"}))
    assert broken.returncode != 0
    assert "Written as in: Name <role@example.org>" in broken.stderr
    two = manage("check", **PRODUCTION, REGISTRY_NAME="Register | Рэестр")
    assert two.returncode != 0
    nobody = {name: value for name, value in PRODUCTION.items() if name != "REGISTRY_PUBLISHER"}
    unsigned = manage("check", "--deploy", **nobody)
    assert "Nobody signs this registry" in unsigned.stderr


def test_about_says_when_and_by_whom_a_request_is_answered(settings, client):
    settings.ANSWER_DAYS = 3
    html = client.get("/en/about/").content.decode()
    assert "within 3 working days, requests for removal first" in html
    assert "27 November 2026" in html
