"""What is typed into a form of the staff is there again after whatever kept it from being saved."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session

from organisations.models import Organisation
from programmes.models import Programme
from registry.workflow.groups import make_groups
from tests.support.factories import organisation, programme
from tests.support.staff import PASSWORD, address, log_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def staff(live_server, page):
    make_groups(apps.get_app_config("programmes"))  # the last test emptied the database
    user = User.objects.create_user("anna", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="editor"))
    page.goto(f"{live_server.url}/admin/")
    log_in(page, "anna")
    return page


@pytest.fixture
def typed(staff, live_server):
    """A new programme with a row in which an organisation was chosen, not saved yet."""
    organisation("honey", name_en="Honey Makers")
    staff.goto(live_server.url + address(Programme, "add"))
    staff.fill("#id_name_en", "Contest of honey")
    staff.click("#roles-group .add-row a")
    staff.click("#roles-0 .select2-selection")
    staff.keyboard.type("Honey")
    staff.click(".select2-results__option--highlighted:has-text('Honey Makers')")
    staff.select_option("#id_roles-0-role", "funder")
    return staff


def is_there_again(page):
    page.wait_for_function("() => document.querySelector('#id_name_en').value")
    assert page.input_value("#id_name_en") == "Contest of honey"
    assert page.input_value("#id_roles-0-role") == "funder"
    assert "Honey Makers" in page.inner_text("#roles-0 .select2-selection")


def save(page):
    page.click("[name=_save]")
    page.wait_for_selector("#changelist")
    contest = Programme.objects.get()
    assert contest.name_en == "Contest of honey"
    assert [row.organisation.name_en for row in contest.roles.all()] == ["Honey Makers"]


@pytest.mark.slow
def test_an_expired_session_loses_nothing(typed):
    Session.objects.all().delete()
    # Nor does the page that asks for a password stand beneath a date, as what was read.
    with typed.expect_response("**/admin/login/**"):
        typed.locator("#id_dates").press_sequentially("2016")
    typed.wait_for_timeout(300)
    assert typed.locator("#id_dates_reading").inner_text() == ""
    typed.click("[name=_save]")
    typed.wait_for_selector("#id_username")
    log_in(typed, "anna")
    typed.locator("#typed-before .sent").wait_for()
    is_there_again(typed)
    save(typed)


@pytest.mark.slow
@pytest.mark.parametrize("status", [None, 502])
def test_a_server_that_does_not_answer_loses_nothing(typed, live_server, status):
    add = live_server.url + address(Programme, "add")

    def fail(route):
        if route.request.method != "POST":
            return route.continue_()
        return route.fulfill(status=status, body="Bad gateway") if status else route.abort()

    typed.route(add, fail)
    typed.click("[name=_save]")
    typed.wait_for_timeout(300)
    typed.unroute(add)
    typed.goto(add)
    typed.locator("#typed-before .sent").wait_for()
    is_there_again(typed)
    save(typed)


def test_neither_a_stopped_server_nor_an_ended_session_nor_a_closed_tab_loses_anything(
    typed, live_server
):
    """One after another. A browser gives a tab that it opens again what the tab had stored."""
    add = live_server.url + address(Programme, "add")
    typed.route(add, lambda route: route.abort())
    typed.click("[name=_save]")
    typed.wait_for_timeout(300)
    typed.unroute(add)
    Session.objects.all().delete()
    typed.goto(add)
    typed.wait_for_selector("#id_username")
    stored = typed.evaluate("() => JSON.stringify(sessionStorage)")
    context = typed.context
    typed.close()
    page = context.new_page()
    page.add_init_script(
        "if (!localStorage.again) { localStorage.again = 'yes';"
        f" Object.entries({stored}).forEach(([name, value]) => sessionStorage[name] = value) }}"
    )
    page.goto(add)
    log_in(page, "anna")
    page.locator("#typed-before .sent").wait_for()
    is_there_again(page)
    save(page)
    page.wait_for_function("() => !sessionStorage.length")


def test_what_was_left_is_offered_and_put_back_or_thrown_away(typed, live_server):
    typed.reload()
    typed.locator("#put-back").wait_for()
    assert typed.input_value("#id_name_en") == ""
    typed.click("#put-back")
    is_there_again(typed)
    typed.reload()
    with typed.expect_navigation():
        typed.click("#throw-away")
    assert typed.locator("#typed-before").is_hidden()
    assert typed.input_value("#id_name_en") == ""


@pytest.mark.slow
def test_what_is_saved_is_offered_no_more(typed, live_server):
    save(typed)
    typed.goto(live_server.url + address(Programme, "add"))
    assert typed.locator("#typed-before").is_hidden()
    assert typed.evaluate("() => Object.keys(sessionStorage).join()") == ""


@pytest.mark.slow
def test_who_signs_in_after_somebody_else_keeps_nothing_of_theirs(typed, live_server):
    user = User.objects.create_user("olga", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="editor"))
    assert "Contest of honey" in typed.evaluate("() => JSON.stringify(sessionStorage)")
    Session.objects.all().delete()
    typed.on("dialog", lambda dialog: dialog.accept())
    typed.goto(live_server.url + address(Organisation, "add"))
    log_in(typed, "olga")
    typed.wait_for_selector("#id_name_en")
    typed.wait_for_function("() => !sessionStorage.length")


@pytest.mark.slow
def test_signing_out_forgets_what_was_typed(typed):
    typed.click("#logout-form button")
    typed.wait_for_url("**/logout/")
    assert typed.evaluate("() => Object.keys(sessionStorage).join()") == ""


@pytest.mark.slow
def test_leaving_asks_only_where_something_would_be_lost(staff, live_server):
    contest = programme("contest", state="draft", name_en="Contest")
    asked = []
    staff.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    staff.goto(live_server.url + address(contest, "change"))
    staff.click("#header a >> nth=0")
    assert asked == []
    staff.goto(live_server.url + address(contest, "change"))
    staff.fill("#id_name_en", "Contest of honey")
    staff.click("#header a >> nth=0")
    staff.wait_for_load_state()
    assert asked == ["beforeunload"]


@pytest.mark.slow
def test_a_preview_opens_beside_the_form_which_can_still_be_saved(typed):
    with typed.context.expect_page() as opened:
        typed.click("button:has-text('Preview')")
    beside = opened.value
    beside.wait_for_selector("aside:has-text('Preview – not published')")
    assert beside.inner_text("h1") == "Contest of honey"
    beside.click("aside button[lang=be]")
    beside.wait_for_selector("html[lang=be]")
    assert "Contest of honey" in beside.inner_text("h1")
    beside.close()
    assert not Programme.objects.exists()
    is_there_again(typed)
    save(typed)
