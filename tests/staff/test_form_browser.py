"""The pages of the staff in a browser: no barrier, nothing cut off or covered, and what helps."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.locations.models import Location
from registry.records.models import PublishedAlone, SavedList
from registry.records.versions import keep_versions
from registry.workflow.groups import make_groups
from tests.pages.test_browser import ALL_OF_AA
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
from tests.support.staff import PASSWORD, address, complaints, log_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def world():
    """(addresses of a page of each kind)."""
    place, paper, sport = belarus()["mstsislaw"], source("paper"), term("sport")
    ngo = organisation("honey", name_en="Honey", seat=place, sources=[paper])
    life_event(ngo, "founded", "2003", source=paper)
    contest = programme(
        *("contest",),
        name_en="Contest",
        roles=[("organiser", ngo)],
        locations=[place],
        themes=[sport],
        sources=[paper],
    )
    figure(contest, "about 50", source=paper)
    season = edition("season", programme=contest)
    day = event("day", edition=season, dates="2016-10-08")
    garden = initiative("garden", programme=contest)
    waits = programme("waits", state="review")  # on the first page
    bea = User.objects.create_user("bea")
    saved = {"kind": "programmes.Event", "asked": "kind__exact=final", "is_shared": True}
    SavedList.objects.create(owner=bea, name="Finals", **saved)
    boss = User.objects.create_user("boss")
    contest.save()
    kept = contest.history.last()
    own, deleted = programme("own", state="review"), programme("deleted", state="draft")
    keep_versions(Programme, [deleted.pk], boss, "deleted")
    deleted.delete()
    PublishedAlone.objects.create(
        card_type="programme", public_id=contest.public_id, author=boss, reason="Away", version=0
    )
    forms = (contest, season, day, garden, ngo, place, paper, sport)
    return [
        *("/admin/", address(Event, "changelist"), "/admin/password_change/"),
        *(f"{address(Event, 'changelist')}?kind__exact=forum", "/admin/lists/"),
        *("/admin/translate/?texts=all&language=be&kind=event", address(waits, "bundle")),
        *(address(entry, "change") for entry in forms),
        *(address(contest, page) for page in ("history", "withdraw")),
        f"/admin/programmes/programme/{contest.pk}/preview/be/",
        *(address(model, "add") for model in (Programme, Organisation)),
        f"/admin/programmes/programme/{contest.pk}/history/{kept.history_id}/",
        "/admin/alone/",
        address(own, "publish_alone"),
        address(Programme, "deleted"),
        f"/admin/programmes/programme/{contest.pk}/events/",
        address(bea, "change"),
        address(User, "add"),
        address(Group.objects.create(name="one"), "change"),
    ]


def barriers(page):
    found = Axe().run(page, options=ALL_OF_AA).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    ("width", "scheme", "nth"),
    [
        (360, "dark", 5),
        pytest.param(360, "dark", 1, marks=SLOW),
        pytest.param(1280, "light", 1, marks=SLOW),
    ],
)
def test_axe_finds_no_barrier_on_any_kind_of_page(
    browser_of, world, live_server, width, scheme, nth
):
    page = browser_of("administrator", "safety officer", "editor", "reviewer")
    own = Programme.history.filter(slug="own")  # what only its author may publish alone
    own.update(history_user=User.objects.get(username="anna"))
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    found, over = {}, []
    for at in world[::nth]:
        page.goto(live_server.url + at)
        page.wait_for_function("() => document.readyState === 'complete'")
        page.evaluate("document.querySelectorAll('form details').forEach((one) => one.open = true)")
        found[at] = barriers(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            over.append(at)
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/admin/login/")
    found["login"] = barriers(page)
    assert {at: each for at, each in found.items() if each} == {}
    assert over == []


# Django hides what runs out of a row, so that the page does not become wider.
CUT_OFF = """() => [...document.querySelectorAll('form :is(input, select, textarea, .help)')]
    .filter((each) => each.offsetParent && each.closest('.inline-related, fieldset'))
    .filter((each) => each.getBoundingClientRect().right >
        each.closest('.inline-related, fieldset').getBoundingClientRect().right + 0.5)
    .map((each) => each.outerHTML.slice(0, 150))"""


@pytest.mark.slow
def test_no_field_is_cut_off_on_a_phone(browser_of, world, live_server):
    page = browser_of("administrator", "safety officer", "editor", "reviewer")
    page.set_viewport_size({"width": 360, "height": 800})
    cut = {}
    for at in world:
        page.goto(live_server.url + at)
        page.evaluate("document.querySelectorAll('form details').forEach((one) => one.open = true)")
        cut[at] = page.evaluate(CUT_OFF)
    assert {at: each for at, each in cut.items() if each} == {}


@pytest.mark.slow
def test_the_main_things_to_press_are_as_large_as_a_finger(browser_of, world, live_server):
    page = browser_of("administrator", "safety officer", "editor", "reviewer")
    page.set_viewport_size({"width": 360, "height": 800})
    for at in world:
        page.goto(live_server.url + at)
        for box in page.locator(".submit-row :is(input, button, a):visible").all():
            assert box.bounding_box()["height"] >= 44, (at, box.inner_html())


@pytest.mark.slow
def test_what_was_typed_is_there_in_the_other_language(browser_of, live_server):
    page = browser_of("editor")
    page.goto(live_server.url + address(Programme, "add"))
    page.fill("#id_name_be", "Конкурс мёду")
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.message) or dialog.dismiss())
    page.click("#languages [value=be]")
    page.wait_for_function("() => document.documentElement.lang === 'be'")
    page.locator("#typed-before .sent").wait_for()
    assert page.url.endswith(address(Programme, "add"))
    assert page.input_value("#id_name_be") == "Конкурс мёду"
    assert asked == []
    assert complaints(page) == []


@pytest.mark.slow
def test_whoever_sent_what_is_wrong_begins_there_and_goes_from_fault_to_field(
    browser_of,
    live_server,
):
    page = browser_of("editor")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(live_server.url + address(Programme, "add"))
    page.fill("#id_name_en", "Contest")
    page.fill("#id_dates", "some day")
    page.click("#roles-group .add-row a")
    page.select_option("#id_roles-0-role", "funder")
    page.click("summary:has-text('Figures')")
    page.click("#figures-group .add-row a")
    page.fill("#id_figures-0-printed", "about 50")
    page.click("[name=_save]")
    first = page.locator(".faults a").first
    first.wait_for()
    page.wait_for_function("() => document.activeElement.matches('.faults a')")
    assert first.evaluate("link => link === document.activeElement")
    box = first.bounding_box()
    assert 0 <= box["y"] < 600
    page.keyboard.press("Enter")
    expect(page.locator("#id_dates")).to_be_focused()
    page.locator(".faults a", has_text="Role 1").click()
    chosen = "() => document.querySelector('#roles-0 .select2-selection').matches(':focus')"
    page.wait_for_function(chosen)
    page.locator(".faults a", has_text="Figure 1, What was counted").click()
    expect(page.locator("#id_figures-0-measure")).to_be_focused()
    assert page.locator("#id_figures-0-measure").is_visible()
    assert barriers(page) == []


@pytest.mark.slow
def test_no_field_that_has_the_focus_is_under_the_button_that_saves(browser_of, live_server):
    page = browser_of("editor")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(live_server.url + address(Event, "add"))
    page.evaluate("document.querySelectorAll('form details').forEach((one) => one.open = true)")
    page.click("#roles-group .add-row a")
    save = page.locator("[name=_save]").bounding_box()
    assert save["y"] + save["height"] <= 640  # always at hand
    page.focus("#id_name_en")
    under = []
    for _ in range(60):
        page.keyboard.press("Tab")
        under += page.evaluate(
            """() => {
              const at = document.activeElement, save = document.querySelector('[name=_save]');
              const [box, bar] = [at.getBoundingClientRect(), save.getBoundingClientRect()];
              const covered = at !== save && box.bottom > bar.top + 1 && box.top < bar.bottom;
              return covered && at.closest('form')?.contains(save) && !at.closest('.submit-row')
                ? [at.id || at.className] : [];
            }"""
        )
    assert under == []


@pytest.mark.slow
def test_a_text_that_is_missing_in_a_language_is_marked_and_copied(browser_of, live_server):
    page = browser_of("editor")
    page.goto(live_server.url + address(Programme, "add"))
    assert page.locator(".missing").count() == 0
    page.fill("#id_name_ru", "Конкурс")
    page.locator(".field-name_be.fieldBox .missing").wait_for()
    assert page.locator(".missing").count() == 2
    assert page.locator(".field-name_ru.fieldBox .missing").count() == 0
    page.click(".field-name_be.fieldBox .missing >> text=Copy from Russian")
    assert page.input_value("#id_name_be") == "Конкурс"
    page.wait_for_function("() => document.querySelectorAll('.missing').length === 1")
    page.locator(".field-name_en.fieldBox").get_by_text("Copy from Belarusian").wait_for()
    assert barriers(page) == []
    # What is stored already is marked as the page is shown.
    contest = programme("contest", state="draft", name_be="Конкурс", name_ru="", name_en="")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(live_server.url + address(contest, "change"))
    page.wait_for_function("() => document.querySelectorAll('.missing').length === 2")


@pytest.mark.slow
def test_rows_are_cards_on_a_phone(browser_of, live_server):
    place = belarus()["mstsislaw"]
    ngo = organisation("honey", state="draft", locations=[place])
    ngo.identifiers.create(scheme="BY-EGR", value="1")
    page = browser_of("editor")
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(live_server.url + address(ngo, "change"))
    page.click("summary:has-text('Identifiers')")
    boxes = [
        page.locator(f"#id_identifiers-0-{name}").bounding_box()
        for name in ("scheme", "other_list", "value")
    ]
    assert len({box["y"] for box in boxes}) == 3
    assert min(box["width"] for box in boxes) > 240
    for name in ("scheme", "other_list", "value"):
        assert page.locator(f"label[for=id_identifiers-0-{name}]").is_visible()
    assert page.locator("form table").count() == 0


def test_forms_are_saved_without_any_script(browser, live_server):
    page = browser.new_context(java_script_enabled=False).new_page()
    make_groups(apps.get_app_config("programmes"))
    user = User.objects.create_user("anna", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="editor"))
    contest = programme("contest", state="draft", name_en="Contest")
    page.goto(f"{live_server.url}/admin/")
    log_in(page, "anna")
    page.goto(live_server.url + address(contest, "change"))
    page.fill("#id_dates", "some day")
    page.click("[name=_save]")
    page.click(".faults a")
    page.wait_for_url("**#id_dates")
    page.fill("#id_dates", "autumn 2013")
    page.click("summary:has-text('In words')")
    page.fill("#id_summary_en", "For all.")
    page.click("[name=_save]")
    page.locator(".messagelist .success").wait_for()
    contest.refresh_from_db()
    assert (contest.dates, contest.summary_en) == ("2013-23", "For all.")
    page.goto(f"{live_server.url}/admin/programmes/programme/{contest.pk}/events/")
    page.fill("#id_form-0-name", "Final")
    page.click("[name=_save]")
    page.locator(".messagelist .success").wait_for()
    assert Event.objects.get().programme == contest
    page.click("#languages [value=ru]")
    expect(page.locator("html")).to_have_attribute("lang", "ru")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_no_word_of_a_list_is_broken_at_the_width_of_a_laptop(browser_of, live_server, language):
    places = belarus()
    event("day", kind="conference", dates="XXXX-12-12", locations=[places["mstsislaw"]])
    page = browser_of("editor")
    page.set_extra_http_headers({"Accept-Language": language})
    page.set_viewport_size({"width": 1280, "height": 800})
    for model in (Event, Programme, Location):
        page.goto(live_server.url + address(model, "changelist"))
        for state in page.locator("#changelist .state").all():
            assert state.bounding_box()["height"] < 30  # one line
        table = page.locator("#changelist .results")
        if table.count():
            assert table.evaluate("each => each.scrollWidth - each.clientWidth") <= 0


@pytest.mark.slow
def test_what_is_put_back_into_a_folded_section_is_seen(browser_of, live_server):
    page = browser_of("editor")
    page.goto(live_server.url + address(Programme, "add"))
    page.click("summary:has-text('In words')")
    page.fill("#id_summary_en", "For all.")
    page.click("#languages [value=ru]")
    page.locator("#typed-before .sent").wait_for()
    assert page.locator("#id_summary_en").is_visible()
    assert page.input_value("#id_summary_en") == "For all."
    assert not page.locator("#themes-group .add-row").is_visible()
