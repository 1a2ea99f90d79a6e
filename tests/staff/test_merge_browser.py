"""Two records become one and two again in a browser, with and without scripts."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from organisations.models import Organisation
from tests.staff.test_desk_browser import signed_in
from tests.support.factories import organisation, programme
from tests.support.shares import few
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("scripts", few([True, False], True))
def test_a_double_is_found_merged_and_taken_apart(browser, live_server, scripts):
    rita = Staff("rita", "reviewer")
    right = organisation("right", name_en="Zubr Circle", website="https://zubr.example/")
    twin = organisation("twin", name_en="The Zubr Circle", website="https://old.example/")
    contest = programme("contest", roles=[("organiser", twin)])
    page = signed_in(browser, live_server, rita, java_script_enabled=scripts)
    page.goto(f"{live_server.url}{address(right, 'change')}")
    page.get_by_role("link", name="Merge with another…").click()
    page.get_by_role("link", name="The Zubr Circle").click()
    expect(page.get_by_role("button", name="Merge them")).to_be_visible()
    if scripts:
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, "the page is wider than a phone"
    page.get_by_role("group", name="Website").get_by_label("https://old.example/").check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.locator(".messagelist .success")).to_contain_text("one record now")
    right.refresh_from_db()
    assert right.website == "https://old.example/"
    assert contest.roles.get().organisation == right
    page.get_by_role("link", name="Undo…").click()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.locator(".messagelist .success")).to_contain_text("two records again")
    assert contest.roles.get().organisation == twin


@pytest.mark.slow
def test_names_like_the_one_that_is_typed_stand_beneath_it(browser, live_server):
    eve = Staff("eve", "editor")
    there = organisation("there", name_be="Зялёны свет", name_en="")
    page = signed_in(browser, live_server, eve)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live_server.url}{reverse('admin:organisations_organisation_add')}")
    page.locator("#id_name_ru").press_sequentially("ОО «Зеленый свет»")
    beneath = page.locator("#id_name_ru_alike")
    expect(beneath).to_contain_text("Is it this one?")
    link = beneath.get_by_role("link", name="Зялёны свет")
    expect(link).to_have_attribute("href", re.compile(address(there, "change")))
    page.locator("#id_name_ru").fill("Нешта іншае")
    expect(beneath.get_by_role("link")).to_have_count(0)
    assert [each for each in complaints if "404" not in each] == []
    assert Organisation.objects.count() == 1
