"""Finding things in a browser: with and without a script, by keyboard, in three languages."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.support.factories import belarus, event, location, organisation, programme, term

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]

SLOW = pytest.mark.slow
PAGES = (
    *("search/?q=Мстиславль", "search/?q=Mstislavel", "search/?q=contst", "search/?q=contest"),
    *("search/?q=contest&type=programme", "events/", "events/?month=2999-12", "events/?open=true"),
    *("events/?upcoming=false", "events/?location=Mahilyow+Region&mode=online"),
    *("programmes/?organisation=club", "programmes/?kind=advice&location=BY-BR"),
    "programmes/?organisation=Sport",
)


# What runs over the edge of the screen.
OVER = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
    [...document.body.querySelectorAll("*")]
        .filter((each) => each.getBoundingClientRect().right > window.innerWidth)
        .map((each) => each.outerHTML.slice(0, 200))"""


@pytest.fixture
def world():
    places = belarus()
    town = places["mstsislaw"]
    sport = term("sport", name_en="Sport")
    club = organisation("club", name_en="Sport Club", kind="ngo", seat=town)
    organisation("sport-school", name_en="Sport School", kind="ngo")
    for number in range(25):
        programme(
            f"contest-{number}",
            name_en=f"Contest {number}",
            kind="contest" if number % 2 else "training",
            dates="2016",
            themes=[sport],
            locations=[town],
            roles=[("organiser", club)] if number < 3 else (),
        )
    event("forum", name_en="Forum", kind="forum", dates="2999-12-12", locations=[town])
    event("market", name_en="Market", kind="forum", dates="2999-12-12", status="cancelled")
    event("weekend", name_en="Weekend", dates="2999-12-05/2999-12-06", mode="online")
    event("call", name_en="Call", dates="2999-12", registration_deadline="2999-11-01")
    event("march", name_en="March meetings", dates="XXXX-03-04")
    event("final", name_en="Final", dates="2016-10-08", locations=[town])


@pytest.fixture
def visitor(live_server, page):
    """Opens pages and collects what the browser complains of and which hosts it asks."""
    page.complaints, page.hosts = [], set()
    page.on("console", lambda line: page.complaints.append((page.url, line.text)))
    page.on("pageerror", lambda error: page.complaints.append((page.url, str(error))))
    page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
    page.open = lambda path: page.goto(f"{live_server.url}/{path}")
    yield page
    # Chromium and htmx note each 4xx of a page themselves; one is asked for here.
    expected = ("status of 4", "Status Error Code 4")
    odd = [text for _, text in page.complaints if not any(each in text for each in expected)]
    assert odd == []
    assert page.hosts == {live_server.url.split("/")[2]}
    assert page.context.cookies() == []


@pytest.fixture
def scriptless(live_server, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.open = lambda path: page.goto(f"{live_server.url}/{path}")
    yield page
    context.close()


@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("ru", 360),
        *(pytest.param("en", 360, marks=SLOW), pytest.param("be", 1280, marks=SLOW)),
        *(pytest.param("en", 1280, marks=SLOW), pytest.param("be", 360, marks=SLOW)),
        pytest.param("ru", 1280, marks=SLOW),
    ],
)
def test_axe_finds_no_barrier_and_nothing_runs_over_the_edge(visitor, world, language, width):
    visitor.set_viewport_size({"width": width, "height": 800})
    found = {}
    for address in PAGES:
        visitor.open(f"{language}/{address}")
        if width == 360:
            visitor.evaluate(
                "document.querySelectorAll('details.filters').forEach(each => each.open = true)"
            )
        over = visitor.evaluate(OVER)
        if over:
            found[address] = over
        report = Axe().run(visitor)
        if report.violations_count:
            found[address] = report.generate_report()
    assert found == {}


