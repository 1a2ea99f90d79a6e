"""A form that is sent is one thing, handed from step to step: nothing is left lying on the way."""

import ast
from pathlib import Path

import pytest
from django.contrib import admin
from django.http import QueryDict
from django.test import RequestFactory

from programmes.models import Programme
from registry.cards.refused import Refused
from registry.staff.attempt import FormAttempt, Stale
from tests.support.factories import programme
from tests.support.staff import Staff

APPS = ("registry", "programmes", "organisations")
# What Django and axes name so themselves.
THEIRS = {"_messages", "user", "axes_locked_out", "axes_credentials", "LANGUAGE_CODE"}


def assigned(tree):
    """(function, name, attribute) of all `name.attribute = …` within functions."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            written = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            if written and isinstance(node.value, ast.Name):
                yield function.name, node.value.id, node.attr


def test_nothing_is_hung_upon_a_request_or_a_class_of_forms():
    found, looked_at = [], 0
    for app in APPS:
        for path in Path(app).rglob("*.py"):
            for function, name, attribute in assigned(ast.parse(path.read_text())):
                looked_at += 1
                if name == "request" and attribute not in THEIRS:
                    found.append((path, function, attribute))
    assert looked_at > 20
    assert found == []


@pytest.mark.django_db
def test_a_page_of_the_staff_leaves_nothing_in_the_admin_that_all_threads_share():
    ann, contest = Staff("anna", "editor"), programme("contest", state="draft")
    shared = admin.site._registry.values()
    for page in ("changelist", "add"):
        ann.opens(Programme, page)  # what is cached at the first time
    before = {each: dict(vars(each)) for each in shared}
    stale = ann.form_of(contest)
    ann.edits(contest, name_en="Contest of ideas")
    assert ann.sends(stale, contest, name_en="Mine").status_code == 200
    assert ann.reads(Programme, "changelist", q="contest")
    assert {each: dict(vars(each)) for each in shared} == before


@pytest.mark.django_db
@pytest.mark.parametrize("obstacle", [Stale([(None, "Look again.")]), Refused("Look again.")])
def test_a_form_with_an_obstacle_is_never_valid_and_says_why(obstacle):
    ann, contest = Staff("anna", "editor"), programme("contest", state="draft")
    page, request = admin.site._registry[Programme], RequestFactory().get("/admin/")
    request.user = ann.user
    typed = QueryDict(mutable=True)
    typed.update(ann.form_of(contest))
    attempt = FormAttempt(typed, contest)
    kind = page.get_form(request, contest, change=True)
    assert kind(attempt.typed, instance=contest, user=ann.user, attempt=attempt).is_valid()
    attempt = attempt.refused(obstacle, contest)
    form = kind(attempt.typed, instance=contest, user=ann.user, attempt=attempt)
    assert form.non_field_errors() == ["Look again."]


@pytest.mark.django_db
def test_what_was_refused_is_read_once_more_and_written_never():
    """Taken back as a whole: rows that were saved before something refused them."""
    rita, contest = Staff("rita", "reviewer"), programme("contest", state="public")
    form = rita.form_of(contest)
    before = contest.version, contest.history.count()
    response = rita.sends(form, contest, summary_en="Write to petra@example.org")
    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="override"' in page
    assert "petra@example.org</textarea>" in page
    contest.refresh_from_db()
    assert contest.summary_en == ""
    assert contest.version == before[0]
    # What a first change keeps of before goes with it.
    assert contest.history.count() == before[1]
