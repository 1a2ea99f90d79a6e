"""A record is taken back, and a deleted draft recovered, by pressing what stands on their pages."""

import pytest
from playwright.sync_api import expect

from programmes.models import Programme
from tests.support.factories import programme, term
from tests.support.staff import Staff, address, complaints

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_a_record_is_taken_back_with_its_rows_and_a_deleted_draft_recovered(
    browser_of, live_server
):
    page = browser_of("reviewer", "administrator")
    ann = Staff("ann", "reviewer")
    contest = programme("contest", name_en="Contest", themes=[term("sport")])
    assert ann.edits(contest, name_en="Wrong", **{"themes-0-DELETE": "on"}).status_code == 302
    page.goto(live_server.url + address(contest, "history"))
    page.click("text=Take back to this… >> nth=0")
    expect(page.locator(".changes ins").first).to_have_text("Contest")
    page.click(".submit-row .default")
    page.wait_for_selector(".messagelist .success")
    assert Programme.objects.get().name_en == "Contest"
    assert contest.themes.count() == 1
    draft = programme("draft", name_en="Draft", state="draft")
    page.goto(live_server.url + address(draft, "delete"))
    page.click("#content [type=submit]")
    page.goto(live_server.url + address(Programme, "deleted"))
    page.click("#content-main button")
    page.wait_for_selector(".messagelist .success")
    assert Programme.objects.filter(slug="draft").exists()
    assert complaints(page) == []