def test_one_thing_after_the_other_narrows_a_list_by_the_keyboard_alone(visitor, world):
    visitor.set_viewport_size({"width": 360, "height": 640})
    visitor.open("en/relations/")
    links = visitor.locator("#narrowing a")
    # The second is pressed before the first has answered: it still leads to what it led to before.
    visitor.evaluate(
        """() => {
            const first = (group) => group.querySelector("a");
            [...document.querySelectorAll("#narrowing p")].map(first).forEach((a) => a.click());
        }"""
    )
    visitor.wait_for_url("**/en/relations/?role=organiser")
    for chosen in ("kind=contest", "year=2016"):
        expect(links.first).to_be_focused()
        while chosen not in visitor.evaluate("document.activeElement.href"):
            visitor.keyboard.press("Tab")
        visitor.keyboard.press("Enter")
        visitor.wait_for_url(f"**/en/relations/?*{chosen}*")
    visitor.wait_for_url("**/en/relations/?role=organiser&kind=contest&year=2016")
    expect(visitor.locator("#results")).to_be_focused()


def test_a_form_changes_the_list_in_place_and_keeps_focus_and_history(visitor, world):
    visitor.open("en/programmes/")
    visitor.evaluate("window.same = true")
    visitor.check("input[name=kind][value=contest]")
    visitor.focus("#show-last")
    visitor.keyboard.press("Enter")
    expect(visitor.locator("#count")).to_have_text("12 programmes")
    assert visitor.evaluate("window.same") is True
    visitor.wait_for_url("**/en/programmes/?kind=contest")
    expect(visitor.locator("#show-last")).to_be_focused()
    expect(visitor.locator("#results")).to_be_in_viewport()
    expect(visitor.locator("#filters-on")).to_have_text("Filters: 1 on")
    expect(visitor.locator("#filters input[name=kind][value=contest]")).to_be_checked()
    assert visitor.get_attribute("#langs a[lang=be]", "href").startswith("/be/programmes/?")
    assert "Contest 1" in visitor.inner_text("#found")
    # Taking a chip off leads to the heading that says the new number.
    visitor.click("#chips a >> nth=0")
    expect(visitor.locator("#count")).to_have_text("25 programmes")
    expect(visitor.locator("#results")).to_be_focused()
    visitor.click(".page-numbers a[rel=next]")
    visitor.wait_for_url("**/programmes/?page=2")
    expect(visitor.locator("#results")).to_be_focused()
    assert visitor.evaluate("window.same") is True
    visitor.evaluate("setTimeout(() => history.back())")
    visitor.wait_for_url("**/programmes/")
    expect(visitor.locator(".page-numbers [aria-current=page]")).to_have_text(
        "1"
    )  # the page is anew
    visitor.evaluate("setTimeout(() => history.back())")
    expect(visitor.locator("#count")).to_have_text("12 programmes")
    assert visitor.evaluate("localStorage.length") == 0


@pytest.mark.slow
def test_whoever_sends_the_form_from_a_box_goes_on_from_there(visitor, world):
    visitor.open("en/programmes/")
    box = visitor.locator("#filters input[name=kind][value=contest]")
    box.focus()
    visitor.keyboard.press("Space")
    visitor.keyboard.press("Enter")
    expect(visitor.locator("#count")).to_have_text("12 programmes")
    expect(box).to_be_focused()


@pytest.mark.slow
def test_on_a_narrow_screen_the_panel_closes_over_what_it_found(visitor, world):
    visitor.set_viewport_size({"width": 360, "height": 800})
    visitor.open("en/programmes/")
    visitor.evaluate("window.same = true")
    visitor.click("#filters-on")
    visitor.check("input[name=kind][value=contest]")
    visitor.click("#show-first")
    expect(visitor.locator("#count")).to_have_text("12 programmes")
    expect(visitor.locator("#results")).to_be_focused()
    expect(visitor.locator("#results")).to_be_in_viewport()
    expect(visitor.locator("#filters")).to_be_hidden()
    assert visitor.evaluate("window.same") is True
    # A chip is outside of the panel: one that is open stays so.
    visitor.click("#filters-on")
    visitor.click("#chips a >> nth=0")
    expect(visitor.locator("#count")).to_have_text("25 programmes")
    expect(visitor.locator("#filters")).to_be_visible()


