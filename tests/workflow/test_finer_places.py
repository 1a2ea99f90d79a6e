"""Whatever shows a place more finely needs a safety officer's right and a second person: one
decision, at the flush."""

import json
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.messages.storage.session import SessionStorage
from django.core import serializers
from django.core.management import CommandError, call_command
from django.utils import timezone
from orjson import loads

from registry.cards import changeset, deferral
from registry.cards.backlog import finish
from registry.cards.changeset import acting, writing
from registry.cards.finer import LEVELS, finer
from registry.cards.models import Card
from registry.cards.refused import Refused
from registry.locations.models import Location
from registry.records.models import LastShown, Proposal, State
from registry.values.precision import Precision
from registry.workflow.embargoes import lift
from tests.support.factories import belarus, edition, event, location, organisation, programme, role
from tests.support.shares import every
from tests.support.staff import Staff, fields

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SENTENCE = "a safety officer decides on that"
ALONE = "you decide on that with another person"


@pytest.fixture
def places():
    return belarus()


@pytest.fixture
def reviewer():
    return Staff("rita", "reviewer")


@pytest.fixture
def boss():
    return Staff("boss", "administrator")


def shown(entry):
    """What the card of the record shows: slugs of places, and of how fine a level."""
    body = loads(Card.objects.get(type=entry.card_type, public_id=entry.public_id).body)
    seat = [body["seat"]] if body.get("seat") else []
    return [(place["slug"], place["precision"]) for place in [*body["locations"], *seat]]


def save(entry, **values):
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save()


def accepts(person, entry):
    proposal = Proposal.objects.of(entry).get(state="waiting")
    at = f"/admin/{entry._meta.app_label}/{entry._meta.model_name}/{entry.pk}/proposals/"
    sent = {"_decide": "accept", "revision": proposal.revision}
    response = person.client.post(f"{at}{proposal.pk}/", sent)
    assert response.status_code == 302, response.content.decode()


def with_a_place(places, precision="region"):
    return programme("contest", precision=precision, locations=[places["mstsislaw"]])


# The definition


def body(*shown, seat=None, venue=None):
    where = {"seat": seat} if seat else {"venue": {"en": venue}}
    return {"type": "organisation" if seat else "event", "locations": list(shown), **where}


def place(slug, precision, *within):
    return {
        "id": slug,
        "slug": slug,
        "precision": precision,
        "within": list(within),
        "name": {"en": slug},
    }


COUNTRY = place("by", "country")
REGION = place("ma", "region", "by")
DISTRICT = place("md", "district", "ma", "by")
TOWN = place("mt", "town", "md", "ma", "by")
EXACT = place("mt", "exact", "md", "ma", "by")
OTHER = place("br", "region", "by")
TOLD = {"mt": {"mt", "md", "ma", "by"}, "br": {"br", "by"}}

