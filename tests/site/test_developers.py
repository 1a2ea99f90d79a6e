"""The guide for developers: what it tells to type works as it is typed."""

import html
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from registry.site.developers import EXAMPLES, SYNC, example
from tests.support.factories import belarus, event, organisation, programme

pytestmark = pytest.mark.once

GUIDE = settings.BASE_DIR / "docs" / "api.md"
FILES = [file for _, file in EXAMPLES.values()] + [SYNC]


@pytest.fixture
def world():
    places = belarus()
    honey = organisation("honey", name_en="Honey", name_be="Мёд", seat=places["mstsislaw"])
    parts = {"roles": [("organiser", honey)], "locations": [places["mstsislaw"]]}
    for n in range(25):
        programme(f"p{n}", name_en=f"Programme {n}", kind="contest", dates="2016", **parts)
    event("final", dates="2016-10-01", kind="final", **parts)


def shown(server, client):
    """{example: code} as the page shows it to who calls the server by this name."""
    host = server.url.removeprefix("http://")
    page = client.get("/be/data/developers/", headers={"Host": host}).content.decode()
    found = re.findall(r'<code data-example="(\w+)">(.*?)</code>', page, re.DOTALL)
    return {key: html.unescape(code) for key, code in found}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_the_page_stands_in_each_language_and_is_linked_from_the_data(language, client):
    page = client.get(f"/{language}/data/developers/")
    assert page.status_code == 200
    assert (
        f'href="/{language}/data/developers/"' in client.get(f"/{language}/data/").content.decode()
    )
    assert "http://testserver/api/v1/changes/?since=0" in html.unescape(page.content.decode())


@pytest.mark.parametrize("file", FILES)
def test_the_guide_in_the_docs_has_the_same_examples(file):
    assert str(example(file, "https://registry.example/api/v1/")) in GUIDE.read_text()


def test_the_guide_names_every_status_and_only_files_that_there_are():
    text = GUIDE.read_text()
    for status in (304, 400, 401, 404, 406, 409, 410, 429, 503):
        assert str(status) in text
    for path in re.findall(r"\]\((\.\./[^)]+)\)", text):
        assert (GUIDE.parent / path).exists(), path


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_examples_for_curl_work(world, live_server, client, tmp_path):
    script = shown(live_server, client)["curl"].replace("curl ", "curl -sS --fail-with-body ")
    done = subprocess.run(
        ["sh", "-e"], input=script, capture_output=True, text=True, cwd=tmp_path, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert '"count":25' in done.stdout
    assert '"understood":{"location":{"type":"location"' in done.stdout
    assert '"action":"upsert"' in done.stdout
    table = (tmp_path / "programmes.csv").read_text("utf-8-sig").splitlines()
    assert table[0].startswith("type,id,name,start_edtf")
    assert len(table) == 26


@pytest.mark.django_db(transaction=True)
def test_the_example_in_python_reads_all_pages(world, live_server, client):
    code = shown(live_server, client)["python"]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 25
    assert "Programme 3 · Mstsislaw" in done.stdout.splitlines()


@pytest.mark.django_db
def test_the_addresses_for_r_and_for_spreadsheets_answer(world, live_server, client):
    found = shown(live_server, client)
    addresses = re.findall(r'"(http[^"]+)"', found["r"] + found["spreadsheet"])
    assert len(addresses) == 3
    for address in addresses:
        response = client.get(address.removeprefix(live_server.url))
        assert response.status_code == 200, address
    table = b"".join(response).decode("utf-8-sig").splitlines()
    assert table[0] == "type,id,name,kind,start_edtf,start_earliest,start_latest"
    assert len(table) == 26


@pytest.mark.django_db(transaction=True)
def test_the_mirror_is_made_as_the_guide_says(world, live_server, client, tmp_path):
    shutil.copy(settings.BASE_DIR / "examples" / "sync.py", tmp_path)
    script = shown(live_server, client)["sync"].replace("python3", sys.executable)
    done = subprocess.run(["sh", "-e", "-c", script], cwd=tmp_path, timeout=120)
    assert done.returncode == 0
    assert (tmp_path / "mirror.sqlite3").stat().st_size > 10_000
