"""A public record stays up while its correction waits: who proposes, who decides, what is kept."""

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.cards.models import Card
from registry.records.models import Proposal, Remark
from registry.workflow.differences import difference, stored, told
from registry.workflow.withdrawal import withdraw
from tests.support.doors import addresses, said
from tests.support.factories import belarus, event, organisation, programme, role, source, term
from tests.support.shares import every
from tests.support.staff import Staff, address, fields, words

pytestmark = [pytest.mark.once, pytest.mark.django_db]

State = Proposal.State


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


@pytest.fixture
def contest():
    return programme("contest", name_en="Contest", summary_en="A contest for all of the region.")


def at(proposal, page="proposal"):
    entry = Programme.objects.get(public_id=proposal.public_id)
    name = {"proposal": "", "amend": "form/"}[page]
    return f"/admin/programmes/programme/{entry.pk}/proposals/{proposal.pk}/{name}"


def at_event(proposal):
    entry = declared[proposal.card_type].model.objects.get(public_id=proposal.public_id)
    return f"/admin/programmes/event/{entry.pk}/proposals/{proposal.pk}/"


def proposed(person, entry, **typed):
    response = person.edits(entry, **typed)
    assert response.status_code == 302, response.content.decode()
    return Proposal.objects.latest("pk")


def decides(person, proposal, decision, **typed):
    form = {"revision": proposal.revision, "_decide": decision, **typed}
    return person.client.post(at(proposal), form)


def all_rows():
    """Every row of every table but of those that proposals are for, and of sessions."""
    left_out = {Proposal, Remark, Session}
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model not in left_out and model is not User
    }


# Proposing


def test_an_editor_s_save_of_a_public_record_changes_nothing_and_makes_one_proposal(ann, contest):
    ann.reads(contest)
    before = all_rows()
    typed = {"summary_en": "A contest for half of the region.", "about-remark": "See page 3"}
    found = proposed(ann, contest, **typed, **{"about-source": "Report, 2016"})
    assert all_rows() == before
    assert Proposal.objects.count() == 1
    assert (found.author, found.state, found.version) == (ann.user, "waiting", contest.version)
    assert found.public_id == contest.public_id
    assert found.typed["summary_en"] == ["A contest for half of the region."]
    assert "csrfmiddlewaretoken" not in found.typed
    assert {"summary_en", "roles.organisation"} <= set(found.fields)
    assert [row["new"] for row in found.difference] == [{"summary_en": typed["summary_en"]}]
    assert found.source == "Report, 2016"
    assert found.remarks.get().text == "See page 3"


def test_an_untouched_form_proposes_nothing_whatever_is_said_beside_it(ann, contest):
    contest.themes.create(term=term())
    contest.figures.create(measure="other", printed="7", source=source())
    response = ann.edits(contest, **{"about-remark": "Nothing at all"})
    assert response.status_code == 302
    assert (Proposal.objects.count(), Remark.objects.count()) == (0, 0)
    assert "Nothing at all" in ann.client.get(response.headers["Location"]).content.decode()


def test_what_is_said_beside_a_form_that_was_sent_before_is_kept_once(ann, rita, contest):
    form = ann.form_of(contest)
    ann.sends(form, contest, name_en="Better")
    seen = Proposal.objects.get()
    said = {"about-remark": "I forgot to say why", "about-source": "Annual report"}
    for more in (said, said, {}):
        ann.sends(form, contest, name_en="Better", **more)
    found = Proposal.objects.get()
    assert (found.state, found.source) == ("waiting", "Annual report")
    assert [each.text for each in found.remarks.all()] == ["", "I forgot to say why"]
    assert decides(rita, seen, "accept").status_code == 409  # that was without the source
    assert decides(rita, found, "accept").status_code == 302


def test_an_invalid_form_comes_back_with_everything_typed(ann, contest):
    typed = {"name_en": "", "website": "https://new.example", "about-remark": "A remark of mine"}
    rows = {"figures-TOTAL_FORMS": "1", "figures-0-printed": "seventy"}
    response = ann.edits(contest, **typed, **rows)
    page = response.content.decode()
    assert response.status_code == 200
    assert {**fields(page), **typed} == fields(page)
    assert fields(page)["figures-0-printed"] == "seventy"
    assert "Give it a name in at least one language." in page
    assert not Proposal.objects.exists()


