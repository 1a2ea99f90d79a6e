"""Ten names on one page, and a field of many records, in a browser, with and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from programmes.models import Programme
from tests.support.factories import programme
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True), pytest.mark.browser]


def signed_in(browser, live_server, person, **options):
    context = browser.new_context(viewport={"width": 360, "height": 800}, **options)
    session = person.client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


@pytest.mark.parametrize("scripts", [True, False])
def test_ten_names_are_translated_on_one_page_by_one_save(browser, live_server, scripts):
    rita = Staff("rita", "reviewer")
    for number in range(10):
        programme(f"contest-{number}", name_en=f"Contest {number}")
    page = signed_in(browser, live_server, rita, java_script_enabled=scripts)
    page.goto(f"{live_server.url}{reverse('admin:translate')}?language=be")
    fields = page.locator(".desk input.vTextField")
    expect(fields).to_have_count(10)
    for number in range(10):
        fields.nth(number).fill(f"Конкурс {number}")
    if scripts:
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, "the desk is wider than a phone"
    page.locator(".desk input[type=submit]").click()
    expect(page.locator(".messagelist .success")).to_contain_text("10")
    assert Programme.objects.exclude(name_be="").count() == 10


def test_a_field_is_set_for_many_from_the_list_to_the_end(browser, live_server):
    rita = Staff("rita", "reviewer")
    contests = [programme(f"contest-{number}") for number in range(3)]
    page = signed_in(browser, live_server, rita)
    page.goto(f"{live_server.url}{address(type(contests[0]), 'changelist')}")
    for each in contests:
        page.locator(f"input[name=_selected_action][value='{each.pk}']").check()
    page.locator("select[name=action]").first.select_option("set_field")
    page.locator("button[name=index]").first.click()
    page.locator("input[name=verified_on]").check()
    page.get_by_role("button", name="Show what would change").click()
    page.locator("input[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_contain_text("3")
    assert Programme.objects.filter(verified_on=None).count() == 0
