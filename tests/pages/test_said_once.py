"""What a process says once: the same words in each language, and nothing of a page."""

from types import SimpleNamespace

import pytest
from django.template import Context, engines
from django.utils.translation import gettext, override

from registry.pages.templatetags.choices import choices
from registry.pages.words import Words

pytestmark = pytest.mark.once
NASTY = "<b>&\"'"


def template(source):
    return engines["django"].from_string("{% load choices i18n once %}" + source)


def said(source, **values):
    made, found = template(source), []
    for language in ("en", "be", "en"):
        with override(language):
            found.append(made.render(values))
    return found


def in_belarusian(words):
    with override("be"):
        return gettext(words)


def test_words_are_those_of_each_language_however_often_they_are_said():
    for tag in ('{% translate "Search" %}', '{% translate "Search" as x %}{{ x }}'):
        english, belarusian, again = said(tag)
        assert english == again == "Search"
        assert belarusian == in_belarusian("Search") != "Search"
        assert any(isinstance(each, Words) for each in template(tag).template.nodelist)


def test_words_that_a_page_gives_are_its_own():
    made = template("{% translate words %}")
    assert made.render({"words": "Search"}) == "Search"
    assert made.render({"words": NASTY}) == "&lt;b&gt;&amp;&quot;&#x27;"


def test_what_is_said_once_knows_nothing_of_the_page():
    made = template("{% once %}{% translate 'Search' %}{{ secret }}{{ request.path }}{% endonce %}")
    page = Context({"request": SimpleNamespace(path="/secret/"), "secret": "secret"})
    assert made.template.render(page) == "Search"
    assert said("{% once %}{% translate 'Search' %}{{ secret }}{% endonce %}", secret="a") == [
        *("Search", in_belarusian("Search"), "Search")
    ]


def test_a_choice_is_escaped_in_all_that_was_typed():
    group = {"kind": "checkbox", "name": "theme", "error": NASTY}
    label = {"en": NASTY, "be": None, "ru": None}
    shown = choices(
        group,
        [
            {"value": NASTY, "label": NASTY, "count": None, "checked": True},
            {"value": "b", "label": label, "count": 1234, "checked": False, "disabled": True},
        ],
    )
    assert NASTY not in shown
    assert shown.count("&lt;b&gt;&amp;&quot;&#x27;") == 3
    assert shown.count('aria-invalid="true"') == shown.count("  checked\n") == 1
    assert shown.count("option-empty") == shown.count("  disabled\n") == 1
    assert "1,234" in shown
    with override("be"):
        assert '<span lang="en">&lt;b&gt;' in choices(
            group, [{"value": "b", "label": label, "count": 1, "checked": False}]
        )
