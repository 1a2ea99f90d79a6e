"""Who is a member of organisations writes for these, and proposes what is of others."""

import pytest
from django.contrib.auth.models import User

from organisations.models import Membership
from programmes.models import Programme
from registry.records.models import Proposal
from registry.workflow.withdrawal import withdraw
from tests.support.factories import event, organisation, programme, source
from tests.support.staff import Staff, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def houses():
    """Two organisations, ours and theirs, each with a programme and its event, all drafts."""
    found = {}
    for name in ("ours", "theirs"):
        runs = organisation(name, name_en=name, state="draft")
        whole = programme(f"{name}-whole", roles=[("organiser", runs)], state="draft")
        found[name] = [runs, whole, event(f"{name}-talk", programme=whole, state="draft")]
    return found


@pytest.fixture
def ann(houses):
    ann = Staff("ann", "editor")
    Membership.objects.create(user=ann.user, organisation=houses["ours"][0])
    return ann


def names_it_anew(person, entry):
    person.edits(entry, name_en="Anew")
    entry.refresh_from_db()
    return entry.name_en == "Anew", Proposal.objects.filter(author=person.user).count()


@pytest.mark.parametrize("number", range(3))
def test_a_member_writes_for_their_own_and_what_it_runs_and_proposes_the_rest(ann, houses, number):
    assert names_it_anew(ann, houses["ours"][number]) == (True, 0)
    entry = houses["theirs"][number]
    before = entry.version
    assert names_it_anew(ann, entry) == (False, 1)
    assert entry.version == before
    rita = Staff("rita", "reviewer")
    proposal = Proposal.objects.get()
    at = address(entry, "change").replace("change/", f"proposals/{proposal.pk}/")
    page = rita.client.get(at)
    assert page.status_code == 200, at
    rita.client.post(at, {"_decide": "accept", "revision": proposal.revision})
    entry.refresh_from_db()
    assert entry.name_en == "Anew"


def test_what_nobody_runs_and_what_they_began_is_theirs_too(ann, houses):
    assert names_it_anew(ann, programme("nobody-s", state="draft"))[0]
    assert ann.edits(source("paper", state="draft"), name_en="Paper").status_code == 302
    begun = Programme(slug="begun", name_en="Begun")
    begun._history_user = ann.user
    begun.save()
    begun.roles.create(role="organiser", organisation=houses["theirs"][0])
    assert names_it_anew(ann, begun)[0]


def test_what_the_withdrawn_run_is_of_others_in_the_form_and_when_it_is_saved(ann, houses):
    theirs = houses["theirs"][0]
    talk = event("talk", organisation=theirs, state="draft", name_en="Talk")
    withdraw(theirs, "safety")
    page = ann.reads(talk)
    assert "What you change here is proposed" in page
    assert "theirs" not in page
    assert names_it_anew(ann, talk) == (False, 1)


def test_who_only_funds_or_speaks_runs_nothing(ann, houses):
    funded = programme(
        "funded",
        roles=[("funder", houses["ours"][0]), ("organiser", houses["theirs"][0])],
        state="draft",
    )
    assert names_it_anew(ann, funded) == (False, 1)


def test_a_member_moves_no_draft_of_others(ann, houses):
    for name, moved in (("theirs", "draft"), ("ours", "review")):
        whole = houses[name][1]
        ann.edits(whole, _act="review")
        whole.refresh_from_db()
        assert whole.state == moved


def test_who_is_a_member_of_none_writes_for_all_and_a_reviewer_is_bound_by_none(houses):
    assert names_it_anew(Staff("eve", "editor"), houses["theirs"][1])[0]
    rita = Staff("rita", "reviewer")
    Membership.objects.create(user=rita.user, organisation=houses["ours"][0])
    assert names_it_anew(rita, houses["theirs"][0])[0]


def test_an_administrator_says_on_the_page_of_an_account_whose_member_somebody_is(houses):
    boss, eve = Staff("boss", "administrator"), Staff("eve", "editor").user
    form = boss.form_of(eve)
    row = {"memberships-TOTAL_FORMS": "1", "memberships-0-organisation": houses["ours"][0].pk}
    boss.sends(form, eve, **row)
    assert [str(each.organisation) for each in eve.memberships.all()] == ["ours"]
    asked = {"app_label": "organisations", "model_name": "membership"}
    asked |= {"field_name": "organisation", "term": "theirs"}
    assert "theirs" in boss.client.get("/admin/autocomplete/", asked).content.decode()
    assert (
        boss.client.get("/admin/autocomplete/", asked | {"field_name": "user"}).status_code == 403
    )
    assert "memberships" not in Staff("ann", "editor").client.get("/admin/").content.decode()
    assert User.objects.filter(memberships__isnull=False).get() == eve
