"""The form of a record in a browser: languages, errors, folds, rows, and what covers nothing."""

import pytest

from programmes.models import Programme
from tests.staff.test_admin_browser import browser_of, complaints  # noqa: F401 - a fixture
from tests.support.staff import address

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
]


def test_what_was_typed_is_there_in_the_other_language(browser_of, live_server):  # noqa: F811
    page = browser_of("editor")
    page.goto(live_server.url + address(Programme, "add"))
    page.fill("#id_name_be", "Конкурс мёду")
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.message) or dialog.dismiss())
    page.click("#languages [value=be]")
    page.wait_for_function("() => document.documentElement.lang === 'be'")
    page.locator("#typed-before .sent").wait_for()
    assert page.url.endswith(address(Programme, "add"))
    assert page.input_value("#id_name_be") == "Конкурс мёду"
    assert asked == []
    assert complaints(page) == []