def test_rows_that_come_go_and_change_are_told_by_kind_and_words_are_marked(ann, rita, contest):
    honey, youth, sport = organisation(name_en="Honey"), term("youth"), term("sport")
    contest.roles.create(role="partner", organisation=honey)
    contest.themes.create(term=youth)
    rows = {"roles-0-role": "funder", "themes-0-DELETE": "on"}
    rows |= {"themes-TOTAL_FORMS": "2", "themes-1-term": sport.pk}
    found = proposed(ann, contest, summary_en="A contest for half of the region.", **rows)
    page = words(rita.client.get(at(found)).content.decode())
    assert "A contest for <del>all</del><ins>half</ins> of the region." in page
    assert "<del>partner</del><ins>funder</ins>" in page
    assert "Removed: theme Term <del>Youth</del>" in page
    assert "Added: theme Term <ins>Sport</ins>" in page
    assert "Changed: role" in page
    assert "Honey" in page


def test_the_difference_is_what_saving_would_really_do(ann, rita, contest):
    """An empty address is made anew from the name only where there was none; dates get bounds."""
    found = proposed(ann, contest, slug="", dates="2016-02", name_en="Great contest")
    (row,) = found.difference
    assert row["old"] == {"name_en": "Contest", "dates": ""}
    assert row["new"] == {"name_en": "Great contest", "dates": "2016-02"}


def test_the_exact_place_is_in_no_kept_difference_and_told_as_it_is(ann, rita):
    final = event("final", address="Old Street 5")
    ann.edits(final, address="New Street 7")
    found = Proposal.objects.get()
    assert "Street" not in str(found.difference)
    page = rita.client.get(f"/admin/programmes/event/{final.pk}/proposals/{found.pk}/")
    text = words(page.content.decode())
    assert "<del>Old</del><ins>New</ins> Street <del>5</del><ins>7</ins>" in text


# Deciding


def test_accepting_changes_the_record_as_its_author_and_says_who_accepted(ann, rita, contest):
    contest.themes.create(term=term("youth"))
    honey = organisation(name_en="Honey")
    rows = {"roles-TOTAL_FORMS": "1", "roles-0-organisation": honey.pk, "roles-0-role": "funder"}
    rows |= {"themes-0-DELETE": "on"}
    found = proposed(ann, contest, summary_en="A better text.", **rows)
    response = decides(rita, found, "accept", answer="Thank you")
    assert response.status_code == 302, words(response.content.decode())
    contest.refresh_from_db()
    assert contest.summary_en == "A better text."
    assert contest.roles.get().organisation == honey
    assert not contest.themes.exists()
    kept = contest.history.first()
    assert (kept.history_user, kept.history_change_reason) == (ann.user, "accepted by rita")
    for rows in (contest.roles.model.history, contest.themes.model.history):
        assert rows.first().history_user == ann.user
    log = LogEntry.objects.get()
    assert (log.user, log.change_message) == (ann.user, "accepted by rita")
    assert "A better text." in Card.objects.get(public_id=contest.public_id).body
    found.refresh_from_db()
    assert (found.state, found.decided_by) == ("accepted", rita.user)
    assert (found.typed, found.difference, found.fields) == ({}, [], [])


