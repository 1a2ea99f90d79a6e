"""The sheet of components: each partial as pages show it, in whatever it stands in there."""

import re
from collections import Counter

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import caches
from django.test import Client

from bin.components import chosen, marked, partials, pieces, replies, seen, sheet
from registry.cards.changeset import writing
from registry.cards.clock import today
from registry.pages.templatetags import partials as rendered_once
from tests.support.factories import edition, event, figure, location, programme, source
from tests.support.world import pages, populate, states

pytestmark = [pytest.mark.once, pytest.mark.django_db]

NOT_SHOWN = {"rows/term.html": "terms have no list among the pages, and each kind has a row"}

OF_THIS_WORLD = ("/en/places/vitsyebsk-region/", "/en/search/?q=Vitsyebsk+region+sport")


@pytest.fixture(autouse=True)
def _no_mark_is_kept():
    yield
    rendered_once._rendered.cache_clear()
    caches["kept"].clear()


@pytest.fixture
def world():
    """And what `populate` leaves out: a neighbour, an old name, participants of two editions …"""
    places = populate()
    with writing():
        vitsyebsk = location(
            "vitsyebsk-region",
            "region",
            name_en="Vitsyebsk Region",
            iso_3166_2="BY-VI",
            parent=places["belarus"],
        )
        contest = programme("twice", name_en="Twice", themes=[])
        for year in (2014, 2015):
            held = edition(f"in-{year}", programme=contest, dates=str(year))
            figure(held, "about 50", number=50, measure="participants")
        places["mstsislaw"].other_names.create(
            name="Old town", kind="historical", valid_to="../2012"
        )
        places["mstsislaw"].local_contexts.create(
            governed="corporate", standing="alien", source=source("article", name_en="Article")
        )
        event("today", dates=today().isoformat(), start_time="10:00", locations=[vitsyebsk])
        programme("draft", name_en="Zyzzyva", state="draft")
    return places


def of(html):
    return [(name, whole) for name, _text, whole in pieces(html)]


def draw(language, addresses=()):
    client = Client()
    rendered_once._rendered.cache_clear()
    with marked():
        asked = ((each, client.get(each).content.decode()) for each in addresses)
        return seen([*asked, *replies(client, language)])


def test_every_partial_is_shown_or_named_with_the_reason_and_says_what_is_public(world):
    shown = [page.address for page in [*pages("en"), *states("en")]]
    found = draw("en", [*shown, *OF_THIS_WORLD])
    assert list(found) == partials()
    assert len(found) > 100
    assert {name for name, outcomes in found.items() if not outcomes} == set(NOT_SHOWN)
    text = sheet(found, "en", "http://127.0.0.1:8000")
    ids = Counter(re.findall(r' id="([^"]+)"', text))
    assert [name for name, times in ids.items() if times > 1] == []
    assert set(re.findall(r'aria-labelledby="([^"]+)"', text)) <= ids.keys()
    assert "Sport Club" in text
    assert "Zyzzyva" not in text  # a draft
    assert '<ol class="agenda bare"><li class="event-row"' in text
    assert not re.search(r"<(?:style|script)\b| style=|[\ue000\ue001]", text)


def test_a_piece_stands_in_what_it_stands_in_on_its_page():
    mark = "\ue000{}\ue000{}\ue001".format
    row = mark(
        "rows/a.html", '<li><p class="kicker">' + mark("widgets/b.html", "<b>1</b>") + "</p>"
    )
    page = f'<main><div><ol class="agenda bare" id="list"><br>{row}</li></ol></div></main>'
    assert of(page)[0] == ("widgets/b.html", '<p class="kicker"><b>1</b></p>')
    row = mark("record/c.html", "<dd>2</dd>")
    page = f'<main><section class="facts"><dl><div><dt>1</dt>{row}</div></dl></section></main>'
    assert of(page) == [
        (
            "record/c.html",
            '<section class="facts"><dl><div><dt>…</dt><dd>2</dd></div></dl></section>',
        )
    ]
    assert of(f'<a title="{mark("list/d.html", "3")}">4</a>') == []


def test_of_few_short_outcomes_all_are_shown_and_of_many_the_richest():
    few = {f"<b>{number}</b>": (str(number), "/") for number in range(3)}
    assert len(chosen(few)) == 3
    many = {"a" * number: (str(number), "/") for number in (1, 2, 3_000, 3, 4, 5, 9_000)}
    assert chosen(many) == [("3000", "/")]
    assert chosen({}) == []


@pytest.mark.slow
@pytest.mark.browser
def test_axe_finds_no_barrier_on_the_sheet(page, world, tmp_path):
    file = tmp_path / "components.html"
    file.write_text(sheet(draw("be"), "be", "http://127.0.0.1:8000"), encoding="utf-8")
    for width, scheme in [(360, "dark"), (1280, "light")]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(file.as_uri())
        shown = page.locator(".agenda").first
        assert shown.evaluate("each => getComputedStyle(each).listStyleType") == "none"
        assert page.evaluate("document.documentElement.scrollWidth") == width
        # Here one landmark is shown as often as it has outcomes.
        report = Axe().run(page, options={"rules": {"landmark-unique": {"enabled": False}}})
        assert report.violations_count == 0, report.generate_report()
