"""A table on its way back, in a browser, on a phone and without a script."""

import pytest
from playwright.sync_api import expect

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.imports.models import Batch
from tests.imports.workbooks import xlsx
from tests.staff.test_desk_browser import signed_in
from tests.support.factories import belarus, organisation, programme
from tests.support.shares import few
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("scripts", few([True, False], False))
def test_a_table_is_taken_out_changed_looked_at_written_and_undone(
    browser, live_server, tmp_path, scripts
):
    rita = Staff("rita", "reviewer")
    contest = programme("contest", name_en="Contest")
    page = signed_in(browser, live_server, rita, java_script_enabled=scripts)
    page.goto(f"{live_server.url}{address(Programme, 'changelist')}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export (CSV)").click()
    file = tmp_path / "programme.csv"
    text = download.value.path().read_text(encoding="utf-8-sig")
    file.write_text(text.replace("Contest", "Great contest"), encoding="utf-8")
    page.goto(f"{live_server.url}/admin/imports/batch/")
    page.get_by_role("link", name="Bring a file in").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.locator(".changes ins")).to_have_text("Great contest")
    wide = scripts and page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, "the page is wider than a phone"
    page.get_by_role("button", name="Write all of it").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Written")
    contest.refresh_from_db()
    assert contest.name_en == "Great contest"
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Undone")
    contest.refresh_from_db()
    assert contest.name_en == "Contest"


TITLES = [["План мерапрыемстваў (чарнавік)"], []]
HEADS = ["№", "Назва мерапрыемства", "Калі", "Дзе", "Хто ладзіў", "Код"]
ROWS = [
    [1, "Кірмаш", "12.05.2024", "г.Мсціслаў", "Ассоциация сельских клобов", "A1"],
    [2, "Талака", "восень 2024", "Невядомае Месца", "Ассоциация сельских клобов", "A2"],
    [3, "Форум", "05.2021", "г.Мсціслаў", "Мельница", "A3"],
]


def sends(page, live_server, path, name, rows=ROWS):
    file = path / name
    file.write_bytes(xlsx([*TITLES, HEADS, *rows], ["A1:F1"]))
    page.goto(f"{live_server.url}/admin/imports/batch/add/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()


def goes_on(page):
    page.get_by_role("button", name="Go on").click()


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
@pytest.mark.parametrize("scripts", few([True, False], True))
def test_columns_are_named_or_set_aside_and_known_the_next_time(
    browser, live_server, tmp_path, scripts
):
    belarus()
    page = signed_in(browser, live_server, Staff("ann", "editor"), java_script_enabled=scripts)
    sends(page, live_server, tmp_path, "plan.xlsx")
    # The sheet and its header: a title stands above it, and the kind is told by its words.
    expect(page.get_by_role("radio", name="3: № · Назва мерапрыемства")).to_be_checked()
    expect(page.get_by_label("Each row is")).to_have_value("event")
    goes_on(page)
    expect(page.get_by_label("Калі")).to_have_value("dates")
    expect(page.get_by_label("Код")).to_have_value("")
    goes_on(page)
    expect(page.locator(".messagelist .error")).to_contain_text("Say what each column is")
    expect(page.locator(".messagelist .error")).to_contain_text("Код")
    page.get_by_label("Код").select_option("-")
    page.get_by_label("Keep this for the next file, as").fill("our plans")
    if scripts:
        assert is_narrow(page), "the page is wider than a phone"
    goes_on(page)
    expect(page.get_by_text("Which of our records do these names mean?")).to_be_visible()
    sends(page, live_server, tmp_path, "next.xlsx", [[4, "Школа", "2025", "", "", "A4"]])
    goes_on(page)
    expect(page.get_by_label("Код")).to_have_value("-")
    goes_on(page)
    expect(page.get_by_text("Rows that are new: 1")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scripts", few([True, False], False))
def test_likely_records_are_offered_with_reasons_and_one_decision_holds_for_all_rows(
    browser, live_server, tmp_path, scripts
):
    belarus()
    land = organisation("land", name_ru="Ассоциация сельских клубов")
    page = signed_in(browser, live_server, Staff("ann", "editor"), java_script_enabled=scripts)
    sends(page, live_server, tmp_path, "plan.xlsx")
    goes_on(page)
    page.get_by_label("Код").select_option("-")
    goes_on(page)
    likely = page.get_by_label("Ассоциация сельских клобов")
    expect(likely).to_have_count(1)  # for both of its rows
    expect(likely).to_have_value("")
    expect(page.get_by_text("Its name is like this one.")).to_be_visible()
    goes_on(page)
    expect(page.locator(".messagelist .error")).to_contain_text("Decide on each name")
    expect(page.get_by_label("Мельница")).to_have_value("new")
    expect(page.get_by_label("Невядомае Месца")).to_have_value("note")
    likely.select_option(str(land.public_id))
    if scripts:
        assert is_narrow(page), "the page is wider than a phone"
    goes_on(page)
    page.get_by_role("button", name="Write all of it").click(timeout=60_000)
    expect(page.locator(".messagelist .success")).to_contain_text("Written", timeout=60_000)
    assert Batch.objects.get().state == Batch.State.APPLIED
    made = {event.name_be or event.name_ru: event for event in Event.objects.all()}
    ran = {name: [row.organisation for row in event.roles.all()] for name, event in made.items()}
    mill = Organisation.objects.exclude(pk=land.pk).get()
    assert ran == {"Кірмаш": [land], "Талака": [land], "Форум": [mill]}
    assert "Невядомае Месца" in f"{made['Талака'].note_be}{made['Талака'].note_ru}"
