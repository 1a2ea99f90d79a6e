"""Pages for people: complete without a script, in three languages, and sparing with queries."""

import gzip
import html
import re
from urllib.parse import urlsplit

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation

from programmes.models import Edition, Programme
from registry.cards.changeset import writing
from registry.records.models import Source, State
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    initiative,
    life_event,
    location,
    organisation,
    programme,
    source,
    term,
)

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "be", "ru")


@pytest.fixture
def world():
    """A small registry with one record of each kind, and every part that a page shows."""
    places = belarus()
    district = places["mstsislaw-district"]
    report = source(
        "report",
        name_en="Report of the final",
        publisher="Press",
        date="2015-11-23",
        url="https://source.example/final",
        archived_url="https://archive.example/final",
    )
    theme = term("sport", name_en="Sport")
    term("clan", scheme="concept", name_en="Clan", definition_en="A family that governs.")
    club = organisation(
        "club", name_en="Sport Club", kind="ngo", seat=district, themes=[theme], names=["SC"]
    )
    life_event(club, "founded", "2003", source=report)
    closed = organisation("office", name_en="Old Office", kind="field-operation", parent=club)
    life_event(closed, "closed", "2011-03-31", source=report)
    contest = programme(
        "contest",
        name_en="Sport Region",
        name_ru="Спорт Регион",
        kind="contest",
        dates="2016-02/2016-10",
        summary_en="Sports grounds for everybody.",
        note_en="The number of grounds is not stated.",
        themes=[theme],
        locations=[district],
        roles=[("organiser", club), ("funder", closed)],
        sources=[report],
        website="https://contest.example/",
    )
    figure(contest, "about 50", source=report, period="2016")
    sixth = edition(
        "sixth", name_en="Sixth contest", programme=contest, number=6, locations=[district]
    )
    initiative("ground", edition=sixth, result="winner", award="Best", locations=[district])
    event("final", kind="final", edition=sixth, dates="2016-10-08", locations=[district])
    event("meeting", kind="meeting", dates="XXXX-03-04/XXXX-03-05", organisation=club)
    event("forum", kind="forum", dates="2999-12-12", locations=[district], organisation=club)
    programme("everywhere", kind="project", locations=[places["belarus"]])
    return places


PAGES = (
    *("", "programmes/", "editions/", "initiatives/", "events/", "organisations/", "places/"),
    *("search/", "search/?q=Sport", "glossary/", "data/", "data/developers/", "about/"),
    *("programmes/contest/", "editions/sixth/", "initiatives/ground/", "events/final/"),
    *("organisations/club/", "organisations/office/", "places/belarus/", "places/mstsislaw/"),
    *("places/mahilyow-region/", "programmes/?location=BY-MA&kind=contest&status=ended"),
)


