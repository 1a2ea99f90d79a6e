"""What a new kind of record gets for nothing: asked of the toys, in the registry with them.

`tests/site/test_kinds.py` runs this where they are installed.
"""

import pytest
from django.apps import apps

if not apps.is_installed("tests.toys"):
    pytest.skip("for the registry with the toys in it", allow_module_level=True)

import csv  # noqa: E402
import io  # noqa: E402

import openpyxl  # noqa: E402
import orjson  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from openapi_schema_validator import OAS31Validator  # noqa: E402

from organisations.models import Organisation  # noqa: E402
from registry.cards.changeset import writing  # noqa: E402
from registry.cards.finer import finer, where_of  # noqa: E402
from registry.cards.proof import differences  # noqa: E402
from registry.listings.search.across import why  # noqa: E402
from registry.listings.search.interpretations import with_places  # noqa: E402
from registry.listings.search.query import ANYWHERE  # noqa: E402
from registry.records.models import WaitingWords  # noqa: E402
from registry.workflow.scan import scan  # noqa: E402
from registry.workflow.withdrawal import Reason, withdraw  # noqa: E402
from tests.site import test_leaks as leaks  # noqa: E402
from tests.site import test_twins as twins  # noqa: E402
from tests.support import factories as make  # noqa: E402
from tests.support.staff import Staff  # noqa: E402

from .models import Toy  # noqa: E402

pytestmark = pytest.mark.django_db
leaks.PRIVATE.add("toy.workshop")
# What holds for all kinds holds for them.
registry = leaks.registry
test_toys_are_in_the_registry_of_leaks = (
    leaks.test_every_kind_of_entry_and_part_is_in_the_registry_of_this_test
)
test_no_door_says_a_hidden_word_of_toys = leaks.test_no_door_says_a_hidden_word
test_no_public_table_holds_a_hidden_word_of_toys = leaks.test_no_public_table_holds_a_hidden_word
_frozen = twins._frozen
TOYS = "/api/v1/toys/"


@pytest.fixture
def kite():
    (make_toy,) = make.OTHERS
    make_toy("ball", name_en="Leather ball", kind="ball")
    make_toy("hidden", name_en="Hidden kite", kind="kite", state="draft")
    sources = [make.source("report", name_en="Report")]
    return make_toy(
        "red-kite",
        name_en="Red kite",
        kind="kite",
        motto="Onwards, Hullabaloo!",
        shade="dark",
        base=make.belarus()["mstsislaw"],
        workshop="Secret",
        sources=sources,
    )


@pytest.fixture
def sold(kite):
    """The kite with three rows: two name an organisation, and one of these a second one too."""
    club, school = make.organisation("club", name_en="Club"), make.organisation("school")
    bill = make.source("bill", name_en="Bill", url="https://bill.example/")
    kite.sales.create(amount="12000.50", currency="EUR", date="2016-02", buyer=club)
    kite.sales.create(amount=5, currency="BYN", buyer=school, seller=club, words="For a fortnight")
    kite.sales.create(amount=7, currency="BYN", buyer=club, source=bill, words="Abracadabra")
    return kite


def proven():
    assert [*differences(), *WaitingWords.differences()] == []
    return json(f"{TOYS}red-kite/")


def json(address):
    return Client().get(address).json()


def text(address):
    response = Client().get(address)
    assert response.status_code == 200, address
    return (b"".join(response) if response.streaming else response.content).decode()


def test_toys_have_a_list_and_pages(kite):
    for language in ("en", "be", "ru"):
        assert "Red kite" in text(f"/{language}/toys/?kind=kite")
        assert "Leather ball" not in text(f"/{language}/toys/?kind=kite")
        assert "<h1>" in text(f"/{language}/toys/red-kite/")
    assert "2 toys" in text("/en/toys/")
    menu = text("/be/about/").partition("<header")[2].partition("</header>")[0]
    assert "/be/toys/" in menu
    assert Client().get("/en/toys/hidden/").status_code == 404


