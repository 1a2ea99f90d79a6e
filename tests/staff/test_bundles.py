"""A record goes to review, and becomes public, with what it needs and what belongs to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import Organisation
from programmes.models import Edition, Event, Programme
from registry.cards.models import Card
from registry.records.models import Source, State
from registry.staff import bundle_page
from registry.workflow import bundles
from registry.workflow.bundles import bundle, parts_of
from tests.support.factories import (
    belarus,
    edition,
    event,
    organisation,
    programme,
    role,
    source,
    term,
)
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


@pytest.fixture
def sixth():
    """An edition that nobody can see, with all that it needs."""
    contest = programme("contest", name_en="Contest", state=State.DRAFT)
    role(contest, organisation("honey", name_en="Honey", state=State.DRAFT), "funder")
    contest.themes.create(term=term("youth", name_en="Youth", state=State.DRAFT))
    found = edition("sixth", programme=contest, name_en="Sixth", state=State.DRAFT)
    found.citations.create(source=source("paper", name_en="Paper", state=State.DRAFT))
    organisation("beside", name_en="Beside", state=State.DRAFT)
    return found


def states():
    kinds = (Edition, Programme, Organisation, Source)
    return {row.slug: row.state for kind in kinds for row in kind.objects.all()}


NEEDED = {"sixth", "contest", "honey", "paper"}


def test_what_a_record_needs_is_handed_over_with_it_and_published_by_one_act(ann, rita, sixth):
    assert ann.acts("review", sixth).status_code == 302
    assert states() == dict.fromkeys(NEEDED, "review") | {"beside": "draft"}
    assert address(sixth, "bundle") in rita.reads(sixth)
    page = rita.reads(sixth, "bundle")
    listed = page.partition('id="content-main"')[2]
    # Each before what needs it, with what it says.
    assert listed.index("Honey</a>") < listed.index("Contest</a>") < listed.index("Sixth</a>")
    assert "<ins>Youth</ins>" in page
    assert rita.client.post(address(sixth, "bundle"), fields(page)).status_code == 302
    assert states() == dict.fromkeys(NEEDED, "public") | {"beside": "draft"}
    shown = {card.slug for card in Card.objects.all()}
    assert NEEDED | {"youth"} <= {*shown, *states()}
    assert {"contest", "sixth", "honey", "youth"} <= shown


def test_what_stands_in_the_way_is_told_and_nothing_is_published(ann, rita, sixth):
    ann.acts("review", sixth)
    honey = Organisation.objects.get(slug="honey")
    ann.edits(honey, _act="draft")
    paper = Source.objects.get(slug="paper")
    rita.edits(paper, name_en="Another paper")
    number, before = Card.objects.count(), states()
    answer = rita.client.post(address(sixth, "bundle"), fields(rita.reads(sixth, "bundle")))
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "Honey: It is a draft: nobody has handed it over." in told
    assert (Card.objects.count(), states()) == (number, before)


def test_what_was_changed_since_the_page_was_opened_is_not_published(ann, rita, sixth):
    ann.acts("review", sixth)
    form = fields(rita.reads(sixth, "bundle"))
    ann.edits(Programme.objects.get(slug="contest"), summary_en="For all.")
    answer = rita.client.post(address(sixth, "bundle"), form)
    assert answer.status_code == 409
    assert set(states().values()) == {"review", "draft"}


def test_nobody_publishes_their_own_within_a_bundle(rita, sixth):
    rita.edits(Programme.objects.get(slug="contest"), summary_en="For all.")
    assert rita.acts("review", sixth).status_code == 302
    answer = rita.client.post(address(sixth, "bundle"), fields(rita.reads(sixth, "bundle")))
    assert answer.status_code == 409
    assert "You wrote this yourself" in answer.content.decode()
    assert "public" not in states().values()


def test_a_bundle_is_for_those_who_publish_and_names_nothing_withdrawn(ann, rita, sixth):
    role(sixth, organisation("gone", name_en="Hidden Name", state=State.WITHDRAWN), "partner")
    ann.acts("review", sixth)
    assert ann.opens(sixth, "bundle").status_code == 403
    assert Staff("olga", "safety officer").opens(sixth, "bundle").status_code == 403
    page = rita.reads(sixth, "bundle")
    assert "Hidden Name" not in page
    assert "partner" not in page


def test_each_of_a_bundle_is_scanned_as_by_itself(ann, rita, sixth):
    Organisation.objects.filter(slug="honey").update(summary_en="Call +375 29 123-45-67 today")
    ann.acts("review", sixth)
    page = rita.reads(sixth, "bundle")
    answer = rita.client.post(address(sixth, "bundle"), {**fields(page), "override": "I say so"})
    assert answer.status_code == 409
    told = answer.content.decode()
    assert "Honey: This cannot be published as it stands." in told
    assert "+375 29 123-45-67" in told.partition("</p>\n <form")[0]
    assert "public" not in states().values()


def test_no_bundle_shows_a_place_more_finely_without_the_right(rita):
    contest = programme("contest", precision="region", locations=[belarus()["mstsislaw"]])
    sixth = edition("sixth", programme=contest)
    for each in (sixth, contest):
        rita.acts("hide", each)
    Programme.objects.filter(pk=contest.pk).update(precision="town")
    answer = rita.client.post(address(sixth, "bundle"), fields(rita.reads(sixth, "bundle")))
    assert answer.status_code == 409
    assert "a safety officer decides on that" in answer.content.decode()
    assert set(states().values()) == {"review"}
    assert not Card.objects.of("programme").exists()


def test_what_only_a_hidden_row_names_is_of_no_bundle(ann, rita, sixth):
    gone = organisation("gone", name_en="Hidden Name", state=State.WITHDRAWN)
    role(sixth, gone, "partner", source=source("leaflet", name_en="Leaflet", state=State.DRAFT))
    ann.acts("review", sixth)
    assert "Leaflet" not in rita.reads(sixth, "bundle")
    assert rita.client.post(address(sixth, "bundle"), fields(rita.reads(sixth, "bundle")))
    assert (states()["sixth"], states()["leaflet"]) == ("public", "draft")


def test_what_of_a_bundle_readers_do_not_see_yet_is_told(ann, rita, sixth):
    ann.acts("review", sixth)
    Programme.objects.filter(slug="contest").update(embargo_until="2099-01-01T00:00Z")
    form = fields(rita.reads(sixth, "bundle"))
    told = rita.client.post(address(sixth, "bundle"), form, follow=True).content.decode()
    assert "Honey" in told.split(": published")[0].splitlines()[-1]  # and all else, in one sentence
    assert "Sixth: Published, but not shown until the programme “Contest” is public." in told


def test_a_new_record_is_handed_over_from_its_first_form(ann):
    assert 'value="review"' in ann.reads(Programme, "add")
    honey = organisation("honey", name_en="Honey", state=State.DRAFT)
    rows = {"roles-TOTAL_FORMS": "1", "roles-0-organisation": honey.pk, "roles-0-role": "funder"}
    answer = ann.edits(Programme, "add", name_en="New", slug="new", _act="review", **rows)
    assert answer.status_code == 302
    assert states() == {"new": "review", "honey": "review"}


def of_the_whole(by):
    """A programme with its season, a day of each and somebody else's day, all drafts."""
    contest = programme("contest", name_en="Contest", state=State.DRAFT)
    role(contest, organisation("honey", name_en="Honey", state=State.DRAFT), "funder")
    sixth = edition("sixth", programme=contest, name_en="Sixth", state=State.DRAFT)
    days = [
        event("final", edition=sixth, name_en="Final", state=State.DRAFT),
        event("fair", programme=contest, name_en="Fair", state=State.DRAFT),
    ]
    event("theirs", programme=contest, name_en="Theirs", state=State.DRAFT)
    for each in (contest, sixth, *days):
        type(each).history.filter(id=each.pk).update(history_user=by)
    return contest, sixth, days


