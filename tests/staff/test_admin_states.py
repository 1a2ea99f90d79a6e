"""From draft to public and out of sight again: who may move a record, and what stops it."""

import pytest
from django.core.management import call_command

from programmes.models import Programme
from registry.cards.models import Card
from registry.records.models import State
from tests.support.factories import belarus, edition, event, organisation, programme, role, source
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def editor():
    return Staff("anna", "editor")


@pytest.fixture
def reviewer():
    return Staff("rita", "reviewer")


@pytest.fixture
def officer():
    return Staff("olga", "safety officer")


def state(entry):
    entry.refresh_from_db()
    return entry.state


def public(entry):
    return Card.objects.filter(public_id=entry.public_id).exists()


def written_by(person, **typed):
    """A draft that the person typed into the form."""
    response = person.edits(Programme, "add", **{"name_en": "Contest", **typed})
    assert response.status_code == 302, response.content.decode()
    return Programme.objects.order_by("-pk")[0]


def test_an_editor_writes_and_a_reviewer_publishes(editor, reviewer):
    draft = written_by(editor)
    assert draft.state == "draft"
    assert editor.acts("review", draft).status_code == 302
    assert state(draft) == "review"
    assert not public(draft)
    assert editor.acts("publish", draft).status_code == 403
    assert reviewer.acts("publish", draft).status_code == 302
    assert state(draft) == "public"
    assert public(draft)
    assert draft.history.first().history_user == reviewer.user


def test_a_button_saves_what_was_typed_with_it(editor):
    draft = written_by(editor)
    editor.edits(draft, name_en="Contest of ideas", _act="review")
    assert (state(draft), draft.name_en) == ("review", "Contest of ideas")


def test_nobody_publishes_what_they_wrote_themselves(reviewer):
    draft = written_by(reviewer)
    reviewer.acts("review", draft)
    response = reviewer.acts("publish", draft)
    assert "another person must publish it" in response.content.decode()
    assert state(draft) == "review"
    assert Staff("rolf", "reviewer").acts("publish", draft).status_code == 302
    assert state(draft) == "public"


@pytest.mark.parametrize("row", [True, False])
def test_a_reviewer_who_adds_a_row_or_a_word_has_written_it_too(editor, reviewer, row):
    draft = written_by(editor)
    editor.acts("review", draft)
    where = source()
    rows = {"citations-TOTAL_FORMS": "1", "citations-0-source": where.pk} if row else {}
    assert reviewer.edits(draft, website="" if row else "https://x.org", **rows).status_code == 302
    reviewer.acts("publish", draft)
    assert state(draft) == "review"


def test_an_own_change_of_what_was_public_before_needs_no_second_person(editor, reviewer):
    draft = written_by(editor)
    editor.acts("review", draft)
    reviewer.acts("publish", draft)
    reviewer.acts("hide", draft)
    assert state(draft) == "review"
    assert not public(draft)
    reviewer.edits(draft, name_en="Contest of ideas", _act="publish")
    assert state(draft) == "public"


def test_what_a_fixture_brought_can_be_taken_back_and_published(reviewer, officer):
    shown, other = programme("shown"), programme("other")
    assert reviewer.acts("hide", shown).status_code == 302
    assert officer.acts("hide", other).status_code == 302
    assert {state(shown), state(other)} == {"review"}
    assert reviewer.acts("publish", shown).status_code == 302
    assert state(shown) == "public"


@pytest.mark.parametrize(
    ("before", "act"), [("draft", "publish"), ("public", "publish"), ("public", "draft")]
)
def test_a_step_that_the_state_does_not_allow_is_refused_in_words(reviewer, before, act):
    contest = programme("contest", state=before)
    response = reviewer.edits(contest, _act=act)
    assert "this can no longer be done" in response.content.decode()
    assert state(contest) == before


