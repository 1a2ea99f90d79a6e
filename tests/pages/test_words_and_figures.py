"""Texts of another language, figures and their sources, plurals and orders."""

import re

import pytest
from django.utils import translation

from organisations.models import Organisation
from programmes.models import Edition
from registry.cards.changeset import writing
from registry.cards.clock import today
from registry.pages.templatetags.dates import long_date
from registry.records.models import Source, State, Term
from tests.support.factories import (
    edition,
    event,
    figure,
    location,
    organisation,
    programme,
    source,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_text_of_another_language_is_marked_and_named(client, world):
    html = client.get("/be/programmes/contest/").content.decode()
    assert '<span lang="ru">Спорт Регион</span> <span class="quiet small">(па-руску)</span>' in html
    assert '<span lang="en">Sports grounds for everybody.</span>' in html
    english = client.get("/en/programmes/contest/").content.decode()
    assert "<h1>Sport Region</h1>" in english


def test_figures_lead_to_their_source_and_sources_to_their_original(client, world):
    html = client.get("/en/programmes/contest/").content.decode()
    assert re.search(r"about 50.*?#s1", html, re.S)
    assert '<li id="s1"' in html
    for address in ("https://source.example/final", "https://archive.example/final"):
        assert f'<a href="{address}" rel="nofollow noopener">' in html


def test_a_figure_in_the_words_of_another_language_is_said_in_those_of_the_page(client, world):
    english, russian = (source(f"in-{code}", language=code) for code in ("en", "ru"))
    told = programme("told")
    figure(told, "about 50", number=50, qualifier="about", source=english)
    figure(told, "six", number=6, unit="regions", measure="regions-covered", source=english)
    figure(told, "1200", number=1200, measure="other", source=english)
    figure(told, "много", measure="finalists", source=russian)
    figure(told, "до 70", number=70, qualifier="up-to", measure="finalists", source=russian)

    def figures(language):
        html = client.get(f"/{language}/programmes/told/").content.decode()
        cells = re.findall(r'<td class="large-number">(.*?)</td>', html)
        return [re.sub(r' <span class="quiet small">|</span>$', "", cell) for cell in cells]

    assert figures("en") == [
        *("about 50", "six", "1200", "много"),
        'up to 70(<span lang="ru">до 70</span>)',
    ]
    assert figures("ru") == [
        'около 50(<span lang="en">about 50</span>)',
        '6(<span lang="en">six</span>)',
        *("1200", "много", "до 70"),
    ]
    assert figures("be")[0] == 'каля 50(<span lang="en">about 50</span>)'


def test_the_words_of_an_edition_s_figure_are_said_like_those_of_the_programme(client, world):
    of_edition = Edition.objects.get(slug="sixth")
    figure(of_edition, "thirty", number=30, source=source("press", language="en"))
    html = client.get("/be/programmes/contest/").content.decode()
    assert '<b>30 <span class="quiet small">(<span lang="en">thirty</span>)</span></b>' in html


def test_a_figure_whose_source_is_in_review_says_so(client, world):
    report = Source.objects.get(slug="report")
    missing = "Its source is not public at present."
    assert missing not in client.get("/en/programmes/contest/").content.decode()
    report.state = State.REVIEW
    report.save()
    assert missing in client.get("/en/programmes/contest/").content.decode()


def test_tallies_take_the_plural_of_their_number(client, world):
    def tally(address):
        html = client.get(address).content.decode()
        found = re.search(r'<dl class="tally">.*?</dl>', html, re.S)[0]
        return re.findall(r"<dt>(?:<a [^>]*>)?([^<]+)(?:</a>)?</dt><dd>(\d+)</dd>", found)

    assert tally("/en/places/mstsislaw-district/")[0] == ("Programme", "1")
    assert tally("/be/places/mstsislaw-district/")[:2] == [("Праграма", "1"), ("Арганізацыя", "1")]
    assert tally("/ru/")[:2] == [("Программы", "2"), ("Организации", "2")]
    assert ("События", "3") in tally("/ru/")


def test_a_map_without_dots_of_others_says_what_it_shows(client, world):
    dots, where = "a larger dot means more", "Where {} lies"
    region = client.get("/en/places/mahilyow-region/").content.decode()
    assert dots in region
    assert where.format("Mahilyow Region") not in region
    for slug, name in (("brest-region", "Brest Region"), ("mstsislaw", "Mstsislaw")):
        html = client.get(f"/en/places/{slug}/").content.decode()
        assert dots not in html
        assert f"<figcaption>{where.format(name)} <a" in html


def test_past_events_stand_before_those_without_a_year_and_these_by_their_month(client):
    event("undated", name_en="Sometime")
    for dates in ("2015-11-21", "XXXX-12-12", "XXXX-10", "2016-03-01", "XXXX-03-21"):
        event(name_en=f"Held {dates}", dates=dates, locations=[])
    html = client.get("/en/").content.decode()
    shown = re.findall(r">(Held [^<]+|Sometime)</a></h3><p>", html)
    assert shown[:2] == ["Held 2016-03-01", "Held 2015-11-21"]
    assert len(shown) == 5
    assert shown[2:] == sorted(shown[2:], key=lambda name: (name == "Sometime", name))


@pytest.mark.parametrize("whole", ["programme", "edition"])
def test_a_record_tells_what_is_to_come_then_what_is_over_then_what_has_no_year(client, whole):
    record = {"programme": programme, "edition": edition}[whole]("whole")
    day = today()
    ahead = [f"{day.year + number}-03-01" for number in (2, 1)]
    for dates in ("2015-11-21", "XXXX-12-12", ahead[0], "2016-03-01", "XXXX-03-21", ahead[1]):
        event(name_en=f"Held {dates}", dates=dates, **{whole: record})
    html = client.get(f"/en/{whole}s/whole/").content.decode()
    shown = re.findall(r">Held ([^<]+)</a></h3>", html)
    assert shown == [*reversed(ahead), "2016-03-01", "2015-11-21", "XXXX-03-21", "XXXX-12-12"]


def test_formats_are_called_the_same_below_a_list_and_among_the_data(client, world):
    labels = ["Excel (XLSX)", "Calendar (iCalendar)", "Feed (Atom)", "CSV", "GeoJSON", "JSON"]
    for address in ("/en/events/", "/en/data/"):
        html = client.get(address).content.decode()
        for label in [*labels, "NDJSON"]:
            assert f">{label}</a>" in html, (address, label)


def test_the_download_below_the_agenda_says_of_what_it_is(client, world):
    agenda = client.get("/en/events/").content.decode()
    assert "Download: 3 events (upcoming, past and without a date)" in agenda
    month = client.get("/en/events/?month=2016-10").content.decode()
    assert "Download: 1 event (October 2016)" in month
    assert (
        'id="take">Download: 1 event</h2>'
        in client.get("/en/events/?upcoming=false").content.decode()
    )


def test_a_list_of_names_in_one_other_language_says_so_once(client, world):
    armenia = location("armenia", name_en="Armenia", name_ru="Армения", iso_3166_1="AM")
    regions = [
        location(slug, "region", name_en=slug.capitalize(), parent=armenia)
        for slug in ("lori", "shirak")
    ]
    section = r'<section class="section" aria-labelledby="armenia">.*?</section>'
    found = re.search(section, client.get("/ru/places/").content.decode(), re.S)[0]
    assert found.count("на английском") == 1
    assert '<a href="/ru/places/lori/" lang="en">Lori</a>' in found
    assert "in English" not in client.get("/en/places/").content.decode()
    regions[0].name_ru = "Лори"
    regions[0].save()
    found = re.search(section, client.get("/ru/places/").content.decode(), re.S)[0]
    assert '<span lang="en">Shirak</span> <span class="quiet small">(на английском)' in found


def test_what_staff_typed_is_never_markup(client, world):
    with writing():
        programme(
            "odd",
            name_en="<script>alert(1)</script>",
            summary_en="<b>bold</b>",
            website="javascript:alert(1)",
            sources=[source("odd", name_en="<i>", url="javascript:alert(2)")],
        )
    for address in ("/en/programmes/", "/en/programmes/odd/", "/en/search/?q=script", "/en/"):
        html = client.get(address).content.decode()
        shown = html.replace("<mark>", "").replace("</mark>", "")
        assert "&lt;script&gt;alert(1)" in shown, address
        assert "<script>" not in html
        assert "<b>bold" not in html
        assert 'href="javascript' not in html
    typed = client.get('/en/search/?q="><script>alert(1)').content.decode()
    assert "<script>" not in typed


def test_a_moment_is_said_as_the_day_that_it_is_in_minsk():
    with translation.override("en"):
        assert long_date("2026-11-26T21:58:00Z") == "27 November 2026"
        assert long_date("2026-11-26T20:59:59.5Z") == "26 November 2026"
        assert long_date("2026-11-26") == "26 November 2026"


def test_a_programme_opens_with_its_key_figure_and_that_of_an_edition_never_added_up(client):
    forum = programme("forum", summary_en="A forum.")
    paper, report = source("paper", name_en="Paper"), source("note", name_en="Note")
    figure(forum, "12 regions", number=12, measure="regions-covered", source=paper)
    figure(forum, "over 600", number=600, source=paper)
    for slug, year, printed in (("fifth", "2015", "80"), ("sixth", "2016", "about 120")):
        one = edition(slug, programme=forum, dates=year)
        figure(one, printed, source=report)
    html = client.get("/en/programmes/forum/").text
    shown = re.search(r'<ul class="key-figures bare">(.*?)</ul>', html, re.S)[1]
    assert html.index("key-figures") < html.index("A forum.</p>")
    assert re.findall(r"<b>(.*?)</b>", shown) == ["over 600", "about 120"]
    assert re.findall(r"Source: (\w+)", shown) == ["Paper", "Note"]
    assert re.findall(r'href="([^"]+)"', shown) == ["/en/editions/sixth/"]
    assert "720" not in shown


def test_an_organisation_says_where_its_programmes_are_on_what_and_with_whom(client, world):
    club = Organisation.objects.get(slug="club")
    partner, unseen = organisation("partner"), organisation("unseen", state=State.DRAFT)
    sport = Term.objects.get(slug="sport")
    for number in range(2):
        programme(
            roles=[("partner", club), ("funder", partner), ("host", unseen)],
            locations=[world["brest-region"]],
            themes=[sport] if number else (),
        )
    html = client.get("/en/organisations/club/").text
    said = html.split('<h2 id="together">')[1].partition("</section>")[0].replace("&amp;", "&")
    rows = re.findall(r'href="([^"]+)"><span aria-hidden="true">(\d+)<', said)
    assert rows == [
        ("/en/programmes/?organisation=club&location=BY", "3"),
        ("/en/programmes/?organisation=club&location=BY-BR", "2"),
        ("/en/programmes/?organisation=club&location=BY-MA", "1"),
        ("/en/programmes/?organisation=club&theme=sport", "2"),
    ]
    for address, number in rows:
        assert f'tabindex="-1">{number} programme' in client.get(address).text
    assert re.findall(r"/en/organisations/(\w+)/", said) == ["partner", "office"]
    assert "unseen" not in html
