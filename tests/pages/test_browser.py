"""What a visitor meets in a browser: no barrier, no overflow, no complaint, no other host."""

import gzip
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import expect

from registry.locations.models import Location
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    initiative,
    life_event,
    organisation,
    programme,
    source,
    term,
)
from tests.support.shares import few

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]

# Off by default in axe, as the newest of WCAG 2.2 AA; Lighthouse asks it.
ALL_OF_AA = {"rules": {"target-size": {"enabled": True}}}
PAGES = (
    *("", "programmes/", "programmes/?location=BY-MA&kind=contest", "programmes/?kind=advice"),
    *("programmes/?from=20122&location=XX", "events/", "organisations/", "places/"),
    *("programmes/contest/", "editions/sixth/", "initiatives/ground/", "events/forum/"),
    *("organisations/club/", "places/belarus/", "places/mstsislaw-district/"),
    *("search/?q=Мсціслаў", "search/", "glossary/", "data/", "about/", "nowhere/"),
    *("report/", "report/?about=programme/contest", "report/thanks/", "report/suggest/"),
    *("figures/", "figures/side-by-side/?measure=participants", "relations/?role=organiser"),
    *("data/developers/", "data/columns/", "programmes/?year=2015&year=2016&compare=year"),
    "programmes/secret/",
)
SLOW = pytest.mark.slow
LOOKS = [
    (360, "dark"),
    *(pytest.param(360, "light", marks=SLOW), pytest.param(1280, "dark", marks=SLOW)),
    pytest.param(1280, "light", marks=SLOW),
]


@pytest.fixture
def world():
    places = belarus()
    district = places["mstsislaw-district"]
    report = source("report", name_en="Report", url="https://source.example/", date="2016")
    sport = term("sport", name_en="Sport", definition_en="What people train.")
    club = organisation(
        "club", name_en="Sport Club", kind="ngo", seat=district, themes=[sport], names=["SC"]
    )
    life_event(club, "founded", "2003", source=report, text_en="It was founded.")
    contest = programme(
        "contest",
        name_en="Sport Region",
        name_ru="Спорт Регион",
        kind="contest",
        dates="2016-02/2016-10",
        summary_en="Sports grounds for everybody.",
        description_ru="Площадки для всех.",
        note_en="The number of grounds is not stated.",
        themes=[sport],
        locations=[district],
        roles=[("organiser", club)],
        sources=[report],
        website="https://contest.example/",
    )
    figure(contest, "about 50", source=report)
    contest.roles.update(source=report)  # its mark stands close to the name of the organisation
    sixth = edition("sixth", programme=contest, number=6, dates="2016")
    for number, season in enumerate((edition("fifth", programme=contest, number=5), sixth), 1):
        figure(season, f"{number}0", number=number * 10, source=report)
    programme("older", dates="2012", roles=[("funder", club)])
    initiative("ground", edition=sixth, result="winner", award="Best", locations=[district])
    event("final", kind="final", edition=sixth, dates="2016-10-08", locations=[district])
    event(
        "forum",
        kind="forum",
        dates="2999-12-12",
        start_time="10:00",
        locations=[district],
        organisation=club,
        registration_deadline="2999-12-01",
        languages="be ru",
    )
    for number in range(25):
        programme(f"bulk-{number}", kind="project")
    withdraw(programme("secret"), Reason.SAFETY)


@pytest.fixture
def visitor(live_server, page):
    """Opens pages and collects what the browser complains of and which hosts it asks."""
    page.complaints, page.hosts = [], set()
    page.on("console", lambda line: page.complaints.append((page.url, line.text)))
    page.on("pageerror", lambda error: page.complaints.append((page.url, str(error))))
    page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
    page.open = lambda path: page.goto(f"{live_server.url}/{path}")
    yield page
    # Chromium notes each 4xx of a page itself; these are asked for here.
    assert [text for _, text in page.complaints if "status of 4" not in text] == []
    assert page.hosts == {live_server.url.split("/")[2]}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_no_barrier_on_any_kind_of_page(visitor, world, width, scheme):
    visitor.set_viewport_size({"width": width, "height": 800})
    visitor.emulate_media(color_scheme=scheme)
    found = {}
    for address in PAGES:
        visitor.open(f"en/{address}")
        report = Axe().run(visitor, options=ALL_OF_AA)
        if report.violations_count:
            found[address] = report.generate_report()
    assert found == {}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/embed/en/places/mstsislaw-district/", "/en/places/mstsislaw-district/offline/"]
)
def test_axe_finds_no_barrier_in_a_box_and_in_the_file_of_a_place(
    live_server, page, world, address, scheme
):
    page.set_viewport_size({"width": 360, "height": 800})
    page.emulate_media(color_scheme=scheme)
    if "offline" in address:  # a browser saves it and shows it from there, with no network
        page.set_content(page.request.get(f"{live_server.url}{address}").text())
    else:
        page.goto(f"{live_server.url}{address}")
    assert "Sport Region" in page.inner_text("body")
    report = Axe().run(page, options=ALL_OF_AA)
    assert report.violations_count == 0, [v["id"] for v in report.response["violations"]]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("places/mahilyow-region/", ".answers"),
        ("events/", ".agenda > li"),
        ("programmes/contest/", ".key-figures"),
    ],
)
@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_the_answer_begins_on_the_first_screen_of_a_phone(
    visitor, world, language, address, answer
):
    event("next", dates="2099-05-01", locations=[Location.objects.get(slug="mstsislaw-district")])
    visitor.set_viewport_size({"width": 360, "height": 640})
    visitor.open(f"{language}/{address}")
    begins = visitor.locator(answer).first.bounding_box()["y"]
    assert begins < 640 - 48  # with a line of it at least


