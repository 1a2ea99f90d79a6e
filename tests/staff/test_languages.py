"""Staff read their pages in the language that they choose, whatever their browser asks."""

import pytest
from django.test import Client
from django.utils.translation import override

from programmes.models import Programme
from registry.middleware.language import STAFF_COOKIE
from registry.staff.decisions import ACCEPTED, ACCEPTED_BECAUSE
from registry.workflow import why_kept
from registry.workflow.alone import BY_ONE
from registry.workflow.histories import NAMES_WITHDRAWN
from registry.workflow.withdrawal import WITHDRAWN, Reason, withdraw
from tests.support.factories import organisation, programme
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db]


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


def test_why_a_version_was_kept_is_read_in_the_language_of_the_reader(ann):
    club, olga = organisation("club", name_en="Club"), Staff("olga", "safety officer")
    withdraw(club, Reason.SAFETY, by=olga.user)
    chooses(olga.client, "be")
    page = olga.client.get(address(club, "history")).content.decode()
    with override("be"):
        assert WITHDRAWN.read(WITHDRAWN.fits("withdrawn: safety")) in page
        assert str(Reason.SAFETY.label) in page
    assert "safety" not in page.partition('class="history"')[2]


def test_what_django_says_is_in_words_that_fit_every_kind(ann):
    programme("contest", state="draft")
    chooses(ann.client, "ru")
    page = ann.client.get(address(Programme, "changelist")).content.decode()
    assert "Выберите для изменения: программа" in page
    assert 'alt="Поиск"' in page or 'alt="Найти"' in page
    assert 'alt="Search"' not in page


@pytest.mark.parametrize(
    "kept", ["cannot become public as it stands", "cannot be published as it stands"]
)
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("be", "у такім выглядзе апублікаваць нельга"),
        ("ru", "в таком виде опубликовать нельзя"),
    ],
)
def test_what_history_keeps_is_read_also_where_it_is_said_otherwise_now(kept, language, said):
    with override(language):
        assert why_kept.read(kept) == said


@pytest.mark.parametrize(
    ("why", "values"),
    [
        (ACCEPTED, {"by": "rita"}),
        (ACCEPTED_BECAUSE, {"by": "rita", "reason": "of the office: both"}),
        (NAMES_WITHDRAWN, {"kind": "toy", "id": "1-2"}),
        (BY_ONE, {"reason": "Away\nuntil May"}),
    ],
)
def test_what_the_registry_says_in_history_is_known_by_its_sentence(why, values):
    kept = why.kept(**values)
    assert next(each for each in why_kept._known if each.fits(kept)) is why
    assert why.fits(kept).groupdict() == values
    assert why_kept.read(kept) == kept
    assert why_kept.read(f"{kept[:4]} and more") == f"{kept[:4]} and more"  # what a person typed
