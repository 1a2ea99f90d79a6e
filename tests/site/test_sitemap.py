"""The sitemap names every public page in every language, and nothing else."""

import re
from urllib.robotparser import RobotFileParser
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree

from registry.cards import changeset, deferral
from registry.cards.backlog import write_share
from registry.cards.declarations import page_address
from registry.cards.models import Card, Deferred
from registry.records.models import State
from registry.site import sitemaps
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.doors import routes
from tests.support.factories import organisation, programme
from tests.support.world import LANGUAGES, populate

pytestmark = [pytest.mark.once, pytest.mark.django_db]
HOST = "http://testserver"
NAMES = {"s": sitemaps.SITEMAP, "x": "http://www.w3.org/1999/xhtml"}


def read(address):
    answer = Client().get(address)
    assert answer.status_code == 200, address
    assert answer["Content-Type"] == "application/xml"
    content = b"".join(answer) if answer.streaming else answer.content
    return etree.fromstring(content)


def files():
    index = read("/sitemap.xml")
    return [
        address.removeprefix(HOST) for address in index.xpath("//s:loc/text()", namespaces=NAMES)
    ]


def urls():
    return [url for file in files() for url in read(file).xpath("//s:url", namespaces=NAMES)]


def locations():
    return [url.xpath("string(s:loc)", namespaces=NAMES) for url in urls()]


def test_every_public_record_and_page_is_named_once_and_answers():
    populate()
    programme("unseen", state=State.DRAFT)
    named = locations()
    assert len(named) == len(set(named))
    records = Card.objects.exclude(type__in=("term", "source", "figure")).count()
    fixed = [route for route in routes() if route.startswith("/en/") and "%(" not in route]
    unlisted = {"/en/search/", "/en/report/thanks/"}
    assert {HOST + route for route in fixed if route not in unlisted} <= set(named)
    assert len(named) == (records + len(fixed) - len(unlisted)) * len(LANGUAGES)
    for address in named:
        assert Client().get(address.removeprefix(HOST)).status_code == 200, address
    for slug in ("unseen", "secret"):
        assert not any(slug in address for address in named)


def test_each_address_names_itself_in_every_language():
    programme("contest")
    for url in urls():
        address = url.xpath("string(s:loc)", namespaces=NAMES)
        same = {
            link.get("hreflang"): link.get("href")
            for link in url.xpath("x:link[@rel='alternate']", namespaces=NAMES)
        }
        language, path = address.removeprefix(f"{HOST}/").split("/", 1)
        assert same == {
            **{each: f"{HOST}/{each}/{path}" for each in LANGUAGES},
            "x-default": f"{HOST}/en/{path}",
        }
        assert language in LANGUAGES


def test_it_says_when_a_record_last_changed():
    programme("contest")
    card = Card.objects.get()
    (when,) = set(read("/sitemap-programmes.xml").xpath("//s:lastmod/text()", namespaces=NAMES))
    assert when == card.updated_at.isoformat(timespec="seconds")
    assert read("/sitemap.xml").xpath("//s:lastmod/text()", namespaces=NAMES) == [when]


def test_a_withdrawn_record_leaves_it_at_once():
    contest = programme("contest")
    assert any("contest" in address for address in locations())
    tag = Client().get("/sitemap-programmes.xml")["ETag"]
    asked = {"If-None-Match": tag}
    assert Client().get("/sitemap-programmes.xml", headers=asked).status_code == 304
    withdraw(contest, Reason.SAFETY)
    assert Client().get("/sitemap-programmes.xml", headers=asked).status_code == 200
    assert not any("contest" in address for address in locations())


