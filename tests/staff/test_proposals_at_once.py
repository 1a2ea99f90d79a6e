"""Twenty accept one proposal at once: one of them has, and the others are told."""

import threading

import pytest
from django.apps import apps
from django.db import connections
from django.test import Client

from registry.records.models import Proposal, Remark
from registry.workflow.groups import make_groups
from tests.support.factories import programme
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_twenty_who_accept_at_once_one_does():
    make_groups(apps.get_app_config("programmes"))  # the last test emptied the database
    contest = programme("contest", summary_en="Before.")
    ann, rita = Staff("ann", "editor"), Staff("rita", "reviewer")
    assert ann.edits(contest, summary_en="After.").status_code == 302
    found = Proposal.objects.get()
    at = f"/admin/programmes/programme/{contest.pk}/proposals/{found.pk}/"
    answers, start = [], threading.Barrier(20)

    def accept():
        browser = Client()
        browser.cookies = rita.client.cookies
        try:
            start.wait()
            response = browser.post(at, {"revision": 0, "_decide": "accept"})
            answers.append(response.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=accept) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(answers), answers.count(302)) == (20, 1)
    # Whoever waits too long for the others, or for a connection, is asked to try again.
    assert set(answers) <= {302, 409, 503}
    assert 409 in answers
    contest.refresh_from_db()
    assert (contest.summary_en, contest.version) == ("After.", 1)
    assert contest.history.filter(history_change_reason="accepted by rita").count() == 1
    assert Remark.objects.filter(on="accepted").count() == 1
