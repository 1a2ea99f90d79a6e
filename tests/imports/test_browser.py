"""A table on its way back, in a browser, on a phone and without a script."""

import pytest
from playwright.sync_api import expect

from programmes.models import Programme
from tests.staff.test_desk_browser import signed_in
from tests.support.factories import programme
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
