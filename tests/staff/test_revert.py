"""An earlier version comes back whole, by what decides at any save; so does a deleted draft."""

import pytest
from django.urls import reverse

from programmes.models import Event, Programme
from registry.cards.models import Card
from registry.records.models import Proposal
from registry.staff.filled import FillingMixin
from registry.workflow.withdrawal import withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    life_event,
    organisation,
    programme,
    source,
    term,
)
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def boss():
    return Staff("boss", "administrator")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


def at(entry, version=None):
    version = version or entry.history.order_by("history_id").first()
    name = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_simple_history"
    return reverse(name, args=[entry.pk, version.history_id])


def takes_back(person, entry, version=None, **typed):
    where = at(entry, version)
    form = fields(person.client.get(where).content.decode())
    return person.client.post(where, form | typed)


def rows(entry):
    """What the entry and its rows say, whatever their keys are."""
    told = [(entry.name_en, entry.summary_en)]
    for name in ("roles", "placements", "themes", "citations", "figures"):
        for row in getattr(entry, name).all():
            left_out = ("id", "public_id", "folded")
            told.append(
                (
                    name,
                    *[
                        getattr(row, field.attname)
                        for field in row._meta.concrete_fields
                        if field.name not in left_out
                    ],
                )
            )
    return sorted(map(repr, told))


@pytest.fixture
def contest():
    paper, ngo = source("paper"), organisation("ngo", name_en="Ngo")
    contest = programme(
        "contest",
        name_en="Contest",
        summary_en="As it was.",
        roles=[("organiser", ngo), ("funder", ngo)],
        locations=[belarus()["mstsislaw"]],
        themes=[term("youth"), term("sport")],
        sources=[paper],
    )
    figure(contest, "about 50", source=paper)
    return contest


def rewrites(person, contest):
    """Every kind of change: a field, rows changed, gone, entered, and gone and entered anew."""
    other = organisation("other")
    typed = {
        "name_en": "Another name",
        "summary_en": "",
        "roles-0-organisation": other.pk,
        "roles-1-DELETE": "on",
        "themes-0-DELETE": "on",
        "figures-0-DELETE": "on",
    }
    assert person.edits(contest, **typed).status_code == 302
    first = contest.themes.model.history.filter(history_type="-").latest("history_id").term_id
    anew = {"themes-TOTAL_FORMS": "2", "themes-1-term": first, "summary_en": "As it is."}
    assert person.edits(contest, **anew).status_code == 302


def test_a_version_comes_back_with_its_rows_as_a_new_one(contest, rita):
    before = rows(contest)
    rewrites(rita, contest)
    contest.refresh_from_db()
    assert rows(contest) != before
    now, number = contest.version, contest.history.count()
    page = rita.client.get(at(contest)).content.decode()
    assert "<ins>As</ins>" in page or "As it" in page
    assert "added: figure" in page.lower()
    contest.refresh_from_db()
    assert (contest.version, contest.history.count()) == (now, number)  # looking changes nothing
    assert takes_back(rita, contest).status_code == 302
    contest.refresh_from_db()
    assert rows(contest) == before
    assert contest.version == now + 1
    newest = contest.history.latest("history_id")
    assert (newest.history_user, newest.history_change_reason[:13]) == (rita.user, "taken back to")
    assert "As it was." in Card.objects.get(public_id=contest.public_id).body
    # And once more: there is nothing left to do.
    page = rita.client.get(at(contest)).content.decode()
    assert "Nothing would change" in page
    assert 'class="button default act"' not in page


@pytest.mark.parametrize(
    ("language", "written"), [("en", "1 May 2016, 13:00"), ("be", "01.05.2016 13:00")]
)
def test_the_day_is_written_as_readers_write_it(contest, rita, language, written):
    then = contest.history.order_by("history_id").first()
    contest.history.filter(pk=then.pk).update(history_date="2016-05-01T10:00:00Z")
    rewrites(rita, contest)
    page = rita.client.get(at(contest, then), headers={"accept-language": language})
    assert written in page.content.decode()
    assert takes_back(rita, contest, then).status_code == 302
    newest = contest.history.latest("history_id")
    assert newest.history_change_reason == "taken back to 2016-05-01 13:00"
    newest.history_change_reason = "taken back to the better words"
    contest.history.filter(pk=newest.pk).update(history_change_reason=newest.history_change_reason)
    history = rita.client.get(address(contest, "history")).content.decode()
    assert newest.history_change_reason in history