def test_the_list_publishes_several_and_says_which_not(editor, reviewer):
    good, bad = programme("good", state="review"), programme("bad", state="review")
    Programme.objects.filter(pk=bad.pk).update(summary_en="Call +375 29 123-45-67")
    form = reviewer.form_of(Programme, "changelist")
    form |= {"action": "publish", "_selected_action": [good.pk, bad.pk]}
    reply = reviewer.client.post(address(Programme, "changelist"), form, follow=True)
    text = reply.content.decode()
    assert (state(good), state(bad)) == ("public", "review")
    assert "+375 29 123-45-67" in text
    assert "Summary in English" in text
    assert public(good)


def test_an_act_on_a_list_with_a_stale_member_does_nothing_and_says_which(reviewer, editor):
    contest, other = programme("contest", state="review"), programme("other", state="review")
    form = reviewer.form_of(Programme, "changelist")
    editor.edits(contest, summary_en="Something else")
    form |= {"action": "publish", "_selected_action": [contest.pk, other.pk]}
    reply = reviewer.client.post(address(Programme, "changelist"), form, follow=True)
    assert "has changed since this list was made" in reply.content.decode()
    assert (state(contest), state(other)) == ("review", "review")


def test_an_editor_has_no_act_that_publishes_in_the_list(editor):
    contest = programme("contest", state="review")
    form = editor.form_of(Programme, "changelist")
    form |= {"action": "publish", "_selected_action": [contest.pk]}
    editor.client.post(address(Programme, "changelist"), form)
    assert state(contest) == "review"


# The scan


def test_a_hit_stops_publication_until_a_second_person_gives_a_reason(editor, reviewer):
    draft = written_by(editor, summary_en="Write to someone@example.org")
    editor.acts("review", draft)
    assert "someone@example.org" in reviewer.reads(draft)  # told before anybody tries
    response = reviewer.acts("publish", draft)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Summary in English" in page
    assert "someone@example.org" in page
    assert 'name="override"' in page
    assert (state(draft), public(draft)) == ("review", False)
    reviewer.edits(draft, _act="publish", override="A mailbox of the organisation")
    assert (state(draft), public(draft)) == ("public", True)
    kept = draft.history.first()
    assert kept.history_change_reason == "A mailbox of the organisation"
    assert kept.history_user == reviewer.user


def test_the_one_who_wrote_it_cannot_override_even_later(editor, reviewer):
    draft = written_by(editor)
    editor.acts("review", draft)
    reviewer.acts("publish", draft)
    reviewer.acts("hide", draft)
    reviewer.edits(draft, summary_en="Call +375291234567")
    response = reviewer.edits(draft, _act="publish", override="Because I say so")
    assert "another person must decide" in response.content.decode()
    assert state(draft) == "review"


def test_an_edit_of_what_is_public_brings_in_nothing_that_was_not_looked_at(reviewer):
    shown = programme("shown", summary_en="Write to known@example.org")
    response = reviewer.edits(shown, description_en="or to new@example.org", website="https://a.b")
    page = response.content.decode()
    assert "new@example.org" in page
    assert "known@example.org”" not in page
    assert 'value="https://a.b"' in page  # nothing typed is lost
    shown.refresh_from_db()
    assert shown.description_en == ""
    assert reviewer.edits(shown, description_en="or not").status_code == 302


def test_a_row_is_scanned_like_the_record(reviewer):
    shown = programme("shown")
    where = source()
    rows = {"figures-TOTAL_FORMS": "1", "figures-0-measure": "other", "figures-0-unit": "people"}
    rows |= {"figures-0-printed": "7", "figures-0-source": where.pk}
    response = reviewer.edits(shown, **rows, **{"figures-0-note_en": "ask @somebody"})
    assert "@somebody" in response.content.decode()
    assert shown.figures.count() == 0
    assert reviewer.edits(shown, **rows).status_code == 302
    assert shown.figures.count() == 1


