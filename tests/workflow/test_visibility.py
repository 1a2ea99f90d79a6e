"""What stands between an entry and its reader is told by every act, and by its form."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from programmes.models import Event, Programme
from registry.cards.models import Card
from registry.workflow.obstacles import kept_from_readers
from registry.workflow.withdrawal import withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    life_event,
    organisation,
    programme,
    source,
    term,
)
from tests.support.staff import Staff, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return Staff("rita", "reviewer")


@pytest.fixture
def officer():
    return Staff("olga", "safety officer")


def after(person, entry, **typed):
    """The page that follows: what is said there of what was done."""
    form = {**person.form_of(entry), **typed}
    reply = person.client.post(address(entry, "change"), form, follow=True)
    assert reply.redirect_chain
    return reply.content.decode()


def shown(entry):
    return Card.objects.filter(public_id=entry.public_id).exists()


def test_publishing_a_part_says_for_what_it_waits(reviewer):
    season = edition("sixth", name_en="Sixth contest", state="review")
    final = event("final", name_en="Great final", edition=season, state="review")
    waits = "ot shown until the edition “Sixth contest” is public."
    assert f"N{waits}" in reviewer.reads(final)
    page = after(reviewer, final, _act="publish")
    assert f"Great final: Published, but n{waits}" in page
    assert "Great final: published" not in page
    assert not shown(final)
    assert f"N{waits}" in reviewer.reads(final)
    assert "Sixth contest: published" in after(reviewer, season, _act="publish")
    assert shown(final)
    assert waits not in reviewer.reads(final)


def test_the_list_says_so_too_and_so_does_a_save(reviewer):
    season = edition("sixth", name_en="Sixth contest", state="draft")
    final = event("final", name_en="Great final", edition=season, state="review")
    form = reviewer.form_of(Event, "changelist")
    form |= {"action": "publish", "_selected_action": [final.pk]}
    page = reviewer.client.post(address(Event, "changelist"), form, follow=True).content.decode()
    assert "Published, but not shown until the edition “Sixth contest” is public." in page
    page = after(reviewer, final, name_be="Вялікі фінал")
    assert "Great final: Not shown until the edition “Sixth contest” is public." in page


def test_roles_and_sources_in_review_are_named_and_not_called_missing(reviewer):
    fund = organisation("fund", name_en="Tulip Fund", state="review")
    report = source("report", name_en="Report of the final", state="review")
    contest = programme("contest", roles=[("funder", fund)], sources=[report], state="review")
    told = (
        "The funder “Tulip Fund” is in review: its role is not shown yet.",
        "The source “Report of the final” is in review: it is not shown yet.",
    )
    pages = [reviewer.reads(contest), after(reviewer, contest, _act="publish")]
    pages += [reviewer.reads(contest), after(reviewer, contest, website="https://contest.example")]
    for page in pages:
        for sentence in told:
            assert sentence in page
        assert "It names no source." not in page


def test_a_lifted_embargo_says_what_is_seen_now(officer):
    later = timezone.now() + timezone.timedelta(days=3)
    season = edition("sixth", name_en="Sixth contest", embargo_until=later)
    final = event("final", name_en="Great final", edition=season, embargo_until=later)
    assert "Not shown until its embargo ends on" in officer.reads(final)
    never = {"embargo_until_0": "", "embargo_until_1": ""}
    page = after(officer, final, **never)
    assert "Great final: Not shown until the edition “Sixth contest” is public." in page
    assert "embargo ends" not in page
    assert "Not shown" not in after(officer, season, **never)
    assert shown(final)


def test_an_embargo_that_falls_due_names_what_is_still_not_shown(capsys):
    season = edition("sixth", state="review")
    past = timezone.now() - timezone.timedelta(minutes=1)
    event("final", edition=season, embargo_until=past)
    event("talk", embargo_until=past)
    call_command("due")
    said = capsys.readouterr().out
    assert "embargoes: 2 embargoes lifted, still not shown: event final\n" in said


def test_every_kind_of_reference_that_is_left_out_is_told(reviewer):
    places = belarus()
    region, town = places["mahilyow-region"], places["mstsislaw"]
    youth = term("youth", name_en="Youth", state="draft")
    ngo = organisation("honey", name_en="Honey", seat=town, precision="region", themes=[youth])
    life_event(ngo, source=source("deed", name_en="The deed", state="draft"))
    clauses = kept_from_readers(ngo, reviewer.user)
    assert sorted(clauses) == [
        "the source “The deed” is draft: it is not shown yet",
        "the term “Youth” is draft: it is not shown yet",
    ]
    for place in (region, town):  # of the seat only the region would be shown
        place.state = "review"
        place.save()
    ngo.refresh_from_db()
    told = kept_from_readers(ngo, reviewer.user)
    assert told[0] == "the place “Mahilyow Region” is in review: it is not shown yet"
    assert not any("Mstsislaw" in clause for clause in told)
    assert told[1:] == clauses


def test_a_whole_of_a_whole_is_named_and_a_state_comes_first(reviewer):
    contest = programme("contest", name_en="Contest", state="review")
    final = event("final", edition=edition("sixth", programme=contest), state="draft")
    assert kept_from_readers(final, reviewer.user) == [
        "not shown: it is draft",
        "not shown until the programme “Contest” is public",
    ]


def test_what_a_person_cannot_see_is_not_told_of(reviewer, officer):
    fund = organisation("fund", name_en="Tulip Fund")
    contest = programme("contest", name_en="Contest", roles=[("funder", fund)])
    withdraw(fund, "safety")
    assert kept_from_readers(contest, reviewer.user) == []
    assert kept_from_readers(contest, officer.user) == [
        "the funder “Tulip Fund” is withdrawn: its role is not shown yet"
    ]
    assert "Tulip" not in after(reviewer, contest, website="https://contest.example")


# The reason with which something becomes public in spite of what the scan found


def test_a_reason_publishes_whichever_button_is_pressed(reviewer):
    draft = programme("draft", summary_en="Write to someone@example.org", state="review")
    assert 'name="override"' in reviewer.acts("publish", draft).content.decode()
    form = reviewer.form_of(draft) | {"override": "A mailbox of the organisation"}
    assert reviewer.sends(form, draft).status_code == 302
    assert shown(draft)
    assert draft.history.first().history_change_reason == "A mailbox of the organisation"


def test_whoever_wrote_it_cannot_publish_it_by_saving_with_a_reason(reviewer):
    reviewer.edits(Programme, "add", name_en="Mine", summary_en="Write to someone@example.org")
    draft = Programme.objects.get()
    reviewer.acts("review", draft)
    form = reviewer.form_of(draft) | {"override": "Because I say so"}
    page = reviewer.sends(form, draft).content.decode()
    assert "another person must publish it" in page
    assert not shown(draft)


def test_a_reason_saves_a_hit_in_what_is_public_and_lets_another_person_decide(reviewer):
    contest = programme("contest", name_en="Contest")
    form = reviewer.form_of(contest) | {"summary_en": "Write to new@example.org"}
    page = reviewer.sends(form, contest).content.decode()
    assert "save it and take it back to review, because" in page
    contest.refresh_from_db()
    assert (contest.summary_en, contest.state) == ("", "public")
    page = after(reviewer, contest, summary_en="Write to new@example.org", override="A mailbox")
    assert "Contest: taken back to review" in page
    contest.refresh_from_db()
    assert (contest.summary_en, contest.state) == ("Write to new@example.org", "review")
    assert contest.history.first().history_change_reason == "A mailbox"
    own = reviewer.edits(contest, _act="publish", override="Still").content.decode()
    assert "another person must decide" in own
    assert (
        Staff("rolf", "reviewer").edits(contest, _act="publish", override="Yes").status_code == 302
    )
    assert shown(contest)


def test_what_was_accepted_stays_accepted_while_it_is_out_of_sight(reviewer):
    season = edition("sixth", state="review")
    final = event("final", edition=season, summary_en="Write to known@example.org")
    assert not shown(final)
    assert reviewer.edits(final, name_en="Great final").status_code == 302
    page = reviewer.edits(final, note_en="or to new@example.org").content.decode()
    assert "new@example.org" in page
    assert "known@example.org”" not in page
