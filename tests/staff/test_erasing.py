"""One safety officer asks for an erasure on a page of the staff, another one does it there."""

import re

import pytest
from django.urls import reverse

from organisations.models import Organisation
from registry.records.models import Erasure
from registry.reports.models import Report
from registry.workflow.erased_words import GAP
from tests.support.factories import organisation, programme
from tests.support.staff import Staff, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ERASE = "/admin/erase/"


@pytest.fixture(autouse=True)
def own_ledger(settings, tmp_path):
    settings.LEDGER = str(tmp_path / "ledger")


@pytest.fixture
def olga():
    return Staff("olga", "safety officer")


@pytest.fixture
def vera():
    return Staff("vera", "safety officer")


def reads(person, at):
    response = person.client.get(at)
    assert response.status_code == 200, response
    return response.content.decode()


def sends(person, at, button, **typed):
    return person.client.post(at, {**fields(reads(person, at)), **typed, button: ""})


def test_a_reader_s_request_leads_to_the_act_in_three_clicks(olga, vera):
    club = organisation("club", name_en="Zqclub", names=["Zqother"])
    programme("contest", roles=[("organiser", club)], summary_en="By Zqclub.")
    report = Report.objects.create(
        kind="removal", text="Zqreport", language="en", about_type="organisation",
        about_id=club.public_id, about_slug=club.slug,
    )  # fmt: skip
    (at,) = re.findall(r'href="(/admin/erase/\?of=[^"]+)"', olga.reads(report))
    page = reads(olga, at)
    # What will go is listed before anybody asks for it.
    for words in (
        "(answer them first): 1",
        "Organisation: Zqclub",
        "This would be withdrawn:",
        "Programme: Contest",
    ):
        assert words in page
    assert "Zqclub\nZqother" in page
    assert sends(olga, at, "_ask").status_code == 302
    (waiting,) = Erasure.objects.all()
    there = reverse("admin:erasing", args=[waiting.pk])
    assert there in reads(vera, "/admin/")
    assert there not in reads(olga, "/admin/")
    assert "_erase" not in reads(olga, there)
    assert sends(olga, there, "_erase").status_code == 403
    assert sends(vera, there, "_erase").status_code == 302
    club.refresh_from_db()
    assert (club.state, club.name_en) == ("erased", GAP)
    page = reads(vera, ERASE)
    assert "Zq" not in page
    assert all(name in page for name in ("olga", "vera"))
    assert not Report.objects.exists()


def test_words_alone_are_looked_for_before_anybody_asks(olga):
    organisation("club", name_en="Club", summary_en="Zqword is here.")
    page = olga.client.post(ERASE, {"words": "zqword", "_look": ""}).content.decode()
    assert "Organisation: Club" in page
    assert "zqword" in fields(page)["words"]
    assert (
        "No text says this now."
        in olga.client.post(ERASE, {"words": "zqnothing", "_look": ""}).content.decode()
    )
    assert not Erasure.objects.exists()
    for typed, sentence in (("", "Write what is to be erased."), ("zqword\na!", "“a!” has fewer")):
        page = olga.client.post(ERASE, {"words": typed, "_ask": ""}).content.decode()
        assert sentence in page
        assert not Erasure.objects.exists()
    assert Organisation.objects.get().summary_en == "Zqword is here."


def test_a_request_is_dropped_by_either_of_them_and_erases_nothing(olga, vera):
    organisation("club", name_en="Club", summary_en="Zqword is here.")
    for person in (olga, vera):
        assert sends(olga, ERASE, "_ask", words="zqword").status_code == 302
        at = reverse("admin:erasing", args=[Erasure.objects.get().pk])
        assert sends(person, at, "_drop").status_code == 302
        assert person.client.get(at).status_code == 404
    assert Organisation.objects.get().summary_en == "Zqword is here."


def test_an_officer_asks_from_the_form_of_a_record_and_others_do_not(olga):
    club = organisation("club", name_en="Club")
    at = f"{ERASE}?of=organisation/{club.public_id}"
    assert at in olga.reads(club)
    for group in ("editor", "reviewer"):
        other = Staff(group, group)
        assert ERASE not in other.reads(club)
        assert other.client.get(at).status_code == 403
    for wrong in ("organisation/x", "nothing/1", f"programme/{club.public_id}"):
        assert olga.client.get(f"{ERASE}?of={wrong}").status_code == 404
    # Without its record, of which only a name is to go.
    form = fields(reads(olga, at))
    assert form.pop("whole") == "on"
    assert olga.client.post(at, {**form, "words": "zqword", "_ask": ""}).status_code == 302
    assert (Erasure.objects.get().card_type, Erasure.objects.get().words) == ("", "zqword")
