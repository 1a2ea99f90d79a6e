"""The whole way of the second factor in a browser whose security key is Chromium's virtual one."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from playwright.sync_api import expect

from registry.workflow.groups import make_groups
from tests.staff.test_second_factor import PASSWORD, code_of

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rita(live_server, page, settings):
    """Her browser, with a key; every request, and whatever the policy refuses, is written down."""
    settings.SECOND_FACTOR = True
    cache.clear()
    make_groups(apps.get_app_config("programmes"))  # the last test emptied the database
    user = User.objects.create_user("rita", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="editor"))
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    page.key = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "usb", "isUserVerified": True}},
    )["authenticatorId"]
    page.devtools = devtools
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda line: page.complaints.append(line.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{live_server.url}/admin/")
    return page


def types_password(page):
    page.fill("#id_username", "rita")
    page.fill("#id_password", PASSWORD)
    page.click("#login-form [type=submit]")


def gives(page, code):
    page.fill("#id_code", code)
    page.click("input[type=submit]")


def is_in(page):
    page.locator(".dashboard").wait_for()


def leaves(page, live_server):
    page.click("#logout-form button")
    page.goto(f"{live_server.url}/admin/")
    assert page.locator("#id_username").count() == 1


@pytest.mark.slow
def test_a_factor_is_added_and_opens_by_app_by_key_and_by_each_code_once(rita, live_server):
    page = rita
    types_password(page)
    page.click("text=Add an app")
    secret = page.inner_text(".factor-secret")
    drawn = page.locator(".factor-picture svg").bounding_box()
    assert drawn["width"] > 100
    gives(page, code_of(secret, -1))
    codes = page.locator(".factor-codes code").all_inner_texts()
    assert len(codes) == 10
    page.click("text=I have kept them")
    is_in(page)
    page.click("#user-tools >> text=Second factor")
    page.click("text=Add a key")
    page.fill("#id_name", "blue key")
    page.click("#use-key")
    page.locator("li:has-text('blue key')").wait_for()

    leaves(page, live_server)
    types_password(page)
    gives(page, code_of(secret))
    is_in(page)

    leaves(page, live_server)
    types_password(page)
    page.click("#use-key")
    page.locator(".dashboard").wait_for()

    for is_used in (False, True):
        leaves(page, live_server)
        types_password(page)
        gives(page, codes[0])
        if not is_used:
            is_in(page)
    expect(page.locator(".errorlist")).to_contain_text("not right")
    page.click("#logout-form button")

    hosts = {re.match(r"\w+://[^/]+", url)[0] for url in page.asked if "data:" not in url}
    assert hosts == {live_server.url}
    assert not page.complaints


@pytest.mark.slow
def test_a_key_alone_is_enough_and_one_that_does_not_answer_is_told(rita, live_server):
    page = rita
    types_password(page)
    page.click("text=Add a key")
    page.click("#use-key")
    page.locator(".factor-codes").wait_for()
    page.click("text=I have kept them")
    leaves(page, live_server)
    types_password(page)
    page.devtools.send("WebAuthn.clearCredentials", {"authenticatorId": page.key})
    page.devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": page.key, "isUserVerified": False}
    )
    page.click("#use-key")
    page.locator("#key-failed").wait_for(state="visible")
    assert page.locator(".dashboard").count() == 0


@pytest.fixture
def passkey(rita, live_server):
    """Her browser, signed out, with a key that was added to open without the password."""
    page = rita
    page.devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": page.key})
    options = {"protocol": "ctap2", "transport": "usb", "isUserVerified": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True}
    page.key = page.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})[
        "authenticatorId"
    ]
    types_password(page)
    page.click("text=Add a key")
    page.check("#id_passwordless")
    page.click("#use-key")
    page.click("text=I have kept them")
    page.goto(f"{live_server.url}/admin/factor/")
    assert "opens without the password" in page.inner_text("#content")
    leaves(page, live_server)
    return page


def test_a_passkey_opens_without_the_password_and_changes_nothing_without_it(passkey, live_server):
    page = passkey
    page.goto(f"{live_server.url}/admin/programmes/programme/")
    page.click("text=Log in with a passkey")
    page.locator("#use-key").wait_for()
    assert not Axe().run(page).response["violations"]
    page.click("#use-key")
    page.locator("#changelist").wait_for()
    assert not page.complaints
    page.goto(f"{live_server.url}/admin/factor/keys/")
    assert page.locator("input[type=password]").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("what", ["nobody was there", "the account is closed", "another address"])
def test_a_passkey_opens_nothing_where(passkey, live_server, what):
    page = passkey
    at = f"{live_server.url}/admin/login/"
    if what == "nobody was there":
        asked = {"authenticatorId": page.key, "isUserVerified": False}
        page.devtools.send("WebAuthn.setUserVerified", asked)
    elif what == "the account is closed":
        User.objects.update(is_active=False)
    else:
        at += "?next=https://example.org/"
    page.goto(at)
    page.click("text=Log in with a passkey")
    page.click("#use-key")
    if what == "another address":
        page.locator(".dashboard").wait_for()
        assert page.url == f"{live_server.url}/admin/"
        return
    page.locator("#key-failed:not([hidden]), .errorlist").wait_for()
    page.goto(f"{live_server.url}/admin/")
    assert page.locator(".dashboard").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_its_pages_fit_and_are_clear_to_those_who_do_not_see(rita, live_server, width):
    page = rita
    page.set_viewport_size({"width": width, "height": 800})
    types_password(page)
    for path in ("", "app/", "keys/", "password/"):
        page.goto(f"{live_server.url}/admin/factor/{path}")
        found = Axe().run(page).response["violations"]
        assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{live_server.url}/admin/factor/app/")
    gives(page, code_of(page.inner_text(".factor-secret")))
    assert not Axe().run(page).response["violations"]
    leaves(page, live_server)
    types_password(page)
    expect(page.locator("#id_code")).to_have_count(1)
    assert not Axe().run(page).response["violations"]
