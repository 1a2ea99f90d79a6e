"""Pictures of numbers: true to the records, beside words and tables that say the same."""

import re
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from registry.pages.detail import MAX_PARTS
from registry.records.fields import EndField, StartField
from tests.support.factories import edition, figure, life_event, organisation, programme, source

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LINE = re.compile(r'<path class="(on|off)" d="M([\d.]+) 4H([\d.]+)"/>')


@pytest.fixture(autouse=True)
def summer_of_2026(monkeypatch):
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)


def life(edtf, status=""):
    """(class, where the line begins, where it ends) or None; 2 is 1990 and 128 the end of 2026."""

    class Record:
        dates = edtf

    sides = {"start": StartField(), "end": EndField()}
    sides = {name: field.to_representation(Record) for name, field in sides.items()}
    line = Template("{% load charts %}{% life start end status=status %}")
    found = LINE.search(line.render(Context({**sides, "status": status})))
    return found and (found[1], float(found[2]), float(found[3]))


def test_a_life_line_shows_what_is_known_and_no_more():
    year = (128 - 2) / 37
    assert life("2000/2010") == ("off", pytest.approx(2 + 10 * year, abs=0.1), pytest.approx(73.5))
    kind, begin, end = life("2016/..")
    assert (kind, begin) == ("on", pytest.approx(2 + 26 * year, abs=0.1))
    assert end == pytest.approx(2 + 36.5 * year, abs=0.1)  # today, not the end of the year
    for unknown in ("2016/", "/2016"):
        kind, begin, end = life(unknown)
        assert (kind, end - begin < 0.2) == ("off", True)
    assert life("2016/", status="active")[0] == "on"
    assert life("1950/1960") == ("off", 2, pytest.approx(2.1))
    assert life("2030/2040")[0] == "off"
    assert life("XXXX-03-21") is None
    assert life("") is None


def test_the_columns_of_years_are_the_numbers_of_the_lists_that_the_table_leads_to(client):
    club = organisation("club")
    for dates in ("2012/2014", "2014", "2016/..", "201X", ""):
        programme(dates=dates, roles=[("organiser", club)])
    programme(dates="2014")  # of nobody
    html = client.get("/en/organisations/club/").content.decode()
    section = re.search(r'<section [^>]*"years">.*?</section>', html, re.S)[0]
    rows = re.findall(r'<a href="([^"]+)">[^<]+</a></th><td class="number">(\d+)</td>', section)
    assert rows
    for address, number in rows:
        shown = client.get(address.replace("&amp;", "&")).content.decode()
        assert re.search(r' tabindex="-1">(\d+) ', shown)[1] == number, address
    heights = re.findall(r'<rect [^>]*height="([\d.]+)"', section)
    counted = [int(number) for address, number in rows if "none" not in address]
    assert [round(float(height) * max(counted) / 90) for height in heights] == counted


@pytest.mark.parametrize(("dates", "written"), [(("2012", "2014"), 2), (("1998", "2014"), 1)])
def test_columns_carry_their_numbers_or_a_scale(client, dates, written):
    club = organisation("club")
    for one in dates:
        programme(dates=one, roles=[("organiser", club)])
    chart = re.search(
        r'<svg class="year-columns".*?</svg>', client.get("/en/organisations/club/").text
    )
    assert len(re.findall(r"<text[^>]*>1</text>", chart[0])) == written


def test_one_year_alone_is_no_chart(client):
    club = organisation("club")
    programme(dates="2014", roles=[("organiser", club)])
    assert 'class="year-columns"' not in client.get("/en/organisations/club/").content.decode()


def test_participants_stand_as_reported_edition_by_edition_and_are_never_added_up(client):
    contest = programme("contest")
    report = source()
    for number, printed in ((1, "about 40"), (2, "80")):
        season = edition(programme=contest, name_en=f"Season {number}", number=number)
        figure(season, printed, number=int(printed.split()[-1]), source=report)
        figure(season, "7", number=7, measure="winners", source=report)
    html = client.get("/en/programmes/contest/").content.decode()
    table = re.search(r'<table class="table bar-chart">.*?</table>', html, re.S)[0]
    cells = re.findall(r'<td class="number">([^<]+)</td>', table)
    assert cells == ["about 40", "80"]
    assert re.findall(r'<rect width="([\d.]+)"', table) == ["50", "100"]
    assert not re.search(r">\s*120\s*<", html)


@pytest.mark.slow
def test_a_chart_says_what_it_leaves_out(client):
    contest, report = programme("contest"), source()
    for number in range(MAX_PARTS + 3):
        season = edition(programme=contest, number=number + 1, dates=str(1900 + number))
        if number > MAX_PARTS:
            figure(season, str(number), number=number, source=report)
    html = client.get("/en/programmes/contest/").content.decode()
    section = html.partition('id="participants"')[2].partition("</section>")[0]
    assert "And 3 earlier editions, which are in the full list." in section


def test_where_sources_differ_the_figures_say_so_and_stand_side_by_side(client):
    contest = programme("contest")
    first, second = source("first"), source("second")
    for printed, of, period in (
        ("118", first, "2015"),
        ("over 120", second, "2015"),
        ("90", second, "2014"),
    ):
        figure(contest, printed, number=int(printed.split()[-1]), source=of, period=period)
    figure(contest, "3", number=3, measure="winners", source=first)
    figure(contest, "three", number=3, measure="winners", source=second)
    html = client.get("/en/programmes/contest/").content.decode()
    rows = re.findall(r'<tr id="[^"]+"><td class="large-number">([^<]+)</td>(.*?)</tr>', html, re.S)
    differing = {printed for printed, rest in rows if "Sources differ" in rest}
    assert len(rows) == 5
    assert differing == {"118", "over 120"}


def test_from_a_figure_to_its_source_and_back(client):
    club = organisation("club")
    report = source()
    life_event(club, "founded", "2003", source=report)
    figure(club, "12", source=report)
    html = client.get("/en/organisations/club/").content.decode()
    assert html.count('href="#s1"') == 2
    assert html.count('id="r1"') == html.count('href="#r1"') == 1