def addresses(language):
    return [f"/{language}/{page}" for page in PAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_in_every_language_and_names_itself(client, world, language):
    for address in addresses(language):
        answer = client.get(address)
        assert answer.status_code == 200, address
        html = answer.content.decode()
        path = urlsplit(address).path
        assert f'<html lang="{language}">' in html
        assert html.count("<h1") == 1
        assert re.search(rf'<link rel="canonical" href="http://testserver{path}', html), address
        for other in LANGUAGES:
            twin = f"/{other}/{path[4:]}"
            assert f'hreflang="{other}" href="http://testserver{twin}' in html
        assert not answer.cookies
        assert answer["ETag"].startswith('W/"')
        assert answer["Cache-Control"] == "public, no-cache"


def test_no_page_holds_a_style_a_script_or_the_address_of_another_host_to_load(client, world):
    for address in addresses("en"):
        html = client.get(address).content.decode()
        inline = r'<script(?! (?:src="/static/[^"]+" defer|type="application/ld\+json")>)'
        code = rf"{inline}|<style|\sstyle=|\son[a-z]+="
        assert not re.search(code, html), address
        for loaded in re.findall(r'<(?:img|link|iframe)[^>]*(?:src|href)="([^"]+)"', html):
            assert loaded.startswith(("/", "http://testserver/")), address


def test_the_anchor_of_each_footnote_is_on_the_page(client, world):
    for address in addresses("en"):
        html = client.get(address).content.decode()
        for anchor in re.findall(r'href="#([^"]+)"', html):
            assert f'id="{anchor}"' in html, (address, anchor)


def test_a_newer_copy_is_sent_only_when_something_changed(client, world):
    for address in addresses("be"):
        tag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    programme("new")
    assert client.get("/be/programmes/", headers={"If-None-Match": tag}).status_code == 200


# What a page costs. A page of a list: the counter, the words that the query names, the cards with
# their number, the counts of the facets, the words of the facets; of which a file can tell.
LISTS = {
    "programmes/": 5,
    "programmes/?location=BY-MA&theme=sport&year=2016": 6,
    "editions/": 4,
    "initiatives/?result=winner": 4,
    # The tabs have numbers of their own; whether anything is as it was typed.
    "events/?q=final": 8,
    "organisations/?location=mstsislaw-district": 5,
    "places/?within=belarus": 4,
}
# The card and the counter; then what belongs to the record.
DETAILS = {
    # Counter; coming, past, newest; the regions. Kept: totals; programmes by region, in the whole
    # country, nowhere with what is online; the dots.
    "": 10,
    # Counter, the upper places. Kept: their numbers; what is beside the map, as at home.
    "places/": 6,
    "programmes/contest/": 7,  # numbers of parts; editions, initiatives, events, sub-programmes
    "editions/sixth/": 5,  # numbers of parts; initiatives, events
    "initiatives/ground/": 2,
    "events/final/": 2,
    # Years; roles; programmes, editions, initiatives, events; numbers of them; what is part of it.
    "organisations/club/": 10,
    # What it lies in; what lies in it or stands on its map; coming and past events; organisations
    # that work and others; programmes; editions; initiatives. Kept: numbers, with the coming and
    # the active; those of the whole country, of the places around and of the years.
    "places/mahilyow-region/": 17,
    "places/mstsislaw/": 20,  # and the numbers of its district
    "places/belarus/": 17,
    "glossary/": 2,  # counter, terms
}
# How many of them are not made again until something changes.
KEPT = {
    "": 5,
    "places/": 4,
    "places/mahilyow-region/": 6,
    "places/mstsislaw/": 9,
    "places/belarus/": 6,
}


@pytest.mark.parametrize("more", [0, 2, 99])
def test_the_number_of_queries_is_the_same_for_any_number_of_rows(
    client, world, more, django_assert_num_queries
):
    district = world["mstsislaw-district"]
    with writing():
        parent = Programme.objects.get(slug="contest")
        sixth = Edition.objects.get(slug="sixth")
        sport = parent.themes.get().term
        club = parent.roles.get(role="organiser").organisation
        for number in range(more):
            programme(
                dates="2016", themes=[sport], locations=[district], roles=[("organiser", club)]
            )
            edition(programme=parent, dates="2016")
            initiative(edition=sixth, result="winner", locations=[district])
            event(name_en=f"Final {number}", edition=sixth, locations=[district])
            organisation(seat=district)
            location(parent=world["mahilyow-region"], kind="district")
    for page, number in (LISTS | DETAILS).items():
        with django_assert_num_queries(number, info=page):
            assert client.get(f"/en/{page}").status_code == 200
        assert number <= 8 or page in DETAILS
    for page, number in KEPT.items():
        with django_assert_num_queries(DETAILS[page] - number, info=page):
            client.get(f"/en/{page}")


@pytest.mark.parametrize(("language", "until"), [("en", "until"), ("be", "да"), ("ru", "до")])
def test_what_only_ended_is_said_to_last_until_then(client, language, until):
    """However the end was typed, on every page that says how long something lasted."""
    place = location("town", valid_to="2011")
    club = organisation("club", locations=[place])
    contest = programme("contest", roles=[("host", club)])
    final = event("final", registration_deadline="2014-03")
    with writing():
        place.other_names.create(name="Old town", kind="historical", valid_to="../2012")
        club.other_names.create(name="Old club", kind="former", valid_from="../2013")
        contest.roles.update(valid_to="2015")
    march = {"en": "March", "be": "сакавіка", "ru": "марта"}[language]
    for record, said in (
        (place, [f"<dd>{until} 2011</dd>", f"{until} 2012)"]),
        (club, [f": {until} 2013)"]),
        (contest, [f">{until} 2015</span>"]),
        (final, [f"<dd>{until} {march} 2014</dd>"]),
    ):
        with translation.override(language):
            html = client.get(record.get_absolute_url()).content.decode()
        for words in said:
            assert words in html, (record, words)
    card = client.get("/api/v1/organisations/club/").json()
    assert card["other_names"][0]["from"]["text"]["en"] == "earlier"
    assert card["other_names"][0]["to"]["latest"] == "2013-12-31"


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
    sentence = "A date is written as in 2015, 2015-03 or 2015-03-21."
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
    assert 'class="errs"' in answer.content.decode()


def test_an_unknown_name_and_empty_values_are_ignored(client, world):
    plain = client.get("/en/programmes/?kind=contest").content.decode()
    shared = client.get("/en/programmes/?kind=contest&q=&location=&fbclid=x").content.decode()
    canonical = '<link rel="canonical" href="http://testserver/en/programmes/?kind=contest">'
    assert canonical in plain
    assert canonical in shared


def test_one_chip_for_each_filter_and_each_takes_its_own_away(client, world):
    html = client.get("/en/programmes/?location=BY-MA&kind=contest").content.decode()
    chips = re.findall(r'<li><a href="([^"]+)"><span class="vh">Remove filter:', html)
    list_ = "/en/programmes/"
    assert chips == [f"{list_}?kind=contest", f"{list_}?location=BY-MA"]


def test_an_empty_list_says_so_and_offers_the_ways_out(client, world):
    html = client.get("/en/programmes/?kind=advice&location=BY-BR").content.decode()
    assert "Nothing matches" in html
    list_ = "/en/programmes/"
    assert "Nothing matches, even with one filter taken off." in html
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


def test_a_town_says_what_its_district_holds_and_how_many_each_list_has(client, world):
    page = client.get("/en/places/mstsislaw/").content.decode()
    for kind in ("programme", "event", "organisation"):
        collection = f"/en/{kind}s/"
        address = rf'href="({collection}\?location=mstsislaw-district[^"]*)">(\d+) {kind}'
        ((link, number),) = re.findall(address, page)
        assert f"{number} {kind}" in client.get(html.unescape(link)).content.decode()


def test_a_point_is_written_with_dots_in_every_language(client, world):
    for language in ("en", "be", "ru"):
        assert "54.02, 31.72" in client.get(f"/{language}/places/mstsislaw/").content.decode()


def test_the_numbers_of_a_place_are_those_of_the_lists_they_lead_to(client, world):
    event("abroad", dates="2999-01-01", locations=[location("armenia", iso_3166_1="AM")])
    for slug in ("belarus", "mahilyow-region", "brest-region", "mstsislaw-district", "mstsislaw"):
        html = client.get(f"/en/places/{slug}/").content.decode()
        tally = re.search(r'<dl class="tally">(.*?)</dl>', html, re.S)[1]
        numbers = re.findall(r"<dt>.*?</dt><dd>(\d+)</dd>", tally)
        types = ("programmes", "organisations", "events", "initiatives")
        for collection, number in zip(types, numbers, strict=True):
            count = client.get(f"/api/v1/{collection}/?location={slug}").json()["count"]
            assert int(number) == count, (slug, collection)
        coming = re.search(r"upcoming=true\">(\d+) coming event", html)
        found = client.get(f"/api/v1/events/?location={slug}&upcoming=true").json()["count"]
        assert (int(coming[1]) if coming else 0) == found
        country = re.search(r"location_kind=country\">(\d+) programme", html)
        if slug != "belarus":
            assert country[1] == "1"


def test_the_map_of_the_country_and_what_stands_beside_it_are_true_to_their_lists(client, world):
    programme("nowhere")
    for mode in ("online", "online", "in-person"):
        event(mode=mode, dates="2020")
    for address in ("/en/", "/en/places/"):
        figure = re.search(r'<figure class="map">.*?</figure>', client.get(address).text, re.S)[0]
        regions = re.findall(r'<a href="([^"]+)" aria-label="[^"]+ (\d+) programmes?"', figure)
        assert [int(number) for _, number in regions] == [1, 0]
        for page, number in regions:
            tally = re.search(r'<dl class="tally">.*?<dd>(\d+)</dd>', client.get(page).text, re.S)
            assert tally[1] == number
        beside = re.findall(r'<li><a href="([^"]+)">[^<]+</a> (\d+)</li>', figure)
        assert [int(number) for _, number in beside] == [1, 1, 2]
        for page, number in beside:
            shown = client.get(page.replace("&amp;", "&")).text
            assert re.search(r' tabindex="-1">(\d+) ', shown)[1] == number


def test_a_kept_number_is_counted_anew_after_a_change(client, world):
    def shown():
        pages = [client.get(f"/en/{page}").text for page in ("", "places/", "places/belarus/")]
        return [re.search(r'aria-label="Mahilyow (\d+) programme', page)[1] for page in pages]

    assert shown() == ["1"] * 3
    added = programme("added", locations=[world["mstsislaw"]])
    assert shown() == ["2"] * 3
    withdraw(added, Reason.SAFETY)
    assert shown() == ["1"] * 3


def test_a_district_is_shown_among_the_districts_of_its_region(client, world):
    horki = location(
        "horki-district",
        "district",
        name_en="Horki District",
        parent=world["mahilyow-region"],
        lat=54.28,
        lon=30.98,
    )
    programme(locations=[horki])
    html = client.get("/en/places/mstsislaw-district/").text
    assert re.search(r'<g class="here">.*?>Mstsislaw 1</text>\s*</g>', html, re.S)
    assert '<a href="/en/places/horki-district/" aria-label="Horki 1 programme">' in html


def test_a_term_is_read_in_the_glossary_and_a_source_where_it_was_published(world):
    clan = term("kin", scheme="concept")
    assert clan.get_absolute_url() == "/en/glossary/#kin"
    assert source("paper").get_absolute_url() is None


def test_a_region_shows_what_is_inside_and_what_has_nothing_yet(client, world):
    html = client.get("/en/places/belarus/").content.decode()
    inside = re.search(r'id="inside".*?</ul>', html, re.S)[0]
    listed = re.search(r'<a class="n" href="([^"]+)" aria-label="1 programme: Mahilyow', inside)[1]
    assert ' tabindex="-1">1 programme<' in client.get(listed).content.decode()
    assert re.search(r'Brest Region</a></span> <span class="n">none yet</span>', inside)


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
        cells = re.findall(r'<td class="big">(.*?)</td>', html)
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


def test_formats_are_called_the_same_below_a_list_and_among_the_data(client, world):
    labels = ["Excel (XLSX)", "Calendar (iCalendar)", "Feed (Atom)", "CSV", "GeoJSON", "JSON"]
    for address in ("/en/events/", "/en/data/"):
        html = client.get(address).content.decode()
        for label in [*labels, "NDJSON"]:
            assert f">{label}</a>" in html, (address, label)


def test_the_download_below_the_agenda_says_of_what_it_is(client, world):
    agenda = client.get("/en/events/").content.decode()
    assert "Download: 3 events (coming, past and without a date)" in agenda
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
    section = r'<section class="sec" aria-labelledby="armenia">.*?</section>'
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


def test_hidden_and_never_there_are_the_same_page(client, world):
    programme("unseen-one", name_en="Unseen", state=State.DRAFT)
    answers = [client.get(f"/en/programmes/{slug}/") for slug in ("unseen-one", "never-made")]
    assert {answer.status_code for answer in answers} == {404}
    hidden, absent = (answer.content.decode() for answer in answers)
    assert hidden.replace("unseen-one", "never-made") == absent
    assert "Unseen" not in hidden


def test_a_withdrawn_record_tells_its_type_its_id_and_its_day_alone(client, world):
    secret = programme("secret", name_en="Unspoken", summary_en="Unspoken words")
    withdraw(secret, Reason.SAFETY)
    answer = client.get("/en/programmes/secret/")
    html = answer.content.decode()
    assert answer.status_code == 410
    assert str(secret.public_id) in html
    assert ">Programme<" in html
    assert re.search(r'<time datetime="\d{4}-\d\d-\d\d">', html)
    assert "Unspoken" not in html
    assert "afety" not in html


def test_an_old_address_and_an_id_lead_to_the_page(client, world):
    moved = programme("old")
    moved.slug = "new"
    moved.save()
    for name in ("old", moved.public_id):
        answer = client.get(f"/be/programmes/{name}/")
        assert (answer.status_code, answer["Location"]) == (301, "/be/programmes/new/")


def test_search_finds_a_place_in_any_spelling_and_what_is_in_it(client, world):
    for words in ("Мсціслаў", "Мстиславль", "mstsis"):
        html = client.get("/en/search/", {"q": words}).content.decode()
        assert "/en/places/mstsislaw/" in html
    assert "/en/programmes/contest/" in client.get("/en/search/?q=Мсціслаў").content.decode()
    assert client.get("/en/search/?q=" + "x" * 5000).status_code == 400


def test_errors_look_like_the_site(client, world):
    for address, status in (("/be/nowhere/", 404), ("/be/%00/", 400)):
        answer = Client(raise_request_exception=False).get(address)
        assert answer.status_code == status
        html = answer.content.decode()
        assert '<html lang="be">' in html
        assert 'class="brand"' in html
        assert f'<span class="code">{status}</span>' in html


def test_the_page_for_our_own_faults_needs_no_database_and_no_request(client, monkeypatch):
    def fail(*args, **options):
        raise ZeroDivisionError

    monkeypatch.setattr("registry.site.home.totals", fail)
    answer = Client(raise_request_exception=False).get("/ru/")
    assert answer.status_code == 500
    assert '<html lang="ru">' in answer.content.decode()


def test_countries_of_which_nothing_is_recorded_are_folded_away(client, world):
    france = location("france", name_en="France", iso_3166_1="FR")
    location("italy", name_en="Italy", iso_3166_1="IT")
    armenia = location("armenia", name_en="Armenia", iso_3166_1="AM")
    location("lori", "region", name_en="Lori", parent=armenia, iso_3166_2="AM-LO")
    organisation("elsewhere", seat=france)
    html = client.get("/en/places/").content.decode()
    shown, folded = html[html.index('id="armenia"') :].split("<details")
    assert "/en/places/lori/" in shown
    assert "/en/places/france/" in shown
    assert "/en/places/italy/" in folded
    assert "/en/places/france/" not in folded
    assert "1 country of which" in folded


def test_a_count_of_nothing_is_no_link(client, world):
    for address in ("/en/", "/en/places/"):
        html = client.get(address).content.decode()
        assert "<li>place not recorded 0</li>" in html
        assert "location=none" not in html
    district = location("empty", "district", name_en="Empty", parent=world["brest-region"])
    location("village", "village", name_en="Village", parent=district)
    html = client.get("/en/places/village/").content.decode()
    assert "Empty: 0 programmes, 0 organisations, 0 events." in html


def test_words_of_a_source_are_marked_with_its_language(client, world):
    edition = Edition.objects.get(slug="sixth")
    russian = source("newspaper", name_en="Newspaper", language="ru")
    initiative("prized", edition=edition, award="Лучший проект", sources=[russian])
    for address in ("initiatives/prized/", "editions/sixth/"):
        marked = '<span lang="ru">Лучший проект</span>'
        assert marked in client.get(f"/be/{address}").content.decode()
        html = client.get(f"/ru/{address}").content.decode()
        assert "Лучший проект" in html
        assert marked not in html


@pytest.mark.parametrize(
    ("language", "dates", "top", "bottom"),
    [
        ("en", "2016-10-08", "8", "Oct 2016"),
        ("en", "2016-05-08", "8", "May 2016"),
        ("be", "2016-10-08", "8", "кастр. 2016"),
        ("be", "2016-05-08", "8", "мая 2016"),
        ("be", "XXXX-10", "кастр.", ""),
        ("be", "2016-05", "май", "2016"),
        ("ru", "2016-10-08", "8", "окт. 2016"),
        ("ru", "2016-05-08", "8", "мая 2016"),
        ("ru", "2016-03", "март", "2016"),
    ],
)
def test_short_months_are_written_as_the_language_does(client, world, language, dates, top, bottom):
    event("when", dates=dates, locations=[world["brest-region"]])
    html = client.get(f"/{language}/places/brest-region/").content.decode()
    assert re.search(rf"<b[^>]*>{top}</b> <i>{bottom}</i>", html)


@pytest.mark.parametrize("language", ["be", "ru"])
def test_every_text_of_the_interface_is_translated(language):
    path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as text:
        catalogue = read_po(text)
    assert catalogue.num_plurals == 4
    for message in catalogue:
        if message.id:
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(said), message.id
            assert not message.fuzzy, message.id


def test_the_stylesheet_is_small():
    sheet = (settings.BASE_DIR / "static" / "site.css").read_bytes()
    assert len(sheet) < 30_000
    assert len(gzip.compress(sheet)) < 8_000
