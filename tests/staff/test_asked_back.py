"""A second safety officer is told on the first page what waits for them."""

import pytest

from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import organisation, programme
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]
HEADING = "Another officer asks to bring these back"


def test_what_one_officer_asks_to_bring_back_waits_on_the_first_page_of_another():
    olga, otto = Staff("olga", "safety officer"), Staff("otto", "safety officer")
    others = [Staff("ann", "editor"), Staff("rita", "reviewer")]
    honey, _ = organisation("honey", name_en="Honey"), organisation("tulip", name_en="Tulip")
    withdraw(honey, Reason.SAFETY)  # by nobody who is known
    withdraw(programme("contest", name_en="Contest"), Reason.SAFETY, by=olga.user)
    assert all(HEADING not in each.client.get("/admin/").content.decode() for each in (olga, otto))
    at = f"/admin/organisations/organisation/{honey.pk}/bring-back/"
    assert olga.client.post(at).status_code == 302
    page = otto.client.get("/admin/").content.decode()
    assert HEADING in page
    assert f"/admin/organisations/organisation/{honey.pk}/change/" in page
    assert "Contest" not in page.partition(HEADING)[2]
    for each in (olga, *others):
        assert HEADING not in each.client.get("/admin/").content.decode()
    assert otto.client.post(at).status_code == 302  # and then it waits for nobody
    assert HEADING not in otto.client.get("/admin/").content.decode()
