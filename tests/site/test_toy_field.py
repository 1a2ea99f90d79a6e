"""A field is said once, where it is declared: a toy serializer has three more, in no table."""

import csv
import io
from dataclasses import replace

import orjson
import pytest
from django.db import models
from drf_spectacular.generators import SchemaGenerator

from programmes.filters import ProgrammeFilter
from programmes.models import Programme
from programmes.serializers import ProgrammeSerializer
from registry.api import datapackage
from registry.api.schema import document_of
from registry.cards.declarations import declared
from registry.cards.fields import fields_of
from registry.cards.finer import finer, where_of
from registry.cards.models import Card
from registry.listings.facets import facets_of
from registry.listings.parameters.codes import CodeParameter
from registry.records.places import PLACE
from registry.records.serializers import ValueField
from registry.site import api, codes
from registry.workflow.scan import scan
from tests.support.factories import programme

pytestmark = pytest.mark.django_db
KEPT = (fields_of, datapackage.table, codes.codes, api.description)


class Shade(models.TextChoices):
    LIGHT = "light", "light"
    DARK = "dark", "dark"


class ToySerializer(ProgrammeSerializer):
    keys = (*ProgrammeSerializer.keys, "motto", "shade", "base")

    motto = ValueField("What it shouts")
    shade = ValueField("Shade of it", filtered_by="shade")
    base = ValueField("Where it is at home", PLACE, placed=True)


class ToyFilter(ProgrammeFilter):
    shade = CodeParameter(Shade, none=True, label="Shade of it")


@pytest.fixture
def toy(monkeypatch):
    """Programmes with a text, a code and a place more, which the model has like columns."""
    monkeypatch.setattr(Programme, "Shade", Shade, raising=False)
    for name, value in (("motto", ""), ("shade", None), ("base", None)):
        monkeypatch.setattr(Programme, name, value, raising=False)
    monkeypatch.setitem(
        declared, "programme", replace(declared["programme"], serializer=ToySerializer)
    )
    for each in KEPT:
        each.cache_clear()
    yield
    monkeypatch.undo()
    for each in KEPT:
        each.cache_clear()


@pytest.fixture
def loud(toy, monkeypatch):
    """One that has both, after one that has neither."""
    programme("quiet")
    monkeypatch.setattr(Programme, "motto", "Onwards, Hullabaloo! Write to me@mail.example")
    monkeypatch.setattr(Programme, "shade", "dark")
    return programme("loud")


def test_it_is_a_column_with_its_title_and_its_cell(loud, client):
    answer = client.get("/api/v1/programmes/?format=csv&ordering=name")
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    cells = {row["slug"]: (row["motto"], row["shade"]) for row in rows}
    assert cells == {"quiet": ("", ""), "loud": (Programme.motto, "dark")}
    package = client.get("/api/v1/datapackage.json").json()
    table = next(each for each in package["resources"] if each["name"] == "programmes")
    titles = {each["name"]: each["title"] for each in table["schema"]["fields"]}
    assert titles["motto"] == "What it shouts"
    assert titles["shade"] == "Shade of it"


def test_it_is_described_and_can_be_asked_for(loud, client):
    described = document_of(SchemaGenerator(), api.VIEWSETS)["components"]["schemas"]
    properties = described["Programme"]["properties"]
    assert properties["motto"] == {"type": ["string", "null"]}
    assert properties["shade"] == {"type": "string", "enum": ["light", "dark"]}
    assert "motto" not in described["Edition"]["properties"]
    answer = client.get("/api/v1/programmes/loud/?fields=shade").json()
    assert answer["shade"] == "dark"
    assert set(answer) == {"type", "id", "shade"}
    listed = client.get("/api/v1/codes/?lang=en").json()["codes"]["programme"]["shade"]
    assert [each["value"] for each in listed] == ["light", "dark"]


def test_it_is_filtered_by_and_counted(loud):
    public = Programme.objects.public()

    def found(**asked):
        listing = ToyFilter(data=asked, queryset=public)
        assert listing.is_valid()
        return {card.slug for card in listing.selection.all}

    assert found(shade="dark") == {"loud"}
    assert found(shade="none") == {"quiet"}
    assert found(shade="light") == set()
    listing = ToyFilter(data={}, queryset=public)
    assert listing.is_valid()
    counts = {each["value"]: each["count"] for each in facets_of(listing).groups["shade"]}
    assert counts == {"light": 0, "dark": 1, "none": 1}


def test_the_search_reads_what_people_typed_and_no_code(loud, client):
    (found,) = client.get("/api/v1/search/?q=hullabaloo").json()["results"]
    assert (found["slug"], found["matched"]["field"]) == ("loud", "motto")
    assert client.get("/api/v1/search/?q=dark").json()["results"] == []


def test_the_scan_reads_it_and_says_where(loud):
    (hit,) = scan(loud)
    assert (hit.field, hit.text) == ("motto", "me@mail.example")
    assert str(hit).startswith("What it shouts names")
    assert "dark" not in Card.objects.get(slug="loud").search_said.words.split()


def test_it_is_in_the_card_because_the_serializer_says_so(loud):
    """And what it does not say is not, whatever the model has."""
    body = orjson.loads(Card.objects.get(slug="loud").body)
    assert list(body) == list(ToySerializer.keys)
    assert "motto" not in declared["edition"].serializer().fields


def test_a_place_of_it_is_guarded_because_it_is_said_to_be_one(toy):
    def at(slug, precision, *within):
        place = {"id": slug, "slug": slug, "precision": precision, "within": within, "name": slug}
        return {"type": "programme", "base": place, "locations": []}

    region, town = at("ma", "region", "by"), at("mt", "town", "ma", "by")
    assert finer("programme", region, town) == ["mt"]
    assert finer("programme", town, region) == []
    assert where_of("programme", town) == {"base": town["base"], "locations": []}
    assert "base" in ToySerializer.placed()


def test_every_field_of_every_kind_has_a_title_and_a_shape():
    for card_type in declared:
        fields = fields_of(card_type)
        assert {"type", "id", "name", "updated_at"} <= set(fields)
        assert [key for key, field in fields.items() if not (field.title and field.shape)] == []
