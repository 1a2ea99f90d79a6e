"""What a new kind of record gets for nothing: asked of the toys, in the registry with them.

`tests/site/test_kinds.py` runs this where they are installed.
"""

import pytest
from django.apps import apps

if not apps.is_installed("tests.toys"):
    pytest.skip("for the registry with the toys in it", allow_module_level=True)

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from registry.workflow.withdrawal import Reason, withdraw  # noqa: E402
from tests.site import test_leaks as leaks  # noqa: E402
from tests.site import test_twins as twins  # noqa: E402
from tests.support import factories as make  # noqa: E402

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
    return make_toy("red-kite", name_en="Red kite", kind="kite", workshop="Secret", sources=sources)


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
