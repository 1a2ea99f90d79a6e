"""What was entered twice is withdrawn by mistake; the right one has its name and its numbers."""

import pytest

from organisations.models import Identifier, Organisation
from registry.cards.models import Card
from registry.workflow.scan import scan
from registry.workflow.withdrawal import Reason, bring_back, withdraw
from tests.support.factories import edition, organisation, programme
from tests.support.staff import Staff, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return Staff("rita", "reviewer")


@pytest.fixture
def officer():
    return Staff("olga", "safety officer")


@pytest.fixture
def survivor():
    return organisation("honey-union", name_en="Honey Union", summary_en="The Honey Union.")


@pytest.fixture
def duplicate(survivor):
    twin = organisation("honey", name_en="Honey Union")
    twin.identifiers.create(scheme="BY-EGR", value="100200300")
    return twin


def public(entry):
    return Card.objects.filter(public_id=entry.public_id).exists()


def gives_number(person, ngo, value="100200300"):
    rows = {"identifiers-TOTAL_FORMS": "1", "identifiers-0-scheme": "BY-EGR"}
    return person.edits(ngo, **rows, **{"identifiers-0-value": value})


def test_the_name_of_a_mistake_is_kept_out_of_nothing(survivor, duplicate, reviewer):
    contest = programme("contest", summary_en="By the Honey Union")
    report = withdraw(duplicate, Reason.MISTAKE, by=reviewer.user)
    assert list(report.sent_back) == []
    assert public(survivor)
    assert public(contest)
    assert scan(survivor) == []
    assert reviewer.edits(survivor, description_en="Honey Union again").status_code == 302
    withdraw(organisation("tulip", name_en="Honey Union"), Reason.SAFETY)
    assert not public(contest)  # any other reason is one to keep it out


@pytest.mark.parametrize("who", ["reviewer", "administrator"])
def test_the_number_and_the_address_of_a_mistake_go_to_the_right_one(survivor, duplicate, who):
    withdraw(duplicate, Reason.MISTAKE)
    person = Staff("rosa", who)
    assert gives_number(person, survivor).status_code == 302
    assert person.edits(survivor, slug="honey").status_code == 302
    assert Identifier.objects.get().record == survivor
    survivor.refresh_from_db()
    duplicate.refresh_from_db()
    assert survivor.slug == "honey"
    assert duplicate.slug.startswith("organisation-")
    assert duplicate.history.first().history_user == person.user


def test_a_number_of_a_mistake_is_given_without_a_form_too(survivor, duplicate):
    withdraw(duplicate, Reason.MISTAKE)
    survivor.identifiers.create(scheme="BY-EGR", value="100200300")
    assert not duplicate.identifiers.exists()


def test_a_mistake_that_comes_back_tells_who_has_what_it_had(survivor, duplicate, officer):
    withdraw(duplicate, Reason.MISTAKE, by=Staff("oskar", "safety officer").user)
    boss = Staff("boss", "administrator")
    gives_number(boss, survivor)
    boss.edits(survivor, slug="honey")
    reply = officer.client.post(address(duplicate, "bring_back"), follow=True).content.decode()
    assert "“Honey Union” was given BY-EGR 100200300: this came back without it." in reply
    assert "“Honey Union” was given honey: this came back without it." in reply
    duplicate.refresh_from_db()
    assert duplicate.state == "review"
    assert Identifier.objects.get().record == survivor


def test_a_mistake_that_comes_back_before_anybody_took_anything_has_it_all(duplicate, officer):
    withdraw(duplicate, Reason.MISTAKE, by=Staff("oskar", "safety officer").user)
    reply = officer.client.post(address(duplicate, "bring_back"), follow=True).content.decode()
    assert "came back without" not in reply
    assert duplicate.identifiers.get().value == "100200300"


def test_nothing_of_a_mistake_is_taken_by_a_form_that_is_not_saved(survivor, duplicate, reviewer):
    withdraw(duplicate, Reason.MISTAKE)
    rows = {"other_names-TOTAL_FORMS": "1", "other_names-0-name": "", "other_names-0-language": "x"}
    assert reviewer.edits(survivor, slug="honey", **rows).status_code == 200
    duplicate.refresh_from_db()
    assert duplicate.slug == "honey"


def test_the_number_of_an_edition_that_was_a_mistake_is_free(reviewer):
    contest = programme("contest")
    wrong = edition("wrong", programme=contest, number=6)
    right = edition("right", programme=contest)
    assert "It is “Wrong”." in reviewer.edits(right, number="6").content.decode()
    withdraw(wrong, Reason.MISTAKE)
    assert reviewer.edits(right, number="6").status_code == 302
    wrong.refresh_from_db()
    assert wrong.number is None


def test_what_is_withdrawn_for_another_reason_keeps_what_it_has(survivor, duplicate, officer):
    withdraw(duplicate, Reason.REQUEST, by=Staff("oskar", "safety officer").user)
    boss = Staff("boss", "administrator")
    assert "It is “Honey Union”." in gives_number(boss, survivor).content.decode()
    assert "It is “Honey Union”." in boss.edits(survivor, slug="honey").content.decode()
    bring_back(duplicate, officer.user)
    assert Identifier.objects.get().record == duplicate
    assert Organisation.objects.get(slug="honey") == duplicate


def test_what_is_refused_says_which_record_has_it(survivor, duplicate, reviewer):
    assert (
        "Another organisation has this number. It is “Honey Union”."
        in gives_number(reviewer, survivor).content.decode()
    )
    assert "It is “Honey Union”." in reviewer.edits(survivor, slug="honey").content.decode()
