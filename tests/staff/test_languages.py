"""Staff read their pages in the language that they choose, whatever their browser asks."""

import pytest
from django.test import Client

from programmes.models import Programme
from registry.middleware.language import STAFF_COOKIE
from tests.support.factories import programme
from tests.support.staff import Staff, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return Staff("ann", "editor")


def chooses(client, code, here="/admin/"):
    return client.post("/admin/language/", {"language": code, "next": here})


def test_a_page_of_the_staff_is_read_in_the_language_that_was_chosen_there(ann):
    contest = programme("contest", state="draft")
    here = address(contest, "change") + "?_changelist_filters=q%3Dhoney"
    assert f'value="{here}"' in ann.client.get(here).content.decode()
    assert 'lang="en"' in ann.client.get(here).content.decode()
    reply = chooses(ann.client, "be", here)
    assert (reply.status_code, reply.headers["Location"]) == (302, here)
    page = ann.client.get(here, headers={"Accept-Language": "ru"})
    assert '<html lang="be"' in page.content.decode()
    assert page.headers["Content-Language"] == "be"
    assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].split(", "))
    how = {"written": "восень 2013"}
    assert "восень" in ann.client.get("/admin/dates/", how).content.decode()


def test_who_logs_in_chooses_as_well(client):
    assert 'name="language" value="be"' in client.get("/admin/login/").content.decode()
    here = "/admin/login/?next=/admin/programmes/programme/"
    assert chooses(client, "be", here).headers["Location"] == here
    assert '<html lang="be"' in client.get(here).content.decode()


def test_no_page_of_the_public_knows_what_staff_chose(ann):
    cookie = chooses(ann.client, "be").cookies[STAFF_COOKIE]
    assert cookie["path"] == "/admin/"
    assert cookie["httponly"]
    client = Client(headers={"Cookie": f"{STAFF_COOKIE}=be"})
    for path in ("/en/", "/api/v1/"):
        assert client.get(path).headers.get("Content-Language", "en") == "en"
        assert "Cookie" not in client.get(path).headers.get("Vary", "")


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/admin/", "//elsewhere.example", "/en/", ""]
)
def test_the_switch_leads_nowhere_else(ann, elsewhere):
    assert chooses(ann.client, "ru", elsewhere).headers["Location"] == "/admin/"


def test_a_language_that_is_none_of_ours_is_not_kept(ann):
    assert STAFF_COOKIE not in chooses(ann.client, "de").cookies
    ann.client.cookies[STAFF_COOKIE] = "de"
    assert '<html lang="en"' in ann.reads(Programme, "changelist")
    assert ann.client.get("/admin/language/").status_code == 405