@pytest.mark.slow
def test_what_cannot_be_swapped_is_opened(visitor, world):
    visitor.open("en/programmes/")
    visitor.fill("#t-organisation", "Sport")
    visitor.press("#t-organisation", "Enter")
    visitor.wait_for_selector(".errors")
    assert "organisation=Sport" in visitor.url
    expect(visitor.locator("h1")).to_have_text("Programmes")
    visitor.check("input[name=organisation][value=club]")
    visitor.fill("#t-organisation", "")
    visitor.click("#show-last")
    visitor.wait_for_selector("text=3 programmes")


def test_a_name_is_completed_with_the_keyboard_alone(visitor, world):
    visitor.open("en/programmes/")
    visitor.focus("#q-top")
    visitor.keyboard.type("мсц")
    visitor.wait_for_selector("[role=option]")
    field = visitor.locator("#q-top")
    assert field.get_attribute("role") == "combobox"
    assert field.get_attribute("aria-expanded") == "true"
    visitor.keyboard.press("ArrowDown")
    option = visitor.locator("[role=option][aria-selected=true]")
    assert option.get_attribute("id") == field.get_attribute("aria-activedescendant")
    assert visitor.evaluate("document.activeElement.id") == "q-top"
    assert Axe().run(visitor).violations_count == 0
    visitor.keyboard.press("Escape")
    assert visitor.query_selector("[role=option]") is None
    assert field.input_value() == "мсц"
    visitor.keyboard.type("і")
    visitor.wait_for_selector("[role=option]")
    visitor.keyboard.press("ArrowDown")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/en/places/mstsislaw/")


def test_a_field_of_a_filter_takes_the_name_that_was_chosen(visitor, world):
    visitor.open("en/events/")
    visitor.focus("#near")
    visitor.keyboard.type("mahil")
    visitor.wait_for_selector("[role=option]")
    visitor.click("[role=option] >> nth=0")
    expect(visitor.locator("#near")).to_have_value("Mahilyow Region")
    visitor.keyboard.press("Enter")
    visitor.wait_for_selector(".chips")
    expect(visitor.locator("#count")).to_have_text("1 upcoming event")


@pytest.mark.slow
def test_a_server_that_does_not_answer_leaves_a_plain_field(visitor, world):
    visitor.route(re.compile("/api/v1/search/"), lambda route: route.abort())
    visitor.open("en/search/")
    visitor.fill("#q", "contest")
    visitor.wait_for_timeout(500)
    assert visitor.query_selector("[role=option]") is None
    visitor.press("#q", "Enter")
    visitor.wait_for_selector("text=25 results")
    visitor.complaints.clear()  # the browser says that the request failed


def test_without_a_script_names_are_resolved_and_choices_offered(scriptless, world):
    scriptless.open("en/programmes/")
    scriptless.click("summary:has-text('Filters')")
    scriptless.fill("#t-organisation", "sport club")
    scriptless.click("#show-last")
    expect(scriptless.locator("#chips")).to_contain_text("Sport Club")
    expect(scriptless.locator("#count")).to_have_text("3 programmes")
    scriptless.open("en/programmes/?organisation=Sport")
    assert "This could mean more than one" in scriptless.inner_text(".errors")
    scriptless.check("input[name=organisation][value=club]")
    scriptless.fill("#t-organisation", "")
    scriptless.click("#show-last")
    expect(scriptless.locator("#count")).to_have_text("3 programmes")


@pytest.mark.slow
def test_without_a_script_the_way_out_of_an_empty_list_is_shown(scriptless, world):
    scriptless.open("en/programmes/?location=BY-BR&kind=contest")
    assert scriptless.inner_text("#count") == "Nothing matches all filters at once"
    assert "Without “Brest Region”: 12 programmes" in scriptless.inner_text(".link-list")
    scriptless.click("text=Wider, in Belarus: 12 programmes")
    expect(scriptless.locator("#count")).to_have_text("12 programmes")