CASES = {
    "a town in its region": (body(REGION), body(TOWN), {}, True),
    "a town in its region, typed": (body(REGION), body(TOWN), TOLD, True),
    "a town beside its region": (body(REGION), body(REGION, TOWN), TOLD, True),
    "a region around the town": (body(TOWN), body(REGION), {}, False),
    "the same": (body(TOWN), body(TOWN), {}, False),
    "the same, as the seat": (body(TOWN), body(seat=TOWN), {}, False),
    "the same, of a finer kind": (body(place("x", "region")), body(place("x", "town")), {}, True),
    "the exact point of the town": (body(TOWN), body(EXACT), {}, True),
    "the exact point, typed": (body(TOWN), body(EXACT), {"exact": set()}, False),
    "no longer the exact point": (body(EXACT), body(TOWN), {}, False),
    "something where nothing was": (body(), body(COUNTRY), {}, True),
    "what was typed where nothing was": (body(), body(TOWN), TOLD, False),
    "another region, typed": (body(REGION), body(REGION, OTHER), TOLD, False),
    "another region, not typed": (body(REGION), body(OTHER), {}, True),
    "nothing": (body(TOWN, OTHER), body(), {}, False),
    "a venue": (body(EXACT), body(EXACT, venue="Hall"), {}, True),
    "a venue, typed": (body(EXACT), body(EXACT, venue="Hall"), {"venue": set()}, False),
    "another venue": (body(EXACT, venue="Hall"), body(EXACT, venue="Yard"), {}, False),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_finer(case):
    old, new, entered, expected = CASES[case]
    assert bool(finer(new["type"], old, new, entered)) is expected


def test_the_levels_of_cards_are_the_precisions_that_show_something():
    assert list(LEVELS) == [value for value in Precision.values if value != "hidden"]


# Every way


def role_removed(places):
    shy = organisation("shy", precision="region")
    contest = programme(
        "contest", locations=[places["mstsislaw"]], roles=[("organiser", shy), ("funder", shy)]
    )
    return contest, lambda: contest.roles.get(role="organiser").delete()


def role_of_another_kind(places):
    contest, _ = role_removed(places)
    return contest, lambda: save(contest.roles.get(role="organiser"), role="partner")


def role_of_another_organisation(places):
    contest, _ = role_removed(places)
    bold = organisation("bold")
    return contest, lambda: contest.roles.filter(role="organiser").update(organisation=bold)


def precision_of_the_record(places):
    contest = with_a_place(places)
    return contest, lambda: save(contest, precision="town")


def precision_of_the_organisation(places):
    contest, _ = role_removed(places)
    shy = contest.roles.get(role="organiser").organisation
    return contest, lambda: save(shy, precision="town")


def precision_of_a_draft_that_runs_it(places):
    shy = organisation("shy", precision="hidden", state="draft")
    contest = programme("contest", locations=[places["mstsislaw"]], roles=[("host", shy)])
    return contest, lambda: save(shy, precision="region")


def precision_of_the_whole(places):
    whole = programme("whole", precision="country")
    part = edition("part", programme=whole, locations=[places["mstsislaw"]])
    return part, lambda: save(whole, precision="district")


def another_whole(places):
    shy, bold = programme("shy", precision="country"), programme("bold")
    part = edition("part", programme=shy, locations=[places["mstsislaw"]])
    return part, lambda: save(part, programme=bold)


def a_part_that_stands_alone(places):
    shy = programme("shy", precision="hidden")
    final = event("final", programme=shy, locations=[places["mstsislaw"]])
    return final, lambda: save(final, programme=None)


def code_of_the_place(places):
    contest = with_a_place(places)
    return contest, lambda: save(places["mstsislaw"], iso_3166_2="BY-XX")


def code_and_whole_of_the_place(places):
    contest = with_a_place(places)
    values = {"iso_3166_2": "BY-XX", "parent": places["belarus"]}
    return contest, lambda: save(places["mstsislaw"], **values)


def kind_of_the_place(places):
    contest = with_a_place(places, "district")
    return contest, lambda: save(places["mstsislaw"], kind="district")


def kind_of_what_is_around(places):
    contest = with_a_place(places)
    return contest, lambda: save(places["mstsislaw-district"], kind="region")


def parent_of_the_place(places):
    contest = with_a_place(places)
    return contest, lambda: save(places["mstsislaw-district"], parent=places["brest-region"])


def state_of_the_place(places):
    village = location("village", "village", parent=places["mstsislaw"], state="draft")
    contest = programme("contest", locations=[village])
    return contest, lambda: save(village, state="public")


def seat_in_the_region_that_was_the_seat(places):
    ngo = organisation("ngo", seat=places["mahilyow-region"])
    return ngo, lambda: save(ngo, seat=places["mstsislaw"])


def place_in_the_region_that_was_the_place(places):
    contest = programme("contest", locations=[places["mahilyow-region"]])
    return contest, lambda: contest.placements.update(location=places["mstsislaw"])


def place_made_anew_in_the_region_that_was_the_place(places):
    contest = programme("contest", locations=[places["mahilyow-region"]])

    def write():
        contest.placements.all().delete()
        contest.placements.create(location=places["mstsislaw"])

    return contest, write


def hidden_place_named_anew(places):
    shy = organisation("shy", precision="hidden")
    contest = programme("contest", locations=[places["mstsislaw"]], roles=[("organiser", shy)])

    def write():
        contest.placements.all().delete()
        contest.placements.create(location=places["mstsislaw-district"])
        contest.roles.all().delete()

    return contest, write


def exact_point(places):
    values = {"lat": 54.0123, "lon": 31.7654, "precision": "town"}
    final = event("final", locations=[places["mstsislaw"]], **values)
    return final, lambda: save(final, precision="exact")


def venue(places):
    final = event("final", locations=[places["mstsislaw"]], venue_en="Hall")
    return final, lambda: save(final, precision="exact")


def second_place_taken_away_from_an_exact_point(places):
    values = {"lat": 54.0123, "lon": 31.7654, "precision": "exact"}
    final = event("final", locations=[places["mstsislaw"], places["brest-region"]], **values)
    return final, lambda: final.placements.get(location=places["brest-region"]).delete()


WAYS = [
    *(role_removed, role_of_another_kind, role_of_another_organisation),
    *(precision_of_the_record, precision_of_the_organisation, precision_of_a_draft_that_runs_it),
    *(precision_of_the_whole, another_whole, a_part_that_stands_alone, code_of_the_place),
    *(code_and_whole_of_the_place, kind_of_the_place, kind_of_what_is_around),
    *(parent_of_the_place, state_of_the_place, seat_in_the_region_that_was_the_seat),
    *(place_in_the_region_that_was_the_place, place_made_anew_in_the_region_that_was_the_place),
    *(hidden_place_named_anew, exact_point, venue, second_place_taken_away_from_an_exact_point),
]


@pytest.mark.parametrize("way", WAYS)
def test_no_way_shows_a_place_more_finely_without_the_right(way, places, reviewer, boss):
    record, write = way(places)
    before = Card.objects.get(public_id=record.public_id).body
    with pytest.raises(Refused, match=SENTENCE), writing(by=reviewer.user):
        write()
    assert Card.objects.get(public_id=record.public_id).body == before
    for alone in ({"by": boss.user}, {"by": boss.user, "second": boss.user}):
        with pytest.raises(Refused, match=ALONE), writing(**alone):
            write()
    # The right of the second person is none of the first.
    with pytest.raises(Refused, match=SENTENCE), writing(by=reviewer.user, second=boss.user):
        write()
    assert Card.objects.get(public_id=record.public_id).body == before
    with acting(boss.user, reviewer.user), writing():
        write()
    assert Card.objects.get(public_id=record.public_id).body != before


@pytest.mark.parametrize("way", every(5, WAYS))
def test_no_detour_through_review_shows_it_either(way, places, reviewer):
    record, write = way(places)
    with acting(reviewer.user):
        with writing():
            type(record).objects.filter(pk=record.pk).update(state=State.REVIEW)
        record.refresh_from_db()
        write()
        with pytest.raises(Refused, match=SENTENCE), writing():
            type(record).objects.filter(pk=record.pk).update(state=State.PUBLIC)
    assert not Card.objects.filter(public_id=record.public_id).exists()


@pytest.mark.parametrize("way", every(5, WAYS))
def test_no_detour_through_an_embargo_shows_it_either(way, places, reviewer, monkeypatch):
    record, write = way(places)
    later = timezone.now() + timedelta(hours=1)
    with acting(reviewer.user):
        save(record, embargo_until=later)
        write()
    monkeypatch.setattr(timezone, "now", lambda: later + timedelta(minutes=1))
    assert lift().endswith(f"left to a safety officer: {record.card_type} {record.pk}")
    assert not Card.objects.filter(public_id=record.public_id).exists()


def test_an_embargo_ends_by_itself_where_nothing_is_shown_more_finely(places, monkeypatch):
    later = timezone.now() + timedelta(hours=1)
    programme("first-time", locations=[places["mstsislaw"]], embargo_until=later)
    again = programme("again", locations=[places["mstsislaw"]])
    save(again, embargo_until=later)
    monkeypatch.setattr(timezone, "now", lambda: later + timedelta(minutes=1))
    assert lift() == "2 embargoes lifted"
    assert Card.objects.filter(slug__in=["first-time", "again"]).count() == 2


def test_no_detour_by_an_act_upon_thousands_shows_it_either(places, reviewer, monkeypatch):
    """What was recorded is kept as it was before the act, however late its card is taken away."""
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(changeset, "go_on", lambda seconds: None)
    shy = organisation("shy", precision="hidden")
    roles = [("organiser", shy), ("partner", organisation("bold"))]
    contest = programme("contest", locations=[places["mstsislaw"]], roles=roles)
    with acting(reviewer.user):
        with writing():
            save(contest, state=State.REVIEW)
            contest.placements.all().delete()
        finish()
        with writing():
            contest.placements.create(location=places["mstsislaw"])
            contest.roles.filter(organisation=shy).delete()
        with pytest.raises(Refused, match=SENTENCE), writing():
            save(contest, state=State.PUBLIC)


def test_plain_entry_of_data_needs_no_right(places, reviewer):
    contest = programme("contest")
    ngo = organisation("ngo", locations=[places["brest-region"]])
    final = event("final", precision="exact")
    with acting(reviewer.user):
        contest.placements.create(location=places["mahilyow-region"])
        contest.placements.create(location=places["brest-region"])
        with writing():
            ngo.placements.model.objects.bulk_create(
                [ngo.placements.model(record=ngo, location=places["mahilyow-region"])]
            )
        save(ngo, seat=places["brest-region"])
        with writing():
            final.placements.create(location=places["mstsislaw"])
            save(final, lat=54.0123, lon=31.7654, venue_en="Hall")
        type(final).objects.filter(pk=final.pk).update(venue_be="Зала")
        save(final, lat=54.1)
        save(contest, precision="hidden")
    assert shown(contest) == []
    assert shown(ngo) == [("brest-region", "region"), ("mahilyow-region", "region")] + [
        ("brest-region", "region")
    ]
    assert shown(final) == [("mstsislaw", "exact")]


def test_what_is_shown_by_the_region_may_be_recorded_more_finely(places, reviewer):
    """How a reviewer and a safety officer do it together."""
    contest = programme("contest", locations=[places["mahilyow-region"]])
    officer = Staff("olga", "safety officer")
    officer.edits(contest, precision="region")
    reviewer.edits(contest, **{"placements-0-location": places["mstsislaw"].pk})
    assert shown(contest) == [("mahilyow-region", "region")]
    officer.edits(contest, precision="town")
    assert shown(contest) == [("mahilyow-region", "region")]
    accepts(reviewer, contest)
    assert shown(contest) == [("mstsislaw", "town")]


def test_what_was_entered_in_review_may_be_published(places, reviewer):
    contest = programme("contest")
    reviewer.acts("hide", contest)
    with acting(reviewer.user):
        contest.placements.create(location=places["mstsislaw"])
    assert reviewer.acts("publish", contest).status_code == 302
    assert shown(contest) == [("mstsislaw", "town")]


def test_a_safety_officer_decides_anew_on_what_is_in_review(places, reviewer):
    shy = organisation("shy", precision="region")
    contest = programme("contest", locations=[places["mstsislaw"]], roles=[("organiser", shy)])
    reviewer.acts("hide", contest)
    Staff("olga", "safety officer").edits(shy, precision="district")
    accepts(reviewer, shy)
    assert reviewer.acts("publish", contest).status_code == 302
    assert shown(contest) == [("mstsislaw-district", "district")]


def test_whoever_decides_anew_on_what_is_in_review_does_not_publish_it_as_well(places, boss):
    contest, other = with_a_place(places), programme("other", precision="region")
    for record in (contest, other):
        boss.acts("hide", record)
        assert boss.edits(record, precision="exact").status_code == 302
        page = boss.acts("publish", record).content.decode()
        assert "another person must publish it" in page
        assert not Card.objects.filter(public_id=record.public_id).exists()
    other_boss = Staff("bea", "administrator")
    assert other_boss.acts("publish", contest).status_code == 302
    assert shown(contest) == [("mstsislaw", "town")]


def test_whoever_shows_what_binds_it_more_finely_does_not_publish_it_as_well(places, boss):
    """Its own history says nothing of it: what it showed last does."""
    shy = organisation("shy", precision="region", state="draft")
    contest = programme("contest", locations=[places["mstsislaw"]], roles=[("organiser", shy)])
    boss.acts("hide", contest)
    assert boss.edits(shy, precision="town").status_code == 302
    assert ALONE in boss.acts("publish", contest).content.decode()
    assert Staff("rita", "reviewer").acts("publish", contest).status_code == 302
    assert shown(contest) == [("mstsislaw", "town")]


@pytest.mark.parametrize("taken_back", [True, False])
@pytest.mark.parametrize("by_what_binds", [True, False])
def test_a_decision_opens_no_more_than_it_would_have_shown(
    places, reviewer, taken_back, by_what_binds
):
    """Nor anything once it is taken back: what else held the place back is no more to be lifted
    by one person than before."""
    shy = organisation("shy", precision="region", state="draft" if by_what_binds else "public")
    bold = organisation("bold", precision="district", state="draft")
    roles = [("organiser", shy), ("organiser", bold)]
    contest = programme("contest", locations=[places["mstsislaw"]], roles=roles)
    decided_on = bold if by_what_binds else contest
    if not by_what_binds:
        save(contest, precision="district")
    assert shown(contest) == [("mahilyow-region", "region")]
    olga, otto = Staff("olga", "safety officer"), Staff("otto", "safety officer")
    olga.acts("hide", contest)
    assert olga.edits(decided_on, precision="town").status_code == 302
    if taken_back:
        assert otto.edits(decided_on, precision="district").status_code == 302
    reviewer.edits(contest, **{"roles-0-DELETE": "on"})
    assert contest.roles.count() == 1
    assert SENTENCE in reviewer.acts("publish", contest).content.decode()
    assert not Card.objects.filter(public_id=contest.public_id).exists()


def test_a_decision_opens_nothing_that_others_have_made_finer_before_it(places, reviewer):
    shy = organisation("shy", precision="region")
    bold = organisation("bold", precision="district", state="draft")
    roles = [("organiser", shy), ("organiser", bold)]
    contest = programme("contest", locations=[places["mstsislaw"]], roles=roles)
    olga = Staff("olga", "safety officer")
    olga.acts("hide", contest)
    reviewer.edits(contest, **{"roles-0-DELETE": "on"})
    assert olga.edits(bold, precision="town").status_code == 302
    assert LastShown.objects.get().decided == {}
    assert SENTENCE in Staff("rex", "reviewer").acts("publish", contest).content.decode()
    assert not Card.objects.filter(public_id=contest.public_id).exists()


@pytest.mark.parametrize("second", ["region", "district"])
def test_a_decision_that_is_taken_back_opens_nothing(places, reviewer, second):
    """What of it is left stays decided."""
    shy = organisation("shy", precision="region", state="draft")
    roles = [("organiser", shy), ("partner", organisation("bold"))]
    contest = programme("contest", locations=[places["mstsislaw"]], roles=roles)
    olga = Staff("olga", "safety officer")
    olga.acts("hide", contest)
    assert olga.edits(shy, precision="town").status_code == 302
    assert Staff("otto", "safety officer").edits(shy, precision=second).status_code == 302
    last = LastShown.objects.get()
    assert bool(last.decided) is bool(last.decided_by) is (second == "district")
    # Whoever holds it to less is heard, whatever was decided.
    reviewer.edits(contest, **{"roles-0-DELETE": "on"})
    assert SENTENCE in reviewer.acts("publish", contest).content.decode()
    role(contest, shy)
    assert reviewer.acts("publish", contest).status_code == 302
    assert [precision for _place, precision in shown(contest)] == [second]


def test_an_editor_who_shows_less_of_what_binds_it_takes_a_decision_back_too(places, reviewer):
    shy = organisation("shy", precision="region")
    contest = programme("contest", locations=[places["mstsislaw"]], roles=[("organiser", shy)])
    reviewer.acts("hide", contest)
    Staff("olga", "safety officer").edits(shy, precision="town")
    accepts(reviewer, shy)
    assert LastShown.objects.get().decided
    Staff("ann", "editor").edits(shy, precision="country")
    shy.refresh_from_db()
    assert (shy.precision, LastShown.objects.get().decided) == ("country", {})


def test_a_place_that_shows_others_more_finely_is_published_by_another_than_wrote_it(places, boss):
    village = location("village", "village", parent=places["mstsislaw"], state="draft")
    contest = programme("contest", locations=[village])
    before = shown(contest)
    boss.edits(village, population="5")
    boss.acts("review", village)
    boss.acts("publish", village)
    assert shown(contest) == before
    Staff("rita", "reviewer").acts("publish", village)
    assert shown(contest) == before
    assert Staff("bea", "administrator").acts("publish", village).status_code == 302
    assert shown(contest) == [("village", "town")]


def test_of_what_is_erased_or_deleted_no_place_is_kept(places):
    contest, other = with_a_place(places), programme("other", locations=[places["mstsislaw"]])
    for record in (contest, other):
        save(record, state="review")
    assert LastShown.objects.count() == 2
    save(contest, state="public")
    save(contest, state="erased")
    save(other, state="public")
    other.delete()
    assert not LastShown.objects.exists()


def test_the_places_of_a_place_that_moves_its_point_are_no_finer(places, reviewer):
    contest = with_a_place(places)
    with acting(reviewer.user):
        save(places["mahilyow-region"], lat=53.0, lon=30.0)
    assert shown(contest) == [("mahilyow-region", "region")]


# How it is told


def test_a_form_that_would_show_more_comes_back_with_all_that_was_typed(places, reviewer):
    for n in range(5):
        programme(f"contest-{n}", precision="region", locations=[places["mstsislaw"]])
    typed = {"iso_3166_2": "BY-XX", "population": "10123"}
    response = reviewer.edits(places["mstsislaw"], **typed)
    page = response.content.decode()
    assert response.status_code == 200
    told = "Contest 0 (Mstsislaw); Contest 1 (Mstsislaw); Contest 2 (Mstsislaw); 2 more"
    assert f"{SENTENCE}: {told}. Nothing was saved." in page
    assert fields(page)["population"] == "10123"
    assert "was changed successfully" not in page
    assert Location.objects.get(slug="mstsislaw").population is None
    # Nor do success and refusal wait for the next page.
    assert "was changed successfully" not in reviewer.reads(Location, "changelist")


def test_acts_upon_many_show_no_place_that_was_last_shown_more_coarsely(places, reviewer):
    contest, other = with_a_place(places), programme("other")
    for record in (contest, other):
        reviewer.acts("hide", record)
    type(contest).objects.filter(pk=contest.pk).update(precision="town")
    page = reviewer.opens(type(contest), "changelist").content.decode()
    chosen = {"action": "publish", "_selected_action": [contest.pk, other.pk]}
    reviewer.sends(fields(page), type(contest), "changelist", **chosen)
    page = reviewer.reads(type(contest), "changelist")
    assert f"{SENTENCE}: Contest (Mstsislaw)" in page
    assert not Card.objects.of("programme").exists()
    assert "done." not in page


def test_a_page_without_a_form_tells_a_refusal_as_a_message(rf, reviewer):
    def page(request):
        raise Refused("Not so.")

    request = rf.post("/admin/somewhere/?part=2")
    request.user, request.session, request.csrf_processing_done = reviewer.user, {}, True
    request._messages = SessionStorage(request)
    response = admin.site.admin_view(page)(request)
    assert (response.status_code, response.url) == (302, "/admin/somewhere/?part=2")
    assert [str(message) for message in request._messages] == ["Not so."]


# Files


def fixture(folder, *rows):
    file = folder / "rows.json"
    file.write_text(serializers.serialize("json", rows))
    return str(file)


def test_a_file_shows_no_place_more_finely_unless_two_people_answer_for_it(places, tmp_path, boss):
    contest = with_a_place(places)
    places["mstsislaw"].iso_3166_2 = "BY-XX"
    file = fixture(tmp_path, places["mstsislaw"])
    with pytest.raises(CommandError, match=r"Contest \(Mstsislaw\)"):
        call_command("loaddata", file, verbosity=0)
    Staff("rita", "reviewer")
    refused = {
        ("boss", "nobody"): "no active account nobody",
        ("boss", "boss"): "another person",
        ("rita", "boss"): SENTENCE,
    }
    for both, why in refused.items():
        with pytest.raises(CommandError, match=why):
            call_command("loaddata", file, verbosity=0, finer_by=both)
    with pytest.raises(CommandError, match="expected 2 arguments"):
        call_command("loaddata", file, "--finer-by", "boss")
    assert shown(contest) == [("mahilyow-region", "region")]
    call_command("loaddata", file, verbosity=0, finer_by=("boss", "rita"))
    assert shown(contest) == [("mstsislaw", "region")]


def test_a_newer_gazetteer_shows_no_place_more_finely(places, tmp_path, boss):
    contest = with_a_place(places)
    (tmp_path / "location_sources.json").write_text("[]")
    rows = json.loads(serializers.serialize("json", [places["mstsislaw"]]))
    rows[0]["fields"] |= {"iso_3166_2": "BY-XX", "parent": None}
    (tmp_path / "locations.json").write_text(json.dumps(rows))
    with pytest.raises(CommandError, match=r"Contest \(Mstsislaw\)"):
        call_command("gazetteer", folder=tmp_path, verbosity=0)
    assert shown(contest) == [("mahilyow-region", "region")]
    Staff("rita", "reviewer")
    call_command("gazetteer", folder=tmp_path, verbosity=0, finer_by=("boss", "rita"))
    assert shown(contest) == [("mstsislaw", "region")]


def test_what_the_machine_does_is_not_refused(places):
    contest, _ = role_removed(places)
    role(contest, organisation("other"))
    call_command("cards", rebuild=True, verbosity=0)
    save(contest, embargo_until="2020-01-01T00:00:00Z")
    save(contest, precision="exact")
    lift()
    assert shown(contest) == [("mahilyow-region", "region")]