def test_a_coarser_place_is_saved_and_its_texts_are_warned_of(officer):
    places = belarus()
    shown = programme("shown", locations=[places["mstsislaw"]], summary_en="In Mstsislaw")
    form = officer.form_of(shown)
    reply = officer.client.post(
        address(shown, "change"), {**form, "precision": "region"}, follow=True
    )
    shown.refresh_from_db()
    assert shown.precision == "region"
    assert "“Mstsislaw”" in reply.content.decode()


# Withdrawal


def test_an_officer_withdraws_with_a_reason_and_sees_what_else_happened(officer, reviewer):
    ngo = organisation("tulip", name_en="Tulip Union")
    alone = programme("alone", name_en="Alone", roles=[("organiser", ngo)])
    naming = programme("naming", name_en="Naming", summary_en="With the Tulip Union")
    assert reviewer.opens(ngo, "withdraw").status_code == 403
    page = officer.client.post(address(ngo, "withdraw"), {"reason": ""}).content.decode()
    assert "This field is required" in page
    assert state(ngo) == "public"
    reply = officer.client.post(address(ngo, "withdraw"), {"reason": "safety"}, follow=True)
    assert (state(ngo), state(alone), state(naming)) == ("withdrawn", "withdrawn", "review")
    assert ngo.withdrawal_reason == "safety"
    assert not public(ngo)
    assert not public(alone)
    assert "Naming" in reply.content.decode()
    assert ngo.history.first().history_user == officer.user


def test_a_withdrawal_foresees_what_goes_out_of_sight_with_what_names_it(officer):
    """The parts of what goes back to review, and theirs; what was not in sight is not told of."""
    ngo = organisation("tulip", name_en="Tulip Union")
    naming = programme("naming", name_en="Naming", summary_en="With the Tulip Union")
    first = edition("first", name_en="First season", programme=naming)
    edition("second", name_en="Second season", programme=naming, state="draft")
    final = event("final", name_en="Great final", edition=first)
    edition("other", name_en="Other season")
    foreseen = officer.reads(ngo, "withdraw")
    assert "Out of sight with them, until they are public again: 2" in " ".join(foreseen.split())
    assert "Edition: First season" in foreseen
    assert "Event: Great final" in foreseen
    assert "Second season" not in foreseen
    assert "Other season" not in foreseen
    reply = officer.client.post(address(ngo, "withdraw"), {"reason": "safety"}, follow=True)
    told = "Out of sight with them, until they are public again: First season, Great final."
    assert told in reply.content.decode()
    assert (state(naming), state(first), state(final)) == ("review", "public", "public")
    assert not any(map(public, (naming, first, final)))


def test_the_emergency_command_says_what_goes_out_of_sight(capsys):
    ngo = organisation("tulip", name_en="Tulip Union")
    naming = programme("naming", summary_en="With the Tulip Union")
    edition("first", programme=naming)
    call_command("withdraw", "organisation", ngo.slug, reason="safety")
    said = capsys.readouterr().out
    assert "programme naming: back in review" in said
    assert "edition first: out of sight, a part of what is back in review" in said


def test_a_record_that_names_no_source_is_published_with_a_warning(reviewer):
    bare = programme("bare", name_en="Bare contest", state="review")
    cited = programme("cited", name_en="Cited contest", state="review", sources=[source()])
    place = belarus()["mstsislaw"]
    place.state = "review"
    place.save()
    for entry, warned in ((bare, True), (cited, False), (place, False)):
        assert ("It names no source." in reviewer.reads(entry)) == warned
        form = reviewer.form_of(entry)
        reply = reviewer.client.post(
            address(entry, "change"), {**form, "_act": "publish"}, follow=True
        )
        assert (f"{entry}: It names no source." in reply.content.decode()) == warned
        assert state(entry) == "public"
        assert "It names no source." not in reviewer.reads(entry)