def test_a_reviewer_s_page_shows_the_record_as_it_is_now_and_one_load_leads_to_it(
    ann, rita, contest
):
    found = proposed(ann, contest, summary_en="A better text.")
    start = rita.client.get("/admin/").content.decode()
    assert f'href="{at(found)}"' in start
    page = rita.client.get(at(found)).content.decode()
    assert 'value="accept"' in page
    # Somebody writes something else meanwhile: the page tells of both, and what would come of it.
    rita.edits(contest, summary_en="Another text.", website="https://a.example")
    text = words(rita.client.get(at(found)).content.decode())
    assert "The record has changed since" in text
    assert "<del>Another</del><ins>A better</ins> text." in text
    assert "a.example" not in text


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_accepts_their_own_proposal(ann, rita, contest, superuser):
    found = proposed(ann, contest, summary_en="A better text.")
    response = rita.client.post(
        at(found, "amend"), {**fields(rita.client.get(at(found, "amend")).content.decode())}
    )
    assert response.status_code == 302
    found.refresh_from_db()
    assert found.author == rita.user  # who amends it becomes its author
    User.objects.filter(pk=rita.user.pk).update(is_superuser=superuser)
    rita.client.force_login(User.objects.get(pk=rita.user.pk))
    assert 'value="accept"' not in rita.client.get(at(found)).content.decode()
    assert decides(rita, found, "accept").status_code == 403
    assert Programme.objects.get().summary_en == "A contest for all of the region."
    ron = Staff("ron", "reviewer")
    assert decides(ron, found, "accept").status_code == 302
    kept = Programme.objects.get().history.first()
    assert (kept.history_user, kept.history_change_reason) == (rita.user, "accepted by ron")


