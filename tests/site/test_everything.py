"""All tables come in one file, which describes itself."""

import csv
import io
import json
import zipfile

import pytest

from registry.records.models import State
from tests.support.doors import content_of
from tests.support.factories import organisation, programme

pytestmark = pytest.mark.django_db


def test_the_file_holds_every_table_under_the_columns_that_it_describes(client):
    programme("contest", roles=[("organiser", organisation("club"))])
    programme("hidden", state=State.DRAFT)
    answer = client.get("/api/v1/everything.zip")
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(content_of(answer))) as archive:
        described = json.loads(archive.read("datapackage.json"))
        assert {each["path"] for each in described["resources"]} | {"datapackage.json"} == set(
            archive.namelist()
        )
        tables = {}
        for each in described["resources"]:
            text = archive.read(each["path"]).decode("utf-8-sig")
            rows = tables[each["name"]] = list(csv.DictReader(io.StringIO(text)))
            names = [field["name"] for field in each["schema"]["fields"]]
            assert text.splitlines()[0].split(",") == names
            assert all(list(row) == names for row in rows)
    assert [row["slug"] for row in tables["programmes"]] == ["contest"]
    assert [row["organisation_slug"] for row in tables["relations"]] == ["club"]


def test_downloads_tell_their_rows_size_and_day(client):
    programme("contest")
    programme("forum")
    html = client.get("/en/data/").content.decode()
    (row,) = [each for each in html.split("<th scope") if "Programmes" in each and "rows" in each]
    assert "2 rows, about" in row
    assert "Last changed on" in row