def test_a_version_since_which_rows_alone_changed_is_offered_and_comes_back(contest, rita):
    where = reverse("admin:programmes_programme_history", args=[contest.pk])
    before = rows(contest)

    def offered():
        return f'"{at(contest)}"' in rita.client.get(where).content.decode()

    assert not offered()
    rita.edits(contest, **{"roles-0-organisation": organisation("other").pk})
    assert rows(contest) != before
    assert offered()
    takes_back(rita, contest)
    assert rows(contest) == before


def test_a_version_between_two_others_comes_back_with_the_rows_of_then(contest, rita):
    rita.edits(contest, **{"themes-0-DELETE": "on"})
    then, kept = rows(contest), contest.history.latest("history_id")
    rita.edits(contest, **{"themes-0-DELETE": "on", "citations-0-DELETE": "on"})
    assert takes_back(rita, contest, kept).status_code == 302
    assert rows(contest) == then


def test_life_events_and_numbers_of_an_organisation_come_back(rita):
    paper = source("paper")
    ngo = organisation("ngo", sources=[paper], names=["Old name"])
    life_event(ngo, "founded", "2003", source=paper)
    ngo.identifiers.create(scheme="BY-EGR", value="100000007")
    gone = {"life_events-0-DELETE": "on", "identifiers-0-DELETE": "on"}
    gone |= {"other_names-0-name": "Once another"}
    rita.edits(ngo, **gone)
    assert (ngo.life_events.count(), ngo.identifiers.count()) == (0, 0)
    assert takes_back(rita, ngo).status_code == 302
    assert ngo.other_names.get().name == "Old name"
    assert (ngo.life_events.get().date, ngo.identifiers.get().value) == ("2003", "100000007")


def test_a_version_of_what_was_changed_since_the_page_was_made_is_not_taken_back(contest, rita):
    rewrites(rita, contest)
    form = fields(rita.client.get(at(contest)).content.decode())
    rita.edits(contest, summary_en="Newer")
    reply = rita.client.post(at(contest), form)
    assert reply.status_code == 409
    assert Programme.objects.get(pk=contest.pk).summary_en == "Newer"
    for typed in ("", "x", "9" * 30):
        assert rita.client.post(at(contest), {"seen_version": typed}).status_code == 409


def test_an_editor_proposes_it(contest, rita):
    ann, before = Staff("ann", "editor"), rows(contest)
    rewrites(rita, contest)
    contest.refresh_from_db()
    now = rows(contest)
    assert takes_back(ann, contest).status_code == 302
    assert rows(Programme.objects.get(pk=contest.pk)) == now
    proposal = Proposal.objects.get()
    where = f"{address(contest, 'change').removesuffix('change/')}proposals/{proposal.pk}/"
    sent = {"_decide": "accept", "revision": proposal.revision}
    assert rita.client.post(where, sent).status_code == 302
    assert rows(Programme.objects.get(pk=contest.pk)) == before


def test_it_shows_no_place_more_finely(contest, boss, rita):
    boss.edits(contest, precision="country", embargo_until_0="2040-01-01", embargo_until_1="00:00")
    assert takes_back(boss, contest).status_code == 302
    contest.refresh_from_db()
    assert (contest.precision, contest.embargo_until is None) == ("country", False)


def test_a_row_that_would_show_more_waits_for_a_second_person(boss, rita):
    shy, town = organisation("shy", precision="region"), belarus()["mstsislaw"]
    contest = programme("contest", locations=[town])
    role = {"roles-TOTAL_FORMS": "1", "roles-0-role": "organiser", "roles-0-organisation": shy.pk}
    assert rita.edits(contest, **role).status_code == 302
    reply = takes_back(rita, contest)
    assert reply.status_code == 409
    assert "a safety officer decides on that" in reply.content.decode()
    assert takes_back(boss, contest).status_code == 302
    assert (contest.roles.count(), Proposal.objects.get().finer) == (1, True)


def test_what_others_save_before_it_is_proposed_is_told(boss, rita, monkeypatch):
    shy, town = organisation("shy", precision="region"), belarus()["mstsislaw"]
    contest = programme("contest", locations=[town])
    role = {"roles-TOTAL_FORMS": "1", "roles-0-role": "organiser", "roles-0-organisation": shy.pk}
    rita.edits(contest, **role)
    propose = FillingMixin._propose_filled

    def later(*args):
        assert rita.edits(contest, summary_en="Written meanwhile.").status_code == 302
        return propose(*args)

    monkeypatch.setattr(FillingMixin, "_propose_filled", later)
    reply = takes_back(boss, contest)
    assert reply.status_code == 409
    assert "It has changed since this page was made" in reply.content.decode()
    contest.refresh_from_db()
    assert (contest.summary_en, contest.roles.count()) == ("Written meanwhile.", 1)
    assert not Proposal.objects.exists()