def test_what_was_amended_since_it_was_looked_at_is_not_accepted(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.")
    form = fields(ann.client.get(at(found, "amend")).content.decode())
    ann.client.post(at(found, "amend"), {**form, "summary_en": "A worse text."})
    response = decides(rita, found, "accept")
    assert response.status_code == 409
    assert "decided or amended since" in response.content.decode()
    assert Programme.objects.get().summary_en == "A contest for all of the region."


def test_of_two_who_amend_it_at_once_neither_loses_anything(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.")
    form = fields(ann.client.get(at(found, "amend")).content.decode())
    for person, text in ((ann, "Of Ann."), (rita, "Of Rita.")):
        person.client.post(at(found, "amend"), {**form, "summary_en": text})
    kept = {each.author: each.typed["summary_en"] for each in Proposal.objects.all()}
    assert kept == {ann.user: ["Of Ann."], rita.user: ["Of Rita."]}


def test_a_row_that_a_file_changed_is_not_put_back(ann, rita, contest):
    role = contest.roles.create(role="partner", organisation=organisation("honey"))
    found = proposed(ann, contest, summary_en="A better text.")
    version = contest.version
    type(role).objects.filter(pk=role.pk).update(role="funder")  # counts no version
    contest.refresh_from_db()
    assert contest.version == version
    refused(rita, found, "The record has changed since. Its author must look at it again.")


def test_a_proposal_is_decided_once(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.")
    assert decides(rita, found, "accept").status_code == 302
    versions = contest.history.count()
    for decision in ("accept", "send-back"):
        assert decides(rita, found, decision, answer="No").status_code == 409
    assert contest.history.count() == versions


def test_sent_back_it_stands_on_the_author_s_start_page_with_its_answer(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.", **{"about-remark": "Hello"})
    start = words(ann.client.get("/admin/").content.decode())
    assert "Yours, waiting for a reviewer Contest programme · ann, " in start
    assert decides(rita, found, "send-back").status_code == 200  # not without an answer
    assert decides(rita, found, "send-back", answer="Where is that from?").status_code == 302
    start = words(ann.client.get("/admin/").content.decode())
    assert "Sent back to you Contest programme · rita, " in start
    assert "Where is that from?" in start
    assert "Contest: sent back to ann." in words(rita.client.get("/admin/").content.decode())
    assert "Contest" not in words(rita.client.get("/admin/").content.decode())
    # Opened as a filled form, corrected, and it waits again.
    form = fields(ann.client.get(at(found, "amend")).content.decode())
    assert form["summary_en"] == "A better text."
    form |= {"summary_en": "The best text.", "about-source": "Report"}
    assert ann.client.post(at(found, "amend"), form).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.source, Proposal.objects.count()) == ("waiting", "Report", 1)
    said = [(each.on, each.author.username, each.text) for each in Remark.objects.all()]
    assert said == [
        ("proposed", "ann", "Hello"),
        ("returned", "rita", "Where is that from?"),
        ("proposed", "ann", ""),
    ]
    page = words(rita.client.get(at(found)).content.decode())
    assert "sent the proposal back Where is that from?" in page


def test_its_author_takes_it_back_and_nobody_else(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.")
    assert decides(rita, found, "drop").status_code == 403
    assert decides(ann, found, "drop").status_code == 302
    assert not Proposal.objects.exists()


# What stands in the way


def refused(rita, found, sentence):
    """409 with the reason; the record is as it was and the proposal waits."""
    before = all_rows()
    response = decides(rita, found, "accept")
    assert response.status_code == 409
    assert sentence in words(response.content.decode())
    assert all_rows() == before
    state = found.state
    found.refresh_from_db()
    assert found.state == state == "waiting"
    page = rita.client.get(at(found)).content.decode()
    assert sentence in words(page)
    assert 'value="accept"' not in page


def test_what_is_newer_is_not_overwritten_and_its_author_reopens_it_on_today_s_record(
    ann, rita, contest
):
    found = proposed(ann, contest, summary_en="A better text.")
    rita.edits(contest, website="https://a.example")
    refused(rita, found, "The record has changed since. Its author must look at it again.")
    page = ann.client.get(at(found, "amend")).content.decode()
    assert "Someone else saved this while you were editing" in page
    form = fields(page)
    assert (form["summary_en"], form["website"]) == ("A better text.", "https://a.example")
    assert ann.client.post(at(found, "amend"), form).status_code == 302
    found.refresh_from_db()
    assert decides(rita, found, "accept").status_code == 302
    contest.refresh_from_db()
    assert (contest.summary_en, contest.website) == ("A better text.", "https://a.example")


def test_a_value_that_no_longer_exists_is_not_chosen(ann, rita, contest):
    gone = organisation("gone", name_en="Gone", state="draft")
    rows = {"roles-TOTAL_FORMS": "1", "roles-0-organisation": gone.pk, "roles-0-role": "funder"}
    found = proposed(ann, contest, **rows)
    gone.delete()
    refused(rita, found, "It cannot be saved as it is. Its author must look at it again. (Role 1, ")


def test_a_reviewer_is_told_which_field_is_wrong_and_no_name_that_its_author_alone_knows(rita):
    otto = Staff("otto", "editor", "safety officer")
    contest = programme("contest", name_en="Contest")
    found = proposed(otto, contest, slug="winter")
    programme("winter", name_en="Hidden Name", state="withdrawn", withdrawal_reason="safety")
    told = "It cannot be saved as it is. Its author must look at it again. (Page address)"
    assert "Hidden Name" in otto.client.get(at(found, "amend")).content.decode()
    for page in (rita.client.get(at(found)), decides(rita, found, "accept")):
        assert told in page.content.decode()
        assert "Hidden Name" not in page.content.decode()


def test_who_only_reads_reads_dates_in_words(ann, rita):
    olga = Staff("olga", "safety officer")
    talk = event("talk", name_en="Talk", dates="2017-02")
    ngo = organisation("honey", name_en="Honey")
    ngo.life_events.create(kind="founded", date="2014-23", source=source())
    page = olga.reads(talk)
    assert "February 2017" in page
    assert "2017-02" not in page
    page = olga.reads(ngo)
    assert "autumn 2014" in page
    assert "2014-23" not in page
    assert fields(ann.reads(talk))["dates"] in ("2017-02", "February 2017")
    found = proposed(ann, talk, dates="2017-03")
    page = rita.client.get(at_event(found)).content.decode()
    assert "<del>February</del><ins>March</ins> 2017" in page
    assert "2017-0" not in page.partition('id="content-main"')[2]


@pytest.mark.parametrize("how", ["inactive", "no staff", "no right", "deleted"])
def test_who_may_no_longer_change_it_changes_nothing_by_others(ann, rita, contest, how):
    found = proposed(ann, contest, summary_en="A better text.")
    if how == "deleted":
        ann.user.delete()
    elif how == "no right":
        ann.user.groups.clear()
    else:
        column = {"inactive": "is_active", "no staff": "is_staff"}[how]
        User.objects.filter(pk=ann.user.pk).update(**{column: False})
    refused(rita, found, "The person who proposed this can no longer change it.")


@pytest.mark.parametrize("way", ["gained", "lost"])
def test_a_form_of_other_fields_is_not_replayed_and_opens_without_loss(ann, rita, contest, way):
    Programme.objects.filter(pk=contest.pk).update(website="https://a.example", version=0)
    found = proposed(ann, contest, summary_en="A better text.")
    had, typed = found.fields, found.typed
    if way == "gained":
        had.remove("website")
        del typed["website"]
    else:
        had.append("colour")
        typed["colour"] = ["blue"]
    Proposal.objects.update(fields=had, typed=typed)
    refused(rita, found, "The form now has other fields. Its author must look at it again.")
    form = fields(ann.client.get(at(found, "amend")).content.decode())
    assert (form["summary_en"], form["website"]) == ("A better text.", "https://a.example")
    assert ann.client.post(at(found, "amend"), form).status_code == 302
    found.refresh_from_db()
    assert decides(rita, found, "accept").status_code == 302
    contest.refresh_from_db()
    assert (contest.summary_en, contest.website) == ("A better text.", "https://a.example")


# Safety


def test_what_the_scan_finds_needs_a_reason_of_the_reviewer(ann, rita, contest):
    found = proposed(ann, contest, summary_en="Write to petra@example.org")
    page = rita.client.get(at(found)).content.decode()
    assert "petra@example.org”" in page  # the hit, told before anybody tries
    assert 'name="reason"' in page
    response = decides(rita, found, "accept")
    assert response.status_code == 409
    assert "petra" not in Card.objects.get(public_id=contest.public_id).body
    assert decides(rita, found, "accept", reason="Of the office").status_code == 302
    kept = contest.history.first()
    assert kept.history_change_reason == "accepted by rita: Of the office"
    assert "petra" in Card.objects.get(public_id=contest.public_id).body


def test_the_names_of_the_withdrawn_are_sought_in_what_is_accepted(ann, rita, contest):
    found = proposed(ann, contest, summary_en="Made with Tulip Works.")
    withdraw(organisation("tulip", name_en="Tulip Works"), "safety")
    response = decides(rita, found, "accept")
    assert response.status_code == 409
    assert "Tulip" not in Card.objects.get(public_id=contest.public_id).body


def test_no_place_is_shown_more_finely_by_letting_others_accept_it(ann, rita):
    careful, town = organisation("careful", precision="region"), belarus()["mstsislaw"]
    contest = programme("contest", locations=[town], roles=[("organiser", careful)])
    rows = {"roles-0-DELETE": "on"}
    page = ann.edits(contest, **rows).content.decode()
    assert "a safety officer decides on that" in page
    assert not Proposal.objects.exists()
    # Even when it could be proposed at the time, and whoever accepts it may restrict.
    Organisation.objects.filter(pk=careful.pk).update(precision="town")
    found = proposed(ann, contest, **rows)
    Organisation.objects.filter(pk=careful.pk).update(precision="region")
    boss = Staff("boss", "administrator")
    response = decides(boss, found, "accept")
    assert response.status_code == 409
    assert "a safety officer decides on that" in response.content.decode()
    assert contest.roles.count() == 1


def test_an_officer_who_proposes_shows_more_once_a_second_person_accepts(rita):
    olga = Staff("olga", "editor", "safety officer")
    contest = programme("contest", precision="region", locations=[belarus()["mstsislaw"]])
    found = proposed(olga, contest, precision="town")
    contest.refresh_from_db()
    assert contest.precision == "region"
    assert decides(olga, found, "accept").status_code == 403
    assert decides(rita, found, "accept").status_code == 302
    contest.refresh_from_db()
    assert contest.precision == "town"


def test_what_shows_less_takes_effect_at_once_and_the_rest_waits(ann, rita):
    contest = programme("contest", locations=[belarus()["mstsislaw"]], precision="town")
    first = proposed(ann, contest, website="https://a.example")
    typed = {"precision": "region", "summary_en": "A better text."}
    ann.edits(contest, **typed, embargo_until_0="2999-01-01", embargo_until_1="00:00")
    contest.refresh_from_db()
    assert (contest.precision, contest.embargo_until.year, contest.summary_en) == (
        "region",
        2998 if contest.embargo_until.month == 12 else 2999,
        "",
    )
    assert contest.history.first().history_user == ann.user
    assert not Card.objects.filter(public_id=contest.public_id).exists()
    second = Proposal.objects.latest("pk")
    assert [row["new"] for row in second.difference] == [{"summary_en": "A better text."}]
    assert {each.state for each in Proposal.objects.all()} == {"waiting"}  # cancelled is none
    assert decides(rita, first, "accept").status_code == 409
    assert decides(rita, second, "accept").status_code == 302
    contest.refresh_from_db()
    assert (contest.precision, contest.summary_en) == ("region", "A better text.")


def test_only_less_to_be_shown_makes_no_proposal(ann):
    contest = programme("contest", locations=[belarus()["mstsislaw"]], precision="town")
    assert ann.edits(contest, precision="hidden").status_code == 302
    contest.refresh_from_db()
    assert contest.precision == "hidden"
    assert not Proposal.objects.exists()


def test_an_editor_who_shows_less_is_told_whose_texts_still_name_a_finer_place(ann):
    place, ngo = belarus()["mstsislaw"], organisation("trail")
    forum = {"name_en": "Forum of towns", "summary_en": "In Mstsislaw", "locations": [place]}
    event("forum", roles=[("organiser", ngo)], **forum)
    ann.edits(ngo, precision="country")
    page = ann.reads(ngo)
    assert "still name a finer place" in page
    assert "Forum of towns" in page


def test_hiding_and_withdrawal_cancel_no_proposal(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.")
    rita.acts("hide", contest)
    assert "taken back to review" in rita.client.get("/admin/").content.decode()
    found.refresh_from_db()
    assert found.state == "waiting"
    contest.refresh_from_db()
    withdraw(contest, "safety", by=Staff("olga", "safety officer").user)
    found.refresh_from_db()
    assert found.state == "waiting"
    # While it is withdrawn it does not exist for them, and neither does what was proposed.
    for person in (ann, rita):
        assert person.client.get(at(found)).status_code == 404
        assert "Contest" not in person.client.get("/admin/").content.decode()


@pytest.mark.parametrize("how", ["erased", "deleted"])
def test_with_the_record_goes_all_that_stood_beside_it(ann, rita, contest, how):
    other = programme("other", name_en="Other")
    for each in (contest, other):
        proposed(ann, each, summary_en="Petra Ivanova", **{"about-remark": "Petra"})
    with writing():
        contest.refresh_from_db()
        if how == "deleted":
            contest.delete()
        else:
            contest.state = "erased"
            contest.save()
    for model in (Proposal, Remark):
        assert {row.public_id for row in model.objects.all()} == {other.public_id}


# Rights × doors


@pytest.fixture
def people(ann, rita):
    return {
        "author": ann,
        "editor": Staff("emil", "editor"),
        "reviewer": rita,
        "officer": Staff("olga", "safety officer"),
        "administrator": Staff("boss", "administrator"),
        "nobody": Staff("nina"),
    }


# Who reads the page of a proposal and its form, and who may accept, send back and drop it.
DOORS = {
    "author": (200, 200, 403, 403, 302),
    "editor": (404, 404, 404, 404, 404),
    "reviewer": (200, 200, 302, 302, 403),
    "officer": (200, 403, 403, 403, 403),
    "administrator": (200, 200, 302, 302, 403),
    "nobody": (404, 404, 404, 404, 404),
    "anonymous": (302, 302, 302, 302, 302),
}


@pytest.mark.parametrize("who", DOORS)
@pytest.mark.parametrize("door", every(3, range(5)))
def test_each_person_finds_at_each_door_of_a_proposal_what_is_theirs(
    people, contest, client, who, door
):
    found = proposed(people["author"], contest, summary_en="Zubrword", **{"about-remark": "zubr"})
    browser = people[who].client if who in people else client
    if door < 2:
        response = browser.get(at(found, ("proposal", "amend")[door]))
    else:
        decision = ("accept", "send-back", "drop")[door - 2]
        form = {"revision": 0, "_decide": decision, "answer": "No"}
        response = browser.post(at(found), form)
    assert response.status_code == DOORS[who][door]
    may_know = who in ("author", "reviewer", "officer", "administrator")
    assert may_know or "zubr" not in response.content.decode().lower()
    changed = door == 2 and who in ("reviewer", "administrator")
    contest.refresh_from_db()
    assert (contest.summary_en == "Zubrword") is changed
    assert Proposal.objects.exists() is not (who == "author" and door == 4)


@pytest.mark.parametrize("who", ["author", "editor", "nobody"])
def test_a_proposal_is_on_no_page_of_those_who_may_not_read_it(people, contest, who):
    proposed(people["author"], contest, summary_en="Zubrword")
    pages = [address(contest, "history"), address(Programme, "changelist"), "/admin/"]
    for page in [address(contest, "change"), *pages]:
        text = people[who].client.get(page).content.decode()
        assert "Zubrword" not in text
        if who != "author":
            assert "/proposals/" not in text
    assert "/proposals/" in people["author"].reads(contest)


def test_forged_ids_lead_nowhere(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.")
    other, club = programme("other"), organisation("club")
    for path in (
        f"programmes/programme/{other.pk}/proposals/{found.pk}/",
        f"organisations/organisation/{club.pk}/proposals/{found.pk}/",
        f"programmes/programme/{contest.pk}/proposals/{found.pk + 1}/",
        f"programmes/programme/{contest.pk}/proposals/{'9' * 40}/",
        f"programmes/programme/{'9' * 40}/proposals/{found.pk}/form/",
    ):
        assert rita.client.get(f"/admin/{path}").status_code == 404, path
        form = {"revision": 0, "_decide": "accept"}
        assert rita.client.post(f"/admin/{path}", form).status_code == 404, path
    assert decides(rita, found, "publish").status_code == 403
    assert rita.client.post(at(found), {"_decide": "accept", "revision": "x"}).status_code == 200
    contest.refresh_from_db()
    assert contest.summary_en == "A contest for all of the region."


@pytest.mark.parametrize("forged", [{"_act": "publish"}, {"_act": "hide"}, {"override": "x"}])
def test_no_button_that_is_not_the_editor_s_gets_around_the_proposal(ann, contest, forged):
    proposed(ann, contest, summary_en="A better text.", **forged)
    contest.refresh_from_db()
    assert (contest.state, contest.summary_en) == ("public", "A contest for all of the region.")


def test_rows_of_another_record_are_not_proposed(ann, contest):
    other = programme("other")
    theme = other.themes.create(term=term())
    rows = {"themes-TOTAL_FORMS": "1", "themes-INITIAL_FORMS": "1", "themes-0-id": theme.pk}
    for typed in ({"themes-0-DELETE": "on"}, {"themes-0-term": term().pk}):
        ann.edits(contest, **rows, **typed)
        assert not Proposal.objects.exists()
    assert other.themes.get() == theme


def test_a_nul_in_what_was_typed_breaks_no_table(ann, contest):
    contest.figures.create(measure="other", printed="7", source=source())
    rows = {"figures-0-printed": "a\0b", "figures-0-DELETE": "on"}
    found = proposed(ann, contest, **rows)
    assert found.typed["figures-0-printed"] == ["ab"]


def test_no_door_says_what_is_only_proposed_or_remarked(ann, rita, client):
    contest = programme("contest", name_en="Contest", themes=[term("sport")])
    club = organisation("club", name_en="Club")
    rows = {"figures-TOTAL_FORMS": "1", "figures-0-measure": "other", "figures-0-unit": "zubrunit"}
    rows |= {"figures-0-printed": "zubrseven", "figures-0-source": source("paper").pk}
    typed = {"name_en": "Zubrname", "summary_en": "Zubrsummary", "about-source": "Zubrbook"}
    proposed(ann, contest, **typed, **rows, **{"about-remark": "Zubrremark"})
    proposed(ann, club, name_be="Zubrclub", **{"about-remark": "Zubrnote"})
    names = {each: ["never-was"] for each in declared}
    for entry in (contest, club):
        names[entry.card_type] += [entry.slug, str(entry.public_id)]
    asked = list(dict.fromkeys(addresses(names)))
    for page in asked:
        assert "zubr" not in said(client.get(page)), page
    # It could have been said: once it is accepted, it is.
    found = Proposal.objects.of(contest).get()
    assert decides(rita, found, "accept").status_code == 302
    assert "zubrsummary" in said(client.get("/en/programmes/contest/"))
    for model in apps.get_app_config("cards").get_models():
        assert "Zubrclub" not in str(list(model._base_manager.values_list()))


@pytest.mark.parametrize("number", [1, 5])
def test_a_difference_asks_once_for_all_that_it_names(
    rita, contest, number, django_assert_max_num_queries
):
    before = stored(contest)
    for each in range(number):
        role(contest, organisation(f"club-{each}", name_en=f"Club {each}"), "organiser")
    found = difference(before, stored(contest))
    told(found, rita.user)  # what the person may is asked once
    with django_assert_max_num_queries(1):
        sections = told(found, rita.user)
    assert f"Club {number - 1}" in str(sections)


def test_what_is_wrong_beside_a_form_is_said(ann):
    contest = programme("contest", state="draft")
    page = ann.edits(contest, _act="review", **{"about-source": "x" * 501})
    assert page.status_code == 200
    assert "at most 500 characters" in page.content.decode()


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_day_is_accepted_in_whatever_language_it_was_proposed(ann, rita, language):
    contest = programme("contest", name_en="Contest", verified_on="2025-12-05")
    ann.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    found = proposed(ann, contest, summary_en="A better text.")
    for other in ("en", "be", "ru"):
        rita.client.defaults["HTTP_ACCEPT_LANGUAGE"] = other
        assert 'value="accept"' in rita.client.get(at(found)).content.decode(), other
    assert decides(rita, found, "accept").status_code == 302
    contest.refresh_from_db()
    assert (contest.summary_en, str(contest.verified_on)) == ("A better text.", "2025-12-05")


def test_the_form_of_a_proposal_moves_no_record(ann, rita, contest):
    found = proposed(ann, contest, summary_en="A better text.")
    page = rita.client.get(at(found, "amend")).content.decode()
    assert 'name="_act"' not in page
    assert 'name="_act" value="hide"' in rita.reads(contest)
    form = {**fields(page), "_act": "hide"}
    assert rita.client.post(at(found, "amend"), form).status_code == 403
    found.refresh_from_db()
    assert found.author == ann.user


def test_what_is_said_of_a_proposal_is_for_those_who_may_read_it(ann, rita, contest):
    emil = Staff("emil", "editor")
    found = proposed(ann, contest, summary_en="Shorter.", **{"about-remark": "Zubrremark"})
    decides(rita, found, "send-back", answer="Zubranswer")
    assert "Zubr" not in emil.reads(contest)
    for person in (ann, rita):
        page = person.reads(contest)
        assert "Zubrremark" in page
        assert "Zubranswer" in page
    found.delete()
    assert "Zubr" not in emil.reads(contest)


@pytest.mark.parametrize("number", [3, 9])
def test_the_first_page_asks_no_more_for_nine_that_wait_than_for_three(
    ann, rita, number, django_assert_max_num_queries
):
    for n in range(number):
        found = proposed(ann, programme(f"contest-{n}"), summary_en=f"Text {n}")
        decides(rita, found, "send-back", answer="No") if n % 3 else None
    with django_assert_max_num_queries(49):
        assert "contest" in ann.client.get("/admin/").content.decode().lower()