def test_many_records_are_spread_over_files(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(sitemaps, "RECORDS", 2)
    for number in range(5):
        programme(f"p{number}")
    parts = [file for file in files() if "programmes" in file]
    assert parts == [f"/sitemap-programmes.xml?part={part}-of-3" for part in (1, 2, 3)]
    assert sum("/programmes/p" in address for address in locations()) == 5 * len(LANGUAGES)
    with django_assert_num_queries(3), CaptureQueriesContext(connection) as queries:
        read(parts[-1])  # the counter, how many there are, the cards of one range of ids
    assert "OFFSET" not in str(queries.captured_queries)
    for part in ("4-of-3", "0-of-3", "-1", "x", "2", "²-of-3", "1-of-99999", "1-of-0", "1-of-3x"):
        assert Client().get(f"/sitemap-programmes.xml?part={part}").status_code == 404
    assert Client().head("/sitemap-programmes.xml").content == b""


def test_each_id_is_in_one_range():
    """Also those at the ends, of whatever number of files."""
    for number, place in enumerate(("0" * 32, "5" * 32, "5" * 31 + "6", "a" * 32, "f" * 32)):
        programme(f"p{number}", public_id=UUID(place))
    for whole in (1, 2, 3, 7):
        found = [
            address
            for part in range(1, whole + 1)
            for address in read(f"/sitemap-programmes.xml?part={part}-of-{whole}").xpath(
                "//s:loc/text()", namespaces=NAMES
            )
        ]
        assert sorted(found) == sorted(
            f"{HOST}/{language}/programmes/p{number}/"
            for language in LANGUAGES
            for number in range(5)
        )


def test_a_file_is_streamed_record_by_record():
    for number in range(3):
        programme(f"p{number}")
    answer = Client().get("/sitemap-programmes.xml")
    assert answer.streaming
    assert len(list(answer)) > 3


def test_while_cards_are_withheld_those_that_are_not_are_named_once(monkeypatch):
    monkeypatch.setattr(sitemaps, "RECORDS", 2)
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(changeset, "go_on", lambda seconds: None)
    club, other = organisation("club"), organisation("other")
    for number in range(4):
        programme(f"shared-{number}", roles=[("organiser", other), ("partner", club)])
    programme("untouched")
    assert any("/organisations/club/" in address for address in locations())
    withdraw(club, Reason.SAFETY)
    states = []
    while Deferred.objects.exists():
        states.append(seen_once())
        write_share(1)
    states.append(seen_once())
    assert "untouched" in states[0]
    assert not any(f"shared-{number}" in states[0] for number in range(4))
    assert all(f"shared-{number}" in states[-1] for number in range(4))
    assert len(states) > 4
    assert not any("club" in state for state in states)


def seen_once():
    """The slugs of the records that are named, each of which is public and named once."""
    shown = Card.objects.filter(type__in=[kind.type for kind in sitemaps.PAGED])
    named = [address for address in locations() if address.count("/") == 6]
    named = [each for each in named if not re.search("/(data|figures|report)/", each)]
    assert sorted(named) == sorted(
        HOST + page_address(card_type, slug, language)
        for card_type, slug in shown.values_list("type", "slug")
        for language in LANGUAGES
    )
    return {address.split("/")[-2] for address in named}


def test_robots_may_read_the_pages_and_not_the_rest():
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(answer.content.decode().splitlines())
    assert rules.site_maps() == [f"{HOST}/sitemap.xml"]
    for path in ("/en/", "/be/programmes/?kind=contest", "/sitemap.xml", "/static/site.css"):
        assert rules.can_fetch("Anybot", f"{HOST}{path}"), path
    for path in ("/admin/", "/api/v1/programmes/?format=csv"):
        assert not rules.can_fetch("Anybot", f"{HOST}{path}"), path


def test_no_address_gives_a_whole_collection_that_is_many_files(client, monkeypatch):
    # Who was given an older index may ask for a larger range than there is now.
    monkeypatch.setattr(sitemaps, "RECORDS", 2)
    for number in range(8):
        programme(f"one-{number}")
    assert client.get("/sitemap-programmes.xml").status_code == 404  # four files
    assert client.get("/sitemap-programmes.xml?part=1-of-1").status_code == 404
    assert client.get("/sitemap-programmes.xml?part=1-of-2").status_code == 200  # an older index
    assert client.get("/sitemap-programmes.xml?part=4-of-4").status_code == 200
