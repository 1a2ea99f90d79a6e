"""A visitor who follows every link of the site always arrives, and knows where."""

import html
import re
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client

from tests.support.world import OK, populate

pytestmark = [pytest.mark.once, pytest.mark.django_db]
HOST = "http://testserver"
LINK = re.compile(r'<(?:a|link)\b[^>]*?\shref="([^"]*)"')


def links(address, text):
    """The addresses within the site that a page names, without their fragments."""
    for found in LINK.findall(text):
        target = urldefrag(urljoin(HOST + address, html.unescape(found))).url
        if target.startswith(f"{HOST}/") and not target.startswith(f"{HOST}/static/"):
            yield target.removeprefix(HOST)


def narrowed(address):
    """Each filter leads to each other one, and each month to the next: one is as far as it goes."""
    query = urlsplit(address).query
    return query.count("=") > 1 or "month=" in query


@pytest.mark.parametrize(
    "language", ["be", *(pytest.param(each, marks=pytest.mark.slow) for each in ("en", "ru"))]
)
def test_every_link_of_the_site_answers(language):
    populate()
    client, seen, waiting, kinds = Client(), {}, {f"/{language}/"}, {}
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        seen[address] = answer.status_code
        if answer.status_code == 301:
            waiting.add(answer["Location"])
        elif not answer["Content-Type"].startswith("text/html"):
            for _ in answer if answer.streaming else ():
                pass
        elif address.startswith(f"/{language}/") and answer.status_code == 200:
            text = answer.content.decode()
            kinds[address] = text
            if not narrowed(address):
                waiting |= set(links(address, text))
        waiting -= seen.keys()
    assert {address: code for address, code in seen.items() if code not in (200, 301)} == {}
    # The search is a form, an unlisted record is led to by nothing, thanks follow a report.
    typed = {"search/", "report/thanks/"}
    reached = {urlsplit(address).path for address in seen}
    assert {
        f"/{language}/{path}" for path in OK if "?" not in path and path not in typed
    } <= reached
    for address, text in kinds.items():
        assert text.count("<h1") == 1, address
        assert f'<html lang="{language}">' in text
        assert re.search(r"<title>[^<]+ – [^<]+</title>", text), address
        assert re.search(r'<meta name="description"( lang="[a-z]+")? content="[^"]+">', text), (
            address
        )