def test_toys_are_a_collection_of_the_api(kite):
    found = json(f"{TOYS}?kind=kite")
    assert [each["slug"] for each in found["results"]] == ["red-kite"]
    record = json(f"{TOYS}red-kite/")
    assert record["url"] == "http://testserver/en/toys/red-kite/"
    assert [each["slug"] for each in record["sources"]] == ["report"]
    facets = json(f"{TOYS}facets/")["facets"]["kind"]
    assert {each["value"]: each["count"] for each in facets} == {"ball": 1, "kite": 1}
    root = json("/api/v1/")["collections"]["toys"]
    assert {"json", "csv", "atom"} <= set(root["formats"])
    assert "-kind" in root["parameters"]
    assert json("/api/v1/codes/")["codes"]["toy"]["kind"][0]["value"] == "ball"


def test_toys_are_files(kite):
    rows = text(f"{TOYS}?format=csv").splitlines()
    assert len(rows) == 3
    assert "kind" in rows[0].split(",")
    assert "Red kite" in text(f"{TOYS}?format=ndjson")
    tables = {each["name"] for each in json("/api/v1/datapackage.json")["resources"]}
    assert "toys" in tables


def test_toys_are_described(kite):
    document = json("/api/v1/openapi.json")
    assert {f"{TOYS}", f"{TOYS}{{slug}}/", f"{TOYS}facets/"} <= document["paths"].keys()
    assert "workshop" not in document["components"]["schemas"]["Toy"]["properties"]
    assert document["components"]["schemas"]["Toy"]["properties"]["kind"]["oneOf"]


def test_toys_are_found_followed_and_listed_for_search_engines(kite):
    found = json("/api/v1/search/?q=kite")["results"]
    assert [(each["type"], each["slug"]) for each in found] == [("toy", "red-kite")]
    assert "/en/toys/red-kite/" in text("/en/search/?q=kite")
    assert "Red kite" in text(f"{TOYS}?format=atom")
    changes = json("/api/v1/changes/?since=0")["changes"]
    assert [each["record"]["slug"] for each in changes if each["type"] == "toy"] == [
        "ball",
        "red-kite",
    ]
    assert "/sitemap-toys.xml" in text("/sitemap.xml")
    assert "/be/toys/red-kite/" in text("/sitemap-toys.xml")
    assert "/en/toys/" in text("/sitemap-pages.xml")
    assert "Red kite" in text("/en/")
    assert TOYS in text("/en/data/")


def test_a_withdrawn_toy_is_gone_from_all_of_it(kite):
    withdraw(kite, Reason.SAFETY)
    assert Client().get("/en/toys/red-kite/").status_code == 410
    assert Client().get(f"{TOYS}red-kite/").status_code == 410
    for address in ("/en/toys/", TOYS, f"{TOYS}?format=atom", "/sitemap-toys.xml", "/en/"):
        assert "ed kite" not in text(address)
    assert json("/api/v1/search/?q=kite")["results"] == []


def test_two_registries_that_differ_in_hidden_toys_alone_answer_alike(client):
    said = {}
    for word in twins.TWINS:
        with twins.twin(word):
            assert Toy.objects.count() > 4
            for address in ("/en/toys/", TOYS, f"{TOYS}facets/", "/api/v1/search/?q=contest"):
                said.setdefault(address, []).append(client.get(address).content)
    assert all(one == other for one, other in said.values())
    assert b"Contest of another kind" in said[TOYS][0]


def test_cards_of_toys_are_what_the_records_say(kite):
    call_command("cards", "--check")


# A field: what it is, its line in the serializer says.


def table(address):
    rows = csv.DictReader(io.StringIO(text(address).removeprefix("\ufeff")))
    return {row["slug"]: row for row in rows}


def titles():
    tables = json("/api/v1/datapackage.json")["resources"]
    (toys,) = [each["schema"]["fields"] for each in tables if each["name"] == "toys"]
    return {each["name"]: each["title"] for each in toys}


def test_a_field_is_a_column_with_its_title_and_its_cell(kite):
    rows = table(f"{TOYS}?format=csv")
    cells = {slug: (row["motto"], row["shade"], row["base_code"]) for slug, row in rows.items()}
    assert cells == {"ball": ("", "", ""), "red-kite": (kite.motto, "dark", "mstsislaw")}
    assert titles()["motto"] == "What it shouts"
    assert titles()["shade"] == "Shade of it"