def all_states():
    return states() | {row.slug: row.state for row in Event.objects.all()}


@pytest.mark.parametrize("first", ["contest", "sixth", "final"])
def test_a_whole_is_handed_over_from_any_of_its_parts_with_what_one_wrote_of_it(ann, first):
    contest, sixth, (final, _fair) = of_the_whole(ann.user)
    entry = {"contest": contest, "sixth": sixth, "final": final}[first]
    assert 'value="review whole"' in ann.reads(entry)
    assert ann.edits(entry, _act="review whole").status_code == 302
    handed = {"contest", "honey", "sixth", "final", "fair"}
    assert all_states() == dict.fromkeys(handed, "review") | {"theirs": "draft"}


def test_what_one_act_does_not_take_of_a_whole_is_told_and_goes_from_what_is_left(ann, monkeypatch):
    monkeypatch.setattr(bundles, "MOST", 2)
    contest, *_ = of_the_whole(ann.user)
    told = "More belongs to it than can be sent at once"
    sent = {**ann.form_of(contest), "_act": "review whole"}
    page = ann.client.post(address(contest, "change"), sent, follow=True).content.decode()
    assert told in page
    left = [slug for slug, state in all_states().items() if state == "draft" and slug != "theirs"]
    assert left
    monkeypatch.setattr(bundles, "MOST", 60)
    rest = Event.objects.get(slug=left[0])
    sent = {**ann.form_of(rest), "_act": "review whole"}
    page = ann.client.post(address(rest, "change"), sent, follow=True).content.decode()
    assert told not in page
    assert [slug for slug, state in all_states().items() if state == "draft"] == ["theirs"]


