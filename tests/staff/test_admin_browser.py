"""What a member of the staff does in a browser, under the policy that forbids inline scripts."""

import pytest
from django.contrib.auth.models import User

from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme
from registry.locations.models import Location
from registry.records.models import Source, Term
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    organisation,
    programme,
    role,
)
from tests.support.shares import few
from tests.support.staff import address, complaints

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def test_an_editor_adds_a_role_found_in_another_spelling(browser_of, live_server):
    organisation("honey", name_en="Honey", name_be="Мёд")
    contest = programme("contest", state="draft")
    page = browser_of("editor")
    page.goto(live_server.url + address(contest, "change"))
    page.click("#roles-group .add-row a")
    page.click("#roles-0 .select2-selection")
    page.keyboard.type("мед")
    page.click(".select2-results__option:has-text('Honey')")
    page.select_option("#id_roles-0-role", "organiser")
    page.click("input[name=_save]")
    page.wait_for_selector(".messagelist .success")
    assert contest.roles.get().organisation == Organisation.objects.get()
    assert complaints(page) == []


@pytest.mark.parametrize("width", few([360, 1280], 360))
def test_the_pages_fit_and_keep_to_the_policy(browser_of, live_server, width):
    places = belarus()
    ngo = organisation("honey", name_en="Honey", seat=places["mstsislaw"])
    contest = programme("contest", locations=[places["mstsislaw"]], figures=[{}])
    role(contest, ngo)
    page = browser_of("administrator", "safety officer")
    page.set_viewport_size({"width": width, "height": 800})
    for at in (
        "/admin/",
        address(Programme, "changelist"),
        address(contest, "change"),
        address(contest, "history"),
        address(ngo, "change"),
        address(ngo, "withdraw"),
        address(Organisation, "add"),
        address(places["mstsislaw"], "change"),
    ):
        page.goto(live_server.url + at)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, at
    assert complaints(page) == []


@pytest.mark.slow
@pytest.mark.parametrize(("width", "columns"), [(360, 1), (1280, 3)])
def test_three_languages_stand_side_by_side_or_below_each_other(
    browser_of, live_server, width, columns
):
    page = browser_of("editor")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + address(Programme, "add"))
    boxes = [page.locator(f"#id_name_{code}").bounding_box() for code in ("en", "be", "ru")]
    assert len({box["x"] for box in boxes}) == columns
    assert len({box["y"] for box in boxes}) == 3 // columns
    assert min(box["width"] for box in boxes) > 200


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_no_column_of_a_list_is_cut_off(browser_of, live_server, language):
    places = belarus()
    page = browser_of("administrator", "safety officer")
    ngo = organisation(
        "honey", name_en="Association of Honey Makers of the North", seat=places["mstsislaw"]
    )
    contest = programme(
        "contest",
        state="review",
        name_en="A contest of ideas for neighbours in small towns and villages, autumn round",
        name_be="Конкурс ідэй для суседзяў з малых гарадоў і вёсак, асенні тур",
        name_ru="Конкурс идей для соседей из малых городов и деревень, осенний тур",
        dates="2019-09-01/2020-09-30",
        locations=list(places.values())[-3:],
    )
    season = edition("season", programme=contest, dates="2019-09-01/2020-09-30")
    event("day", edition=season, dates="2019-09-01", locations=[places["mstsislaw"]])
    initiative("garden", edition=season, dates="2019-09-01/2020-09-30")
    for entry in (ngo, contest, season, *Event.objects.all(), *Initiative.objects.all()):
        entry._history_user = User.objects.get()
        entry.save()
    page.set_extra_http_headers({"Accept-Language": language})
    for model in (Programme, Edition, Event, Initiative, Organisation, Location, Source, Term):
        page.goto(live_server.url + address(model, "changelist"))
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            widths = page.evaluate(
                "() => [...document.querySelectorAll('#changelist .results')]"
                ".map((each) => [each.scrollWidth, each.clientWidth])"
            )
            assert all(needed <= given for needed, given in widths), (model, width, widths)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "words"), [("be", "Ачысціць"), ("ru", "Очистить")])
def test_a_field_that_searches_says_in_the_reader_s_language_how_it_is_emptied(
    browser_of, live_server, language, words
):
    part = programme("part", parent=programme("whole"), state="draft")
    page = browser_of("editor")
    page.set_extra_http_headers({"Accept-Language": language})
    page.goto(live_server.url + address(part, "change"))
    assert page.get_attribute(".field-parent .select2-selection__clear", "title") == words
    assert complaints(page) == []


@pytest.mark.slow
def test_the_cursor_goes_into_a_row_that_was_added(browser_of, live_server):
    contest = programme("contest", state="draft")
    page = browser_of("editor")
    page.goto(live_server.url + address(contest, "change"))
    page.click("summary:has-text('Figures')")
    for group in ("figures", "roles", "placements"):
        page.click(f"#{group}-group .add-row a")
        page.wait_for_function(
            f"() => document.querySelector('#{group}-0').contains(document.activeElement)"
        )
        # The first of the row that can be filled in, be it a field or what stands for it.
        assert page.evaluate(
            f"() => !document.querySelector('#{group}-0 .delete')?.contains(document.activeElement)"
        )
    page.click("#roles-group .add-row a")
    page.wait_for_function(
        "() => document.querySelector('#roles-1').contains(document.activeElement)"
    )
    assert complaints(page) == []


@pytest.mark.slow
def test_enter_among_the_groups_sends_what_is_ticked(browser_of, live_server):
    page = browser_of("administrator")
    ann = User.objects.get()
    page.goto(live_server.url + address(ann, "change"))
    page.locator("label:has-text('reviewer') input").check()
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist .success")
    assert set(ann.groups.values_list("name", flat=True)) == {"administrator", "reviewer"}


@pytest.mark.slow
def test_how_a_date_is_read_stands_beneath_it_while_it_is_typed(browser_of, live_server):
    page = browser_of("editor")
    page.goto(live_server.url + address(Programme, "add"))
    page.fill("#id_dates", "восень 2013")
    reading = page.locator("#id_dates_reading")
    reading.get_by_text("→ autumn 2013").wait_for()
    assert "id_dates_reading" in page.get_attribute("#id_dates", "aria-describedby").split()
    page.fill("#id_dates", "some day")
    reading.get_by_text("This date cannot be read.").wait_for()
    page.fill("#id_dates", "")
    page.wait_for_function("() => !document.querySelector('#id_dates_reading').textContent")
    assert page.complaints == []
