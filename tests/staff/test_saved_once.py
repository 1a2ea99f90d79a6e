"""A form is saved once, however often it is sent, and what it held is given back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from organisations.models import Organisation
from programmes.models import Programme
from registry.records.models import Proposal
from registry.staff.saved_once import COOKIE, FIELD
from registry.workflow.groups import make_groups
from tests.support.factories import programme
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("anna", "editor")


def test_a_form_that_is_sent_again_adds_no_second_record(ann):
    form = ann.form_of(Programme, "add")
    assert ann.sends(form, Programme, "add", name_en="Contest").status_code == 302
    again = ann.sends(form, Programme, "add", name_en="Contest of ideas")
    assert Programme.objects.get().name_en == "Contest"
    page = again.content.decode()
    assert again.status_code == 409
    assert "nothing was added a second time" in page
    assert "Contest of ideas" in page  # nothing that was typed is lost
    assert address(Programme.objects.get(), "change") in page


def test_two_forms_add_two_records_of_one_name(ann):
    for _ in range(2):
        assert ann.edits(Programme, "add", name_en="Contest").status_code == 302
    assert Programme.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_add_one_record():
    make_groups(apps.get_app_config("programmes"))  # the last test emptied the database
    ann = Staff("anna", "editor")
    form, both = ann.form_of(Programme, "add"), Barrier(2)

    def send():
        try:
            both.wait()
            return ann.sends(form, Programme, "add", name_en="Contest").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(send) for _ in range(2)]
        assert sorted(answer.result() for answer in answers) == [302, 409]
    assert Programme.objects.count() == 1


def test_the_id_of_a_form_is_that_of_the_person_to_whom_it_was_shown(ann):
    form = ann.form_of(Programme, "add")
    ann.sends(form, Programme, "add", name_en="Contest")
    bob = Staff("bob", "editor")
    foreign = bob.form_of(Programme, "add") | {FIELD: form[FIELD]}
    assert bob.sends(foreign, Programme, "add", name_en="Another").status_code == 302
    own = Programme.objects.get(name_en="Contest").public_id
    for forged in (str(own), f"{form[FIELD]}x", "", "a:b"):
        form = bob.form_of(Programme, "add") | {FIELD: forged}
        assert bob.sends(form, Programme, "add", name_en="Forged").status_code == 302
    assert Programme.objects.count() == 6


def test_the_browser_is_told_what_was_saved_and_of_nothing_else(ann):
    contest = programme("contest", state="draft", name_en="Contest")
    form = ann.form_of(contest)
    assert COOKIE not in ann.sends(form, contest, dates="some day").cookies
    told = ann.sends(form, contest, dates="2016").cookies[COOKIE]
    assert told.value == form[FIELD]
    assert (told["path"], told["samesite"]) == ("/admin/", "Strict")


def test_a_form_of_a_public_record_that_is_sent_again_makes_no_second_proposal(ann):
    contest = programme("contest", name_en="Contest")
    form = ann.form_of(contest)
    for _ in range(2):
        reply = ann.sends(form, contest, name_en="Contest of ideas")
        assert reply.cookies[COOKIE].value == form[FIELD]
    proposal = Proposal.objects.get()
    amend = f"{address(contest, 'change').removesuffix('change/')}proposals/{proposal.pk}/form/"
    form = fields(page := ann.client.get(amend).content.decode())
    assert "data-answered" not in page
    assert COOKIE in ann.client.post(amend, {**form, "name_en": "Contest of all"}).cookies


def test_an_answer_that_is_not_saved_keeps_the_id_of_its_form(ann):
    form = ann.form_of(Programme, "add")
    page = ann.sends(form, Programme, "add", name_en="Contest", dates="some day").content.decode()
    mark = f'value="{form[FIELD]}" data-user="{ann.user.pk}" data-answered>'
    assert mark in " ".join(page.split())


def test_a_form_without_the_mark_of_its_sender_is_given_back(ann):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ann.user)
    form = {FIELD: ann.form_of(Programme, "add")[FIELD], "name_en": "Contest <b>of</b> ideas"}
    answer = strict.post(address(Programme, "add"), form)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Contest &lt;b&gt;of&lt;/b&gt; ideas" in page
    assert "Nothing was saved" in page
    assert not Programme.objects.exists()
    # A form without an id is none of an entry: there may be a password in it.
    for path in (reverse("admin:login"), reverse("admin:password_change")):
        answer = strict.post(path, {"old_password": "secret words", "name": "secret words"})
        assert answer.status_code == 403
        assert "secret words" not in answer.content.decode()
    stranger = Client(enforce_csrf_checks=True).post(reverse("admin:login"), {"username": "anna"})
    assert stranger.status_code == 403
    assert "anna" not in stranger.content.decode()


def test_a_browser_never_keeps_an_exact_place(ann):
    page = ann.reads(Organisation, "add")
    (field,) = [tag for tag in page.split("<") if 'name="address"' in tag]
    assert "data-unkept" in field
