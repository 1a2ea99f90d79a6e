"""Pages for people: complete without a script, in three languages, and sparing with queries."""

import gzip
import io
import re
import shutil
import subprocess
import sys
from urllib.parse import urlsplit

import brotli
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation

from programmes.models import Edition, Programme
from registry.cards.changeset import writing
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    edition,
    event,
    initiative,
    location,
    organisation,
    programme,
    source,
)

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LANGUAGES = ("en", "be", "ru")


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


def test_whoever_has_the_newest_copy_costs_one_look_at_the_change_number(
    client, world, django_assert_num_queries
):
    api = ("", "facets/", "contest/", "?location=BY-MA&format=csv", "?fields=name&lang=be")
    asked = [*addresses("be"), *(f"/api/v1/programmes/{each}" for each in api), "/sitemap.xml"]
    for address in asked:
        tag = client.get(address)["ETag"]
        with django_assert_num_queries(1):
            reply = client.get(address, headers={"If-None-Match": tag})
        assert (reply.status_code, reply["ETag"]) == (304, tag), address
    # No tag of another address hides that there is nothing.
    for address in (
        "/be/programmes/none-such/",
        "/be/programmes/?year=x",
        "/api/v1/programmes/no/",
    ):
        assert client.get(address, headers={"If-None-Match": tag}).status_code in (400, 404)


# What a page costs. A page of a list: the counter, the words that the query names, the cards with
# their number, the counts of the facets, the words of the facets.
LISTS = {
    # Whether anything is another since the choices were counted, and then these.
    "programmes/": 5,
    "programmes/?location=BY-MA&theme=sport&year=2016": 7,  # the sets say which, and are counted
    "editions/": 5,
    "initiatives/?result=winner": 5,
    # The tabs have numbers of their own; whether anything is as it was typed; what has the words,
    # for their number and the choices; the keys of the best matches before their cards; the state
    # of these kinds.
    "events/?q=final": 11,
    "organisations/?location=mstsislaw-district": 6,
    "places/?within=belarus": 4,
}
# The card and the counter; then what belongs to the record.
DETAILS = {
    # Counter; coming, past, newest; whether regions and districts are as they were, and these.
    # Kept: how many of each kind and how many of them are active, how many are coming; programmes
    # by place, in the whole country; nowhere and online.
    "": 12,
    # Counter, the upper places. Kept: their numbers; what is beside the map, as at home.
    "places/": 6,
    "programmes/contest/": 7,  # numbers of parts; editions, initiatives, events, sub-programmes
    "editions/sixth/": 5,  # numbers of parts; initiatives, events
    "initiatives/ground/": 2,
    "events/final/": 2,
    # Years; roles, and which there are; programmes, editions, initiatives, events; numbers of them;
    # what is part of it; whether all programmes are as they were, or else its own. Kept: what
    # these have, and the names of these places and themes.
    "organisations/club/": 17,
    # What it lies in; whether what lies in it or stands on its map is as it was, and that; coming
    # events, or past ones; organisations that work, or others; programmes; editions; initiatives.
    # Kept: numbers, with the coming and the active; those of the whole country, of the places
    # around and of the years; with whom its organisations work, and whether all are as they were,
    # or else these.
    "places/mahilyow-region/": 19,
    # And how much what it lies in has, and its names; twice what is near, the regions, and how much
    # is there.
    "places/mstsislaw/": 26,
    "places/belarus/": 17,
    # Counter, terms; what has those of the vocabulary; an example of each of five kinds.
    "glossary/": 8,
}
# Of a list of one place with little in it: the regions beside it, and how much is there; of a
# district the cells of the grid around it, twice, and the regions.
NEARBY = {
    "programmes/?location=BY-MA&theme=sport&year=2016": 2,
    "organisations/?location=mstsislaw-district": 6,
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
        assert number <= 11 or page in DETAILS
        number += NEARBY.get(page, 0) if more == 0 else 0
        with django_assert_num_queries(number, info=page):
            assert client.get(f"/en/{page}").status_code == 200
    for page in LISTS | DETAILS:  # kept: the change number is asked for, and no more
        with django_assert_num_queries(1, info=page):
            assert client.get(f"/en/{page}").status_code == 200


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
        assert f'<span class="status-code">{status}</span>' in html


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
    assert "1 country with nothing recorded" in folded


def test_a_count_of_nothing_is_no_link(client, world):
    for address in ("/en/", "/en/places/"):
        html = client.get(address).content.decode()
        assert "<li>place not recorded 0</li>" in html
        assert "location=none" not in html
    district = location("empty", "district", name_en="Empty", parent=world["brest-region"])
    location("village", "village", name_en="Village", parent=district)
    html = client.get("/en/places/village/").content.decode()
    assert "nothing yet" not in html  # of a district without anything there is no word


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


@pytest.mark.once
@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_every_text_of_the_code_is_in_the_catalogues(tmp_path):
    """Collected as by `make messages`, in a copy: what nobody has collected yet is no entry."""
    for folder in ("locale", "organisations", "programmes", "registry", "static", "templates"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder)
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "be", "-l", "ru"]
        + ["--no-location", "--no-obsolete", "--verbosity", "0"],
        cwd=tmp_path,
        check=True,
    )
    for language in ("be", "ru"):
        path = f"locale/{language}/LC_MESSAGES/django.po"
        stored, collected = (
            {(each.context, each.id) for each in read_po(io.BytesIO(file.read_bytes()))}
            for file in (settings.BASE_DIR / path, tmp_path / path)
        )
        assert collected - stored == set()
        assert stored - collected == set()
        assert len(stored) > 500


def test_the_row_of_an_event_names_its_programme_without_a_date_and_begins_without_a_dot(
    client, world
):
    contest = programme("rows", name_en="Contest of rows", locations=[world["brest-region"]])
    event("undated", programme=contest, locations=[world["brest-region"]], dates="", kind="")
    html = client.get("/en/events/").content.decode()
    rows = html.split('class="event-row"')[1:]
    row = next(each for each in rows if "/events/undated/" in each.partition("</li>")[0])
    assert "Contest of rows" in row
    assert re.search(r"<p>\s*Brest", row)


def test_the_stylesheet_is_small():
    sheet = (settings.BASE_DIR / "static" / "site.css").read_bytes()
    # As it is served; lines and indents weigh next to nothing then.
    assert len(gzip.compress(sheet)) < 9_000
    assert len(brotli.compress(sheet, quality=5)) < 9_000


def test_the_stylesheet_has_one_declaration_on_a_line():
    lines = (settings.BASE_DIR / "static" / "site.css").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.count(";") > 1 or len(line) > 120] == []
    assert [line for line in lines if re.search(r"\{.*\S", line.partition("/*")[0])] == []
    assert sum(line.endswith(";") for line in lines) > 800
