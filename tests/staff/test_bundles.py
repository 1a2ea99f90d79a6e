"""A record goes to review, and becomes public, with what it needs."""

import pytest

from organisations.models import Organisation
from programmes.models import Edition, Programme
from registry.cards.models import Card
from registry.records.models import Source, State
from tests.support.factories import belarus, edition, organisation, programme, role, source, term
from tests.support.staff import Staff, address, fields

pytestmark = pytest.mark.django_db


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
    # Each before what needs it, with what it says.
    assert page.index("Honey</a>") < page.index("Contest</a>") < page.index("Sixth</a>")
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
    assert "Honey: This cannot become public as it stands." in told
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
    assert "Honey: published" in told
    assert "Sixth: Published, but not shown until the programme “Contest” is public." in told


def test_a_new_record_is_handed_over_from_its_first_form(ann):
    assert 'value="review"' in ann.reads(Programme, "add")
    honey = organisation("honey", name_en="Honey", state=State.DRAFT)
    rows = {"roles-TOTAL_FORMS": "1", "roles-0-organisation": honey.pk, "roles-0-role": "funder"}
    answer = ann.edits(Programme, "add", name_en="New", slug="new", _act="review", **rows)
    assert answer.status_code == 302
    assert states() == {"new": "review", "honey": "review"}
