"""A proposal in a browser, under the policy that forbids inline scripts; and without any script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from programmes.models import Programme
from registry.records.models import Proposal
from registry.workflow.groups import make_groups
from tests.support.factories import organisation, programme, role, term
from tests.support.shares import few
from tests.support.staff import PASSWORD, Staff, address, complaints, log_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def as_it_is_read(page, width):
    """No barrier, and nothing to scroll sideways."""
    assert complaints(page) == []
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.complaints.clear()  # those of axe, which styles what it looks at


@pytest.mark.parametrize("width", few([360, 1280], 1280))
def test_a_proposal_is_read_and_accepted_by_everybody(browser_of, live_server, width):
    page = browser_of("reviewer")
    page.set_viewport_size({"width": width, "height": 800})
    contest = programme("contest", name_en="Contest", summary_en="All of the region.")
    role(contest, organisation("honey", name_en="Honey"))
    User.objects.filter(username="ann").delete()
    ann = Staff("ann", "editor")
    rows = {"themes-TOTAL_FORMS": "1", "themes-0-term": term("sport").pk, "roles-0-DELETE": "on"}
    typed = {"summary_en": "Write to half@example.org " + "verylongword" * 12, **rows}
    assert ann.edits(contest, **typed, **{"about-remark": "Look"}).status_code == 302
    page.goto(f"{live_server.url}/admin/")
    page.click(".waiting a:has-text('Contest')")  # one load from the first page
    as_it_is_read(page, width)
    page.fill("[name=reason]", "A mailbox of the office")
    page.click("button[value=accept]")
    page.wait_for_selector(".messagelist .success")
    assert Programme.objects.get().summary_en.startswith("Write to half@example.org")
    assert complaints(page) == []


@pytest.mark.slow
def test_a_change_is_proposed_and_sent_back_without_any_script(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    contest = programme("contest", name_en="Contest")

    make_groups(apps.get_app_config("programmes"))
    for name, group in (("ann", "editor"), ("rita", "reviewer")):
        user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        user.groups.set(Group.objects.filter(name=group))

    def comes(name):
        context.clear_cookies()
        page.goto(f"{live_server.url}/admin/")
        log_in(page, name)

    comes("ann")
    page.goto(live_server.url + address(contest, "change"))
    page.click("details:has(#id_summary_en) > summary")  # what folds opens without a script
    page.fill("#id_summary_en", "For everybody.")
    page.fill("[name=about-remark]", "From the report")
    page.click("input[name=_save] >> nth=-1")
    page.locator(".messagelist .success").wait_for()
    comes("rita")
    page.click(".waiting a:has-text('Contest')")
    page.fill("[name=answer]", "Which page?")
    page.click("button[value=send-back]")
    page.locator(".messagelist .success").wait_for()
    comes("ann")
    expect(page.locator(".waiting").first).to_contain_text("Which page?")
    assert Proposal.objects.get().state == "sent-back"
    context.close()
