"""What a list says of its filters, its numbers and what was typed wrongly."""

import re

import pytest
from django.test import Client

from registry.cards.changeset import writing
from tests.support.factories import (
    programme,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_a_bad_value_is_said_twice_and_shows_no_list(client, world):
    answer = client.get("/en/programmes/?location=XX&from=20122&kind=contest&fbclid=1")
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "<title>Error: " in html
    for name, typed in (("location", "XX"), ("from", "20122")):
        assert f'<a href="#f-{name}">' in html
        assert f'id="f-{name}"' in html
        assert f'id="e-{name}"' in html
        assert f'value="{typed}"' in html
    sentence = "Enter a date such as 2015, 2015-03 or 2015-03-21."
    assert html.count(sentence) == 2
    assert "Sport Region" not in html
    assert '<a href="/en/programmes/?kind=contest">' in html
    assert re.search(r'name="kind" value="contest" checked', html)


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense",
        "year=99999999999999999999",
        "q=%00",
        "page=51",
        "page=0",
        "upcoming=soon",
        "bbox=1,2",
        "cursor=forged",
        "ordering=secret",
        "q=" + "x%20" * 3000,
    ],
)
def test_nonsense_is_refused_in_words(query, world):
    answer = Client(raise_request_exception=False).get(f"/ru/events/?{query}")
    assert answer.status_code == 400
    assert 'class="errors"' in answer.content.decode()


def test_an_unknown_name_and_empty_values_are_ignored(client, world):
    plain = client.get("/en/programmes/?kind=contest").content.decode()
    shared = client.get("/en/programmes/?kind=contest&q=&location=&fbclid=x").content.decode()
    canonical = '<link rel="canonical" href="http://testserver/en/programmes/?kind=contest">'
    assert canonical in plain
    assert canonical in shared


def test_one_chip_for_each_filter_and_each_takes_its_own_away(client, world):
    html = client.get("/en/programmes/?location=BY-MA&kind=contest").content.decode()
    chips = re.findall(r'<li><a href="([^"]+)"><span class="visually-hidden">Remove filter:', html)
    list_ = "/en/programmes/"
    assert chips == [f"{list_}?kind=contest", f"{list_}?location=BY-MA"]


def test_an_empty_list_says_so_and_offers_the_ways_out(client, world):
    html = client.get("/en/programmes/?kind=advice&location=BY-BR").content.decode()
    assert "Nothing matches" in html
    list_ = "/en/programmes/"
    assert "Nothing matches, even with one filter removed." in html
    assert re.findall(f'<a href="({list_}[^"]*)">(?:Without|Wider|Only)', html) == []
    assert '<a href="/en/programmes/">The whole list</a>' in html


def test_pages_are_numbered_and_show_each_row_once(client, world):
    with writing():
        for number in range(43):
            programme(f"bulk-{number}")
    shown = []
    for number in (1, 2, 3):
        html = client.get(f"/en/programmes/?page={number}").content.decode()
        shown += re.findall(r'<h3><a href="/en/programmes/([^/]+)/">', html)
        assert f"of {45}" in html
    assert len(shown) == len(set(shown)) == 45
    assert 'rel="next"' not in html
    assert client.get("/en/programmes/?page=4").status_code == 404