def test_the_list_warns_of_what_was_published_without_a_source(reviewer):
    bare = programme("bare", name_en="Bare contest", state="review")
    form = reviewer.form_of(Programme, "changelist")
    form |= {"action": "publish", "_selected_action": [bare.pk]}
    reply = reviewer.client.post(address(Programme, "changelist"), form, follow=True)
    assert "Bare contest: It names no source." in reply.content.decode()


def test_the_page_of_what_is_withdrawn_says_who_can_bring_it_back(officer):
    ngo, second = organisation("tulip", name_en="Tulip"), Staff("oskar", "safety officer")
    officer.client.post(address(ngo, "withdraw"), {"reason": "safety"})
    assert "Another safety officer than the one who withdrew it" in officer.reads(ngo)
    assert "You can bring it back into review" in second.reads(ngo)
    refused, offered = officer.reads(ngo, "bring_back"), second.reads(ngo, "bring_back")
    assert "Another person must bring back" in refused
    assert 'value="Bring back"' not in refused
    assert "Another person must bring back" not in offered
    assert 'value="Bring back"' in offered


def test_only_a_second_officer_brings_it_back_and_into_review(officer, reviewer):
    ngo = organisation("tulip", name_en="Tulip")
    officer.client.post(address(ngo, "withdraw"), {"reason": "safety"})
    page = officer.client.post(address(ngo, "bring_back")).content.decode()
    assert "Another person must bring back" in page
    assert reviewer.opens(ngo, "bring_back").status_code == 403
    assert state(ngo) == "withdrawn"
    second = Staff("oskar", "safety officer")
    second.client.post(address(ngo, "bring_back"))
    assert state(ngo) == "review"
    assert not public(ngo)


def test_the_newest_withdrawal_says_who_may_not_bring_it_back(officer):
    """Whoever undid an earlier withdrawal has no say over one that they ordered themselves."""
    ngo, second = organisation("tulip", name_en="Tulip"), Staff("oskar", "safety officer")
    officer.client.post(address(ngo, "withdraw"), {"reason": "safety"})
    second.client.post(address(ngo, "bring_back"))
    second.client.post(address(ngo, "withdraw"), {"reason": "safety"})
    second.client.post(address(ngo, "bring_back"))
    assert state(ngo) == "withdrawn"
    officer.client.post(address(ngo, "bring_back"))
    assert state(ngo) == "review"


def test_what_the_command_line_withdrew_is_brought_back_by_two_officers(officer):
    ngo, second = organisation("tulip", name_en="Tulip"), Staff("oskar", "safety officer")
    call_command("withdraw", "organisation", "tulip", reason="safety")
    assert "One safety officer must ask to bring it back" in officer.reads(ngo)
    assert 'value="Ask to bring it back"' in officer.reads(ngo, "bring_back")
    asked = officer.client.post(address(ngo, "bring_back"), follow=True)
    assert "another safety officer can bring it back now" in asked.content.decode()
    again = officer.client.post(address(ngo, "bring_back")).content.decode()
    assert "Another person must bring back" in again
    assert state(ngo) == "withdrawn"
    assert 'value="Bring back"' in second.reads(ngo, "bring_back")
    second.client.post(address(ngo, "bring_back"))
    assert (state(ngo), public(ngo)) == ("review", False)
    call_command("withdraw", "organisation", "tulip", reason="safety")
    second.client.post(address(ngo, "bring_back"))
    assert state(ngo) == "withdrawn"  # what was asked before counts for that time alone


def test_what_is_withdrawn_is_edited_by_nobody():
    boss = Staff("boss", "administrator", "safety officer")
    ngo = organisation("tulip", state=State.WITHDRAWN)
    role(programme("contest"), ngo)
    assert boss.opens(ngo).status_code == 200
    assert boss.client.post(address(ngo, "change"), {"name_en": "x"}).status_code == 409
    assert boss.client.post(address(ngo, "withdraw"), {"reason": "safety"}).status_code == 404