def test_a_field_is_described_and_can_be_asked_for(kite):
    described = json("/api/v1/openapi.json")["components"]["schemas"]["Toy"]["properties"]
    assert described["motto"] == {"type": ["string", "null"]}
    assert described["shade"]["oneOf"][0] == {"type": "string", "enum": ["light", "dark"]}
    answer = json(f"{TOYS}red-kite/?fields=shade")
    assert set(answer) == {"type", "id", "shade"}
    listed = json("/api/v1/codes/?lang=en")["codes"]["toy"]["shade"]
    assert [each["value"] for each in listed] == ["light", "dark"]
    assert "Hullabaloo" in text("/en/toys/red-kite/")


def test_a_field_is_filtered_by_and_counted(kite):
    found = {code: json(f"{TOYS}?shade={code}")["results"] for code in ("dark", "none", "light")}
    slugs = {code: [each["slug"] for each in results] for code, results in found.items()}
    assert slugs == {"dark": ["red-kite"], "none": ["ball"], "light": []}
    facets = json(f"{TOYS}facets/")["facets"]["shade"]
    counts = {each["value"]: each["count"] for each in facets}
    assert counts == {"light": 0, "dark": 1, "none": 1}


def test_the_search_reads_of_a_field_what_people_typed_and_no_code(kite):
    (found,) = json("/api/v1/search/?q=hullabaloo")["results"]
    assert (found["slug"], found["matched"]["field"]) == ("red-kite", "motto")
    page = " ".join(text("/en/search/?q=hullabaloo").split())
    assert "What it shouts: Onwards, <mark>Hullabaloo</mark>!" in page
    assert json("/api/v1/search/?q=dark")["results"] == []


def test_a_place_of_a_field_is_where_the_search_has_found_it(kite):
    body = orjson.loads(Toy.objects.public().get(slug="red-kite").body)
    search = with_places("Hullabaloo Mahilyow region", ("toy", "location"))
    assert [place.slug for place in search.understood[0]] == ["mahilyow-region"]
    assert why(body, ANYWHERE, search, "en")["field"] == "base"


def test_the_scan_reads_a_field_and_says_where(kite):
    kite.motto = "Write to me@mail.example"
    kite.save()
    (hit,) = scan(kite)
    assert (hit.field, hit.text) == ("motto", "me@mail.example")
    assert str(hit).startswith("What it shouts names")


def test_a_place_of_a_field_is_guarded_because_it_is_said_to_be_one(kite):
    body = json(f"{TOYS}red-kite/")
    assert body["base"]["slug"] == "mstsislaw"
    assert where_of("toy", body) == {"base": body["base"]}
    kite.precision = "region"
    kite.save()
    coarser = json(f"{TOYS}red-kite/")
    assert coarser["base"]["slug"] == "mahilyow-region"
    assert finer("toy", coarser, body) != []
    assert finer("toy", body, coarser) == []


# A part: what its columns are, its model says.


def test_rows_are_told_in_the_record_as_their_model_describes_them(sold):
    sales = proven()["sales"]
    assert list(sales[0]) == ["amount", "currency", "date", "words", "buyer", "seller", "source"]
    first = {key: sales[0][key] for key in ("amount", "currency", "words", "seller", "source")}
    assert first == {
        "amount": 12000.5,
        "currency": "EUR",
        "words": None,
        "seller": None,
        "source": None,
    }
    assert sales[0]["date"]["latest"] == "2016-02-29"
    assert [sale["buyer"]["slug"] for sale in sales] == ["club", "school", "club"]
    assert (sales[1]["seller"]["slug"], sales[2]["source"]) == ("club", "S2")
    assert "Abracadabra" in text("/en/toys/red-kite/")


