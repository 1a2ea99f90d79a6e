"""Nothing that was typed is lost, nothing that others saved is overwritten, all of it is kept."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.apps import apps
from django.db import connection

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.cards.models import Card, Redirect
from registry.records.models import Source, Term
from registry.workflow.groups import make_groups
from tests.support.factories import (
    belarus,
    edition,
    event,
    location,
    organisation,
    programme,
    role,
    source,
    term,
)
from tests.support.staff import Staff, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("anna", "editor")


@pytest.fixture
def bob():
    return Staff("bob", "editor")


@pytest.fixture
def boss():
    return Staff("boss", "administrator", "safety officer")


# Two people in one form


def test_a_stale_form_is_told_what_changed_and_by_whom_and_saves_nothing(ann, bob):
    contest = programme("contest", state="draft", name_en="Contest", website="https://old.example")
    stale = ann.form_of(contest)
    assert bob.edits(contest, website="https://new.example").status_code == 302
    response = ann.sends(stale, contest, name_en="Contest of ideas")
    page = response.content.decode()
    assert response.status_code == 200
    assert "bob" in page
    assert "https://old.example" in page
    assert "https://new.example" in page
    contest.refresh_from_db()
    assert contest.name_en == "Contest"


def test_saving_again_keeps_what_both_typed(ann, bob):
    contest = programme("contest", state="draft", name_en="Contest", website="https://old.example")
    stale = ann.form_of(contest)
    bob.edits(contest, website="https://new.example", summary_en="In short")
    page = ann.sends(stale, contest, name_en="Contest of ideas").content.decode()
    again = fields(page)
    assert again["name_en"] == "Contest of ideas"
    assert again["website"] == "https://new.example"
    assert ann.sends(again, contest).status_code == 302
    contest.refresh_from_db()
    assert contest.name_en == "Contest of ideas"
    assert (contest.website, contest.summary_en) == ("https://new.example", "In short")


def test_a_field_that_both_changed_keeps_what_was_typed_and_says_what_stands(ann, bob):
    contest = programme("contest", state="draft", name_en="Contest")
    stale = ann.form_of(contest)
    bob.edits(contest, name_en="Contest of projects")
    page = ann.sends(stale, contest, name_en="Contest of ideas").content.decode()
    assert 'value="Contest of ideas"' in page
    assert "Someone else changed this to “Contest of projects”" in page


def test_a_form_without_a_version_or_with_a_foreign_one_saves_nothing(ann):
    contest = programme("contest", state="draft", name_en="Contest")
    form = ann.form_of(contest)
    for version in ("", "-1", "77", "x", "9" * 30):
        response = ann.sends(form, contest, name_en="Mine", seen_version=version)
        assert response.status_code == 200
        assert 'value="Mine"' in response.content.decode()
    form.pop("seen_version")
    ann.sends(form, contest, name_en="Mine")
    contest.refresh_from_db()
    assert contest.name_en == "Contest"


def test_of_two_precisions_and_embargoes_the_stricter_stays(boss):
    officer = Staff("olga", "safety officer")
    contest = programme("contest", state="draft", precision="town")
    stale = boss.form_of(contest)
    officer.edits(
        contest, precision="region", embargo_until_0="2031-01-01", embargo_until_1="00:00"
    )
    page = boss.sends(
        stale,
        contest,
        precision="district",
        embargo_until_0="2030-01-01",
        embargo_until_1="00:00",
    ).content.decode()
    again = fields(page)
    assert again["precision"] == "region"
    assert again["embargo_until_0"] == "2031-01-01"


def test_a_safety_flag_set_meanwhile_is_not_cleared_by_a_form_that_did_not_touch_it(ann):
    officer = Staff("olga", "safety officer")
    contest = programme("contest", state="draft", precision="town")
    stale = ann.form_of(contest)
    officer.edits(contest, precision="hidden")
    again = fields(ann.sends(stale, contest, name_en="Contest of ideas").content.decode())
    ann.sends(again, contest)
    contest.refresh_from_db()
    assert (contest.precision, contest.name_en) == ("hidden", "Contest of ideas")


def test_changing_a_row_makes_the_forms_of_others_stale(ann, bob):
    contest = programme("contest", state="draft")
    role(contest, organisation("honey", name_en="Honey"))
    stale = ann.form_of(contest)
    version = contest.version
    assert bob.edits(contest, **{"roles-0-role": "funder"}).status_code == 302
    contest.refresh_from_db()
    assert contest.version > version
    page = ann.sends(stale, contest, name_en="Contest of ideas").content.decode()
    assert "bob" in page
    assert "“organiser” → “funder”" in page
    again = fields(page)
    assert again["roles-0-role"] == "funder"
    ann.sends(again, contest)
    assert contest.roles.get().role == "funder"


def test_rows_that_others_added_and_removed_stay_so(ann, bob):
    contest = programme("contest", state="draft")
    first, second = term("first", name_en="First"), term("second", name_en="Second")
    third = term("third", name_en="Third")
    contest.themes.create(term=first)
    stale = ann.form_of(contest)
    rows = {"themes-TOTAL_FORMS": "2", "themes-1-term": second.pk, "themes-0-DELETE": "on"}
    assert bob.edits(contest, **rows).status_code == 302
    typed = {"themes-TOTAL_FORMS": "2", "themes-1-term": third.pk}
    page = ann.sends(stale, contest, **typed).content.decode()
    assert "First" in page
    assert "Second" in page
    assert ann.sends(fields(page), contest).status_code == 302
    assert {theme.term for theme in contest.themes.all()} == {second, third}


def test_what_was_typed_is_shown_when_the_record_went_out_of_reach(ann):
    contest = programme("contest", state="review")
    stale = ann.form_of(contest)
    Staff("rita", "reviewer").acts("publish", contest)
    response = ann.sends(stale, contest, summary_en="An hour of typing", _save="Save")
    assert response.status_code == 200  # it is public now: what differs can be proposed
    assert "An hour of typing" in response.content.decode()
    contest.delete()
    response = ann.sends(stale, contest, summary_en="An hour of typing")
    assert "An hour of typing" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_forms_sent_at_the_same_moment_one_is_saved():
    make_groups(apps.get_app_config("programmes"))  # other tests empty the database
    contest = programme("contest", state="draft", name_en="Contest")
    people = [Staff(name, "editor") for name in ("anna", "bob", "cate", "dora")]
    forms = [(person, person.form_of(contest)) for person in people]
    start = Barrier(len(people))

    def send(person, form):
        start.wait()
        try:
            return person.sends(form, contest, name_en=person.user.username).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        codes = [done.result() for done in [pool.submit(send, *each) for each in forms]]
    assert sorted(codes) == [200, 200, 200, 302]
    contest.refresh_from_db()
    assert contest.name_en == people[codes.index(302)].user.username


# Bad input


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"dates": "soon"}, "dates"),
        ({"dates": "2016/2015"}, "dates"),
        ({"slug": "BY MA"}, "slug"),
        ({"slug": "by-ma"}, "cannot look like a country code"),
        ({"slug": "none"}, "has a meaning of its own"),
        ({"slug": "other"}, "already exists"),
        ({"website": "nowhere"}, "valid URL"),
        ({"embargo_until_0": "tomorrow", "embargo_until_1": "x"}, "Enter a valid date"),
        ({"name_en": "x" * 251}, "at most 250"),
        ({"name_en": "a\0b"}, "Null characters"),
        ({"parent": "99999999999999999999999"}, "Select a valid choice"),
        ({"precision": "near"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_said_beside_what_was_typed(ann, typed, said):
    programme("other")
    contest = programme("contest", state="draft")
    response = ann.edits(contest, summary_en="An hour of typing", **typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert "An hour of typing" in page
    assert said in page
    contest.refresh_from_db()
    assert contest.summary_en == ""


def test_a_broken_rule_between_fields_is_a_sentence(ann):
    contest = programme()
    season = edition(programme=contest)
    final = event("final", state="draft", programme=contest)
    page = ann.edits(final, edition=season.pk).content.decode()
    assert "An event belongs to one edition, one programme or one organisation." in page
    place = location("atlantis", state="draft")
    page = ann.edits(place, kind="town").content.decode()
    assert "A country lies in nothing, every other place does." in page


def test_a_row_twice_is_a_sentence_and_so_is_one_that_only_the_database_sees(ann):
    theme = term("youth")
    contest = programme("contest", state="draft")
    rows = {"themes-TOTAL_FORMS": "2", "themes-0-term": theme.pk, "themes-1-term": theme.pk}
    page = ann.edits(contest, summary_en="An hour of typing", **rows).content.decode()
    assert "duplicate" in page
    assert "An hour of typing" in page
    form = ann.form_of(contest)
    contest.themes.create(term=theme)  # by another way than the form, so no version tells
    rows = {"themes-TOTAL_FORMS": "1", "themes-0-term": theme.pk}
    page = ann.sends(form, contest, summary_en="An hour of typing", **rows).content.decode()
    assert "An hour of typing" in page
    assert "errornote" in page
    assert contest.themes.count() == 1


def test_an_unknown_act_only_saves(ann):
    contest = programme("contest", state="draft")
    assert ann.edits(contest, name_en="Contest of ideas", _act="explode").status_code == 302
    contest.refresh_from_db()
    assert (contest.name_en, contest.state) == ("Contest of ideas", "draft")


# Addresses


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ({"name_be": "Сацыяльны тыдзень"}, "satsyyalny-tydzen"),
        ({"name_ru": "Щучин — 2016!"}, "shchuchin-2016"),
        ({"name_en": "Social Weekend", "name_be": "Іншае"}, "social-weekend"),
        ({"name_en": "BY"}, "programme-by"),
        ({"name_en": "Go Far"}, "programme-go-far"),
        ({"name_en": "Typed", "slug": "my-own-address"}, "my-own-address"),
    ],
)
def test_an_address_is_proposed_from_the_name(ann, typed, slug):
    assert ann.edits(Programme, "add", **typed).status_code == 302
    assert Programme.objects.get().slug == slug


def test_the_second_of_a_name_gets_letters_by_chance(ann):
    for _ in range(3):
        ann.edits(Programme, "add", name_en="Summer School")
    first, *others = Programme.objects.order_by("pk").values_list("slug", flat=True)
    assert first == "summer-school"
    assert len(set(others)) == 2
    assert all(re.fullmatch("summer-school-[0-9a-f]{4}", slug) for slug in others)


def test_an_address_that_was_emptied_stays_and_a_redacted_one_is_not_proposed_again(boss):
    contest = programme("contest-of-petra", name_en="Contest of Petra")
    boss.edits(contest, slug="")
    contest.refresh_from_db()
    assert contest.slug == "contest-of-petra"
    boss.edits(contest, slug="", redact="on")
    contest.refresh_from_db()
    assert contest.slug.startswith("programme-")
    assert "petra" not in contest.slug
    assert not Redirect.objects.exists()


@pytest.mark.parametrize("redact", [True, False])
def test_an_old_address_leads_on_unless_it_was_a_redaction(boss, redact):
    contest = programme("contest-of-petra")
    boss.edits(contest, slug="contest", **({"redact": "on"} if redact else {}))
    assert Card.objects.get(public_id=contest.public_id).slug == "contest"
    assert Redirect.objects.filter(slug="contest-of-petra").exists() is not redact


# History


def test_the_history_tells_who_changed_what_rows_included(ann, bob):
    contest = programme("contest", state="draft", name_en="Contest")
    role(contest, organisation("honey", name_en="Honey"))
    ann.edits(contest, name_en="Contest of ideas")
    bob.edits(contest, **{"roles-0-role": "funder"})
    page = ann.reads(contest, "history")
    assert "anna" in page
    assert "<del>Contest</del> → <ins>Contest of ideas</ins>" in page
    assert "bob" in page
    assert "<del>organiser</del> → <ins>funder</ins>" in page


def test_what_a_fixture_brought_has_a_history_from_its_first_change(ann, bob):
    contest = programme("contest", state="draft", name_en="Contest")
    Programme.history.all().delete()
    stale = bob.form_of(contest)
    ann.edits(contest, name_en="Contest of ideas")
    first = contest.history.last()
    assert (first.name_en, first.history_user) == ("Contest", None)
    page = bob.sends(stale, contest, website="https://new.example").content.decode()
    assert "“Contest” → “Contest of ideas”" in page


def test_a_secret_place_is_kept_as_changed_only(boss):
    final = event("final", state="draft")
    boss.edits(final, address="Secret Street 7", lat="53.9")
    page = boss.reads(final, "history")
    assert "Exact place" in page
    assert "Secret Street" not in page
    assert "53.9" not in page
    kept = " ".join(map(repr, final.history.values_list()))
    assert "Secret Street" not in kept
    assert "53.9" not in kept


# Each form saves what its fields say


def test_every_kind_of_entry_is_made_and_saved_through_its_form(boss):
    places = belarus()
    contest = programme()
    made = {
        Source: {"name_en": "Report", "date": "2016"},
        Term: {"name_en": "Youth", "scheme": "theme", "codes": '{"OECD-DAC": "16020"}'},
        type(places["belarus"]): {
            "name_en": "Bobr",
            "kind": "town",
            "parent": places["belarus"].pk,
        },
        Organisation: {"name_en": "Honey", "kind": "ngo", "seat": places["mstsislaw"].pk},
        Programme: {"name_en": "Contest", "dates": "2016-02/2016-10"},
        type(edition()): {"name_en": "The sixth", "programme": contest.pk, "number": "6"},
        Event: {"name_en": "Final", "programme": contest.pk, "dates": "XXXX-03-21"},
    }
    for model, typed in made.items():
        assert boss.edits(model, "add", **typed).status_code == 302, model
        entry = model.objects.order_by("-pk")[0]
        assert entry.name_en == typed["name_en"]
        assert boss.edits(entry, note_ru="Заметка").status_code == 302
        entry.refresh_from_db()
        assert entry.note_ru == "Заметка"


def test_rows_of_every_kind_are_added_in_one_form(boss):
    places, where, theme = belarus(), source(), term()
    rows = {
        "life_events": {"kind": "founded", "date": "2001", "source": where.pk},
        "other_names": {"name": "Мёд", "kind": "alternative"},
        "identifiers": {"scheme": "BY-EGR", "value": "123"},
        "placements": {"location": places["mstsislaw"].pk},
        "themes": {"term": theme.pk},
        "figures": {"measure": "other", "printed": "7", "unit": "people", "source": where.pk},
        "citations": {"source": where.pk},
    }
    typed = {}
    for prefix, row in rows.items():
        typed[f"{prefix}-TOTAL_FORMS"] = "1"
        typed |= {f"{prefix}-0-{name}": value for name, value in row.items()}
    assert boss.edits(Organisation, "add", name_en="Honey", **typed).status_code == 302
    honey = Organisation.objects.get()
    for prefix in rows:
        assert getattr(honey, prefix).count() == 1, prefix


def test_no_id_stands_twice_in_a_form(boss):
    places, club = belarus(), organisation("club")
    contest = programme("contest", locations=[places["mstsislaw"], places["brest-region"]])
    role(contest, club)
    for entry in (contest, club, event(programme=contest), places["mstsislaw"], source(), term()):
        ids = re.findall(r' id="([^"]+)"', boss.reads(entry))
        assert [each for each, number in Counter(ids).items() if number > 1] == []


def test_an_event_is_added_from_the_page_of_its_programme(ann):
    contest = programme("contest", name_en="Contest", state="draft")
    page = ann.reads(contest)
    (link,) = re.findall(r'href="(/admin/programmes/event/add/[?][^"]*)"', page)
    form = fields(ann.client.get(link).content.decode())
    assert form["programme"] == str(contest.pk)
    made = ann.client.post(link, {**form, "name_en": "Final"})
    assert made.status_code == 302
    assert contest.events.get().name_en == "Final"
