"""Places, years and organisations side by side: each number is that of the list it leads to."""

import html
import re

import pytest

from tests.support.factories import belarus, event, organisation, programme, term

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def there():
    places, sport = belarus(), term("sport")
    for region, number in (("mahilyow-region", 3), ("brest-region", 2)):
        for each in range(number):
            themes = [sport] if each else []
            programme(dates="2015", kind="contest", themes=themes, locations=[places[region]])
    programme("both", dates="2016", locations=[places["mahilyow-region"], places["brest-region"]])
    return places


def numbers(page):
    """{words of the row: [(address or None, number)]}."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page, re.S)
    cells = r'<td[^>]*>(?:<a href="([^"]+)">(\d+)</a>|<span class="quiet">(0)</span>)</td>'
    return {
        words: [(html.unescape(a), int(n or zero)) for a, n, zero in re.findall(cells, rest)]
        for words, rest in rows
    }


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("location=BY-MA&location=BY-BR&compare=location", [4, 3]),
        ("year=2015&year=2016&compare=year", [5, 1]),
        ("location=BY-MA&year=2015&year=2016&compare=year", [3, 1]),
    ],
)
def test_values_side_by_side_have_the_numbers_of_their_lists(client, there, query, total):
    page = client.get(f"/en/programmes/?{query}").text
    found = numbers(page)
    assert [number for _, number in found["Programmes"]] == total
    assert len(found) > 4
    for cells in found.values():
        for address, number in cells:
            if address:
                assert f'tabindex="-1">{number} programme' in client.get(address).text
    assert 'rel="canonical" href="http://testserver/en/programmes/?' in page
    assert "compare" not in re.search('rel="canonical" href="([^"]+)"', page)[1]


def test_a_list_of_two_to_four_places_offers_to_set_them_side_by_side(client, there):
    offer = "/en/programmes/?location=BY-BR&amp;location=BY-MA&amp;compare=location"
    assert offer in client.get("/en/programmes/?location=BY-MA&location=BY-BR").text
    assert "compare=" not in client.get("/en/programmes/?location=BY-MA").text


def test_what_cannot_be_set_side_by_side_is_refused_with_what_was_typed(client, there):
    for query in ("compare=location", "location=BY-MA&compare=location", "compare=theme"):
        reply = client.get(f"/en/programmes/?{query}")
        assert reply.status_code == 400
    assert "Choose two, three or four" in client.get("/en/programmes/?compare=year&year=2015").text
    assert client.get("/api/v1/programmes/?compare=year").status_code == 400


def test_organisations_and_events_are_set_side_by_side_too(client, there):
    organisation(seat=there["mahilyow-region"])
    event(dates="2999-01-01", locations=[there["brest-region"]])
    for collection in ("organisations", "events"):
        page = client.get(f"/en/{collection}/?location=BY-MA&location=BY-BR&compare=location").text
        assert sorted(number for _, number in numbers(page)[collection.capitalize()]) == [0, 1]


def test_a_region_leads_to_its_comparison_with_each_other_region(client, there):
    page = html.unescape(client.get("/en/places/mahilyow-region/").content.decode())
    (address,) = re.findall(r'href="([^"]+compare=location)"', page)
    assert address == "/en/programmes/?location=BY-MA&location=BY-BR&compare=location"
    assert client.get(address).status_code == 200
    assert "compare=location" not in client.get("/en/places/mstsislaw/").content.decode()