def test_words_of_what_was_withdrawn_do_not_come_back(rita):
    contest = programme("contest", summary_en="With the Zorka Circle.")
    rita.edits(contest, summary_en="")
    withdraw(organisation("zorka", name_en="Zorka Circle"), "safety")
    page = rita.client.get(at(contest)).content.decode()
    assert "errornote" in page
    assert 'class="button default act"' not in page
    assert takes_back(rita, contest).status_code == 409
    assert Programme.objects.get(pk=contest.pk).summary_en == ""
    assert "Zorka" not in Card.objects.get(public_id=contest.public_id).body


def test_a_row_that_names_what_is_withdrawn_does_not_come_back_and_is_not_told(contest, rita):
    ngo = contest.roles.all()[0].organisation
    rita.edits(contest, **{"roles-0-DELETE": "on", "roles-1-DELETE": "on", "name_en": "Anew"})
    withdraw(ngo, "mistake")
    page = rita.client.get(at(contest)).content.decode()
    assert "role" not in page.partition("What changes")[2].partition("<form")[0].lower()
    assert takes_back(rita, contest).status_code == 302
    contest.refresh_from_db()
    assert (contest.name_en, contest.roles.count()) == ("Contest", 0)


def test_a_row_that_named_what_is_withdrawn_stays_as_it_is_and_nothing_is_told(contest, rita):
    ngo, other = contest.roles.all()[0].organisation, organisation("other", name_en="Other")
    rita.edits(contest, **{"roles-0-organisation": other.pk, "name_en": "Anew"})
    withdraw(ngo, "mistake")
    Programme.objects.filter(pk=contest.pk).update(state="public")
    before = list(contest.roles.values_list("pk", "organisation", "role"))
    assert other.pk in {key for _row, key, _role in before}
    assert "required" not in rita.client.get(at(contest)).content.decode()
    assert takes_back(rita, contest).status_code == 302
    contest.refresh_from_db()
    assert contest.name_en == "Contest"
    assert list(contest.roles.values_list("pk", "organisation", "role")) == before


def test_a_record_that_belonged_to_what_is_withdrawn_belongs_to_what_it_does_now(rita):
    old, new = programme("old"), programme("new")
    sixth = edition("sixth", programme=old, name_en="Sixth")
    rita.edits(sixth, programme=new.pk, name_en="Anew")
    withdraw(old, "mistake")
    assert "required" not in rita.client.get(at(sixth)).content.decode()
    assert takes_back(rita, sixth).status_code == 302
    sixth.refresh_from_db()
    assert (sixth.name_en, sixth.programme) == ("Sixth", new)


def test_a_row_that_the_person_does_not_see_stays_one(contest, rita):
    """It is in no form of theirs, and is neither taken away nor entered a second time."""
    rita.edits(contest, name_en="Anew")
    withdraw(contest.roles.all()[0].organisation, "mistake")
    Programme.objects.filter(pk=contest.pk).update(state="public")
    before = list(contest.roles.values_list("pk", flat=True))
    assert takes_back(rita, contest).status_code == 302
    assert list(contest.roles.values_list("pk", flat=True)) == before


def test_an_address_stays_and_an_exact_place_too(boss):
    day = event("day", name_en="Day", lat="53.9", lon="27.5", address="Secret Street 7")
    boss.edits(day, slug="another-day", name_en="Another day", address="Secret Street 8")
    assert takes_back(boss, day).status_code == 302
    day.refresh_from_db()
    assert (day.name_en, day.slug, day.address) == ("Day", "another-day", "Secret Street 8")


def test_it_opens_in_the_form_with_its_rows(contest, rita):
    rewrites(rita, contest)
    page = rita.client.get(at(contest), {"form": "1"}).content.decode()
    form = fields(page)
    contest.refresh_from_db()
    assert f'action="{address(contest, "change")}"' in page
    assert (form["name_en"], form["seen_version"]) == ("Contest", str(contest.version))
    before = len(rows(contest))
    assert rita.sends(form, contest).status_code == 302
    assert len(rows(Programme.objects.get(pk=contest.pk))) > before


@pytest.mark.parametrize("who", ["safety officer", "nobody"])
def test_who_writes_nothing_takes_nothing_back(contest, rita, who):
    rewrites(rita, contest)
    person = Staff("somebody", *([who] if who != "nobody" else []))
    assert person.client.get(at(contest)).status_code in (403, 404)
    assert person.client.post(at(contest), {"seen_version": "2"}).status_code in (403, 404)


# Deleted drafts


def deleted(model):
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/deleted/"