def test_rows_are_a_column_of_lines_in_every_table(sold):
    line = "12000.5: EUR: 2016-02: club; 5: BYN: school; 7: BYN: club"
    rows = table(f"{TOYS}?format=csv")
    assert {slug: row["sales"] for slug, row in rows.items()} == {"ball": "", "red-kite": line}
    assert titles()["sales"] == "What was paid for it"
    book = b"".join(Client().get(f"{TOYS}?format=xlsx").streaming_content)
    sheets = openpyxl.load_workbook(io.BytesIO(book), read_only=True).worksheets
    assert line in [cell for sheet in sheets for row in sheet.values for cell in row]


def test_rows_are_described_with_their_codes_and_an_example(sold):
    document = json("/api/v1/openapi.json")
    schemas = document["components"]["schemas"]
    assert schemas["Sale"]["properties"]["currency"]["enum"] == ["BYN", "EUR"]
    assert schemas["Sale"]["properties"]["buyer"] == {"$ref": "#/components/schemas/Reference"}
    (example,) = schemas["Toy"]["examples"]
    validator = OAS31Validator({**schemas["Toy"], "components": document["components"]})
    validator.validate(example)
    validator.validate(json(f"{TOYS}red-kite/"))
    assert example["sales"][0]["currency"] == "BYN"
    codes = json("/api/v1/codes/?lang=en")["codes"]["sale"]["currency"]
    assert codes[1] == {"value": "EUR", "name": "euro"}


def test_rows_are_filtered_by_whom_they_name(sold):
    for slug, found in (("club", ["red-kite"]), ("school", ["red-kite"]), ("office", [])):
        results = json(f"{TOYS}?buyer={slug}")["results"]
        assert [each["slug"] for each in results] == found


def test_the_search_and_the_scan_read_what_was_typed_into_rows(sold):
    for words in ("abracadabra", "club"):
        found = json(f"/api/v1/search/?q={words}&type=toy")["results"]
        assert [each["slug"] for each in found] == ["red-kite"]
    assert json("/api/v1/search/?q=EUR&type=toy")["results"] == []
    sold.sales.filter(amount=7).update(words="Write to me@mail.example")
    (hit,) = scan(sold)
    assert (hit.text, str(hit).partition(" names")[0]) == (
        "me@mail.example",
        "What was paid for it 3 words",
    )


def test_a_new_name_stands_in_every_row_that_names_it(sold):
    club, school = (Organisation.objects.get(slug=slug) for slug in ("club", "school"))
    with writing():
        club.name_en, school.slug = "Circle", "academy"
        club.save()
        school.save()
    sales = proven()["sales"]
    assert [sale["buyer"]["slug"] for sale in sales] == ["club", "academy", "club"]
    assert sales[1]["seller"]["name"]["en"] == "Circle"
    assert json(f"{TOYS}?buyer=academy")["count"] == 1
    assert json("/api/v1/search/?q=circle&type=toy")["count"] == 1


def test_a_row_goes_with_whom_it_names_and_all_that_it_said(sold):
    withdraw(Organisation.objects.get(slug="club"), Reason.SAFETY)
    body = proven()
    # Of what it need not name, the row is told without it.
    assert [(sale["amount"], sale["seller"]) for sale in body["sales"]] == [(5, None)]
    # What the row alone cited is no source of the card any more.
    assert [source["slug"] for source in body["sources"]] == ["report"]
    for words in ("abracadabra", "club"):
        assert json(f"/api/v1/search/?q={words}&type=toy")["results"] == []
    assert json(f"{TOYS}?buyer=club")["results"] == []
    assert "Abracadabra" not in text("/en/toys/red-kite/") + text(f"{TOYS}?format=csv")
    withdraw(Organisation.objects.get(slug="school"), Reason.SAFETY)
    assert proven()["sales"] == []
    assert json("/api/v1/search/?q=fortnight")["results"] == []


def test_staff_edit_rows_and_history_keeps_them(sold):
    form = Staff("ann", "editor", "reviewer").form_of(sold)
    assert [form[f"sales-{n}-currency"] for n in range(3)] == ["EUR", "BYN", "BYN"]
    sale = sold.sales.get(amount=7)
    sale.amount = 8
    sale.save()
    assert list(sale.history.values_list("amount", flat=True)) == [8, 7]
