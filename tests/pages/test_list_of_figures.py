"""Every reported figure stands in one list: what, how many, of which record, when, from whom."""

import re
from datetime import timedelta

import pytest

from registry.cards.changeset import writing
from registry.cards.models import Card
from registry.records.models import State
from tests.support.factories import belarus, programme, source

pytestmark = pytest.mark.django_db


@pytest.fixture
def reported():
    places, paper = belarus(), source("paper", name_en="Paper")
    for slug, printed, year, state in (
        ("contest", "about 50", "2015", State.PUBLIC),
        ("forum", "70", "2016", State.PUBLIC),
        ("hidden", "9999", "2016", State.DRAFT),
    ):
        one = programme(
            slug, name_en=slug.capitalize(), locations=[places["mstsislaw"]], state=state
        )
        with writing():
            one.figures.create(
                measure="participants",
                printed=printed,
                number=int(printed.split()[-1]),
                period=year,
                source=paper,
            )


def found(client, query=""):
    html = client.get(f"/en/figures/?{query}").content.decode()
    return html.partition('class="rows bare"')[2].partition("</ol>")[0]


def test_a_figure_stands_with_its_record_place_time_and_source(client, reported):
    rows = found(client)
    for said in (
        "<h3>about 50</h3>",
        '<a href="/en/programmes/contest/">Contest</a>',
        "<dd>2015</dd>",
        "Mstsislaw",
        "Paper",
        "Participants",
    ):
        assert said in rows
    assert rows.index("<h3>70</h3>") < rows.index("<h3>about 50</h3>")  # the newest first
    assert "9999" not in rows


def test_figures_are_found_by_year_place_measure_and_source(client, reported):
    assert "<h3>70</h3>" not in found(client, "year=2015")
    assert "<h3>about 50</h3>" in found(client, "year=2015&location=BY-MA&measure=participants")
    assert "<h3>about 50</h3>" not in found(client, "measure=winners")
    answer = client.get("/api/v1/figures/?from=2016&source=paper").json()
    assert [each["printed"] for each in answer["results"]] == ["70"]


def test_the_list_is_downloaded_with_the_same_filters_and_adds_nothing_up(client, reported):
    html = client.get("/en/figures/?year=2015").content.decode()
    assert "/api/v1/figures/?year=2015&amp;format=csv" in html
    assert "1 figure" in html
    assert ">120<" not in found(client)


def test_figures_of_one_measure_stand_side_by_side_and_none_are_added_up(client, reported):
    html = client.get("/en/figures/side-by-side/?measure=participants").content.decode()
    table = html.partition("<tbody>")[2].partition("</tbody>")[0]
    assert "Mahilyow Region" in html.partition("<thead>")[2].partition("</thead>")[0]
    assert table.index("2016") < table.index("2015")
    assert ">70</a></strong>" in table.partition("2015</th>")[0]
    assert ">about 50</a></strong>" in table.partition("2015</th>")[2]
    assert "120" not in table
    assert "9999" not in table
    assert "Paper" in table


def test_without_a_measure_there_is_a_choice_of_them_and_no_table(client, reported):
    html = client.get("/en/figures/side-by-side/?year=2015").content.decode()
    assert 'href="?measure=participants&amp;year=2015"' in html
    assert "<table" not in html


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_figure_is_cited_alike_in_the_list_and_at_its_address(
    client, reported, settings, language
):
    settings.REGISTRY_PUBLISHER = "The Publisher <desk@registry.example>"
    card = Card.objects.of("figure").get(body__contains="about 50")
    # The record was changed since, and not its figure.
    Card.objects.filter(pk=card.pk).update(updated_at=card.updated_at - timedelta(days=40))
    address = f"/{language}/programmes/contest/#figure-{card.public_id}"
    said = []
    for page in (f"/{language}/figures/?year=2015", f"/{language}/programmes/contest/"):
        html = client.get(page).text
        (one,) = re.findall(rf"<blockquote[^>]*>((?:(?!<blockquote).)*{address}.*?)<", html, re.S)
        said.append(" ".join(one.split()))
    assert said[0] == said[1]
    for part in ("50", "2015", "Contest", "Paper", "The Publisher", f"http://testserver{address}"):
        assert part in said[0]


def test_the_address_of_a_figure_is_its_row_on_the_page_of_its_record(client, reported):
    html = client.get("/en/figures/side-by-side/?measure=participants").text
    path, anchor = re.search(r'href="(/en/programmes/forum/)#(figure-[^"]+)">70<', html).groups()
    row = client.get(path).text.partition(f'<tr id="{anchor}">')[2].partition("</tr>")[0]
    assert ">70</td>" in row


def test_figures_of_two_places_are_compared_without_links_to_pages_that_there_are_not(
    client, reported
):
    address = "/en/figures/?location=mstsislaw&location=BY&compare=location"
    assert client.get(address).status_code == 200