@pytest.mark.slow
def test_a_day_of_the_calendar_leads_to_its_event(scriptless, world):
    scriptless.set_viewport_size({"width": 1280, "height": 800})
    scriptless.open("en/events/?month=2999-12")
    assert scriptless.inner_text("#count") == "4 events, December 2999"
    scriptless.click(".calendar a:has-text('12')")
    scriptless.wait_for_url("**#d2999-12-12")
    agenda = scriptless.inner_text(".agenda >> nth=0")
    assert agenda.index("Weekend") < agenda.index("Forum")
    assert "Cancelled" in agenda
    assert "Call" in scriptless.inner_text("section[aria-labelledby=inexact]")
    scriptless.open("en/events/")
    scriptless.click(".calendar-months a[rel=next]")
    scriptless.wait_for_url("**month=**")
    scriptless.click(".tabs a:has-text('Upcoming')")
    expect(scriptless.locator("#count")).to_have_text("4 upcoming events")
    assert "March meetings" in scriptless.inner_text("section[aria-labelledby=undated]")
    assert "Final" in scriptless.inner_text("section[aria-labelledby=past]")
    scriptless.click(".tabs a:has-text('Open calls')")
    expect(scriptless.locator(".agenda")).to_contain_text("Call")


def test_a_browser_says_where_it_is_on_a_click_alone_and_rounded(visitor, world):
    visitor.context.grant_permissions(["geolocation"])
    visitor.context.set_geolocation({"latitude": 54.018765, "longitude": 31.721234})
    visitor.open("en/places/")
    visitor.wait_for_timeout(300)
    assert "near" not in visitor.url
    visitor.click("text=What is near me")
    visitor.wait_for_url("**/en/places/?near=54.02,31.72")
    expect(visitor.locator("h1 + ul a").first).to_have_text("Mstsislaw")


def test_names_that_are_offered_open_within_the_window(visitor, world):
    visitor.set_viewport_size({"width": 1280, "height": 400})
    visitor.open("en/events/")
    visitor.locator("#near").evaluate("field => field.scrollIntoView({ block: 'end' })")
    visitor.focus("#near")
    visitor.keyboard.type("mahil")
    visitor.wait_for_selector("[role=option]")
    inside = "each => each.getBoundingClientRect()"
    field, names = (
        visitor.locator(each).evaluate(inside) for each in ("#near", ".suggestions:visible")
    )
    assert field["top"] >= 0
    assert names["bottom"] < 401


# Words that leave their cell, or a cell that reaches into the next.
OUT_OF_CELLS = """cells => cells.filter((each) => {
    const next = each.cellIndex > 0 && each.nextElementSibling;
    const right = each.getBoundingClientRect().right - 1;
    return each.scrollWidth > each.clientWidth || next && right > next.getBoundingClientRect().left;
}).map((each) => each.textContent)"""


@pytest.mark.parametrize("language", ["be", "ru"])
def test_regions_side_by_side_stand_apart_on_a_phone(visitor, language):
    country = location("belarus", iso_3166_1="BY")
    for slug, code in (("mahilyow", "BY-MA"), ("brest", "BY-BR"), ("hrodna", "BY-HR")):
        names = {"name_be": "Магілёўская вобласць", "name_ru": "Могилёвская область"}
        place = location(f"{slug}-region", "region", iso_3166_2=code, parent=country, **names)
        programme(locations=[place], name_be="Адукацыйная праграма", name_ru="Образовательная")
    visitor.set_viewport_size({"width": 360, "height": 800})
    query = "location=BY-MA&location=BY-BR&location=BY-HR&compare=location"
    visitor.open(f"{language}/programmes/?{query}")
    cells = visitor.locator(".compared :is(th,td)")
    assert cells.count() > 12
    assert cells.evaluate_all(OUT_OF_CELLS) == []