def deletes(person, entry):
    reply = person.client.post(address(entry, "delete"), {"post": "yes"})
    assert reply.status_code == 302
    assert not type(entry).objects.filter(pk=entry.pk).exists()


def recovers(person, model=Programme):
    page = person.client.get(deleted(model)).content.decode()
    key = page.partition('name="version" value="')[2].partition('"')[0]
    return person.client.post(deleted(model), {"version": key})


def test_a_deleted_draft_comes_back_with_its_rows_under_its_ids(contest, boss):
    Programme.objects.filter(pk=contest.pk).update(state="draft")
    Programme.history.all().delete()
    contest.refresh_from_db()
    boss.edits(contest, **{"themes-0-DELETE": "on"})  # which is not to come back
    before, keys = rows(contest), set(contest.themes.values_list("pk", "public_id"))
    deletes(boss, contest)
    assert "Contest" in boss.client.get(deleted(Programme)).content.decode()
    assert f'href="{deleted(Programme)}"' in boss.reads(Programme, "changelist").replace(
        'href="deleted/"', f'href="{deleted(Programme)}"'
    )
    assert recovers(boss).status_code == 302
    again = Programme.objects.get(pk=contest.pk)
    assert (again.public_id, again.slug, again.state) == (contest.public_id, "contest", "draft")
    assert rows(again) == before
    assert set(again.themes.values_list("pk", "public_id")) == keys
    # Once: it is in the list no more.
    assert 'name="version"' not in boss.client.get(deleted(Programme)).content.decode()
    assert boss.edits(again, name_en="Anew").status_code == 302


def test_a_deleted_draft_whose_address_or_number_is_anothers_comes_back_without_it(boss):
    contest = programme()
    season = edition("season", programme=contest, number=6, state="draft")
    deletes(boss, season)
    edition("other", programme=contest, number=6)
    type(season).objects.update(slug="season")
    assert recovers(boss, type(season)).status_code == 302
    again = type(season).objects.get(pk=season.pk)
    assert again.slug != "season"
    assert again.slug.startswith("season-")
    assert (again.number, again.public_id) == (None, season.public_id)


def test_a_row_that_names_what_is_gone_stays_away_and_that_is_said(boss):
    ngo = organisation("ngo", state="draft")
    contest = programme("contest", state="draft", roles=[("organiser", ngo), ("funder", ngo)])
    rose = organisation("rose")
    contest.roles.create(role="partner", organisation=rose)
    deletes(boss, contest)
    deletes(boss, ngo)
    reply = recovers(boss)
    assert "Not recovered" in boss.client.get(reply.url).content.decode()
    again = Programme.objects.get(pk=contest.pk)
    assert [role.organisation for role in again.roles.all()] == [rose]


def test_what_cannot_be_without_what_is_gone_is_refused_in_words(boss):
    whole = programme("whole", state="draft")
    season = edition("season", programme=whole, state="draft")
    deletes(boss, season)
    deletes(boss, whole)
    reply = recovers(boss, type(season))
    assert (reply.status_code, reply.url) == (302, deleted(type(season)))
    assert "cannot be recovered without" in boss.client.get(reply.url).content.decode()
    assert not type(season).objects.exists()


def test_what_was_public_is_neither_deleted_nor_recovered(boss):
    """What it showed last is forgotten with it: nobody could tell whether it shows more now."""
    contest = programme("contest", name_en="Contest")
    boss.acts("hide", contest)
    assert boss.client.post(address(contest, "delete"), {"post": "yes"}).status_code == 403
    # As a program could, which asks nobody.
    newest = contest.history.latest()
    contest.delete()
    Programme.history.filter(pk=newest.pk).update(history_change_reason="deleted")
    assert 'name="version"' not in boss.client.get(deleted(Programme)).content.decode()
    key = Programme.history.filter(history_change_reason="deleted").get().history_id
    assert boss.client.post(deleted(Programme), {"version": key}).status_code == 404


@pytest.mark.parametrize("group", ["editor", "reviewer", "safety officer"])
def test_who_may_not_delete_does_not_see_what_was(boss, group):
    contest = programme("contest", state="draft")
    deletes(boss, contest)
    person = Staff("somebody", group)
    key = Programme.history.filter(history_change_reason="deleted").get().history_id
    assert person.client.get(deleted(Programme)).status_code == 403
    assert person.client.post(deleted(Programme), {"version": key}).status_code == 403
    assert "deleted/" not in person.reads(Programme, "changelist")
    assert not Programme.objects.exists()


@pytest.mark.parametrize("typed", ["", "x", "0", "9" * 40])
def test_what_was_not_deleted_is_not_recovered(boss, typed):
    assert boss.client.post(deleted(Event), {"version": typed}).status_code == 404
