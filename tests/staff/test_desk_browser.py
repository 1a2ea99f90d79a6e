"""Ten names on one page, and a field of many records, in a browser, with and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from programmes.models import Programme
from tests.support.factories import programme
from tests.support.shares import few
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True), pytest.mark.browser]


def signed_in(browser, live_server, person, **options):
    context = browser.new_context(viewport={"width": 360, "height": 800}, **options)
    session = person.client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def counts_loads(page):
    """The addresses of the pages that it opens from now on."""
    found = []

    def note(response):
        if response.request.resource_type == "document" and response.status == 200:
            found.append(response.url)

    page.on("response", note)
    return found


@pytest.mark.parametrize("scripts", few([True, False], True))
def test_ten_names_are_one_load_ten_fields_and_one_save(browser, live_server, scripts):
    rita = Staff("rita", "reviewer")
    for number in range(10):
        programme(f"contest-{number}", name_en=f"Contest {number}")
    page = signed_in(browser, live_server, rita, java_script_enabled=scripts)
    loads = counts_loads(page)
    page.goto(f"{live_server.url}{reverse('admin:translate')}?language=be")
    expect(page.locator(".desk input.vTextField")).to_have_count(10)
    if scripts:
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, "the desk is wider than a phone"
    assert len(loads) == 1
    page.locator(".desk input.vTextField").first.click()
    for number in range(10):
        page.keyboard.type(f"Конкурс {number}")
        if number < 9:
            page.keyboard.press("Tab")  # between two fields stands the name of the next record
            page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".messagelist .success")).to_contain_text("10")
    assert len(loads) == 2
    assert Programme.objects.exclude(name_be="").count() == 10


@pytest.mark.slow
def test_thirty_records_are_four_loads_and_six_clicks(browser, live_server):
    rita = Staff("rita", "reviewer")
    for number in range(30):
        programme(f"contest-{number}")
    page = signed_in(browser, live_server, rita)
    loads = counts_loads(page)
    page.goto(f"{live_server.url}{address(Programme, 'changelist')}")
    for step in (
        lambda: page.locator("#action-toggle").click(),
        lambda: page.locator("select[name=action]").first.select_option("set_field"),
        lambda: page.locator("button[name=index]").first.click(),
        lambda: page.locator("input[name=verified_on]").click(),
        lambda: page.get_by_role("button", name="Show what would change").click(),
        lambda: page.locator("input[name=_save]").click(),
    ):
        step()
    expect(page.locator(".messagelist .success")).to_contain_text("30")
    assert len(loads) == 4
    assert not Programme.objects.filter(verified_on=None).exists()
