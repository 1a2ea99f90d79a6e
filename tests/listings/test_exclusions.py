"""What a list is to be without: `-theme=sport`."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from organisations.filters import OrganisationFilter
from programmes.filters import EventFilter, ProgrammeFilter
from registry.listings.facets import facets_of
from registry.listings.paging import paginate
from registry.listings.parameters.exclusions import Exclusion
from registry.pages.controls import relaxed_alternatives
from tests.listings.test_filters import FILTERS, cast, found, listing  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

EVERY = "sport school wide plan spring begun"


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("-location=BY-MA", "wide plan spring begun"),
        ("-location=mstsislaw", "wide plan spring begun"),
        ("-location=mstsislaw&reach=own", "sport wide plan spring begun"),
        ("-location=none", "sport school wide"),
        ("location=BY&-location=BY-BR", "sport wide"),
        ("-location=BY-BR&-location=none", "sport wide"),
        ("-theme=civic", "wide plan spring begun"),  # and what is narrower
        ("-theme=youth", "school wide plan spring begun"),
        ("theme=civic&-theme=youth", "school"),
        ("theme=civic&-theme=civic", ""),
        ("-audience=women", "school wide spring begun"),
        ("-kind=contest&-kind=none", "sport school"),
        ("-location_kind=region", "sport wide plan spring begun"),
        ("-status=ended", "school wide plan spring begun"),
        ("-year=2016", "school wide plan spring begun"),
        ("-year=none", "sport school plan begun"),
        ("-organisation=oeec", "wide plan spring begun"),
        ("-role=funder", "wide plan spring begun"),
        ("organisation=oeec&-role=funder", "sport"),
        ("-organisation=never-was", EVERY),
        ("-organisation=oeec&kind=none", "wide spring begun"),
    ],
)
def test_a_list_is_without_what_is_excluded(query, slugs):
    assert found(ProgrammeFilter, query) == set(slugs.split())


@pytest.mark.parametrize("filter_class", FILTERS, ids=lambda each: each.__name__)
def test_what_is_found_and_what_is_excluded_are_together_everything(filter_class):
    """Of every parameter that repeats, and of every value that its facet offers."""
    everything = found(filter_class, "")
    asked = listing(filter_class)
    names = [name for name, each in asked.filters.items() if isinstance(each, Exclusion)]
    repeating = {name for name, each in asked.filters.items() if each.repeats}
    if filter_class is OrganisationFilter:
        repeating.remove("role")  # which is looked up in programmes: docs/contract.md
    assert {name[1:] for name in names} == {
        name for name in repeating if name[0] != "-" and name != "fields"
    }
    facets = facets_of(asked).groups
    assert not set(names) & set(facets)
    for name in names:
        for item in facets.get(name[1:], ()):
            query = urlencode({name[1:]: item["value"]})
            with_it, without = found(filter_class, query), found(filter_class, f"-{query}")
            assert with_it | without == everything, query
            assert not with_it & without, query


def test_counts_of_the_choices_are_of_the_list_without_it():
    query = "-theme=youth&location=BY"
    asked = listing(ProgrammeFilter, query)
    for name, items in facets_of(asked).groups.items():
        for item in items:
            data = QueryDict(query, mutable=True)
            data.setlist(name, [item["value"]])
            assert len(found(ProgrammeFilter, data)) == item["count"], (name, item)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("-theme=nothing", "-theme"),
        ("-location=XX", "-location"),
        ("-kind=celebration", "-kind"),
        ("-year=15", "-year"),
        ("-from=2015", "-from"),
        ("-q=sport", "-q"),
        ("-programme=sport", "-programme"),
        ("--theme=youth", "--theme"),
    ],
)
def test_what_cannot_be_excluded_is_refused_by_the_api(query, name, client):
    reply = client.get(f"/api/v1/programmes/?{query}")
    assert reply.status_code == 400
    assert reply.json()["parameter"] == name


def test_the_short_address_holds_it_and_a_chip_takes_it_off():
    asked = listing(ProgrammeFilter, "-theme=youth&-location=BY-MA&theme=civic", strict=False)
    assert asked.address.canonical() == "theme=civic&-location=BY-MA&-theme=youth"
    chips = {(chip["param"], chip["value"]): chip for chip in asked.address.chips()}
    assert chips["-theme", "youth"]["label"] == "not: Youth"
    assert chips["-location", "BY-MA"]["label"] == "not: Mahilyow Region"
    assert chips["-theme", "youth"]["without"] == "theme=civic&-location=BY-MA"


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_page_says_what_it_is_without_and_keeps_it(language, client):
    page = client.get(f"/{language}/programmes/?-theme=youth").content.decode()
    assert "/programmes/school/" in page
    assert "/programmes/sport/" not in page
    assert '<input type="hidden" name="-theme" value="youth">' in page
    assert f'href="http://testserver/{language}/programmes/?-theme=youth"' in page  # canonical
    wrong = client.get(f"/{language}/programmes/?-theme=nothing")
    assert wrong.status_code == 400
    assert "e--theme" in wrong.content.decode()


def test_on_a_page_an_organisation_is_excluded_by_its_name():
    asked = listing(ProgrammeFilter, {"-organisation": "OEEC"}, strict=False)
    assert {card.slug for card in asked.selection.all} == {"wide", "plan", "spring", "begun"}
    assert asked.address.canonical() == "-organisation=oeec"


def test_a_cursor_holds_it():
    first = paginate(listing(ProgrammeFilter, "-location=BY-MA&page_size=2"))
    asked = listing(ProgrammeFilter, {"cursor": first.next_cursor})
    second = paginate(asked)
    slugs = {card.slug for card in [*first.cards, *second.cards]}
    assert slugs == {"wide", "plan", "spring", "begun"}
    beside = listing(ProgrammeFilter, {"cursor": first.next_cursor, "-location": "BY-BR"})
    assert not beside.is_valid()


def test_files_feeds_and_facets_are_without_it(client):
    address = "/api/v1/programmes/?-location=BY-MA"
    slugs = {"wide", "plan", "spring", "begun"}
    assert {each["slug"] for each in client.get(address).json()["results"]} == slugs
    reply = client.get(f"{address}&format=csv")
    rows = csv.DictReader(io.StringIO(reply.getvalue().decode("utf-8-sig")))
    assert {row["slug"] for row in rows} == slugs
    assert "not-BY-MA" in reply["Content-Disposition"]
    assert reply["Registry-Query"] == "-location=BY-MA"
    feed = client.get(f"{address}&format=atom").content.decode()
    assert "/programmes/wide/" in feed
    assert "/programmes/sport/" not in feed
    facets = client.get("/api/v1/programmes/facets/?-location=BY-MA").json()
    assert facets["count"] == 4


def test_the_description_has_all_of_them_as_one_object(client):
    document = json.loads(client.get("/api/v1/openapi.json").content)
    for collection, filter_class in (("programmes", ProgrammeFilter), ("events", EventFilter)):
        described = document["paths"][f"/api/v1/{collection}/"]["get"]["parameters"]
        (exclude,) = [each for each in described if each["name"] == "exclude"]
        assert (exclude["style"], exclude["explode"]) == ("form", True)
        names = [name for name in filter_class.base_filters if name[0] == "-"]
        assert list(exclude["schema"]["properties"]) == names
        assert "-location" in names


def test_an_empty_list_offers_to_take_the_exclusion_off():
    asked = listing(ProgrammeFilter, "organisation=oeec&-role=funder&-role=implementer")
    assert asked.selection.count() == 0
    assert relaxed_alternatives(asked)
    for way in relaxed_alternatives(asked):
        data = QueryDict(way["query"])
        assert len(found(ProgrammeFilter, data)) == way["count"], way


def test_an_empty_exclusion_asks_as_little_as_an_empty_parameter(cast, client):  # noqa: F811
    every = client.get("/api/v1/programmes/").json()["count"]
    assert every
    for name in ("kind", "-kind"):
        for value in ("", " "):
            reply = client.get("/api/v1/programmes/", {name: value})
            assert (reply.status_code, reply.json()["count"]) == (200, every)
        assert client.get("/api/v1/programmes/", {name: "nonsense"}).status_code == 400