@pytest.mark.parametrize("language", few(["en", "be", "ru"], "ru"))
def test_nothing_runs_over_the_edge_of_the_smallest_screen(visitor, world, language):
    visitor.set_viewport_size({"width": 320, "height": 640})
    over = []
    for address in PAGES:
        visitor.open(f"{language}/{address}")
        if visitor.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            over.append(address)
    assert over == []


@pytest.mark.parametrize("scheme", few(["light", "dark"], "dark"))
def test_the_description_of_the_api_fits_a_small_screen_and_is_dark_in_the_dark(visitor, scheme):
    visitor.set_viewport_size({"width": 360, "height": 800})
    visitor.emulate_media(color_scheme=scheme)
    visitor.open("api/v1/docs/")
    visitor.click("#operations-registry-changes .opblock-summary-control")
    visitor.wait_for_selector(".opblock-body .responses-table")
    assert visitor.evaluate("document.documentElement.scrollWidth") <= 360
    root = visitor.locator("html")
    dark = "rgb(28, 32, 34)"
    shown = root.evaluate("root => getComputedStyle(root).backgroundColor")
    assert (shown == dark) == (scheme == "dark")
    assert visitor.evaluate("getComputedStyle(document.querySelector('p, td')).color") != shown


def seen(page, selector):
    return page.evaluate(
        "selector => [...document.querySelectorAll(selector)].some(each => each.checkVisibility())",
        selector,
    )


@pytest.mark.slow
def test_paper_has_the_record_and_nothing_to_press(visitor, world):
    for address in (
        "programmes/?kind=contest",
        "places/belarus/",
        "events/",
        "programmes/contest/",
    ):
        visitor.emulate_media(media="screen")
        visitor.open(f"en/{address}")
        assert seen(visitor, "nav")
        visitor.emulate_media(media="print")
        for selector in ("nav", "form", "button", ".filters", ".download", ".follow", ".skip-link"):
            assert not seen(visitor, selector), (address, selector)
        assert seen(visitor, "h1")
        assert seen(visitor, "h3")


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_what_can_be_pressed_and_panels_have_borders_in_forced_colours(visitor, world, width):
    visitor.set_viewport_size({"width": width, "height": 800})
    visitor.emulate_media(forced_colors="active")
    for address, panels in (
        (
            "programmes/?kind=contest",
            ".download, .chips a, .button, .filters > summary, input[type=text]",
        ),
        ("programmes/contest/", ".facts, .cite, .tag"),
        ("events/", ".download, .day, .button"),
    ):
        visitor.open(f"en/{address}")
        bare = visitor.evaluate(
            """selector => [...document.querySelectorAll(selector)]
                .filter(each => each.checkVisibility()
                    && parseFloat(getComputedStyle(each).borderTopWidth) < 1)
                .map(each => each.outerHTML.slice(0, 80))""",
            f"{panels}, .menu > summary",
        )
        assert bare == []


@pytest.mark.parametrize("language", few(["en", "be", "ru"], "be"))
def test_the_first_view_of_a_page_is_at_most_six_requests_and_60_kilobytes(
    visitor, world, language
):
    network = visitor.context.new_cdp_session(visitor)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked, loaded = {}, {}
    network.on(
        "Network.requestWillBeSent",
        lambda event: asked.update({event["requestId"]: event["request"]["url"]}),
    )
    network.on(
        "Network.loadingFinished",
        lambda event: loaded.update({event["requestId"]: event["encodedDataLength"]}),
    )
    heavy = {}
    for address in PAGES:
        asked.clear()
        loaded.clear()
        visitor.open(f"{language}/{address}")
        visitor.wait_for_load_state("networkidle")
        # The icon may be on its way still: of a static file the file says what it weighs.
        weights = [on_the_wire(url, loaded.get(request)) for request, url in asked.items()]
        if len(weights) > 6 or sum(weights) > 60_000:
            heavy[address] = weights
    assert weights
    assert heavy == {}


def on_the_wire(url, loaded):
    """What the production server sends: it keeps static files compressed, this one does not."""
    _, is_static, name = url.partition("/static/")
    if not is_static:
        return loaded
    return len(gzip.compress(Path(finders.find(name)).read_bytes()))


def test_a_list_is_filtered_and_a_region_found_without_a_script(live_server, browser, world):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/en/")
    page.click("text=Mahilyow Region")
    expect(page.locator("h1")).to_have_text("Mahilyow Region")
    page.click("text=Full list: 1 programme")
    expect(page.locator("[role=status]")).to_have_text("1 programme")
    page.click("summary:has-text('Filters')")
    page.check("input[name=kind][value=contest]")
    page.click(".filters-foot button")
    page.wait_for_url("**kind=contest**")
    expect(page.locator("h3")).to_have_text("Sport Region")
    page.click("text=Беларуская")
    expect(page.locator("html")).to_have_attribute("lang", "be")
    expect(page.locator("[role=status]")).to_have_text("1 праграма")
    context.close()


def test_the_keyboard_alone_reaches_the_content_and_the_menu(visitor, world):
    visitor.set_viewport_size({"width": 360, "height": 800})
    visitor.open("en/programmes/")
    visitor.keyboard.press("Tab")
    expect(visitor.locator(".skip-link")).to_be_focused()
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**#main")
    visitor.open("en/programmes/")
    visitor.focus(".menu > summary")
    visitor.keyboard.press("Enter")
    visitor.keyboard.press("Tab")
    assert visitor.evaluate("document.activeElement.textContent") == "Programmes"
    visitor.keyboard.press("Enter")
    expect(visitor.locator("h1")).to_have_text("Programmes")
