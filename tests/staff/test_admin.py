"""The staff pages: lists, search, rights, and the doors beside them."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from organisations.admin import OrganisationAdmin
from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme
from programmes.models.parts import ProgrammeAudience, ProgrammeTheme
from registry.cards.changeset import writing
from registry.cards.models import Card
from registry.locations.models import Location
from registry.records.models import Proposal, Source, Term
from registry.records.relations import part_models
from registry.workflow.withdrawal import withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    location,
    organisation,
    programme,
    source,
    term,
)
from tests.support.shares import few
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ENTRIES = [Source, Term, Location, Organisation, Programme, Edition, Initiative, Event]


@pytest.fixture
def editor():
    return Staff("anna", "editor")


@pytest.fixture
def reviewer():
    return Staff("rita", "reviewer")


@pytest.fixture
def officer():
    return Staff("olga", "safety officer")


def make_one_of_each():
    places = belarus()
    ngo = organisation("honey", name_en="Honey", seat=places["mstsislaw"], names=["Old Honey"])
    contest = programme(
        "contest", roles=[("organiser", ngo)], locations=[places["mstsislaw"]], themes=[term()]
    )
    season = edition("contest-6", programme=contest, roles=[("host", ngo)], figures=[{}])
    return {
        Source: source("report"),
        Term: term("youth"),
        Location: places["mstsislaw"],
        Organisation: ngo,
        Programme: contest,
        Edition: season,
        Initiative: initiative("garden", edition=season),
        Event: event("final", edition=season),
    }


@pytest.mark.parametrize("who", ["editor", "reviewer", "safety officer", "administrator"])
def test_every_page_of_every_entry_opens_for_each_group(who):
    person, entries = Staff("somebody", who), make_one_of_each()
    for model, entry in entries.items():
        assert str(entry) in person.reads(model, "changelist")
        assert str(entry) in person.reads(entry)
        person.reads(entry, "history")
        if who in ("editor", "administrator"):
            person.reads(model, "add")


@pytest.mark.parametrize("model", ENTRIES)
def test_every_row_of_an_entry_can_be_edited_in_its_form(model, rf):
    inlines = site.get_model_admin(model).get_inlines(rf.get("/"), None)
    assert {each.model for each in inlines} >= set(part_models(model).values())


def test_who_only_reads_is_shown_no_field_that_is_of_the_form_alone(officer, reviewer):
    paper = source(name_en="Honey")
    assert "redact" in reviewer.reads(paper)
    html = officer.reads(paper)
    assert "Honey" in html
    assert "edact" not in html
    assert "seen_version" not in html


def test_a_change_after_midnight_in_minsk_is_of_that_day(reviewer):
    ngo = organisation(name_en="Honey")
    reviewer.edits(ngo, name_en="Honey and Bees")
    late = datetime(2026, 11, 26, 21, 58, tzinfo=UTC)
    ngo.history.update(history_date=late)
    assert "27 Nov 2026 rita" in reviewer.reads(Organisation, "changelist")
    version = ngo.history.order_by("-history_id").first()
    address = reverse(
        "admin:organisations_organisation_simple_history", args=[ngo.pk, version.history_id]
    )
    assert "27 Nov 2026, 00:58" in reviewer.client.get(address).content.decode()


def test_what_an_editor_handed_over_is_on_the_first_page_until_it_is_reviewed(editor, reviewer):
    editor.edits(Organisation, "add", name_en="Honey", kind="ngo")
    honey = Organisation.objects.get(name_en="Honey")
    organisation(name_en="Of others", state="review")
    editor.acts("review", honey)
    for person, others in ((editor, False), (reviewer, True)):
        html = person.client.get("/admin/").content.decode()
        assert "Honey" in html
        assert ("Of others" in html) is others


@pytest.mark.parametrize("model", ENTRIES)
def test_a_list_is_put_in_order_by_each_of_its_columns(editor, model):
    one = make_one_of_each()[model]
    orders = sorted(
        set(re.findall(r"[?&;](?:amp;)?o=(-?[0-9]+)", editor.reads(model, "changelist")))
    )
    assert len(orders) >= 3
    for order in orders:
        for query in ({"o": order}, {"o": order, "_facets": "True"}, {"o": order, "q": str(one)}):
            assert str(one) in editor.reads(model, "changelist", **query)


def test_the_last_change_decides_the_order_if_it_is_asked_for(editor):
    first, second = organisation(name_en="First"), organisation(name_en="Second")
    for each in (second, first):
        with writing():
            each.helps_with_en = "With advice"
            each.save()
    html = {way: editor.reads(Organisation, "changelist", o=way) for way in ("6", "-6")}
    assert html["6"].index("Second") < html["6"].index("First")
    assert html["-6"].index("First") < html["-6"].index("Second")


@pytest.mark.parametrize("typed", ["mstislavl", "Мсціслаў", "МСЦІСЛАЎ", "Mścisłaŭ", "мстисл"])
def test_the_list_finds_a_place_and_a_draft_in_it_in_any_spelling(editor, typed):
    places = belarus()
    programme("contest", name_en="Contest", state="draft", locations=[places["mstsislaw"]])
    programme("elsewhere", name_en="Elsewhere", locations=[places["brest-region"]])
    assert "Mstsislaw" in editor.reads(Location, "changelist", q=typed)
    found = editor.reads(Programme, "changelist", q=typed)
    assert "Contest" in found
    assert "Elsewhere" not in found


def test_a_name_changed_in_bulk_is_found_and_one_of_another_name_is_not(editor):
    programme("contest", name_be="Конкурс")
    Programme.objects.update(name_be="Спаборніцтва")
    assert "contest" in editor.reads(Programme, "changelist", q="спаборн").lower()
    assert "Programmes: 0" in editor.reads(Programme, "changelist", q="конкурс")
    assert "Programmes: 0" in editor.reads(Programme, "changelist", q="!?")


@pytest.mark.parametrize("typed", ["bee-hive.by", "https://www.bee-hive.by/", "office@bee-hive.by"])
def test_a_list_finds_a_record_by_its_website_and_its_mailbox(editor, typed):
    site_of = {"website": "https://www.bee-hive.by/about"}
    organisation("honey", name_en="Honey", email="office@bee-hive.by", **site_of, state="draft")
    organisation("other", name_en="Sugar", email="office@sugar.by", website="https://sugar.by/")
    text = editor.reads(Organisation, "changelist", q=typed)
    assert "Honey" in text
    assert "Sugar" not in text


def test_a_list_finds_a_record_by_its_number_and_follows_its_website(editor):
    honey = organisation("honey", name_en="Honey")
    honey.identifiers.create(scheme="BY-EGR", value="190000001")
    place = location("hill", name_en="Hill", geonames=627904)
    source("paper", name_en="Paper", url="https://bee-hive.by/report.pdf")
    assert "Honey" in editor.reads(Organisation, "changelist", q="190000001")
    assert "Hill" in editor.reads(Location, "changelist", q=str(place.geonames))
    assert "Paper" in editor.reads(Source, "changelist", q="bee-hive.by/report.pdf")
    Organisation.objects.filter(pk=honey.pk).update(website="https://wax.by/")
    assert "Honey" in editor.reads(Organisation, "changelist", q="wax.by")
    Organisation.objects.filter(pk=honey.pk).update(website="")
    assert "Honey" not in editor.reads(Organisation, "changelist", q="wax.by")


def test_the_filter_by_region_offers_those_with_records_and_finds_what_lies_in_them(editor):
    places = belarus()
    country, empty = places["belarus"], places["brest-region"]
    programme("town", name_en="Of the town", locations=[places["mstsislaw"]])
    programme("region", name_en="Of the region", locations=[places["mahilyow-region"]])
    programme("wide", name_en="Of the country", locations=[country])
    organisation("seated", name_en="Seated", seat=places["mstsislaw"])
    for model in (Programme, Organisation):
        offered = editor.reads(model, "changelist")
        assert "?region=BY-MA" in offered
        assert f"?region={empty.iso_3166_2}" not in offered
    found = editor.reads(Programme, "changelist", region="BY-MA")
    assert "Of the town" in found
    assert "Of the region" in found
    assert "Of the country" not in found
    assert "Seated" in editor.reads(Organisation, "changelist", region="BY-MA")
    assert "Seated" not in editor.reads(Organisation, "changelist", region="BY-BR")


@pytest.mark.parametrize("rows", [3, 30])
def test_a_list_takes_the_same_queries_for_3_and_30_rows(editor, rows, django_assert_num_queries):
    places, term_ = belarus(), term()
    for _ in range(rows):
        ngo = organisation(seat=places["mstsislaw"], locations=[places["mstsislaw"]])
        contest = programme(locations=[places["mstsislaw"]], roles=[("host", ngo)], themes=[term_])
        event(programme=contest, state="draft", locations=[places["mstsislaw"]])
    for model in (Programme, Organisation, Event):
        editor.reads(model, "changelist")  # which regions have records is asked once a minute
        # Session, user, permissions, the rows, who changed them last, their placements with the
        # places, what is withheld, saved lists.
        with django_assert_num_queries(8):
            editor.reads(model, "changelist")


@pytest.mark.parametrize("rows", [3, 30])
def test_a_form_takes_the_same_queries_for_3_and_30_rows_of_each_kind(
    editor, rows, django_assert_num_queries
):
    contest = programme("contest", state="draft")
    for _ in range(rows):
        role = contest.roles.create(role="host", organisation=organisation(), source=source())
        contest.themes.create(term=term())
        contest.figures.create(measure="other", printed="7", source=role.source)
    ContentType.objects.get_for_model(Programme)  # else whichever test comes first reads it
    # session, user, permissions, the programme, one for each of its ten kinds of rows,
    # its remarks, the proposals to change it, what belongs to it, what is withheld
    with django_assert_num_queries(18):
        editor.reads(contest)


# The doors beside the lists: what is withdrawn exists for those alone who may withdraw.


@pytest.fixture
def hidden():
    """A withdrawn organisation in the role of a programme that goes on without it."""
    secret = organisation("tulip", name_en="Tulip", email="tulip@example.org")
    rest = organisation("rose", name_en="Rose")
    contest = programme("contest", roles=[("funder", secret), ("organiser", rest)])
    child = organisation("bud", name_en="Bud", parent=secret, state="draft")
    withdraw(secret, "safety", by=Staff("somebody", "safety officer").user)
    secret.refresh_from_db()
    return {"secret": secret, "programme": contest, "child": child}


def choices(person, source_model, field, typed):
    query = {"app_label": source_model._meta.app_label, "term": typed}
    query |= {"model_name": source_model._meta.model_name, "field_name": field}
    reply = person.client.get(reverse("admin:autocomplete"), query)
    return [choice["text"] for choice in reply.json()["results"]]


def test_autocomplete_offers_what_exists_for_this_person(editor, officer, hidden):
    assert choices(editor, Organisation, "parent", "tulip") == []
    assert choices(editor, Organisation, "parent", "rose") == ["Rose"]
    assert choices(editor, Organisation, "parent", "bud") == ["Bud (draft)"]
    assert choices(officer, Organisation, "parent", "tulip") == ["Tulip (withdrawn)"]


def test_choices_come_page_by_page_until_there_are_no_more(editor):
    for number in range(25):
        organisation(f"choir-{number}", name_en=f"Choir {number}")
    names = {"app_label": "programmes", "model_name": "programmerole"}
    query = names | {"field_name": "organisation", "term": "choir"}

    def page(number):
        return editor.client.get(reverse("admin:autocomplete"), query | {"page": number})

    first, second = page(1).json(), page(2).json()
    assert [len(each["results"]) for each in (first, second)] == [20, 5]
    assert [each["pagination"]["more"] for each in (first, second)] == [True, False]
    assert len({each["id"] for each in first["results"] + second["results"]}) == 25
    assert {page(number).status_code for number in (0, 3, "x", "9" * 30)} == {404}


def test_autocomplete_is_for_staff_who_may_see_the_kind(hidden):
    stranger = Staff("stranger")
    query = {"app_label": "organisations", "model_name": "organisation", "field_name": "parent"}
    assert stranger.client.get(reverse("admin:autocomplete"), query).status_code == 403


def test_a_theme_is_chosen_among_themes_and_an_audience_among_audiences(editor):
    term("youth-work", scheme="theme", name_en="Youth work")
    term("youth-people", scheme="audience", name_en="Youth")
    assert choices(editor, ProgrammeTheme, "term", "youth") == ["Youth work"]
    assert choices(editor, ProgrammeAudience, "term", "youth") == ["Youth"]


@pytest.mark.parametrize("door", ["change", "history", "delete", "withdraw", "bring_back"])
def test_the_pages_of_what_is_withdrawn_do_not_exist_for_an_editor(editor, hidden, door):
    response = editor.client.get(address(hidden["secret"], door), follow=True)
    assert b"Tulip" not in response.content


def test_what_is_withdrawn_can_be_deleted_by_nobody(hidden):
    assert Staff("boss", "administrator").opens(hidden["secret"], "delete").status_code == 403


def test_an_earlier_version_of_what_is_withdrawn_is_behind_the_same_door(editor, officer, hidden):
    kept = hidden["secret"].history.first()
    at = reverse(
        "admin:organisations_organisation_simple_history",
        args=[hidden["secret"].pk, kept.history_id],
    )
    assert editor.client.get(at).status_code == 404
    assert "Tulip" in officer.reads(hidden["secret"], "history")


def test_no_page_of_others_names_what_is_withdrawn(editor, officer, hidden):
    pages = [
        (Organisation, "changelist"),
        (Programme, "changelist"),
        (hidden["programme"], "change"),
        (hidden["programme"], "history"),
        (hidden["child"], "change"),
        (hidden["child"], "history"),
    ]
    for thing, page in pages:
        assert "Tulip" not in editor.reads(thing, page), (thing, page)
    assert "Tulip" in officer.reads(Organisation, "changelist")
    assert "Tulip" in officer.reads(hidden["programme"])


def test_the_first_page_names_nothing_of_what_was_done_before(hidden):
    boss = Staff("boss", "administrator")
    draft = organisation("daisy", name_en="Daisy", state="draft")
    boss.edits(draft, website="https://daisy.example")
    boss.reads(Organisation, "changelist")  # and with it the message that it was saved
    draft.refresh_from_db()
    withdraw(draft, "safety", by=boss.user)
    assert "Daisy" not in boss.client.get("/admin/").content.decode()


def test_an_edit_of_others_keeps_the_role_that_the_editor_cannot_see(hidden):
    reviewer = Staff("rosa", "reviewer")
    response = reviewer.edits(hidden["programme"], name_en="Contest of ideas")
    assert response.status_code == 302
    assert hidden["programme"].roles.filter(organisation=hidden["secret"]).exists()
    hidden["child"].refresh_from_db()
    reviewer.edits(hidden["child"], name_en="Bud of spring")
    hidden["child"].refresh_from_db()
    assert (hidden["child"].name_en, hidden["child"].parent) == ("Bud of spring", hidden["secret"])


@pytest.mark.parametrize(
    "query",
    [
        {"email__startswith": "t"},
        {"parent__name_en__startswith": "T"},
        {"public_id__startswith": "0"},
        {"state__startswith": "w"},
        {"withdrawal_reason": "safety"},
        {"roles__organisation__name_en": "Tulip"},
    ],
)
def test_a_list_takes_no_look_up_but_its_filters(editor, hidden, query):
    response = editor.opens(Organisation, "changelist", **query)
    assert response.status_code in (302, 400)
    assert response.status_code == 400 or "e=1" in response["Location"]


def test_a_list_takes_no_other_key_than_the_one_of_rows(editor, hidden):
    assert editor.opens(Organisation, "changelist", _to_field="email").status_code == 400
    assert editor.opens(hidden["child"], "change", _to_field="email").status_code == 400


def test_no_address_leads_from_a_number_to_a_page(editor, officer, hidden):
    kind = ContentType.objects.get_for_model(Organisation)
    for person in (editor, officer):
        reply = person.client.get(f"/admin/r/{kind.pk}/{hidden['secret'].pk}/")
        assert reply.status_code == 404
        assert "tulip" not in str(reply.headers)


def test_a_delete_page_names_what_refers_to_it_only_if_it_may_be_seen():
    place = location("hamlet", parent=belarus()["mstsislaw-district"], state="draft")
    remover = Staff("remover", "editor")
    remover.user.user_permissions.add(Permission.objects.get(codename="delete_location"))
    secret = organisation("tulip", name_en="Tulip", seat=place)
    organisation("rose", name_en="Rose", seat=place)
    withdraw(secret, "safety")
    page = remover.reads(place, "delete")
    assert "Rose" in page
    assert "Tulip" not in page
    assert "Other records" in page


# Rights


def test_an_editor_reads_but_does_not_change_what_is_public(editor):
    contest = programme("contest", name_en="Contest")
    assert editor.opens(contest).status_code == 200
    # A form that none of ours sends comes back; that which they are shown is proposed.
    assert editor.client.post(address(contest, "change"), {"name_en": "Mine"}).status_code == 200
    assert editor.edits(contest, name_en="Mine").status_code == 302
    assert Programme.objects.get().name_en == "Contest"


def test_a_reviewer_changes_what_is_public_and_the_card_follows(reviewer):
    ngo = organisation("honey", name_en="Honey")
    contest = programme("contest", roles=[("organiser", ngo)])
    garden = initiative("garden", programme=contest, roles=[("host", ngo)])
    assert reviewer.edits(ngo, name_en="Golden Honey").status_code == 302
    for entry in (ngo, contest, garden):
        card = Card.objects.get(public_id=entry.public_id)
        assert "Golden Honey" in card.body
        assert '"Honey"' not in card.body


def test_cards_change_with_the_rename_or_not_at_all(reviewer, monkeypatch):
    ngo = organisation("honey", name_en="Honey")
    contest = programme("contest", roles=[("organiser", ngo)])
    form = reviewer.form_of(ngo)

    def broken(*args, **options):
        raise RuntimeError("the response fails after everything was saved")

    monkeypatch.setattr(OrganisationAdmin, "response_change", broken)
    with pytest.raises(RuntimeError):
        reviewer.sends(form, ngo, name_en="Golden Honey")
    assert Organisation.objects.get().name_en == "Honey"
    assert "Golden" not in Card.objects.get(public_id=contest.public_id).body


def test_a_safety_officer_restricts_and_rewrites_nothing(officer):
    contest = programme("contest", name_en="Contest", precision="town")
    assert officer.edits(contest, precision="region", name_en="Mine").status_code == 302
    contest.refresh_from_db()
    assert (contest.precision, contest.name_en) == ("region", "Contest")
    assert officer.opens(Programme, "add").status_code == 403


def test_a_safety_officer_adds_no_rows(officer):
    contest = programme("contest", themes=[term()])
    form = officer.form_of(contest)
    rows = {
        "themes-TOTAL_FORMS": "2",
        "themes-1-term": term().pk,
        "themes-0-DELETE": "on",
        "precision": "country",
    }
    officer.sends(form, contest, **rows)
    contest.refresh_from_db()
    assert (contest.themes.count(), contest.precision) == (1, "country")


@pytest.mark.parametrize(("who", "saved"), [("editor", False), ("administrator", True)])
def test_a_finer_place_and_a_shorter_embargo_need_a_safety_officer(who, saved):
    person = Staff("somebody", who)
    contest = programme(
        "contest",
        state="draft",
        precision="district",
        embargo_until="2030-01-01T00:00:00+03:00",
    )
    assert person.edits(contest, precision="region").status_code == 302
    assert (person.edits(contest, precision="town").status_code == 302) is saved
    earlier = {"embargo_until_0": "2029-01-01", "embargo_until_1": "00:00"}
    assert (person.edits(contest, **earlier).status_code == 302) is saved
    never = {"embargo_until_0": "", "embargo_until_1": ""}
    assert (person.edits(contest, **never).status_code == 302) is saved


def test_taking_a_careful_organiser_away_shows_no_place_more_finely(reviewer):
    careful, town = organisation("careful", precision="region"), belarus()["mstsislaw"]
    contest = programme("contest", locations=[town], roles=[("organiser", careful)])
    typed = {"roles-0-DELETE": "on", "summary_en": "Typed just now"}
    page = reviewer.edits(contest, **typed).content.decode()
    assert "a safety officer decides on that: Contest (Mstsislaw)" in page
    assert "Typed just now" in page
    assert contest.roles.count() == 1
    boss = Staff("boss", "administrator")
    assert boss.edits(contest, **{"roles-0-DELETE": "on"}).status_code == 302
    assert contest.roles.count() == 1  # a second person is asked
    assert Proposal.objects.get().finer


def test_what_was_public_once_is_not_deleted_either():
    boss, once = Staff("boss", "administrator"), programme("once")
    once.state = "review"
    once.save()
    assert boss.opens(once, "delete").status_code == 403
    assert boss.client.post(address(once, "delete"), {"post": "yes"}).status_code == 403
    assert Programme.objects.filter(slug="once").exists()


def test_what_was_public_is_withdrawn_and_not_deleted():
    boss = Staff("boss", "administrator")
    shown, draft = programme("shown"), programme("draft", state="draft")
    assert boss.opens(shown, "delete").status_code == 403
    assert boss.client.post(address(draft, "delete"), {"post": "yes"}).status_code == 302
    assert set(Programme.objects.all()) == {shown}


def test_the_first_page_tells_what_waits(editor, reviewer):
    programme("contest", name_en="Contest", state="review")
    editor.edits(Programme, "add", name_en="My own draft")
    assert "Contest" in reviewer.client.get("/admin/").content.decode()
    page = editor.client.get("/admin/").content.decode()
    assert "My own draft" in page
    assert "Contest" not in page


# Whatever is asked, the answer is no error of the server


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 5_000},
        {"q": " ".join(["a"] * 3_000)},
        {"q": "'\"%_\\"},
        {"p": "-1"},
        {"p": "9" * 40},
        {"o": "99.-99.x"},
        {"state": "nowhere"},
        {"region": "XX"},
        {"all": "1", "state__in": "a,b"},
    ],
)
def test_a_list_answers_whatever_is_asked_of_it(editor, query):
    programme("contest")
    assert editor.opens(Programme, "changelist", **query).status_code < 500


@pytest.mark.parametrize("key", ["0", "9" * 40, "x", "_5F", "1/history/9" + "9" * 30])
@pytest.mark.parametrize("end", ["change/", "history/", "delete/", "withdraw/", "bring-back/", ""])
def test_a_page_of_nothing_is_no_error_of_the_server(key, end):
    boss = Staff("boss", "administrator")
    programme("contest")
    at = f"/admin/programmes/programme/{key}/{end}"
    assert boss.client.get(at).status_code < 500
    assert boss.client.post(at, {"name_en": "x"}).status_code < 500


@pytest.mark.slow
@pytest.mark.parametrize(
    "rows",
    [
        {"roles-TOTAL_FORMS": "many"},
        {"roles-TOTAL_FORMS": "100000"},
        {"roles-TOTAL_FORMS": "1", "roles-0-id": "9" * 40},
        {"roles-TOTAL_FORMS": "1", "roles-INITIAL_FORMS": "1", "roles-0-id": "x"},
        {"roles-TOTAL_FORMS": "1", "roles-0-organisation": "9" * 40, "roles-0-role": "host"},
    ],
)
@pytest.mark.parametrize("seen", few(["0", "7"], "7"))
def test_a_tampered_form_is_no_error_of_the_server(editor, rows, seen):
    contest = programme("contest", state="draft", name_en="Contest")
    response = editor.edits(contest, seen_version=seen, name_en="Mine", **rows)
    assert response.status_code == 200
    contest.refresh_from_db()
    assert contest.name_en == "Contest"


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_no_field_is_in_the_language_none_and_no_option_is_without_a_name(editor, language):
    contest = programme("contest", state="draft")
    contest.roles.create(role="organiser", organisation=organisation("honey"))
    asked = {"HTTP_ACCEPT_LANGUAGE": language}
    page = editor.client.get(address(contest, "change"), **asked).content.decode()
    assert "admin-autocomplete" in page
    assert 'lang="None"' not in page
    empty = re.findall(r'<option value=""[^>]*></option>', page)
    assert empty
    assert all('label="' in option for option in empty)