def test_without_being_asked_what_belongs_to_a_record_stays_a_draft(ann):
    contest, *_ = of_the_whole(ann.user)
    ann.acts("review", contest)
    gone = {"contest": "review", "honey": "review"}
    assert all_states() == dict.fromkeys(("sixth", "final", "fair", "theirs"), "draft") | gone


def test_a_reviewer_publishes_a_whole_but_for_what_stays_and_what_goes_back(ann, rita):
    contest, sixth, (final, fair) = of_the_whole(ann.user)
    ann.edits(contest, _act="review whole")
    at = address(contest, "bundle")
    assert at in rita.client.get("/admin/").content.decode()
    page = rita.reads(contest, "bundle")
    listed = page.partition('id="content-main"')[2]
    assert listed.index("Honey</a>") < listed.index("Contest</a>") < listed.index("Sixth</a>")
    assert "Theirs" not in page
    form = fields(page)
    del form[f"with-event-{fair.pk}"]
    form[f"back-edition-{sixth.pk}"] = "Which year?"
    assert rita.client.post(at, form).status_code == 302
    assert all_states() == {
        **dict.fromkeys(("contest", "honey", "final"), "public"),
        "sixth": "draft",
        "fair": "review",
        "theirs": "draft",
    }
    assert "Which year?" in ann.client.get("/admin/").content.decode()
    # What belongs to what went back waits for it, and says so.
    assert {card.slug for card in Card.objects.all()} >= {"contest", "honey"}
    assert not Card.objects.filter(slug="final").exists()
    assert "Final" in rita.client.get("/admin/").content.decode()


def test_what_was_handed_over_meanwhile_is_looked_at_first(ann, rita):
    contest, sixth, _days = of_the_whole(ann.user)
    ann.acts("review", contest)
    form = fields(rita.reads(contest, "bundle"))
    ann.acts("review", sixth)
    form[f"back-programme-{contest.pk}"] = "So <b>not</b>"
    answer = rita.client.post(address(contest, "bundle"), form)
    assert answer.status_code == 409
    assert fields(answer.content.decode())[f"back-programme-{contest.pk}"] == "So <b>not</b>"
    assert "public" not in all_states().values()


def test_what_a_hidden_whole_or_part_is_stays_hidden_in_a_bundle(ann, rita):
    contest, *_ = of_the_whole(ann.user)
    gone = event("gone", programme=contest, name_en="Hidden Name", state=State.WITHDRAWN)
    ann.edits(contest, _act="review whole")
    assert "Hidden Name" not in rita.reads(contest, "bundle")
    gone.refresh_from_db()
    assert gone.state == State.WITHDRAWN


def in_review(name, many):
    """A programme in review, with so many seasons and a day of each."""
    contest = programme(name, name_en=name.title(), state=State.REVIEW)
    for number in range(many):
        season = edition(f"{name}-{number}", programme=contest, state=State.REVIEW)
        season.citations.create(source=source(f"{name}-paper-{number}"))
        event(f"{name}-day-{number}", edition=season, state=State.REVIEW)
    return contest


def statements(read, *args):
    read(*args)
    with CaptureQueriesContext(connection) as found:
        read(*args)
    return len(found)


def test_the_form_costs_the_same_however_much_belongs_to_the_record(rita):
    few, many = in_review("few", 3), in_review("many", 30)
    for each in (few, many):
        assert address(each, "bundle") in rita.reads(each)
    assert statements(rita.reads, few) == statements(rita.reads, many)
    alone = in_review("alone", 0)
    assert address(alone, "bundle") not in rita.reads(alone)


def test_what_is_bundled_is_read_level_by_level(rita):
    few, many = in_review("few", 3), in_review("many", 30)

    def read(entry):
        entry = Programme.objects.get(pk=entry.pk)
        return bundle(entry, rita.user, parts_of(entry, rita.user, State.REVIEW))

    assert (len(read(few)), len(read(many))) == (7, 61)
    assert statements(read, few) == statements(read, many)


def test_the_page_of_a_bundle_costs_the_same_however_much_is_in_it(rita):
    few, many = in_review("few", 3), in_review("many", 12)
    assert statements(rita.reads, few, "bundle") == statements(rita.reads, many, "bundle")


def test_what_a_page_of_a_bundle_does_not_hold_is_told(rita, monkeypatch):
    contest, told = in_review("contest", 2), "More belongs to it than is shown here"
    for most, is_told in ((4, False), (3, True)):
        for module in (bundles, bundle_page):
            monkeypatch.setattr(module, "MOST", most)
        page = rita.reads(contest, "bundle")
        assert (page.count('name="with-'), told in page) == (most, is_told)
