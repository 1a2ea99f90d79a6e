"""What is patched, kept or looked for beside the cards is what rendering and reading would give."""

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import Organisation
from programmes.models import Initiative, Programme
from registry.cards.changeset import writing
from registry.cards.declarations import reference_to
from registry.cards.models import Card, CardGiven, CardTerm, OwnWords, SearchText
from registry.cards.patches import renamed
from registry.cards.proof import differences
from registry.cards.refused import Refused
from registry.records.models import State, WaitingWords
from registry.values.stemming import sign_of
from registry.workflow.scan import scan
from registry.workflow.withdrawal import withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    organisation,
    programme,
    role,
)

pytestmark = pytest.mark.django_db


def proven():
    return [*differences(), *WaitingWords.differences()]


@pytest.fixture
def hall():
    """A function that makes an event whose venue names Zorka Circle, and is not shown."""
    place = belarus()["mstsislaw"]
    runs = organisation("runs", precision="town")

    def made(**values):
        roles = [("organiser", runs)]
        return event(
            "final",
            roles=roles,
            locations=[place],
            precision="exact",
            venue_en="Hall of the Zorka Circle",
            **values,
        )

    made.runs, made.named = runs, organisation("named", name_en="Zorka Circle")
    return made


def test_what_waits_is_read_anew_where_a_place_brings_a_venue(hall):
    final = hall(embargo_until=timezone.now())
    hall.runs.precision = "exact"
    hall.runs.save()
    assert proven() == []
    withdraw(hall.named, "safety")
    final.refresh_from_db()
    assert final.state == State.REVIEW


def test_a_venue_that_names_the_withdrawn_comes_not_into_sight(hall):
    hall()
    withdraw(hall.named, "safety")
    hall.runs.refresh_from_db()
    hall.runs.precision = "exact"
    with pytest.raises(Refused) as refused:
        hall.runs.save()
    assert "Zorka Circle" in str(refused.value.hits[0])
    assert "Zorka" not in Card.objects.get(slug="final").body
    hall.runs.refresh_from_db()
    assert hall.runs.precision == "town"


def test_the_words_of_a_role_go_with_it():
    contest, gone = programme("contest", roles=[("organiser", organisation())]), organisation()
    role(contest, gone, "partner", valid_from="2013-03", valid_to="2014-05")
    assert "2013" in SearchText.objects.get(card__slug="contest").words
    withdraw(gone, "safety")
    assert proven() == []
    assert "2013" not in SearchText.objects.get(card__slug="contest").words


def test_a_redacted_address_leaves_no_place_in_a_list():
    sixth = edition("sixth")
    first = initiative("zorka", edition=sixth)
    initiative("middle", edition=sixth)
    first.slug, first.slug_redacted = "alpha", True
    first.save()
    assert proven() == []


def test_the_name_that_is_sought_is_the_one_it_has_now():
    gone = organisation("gone")
    read_before = Organisation.objects.get(pk=gone.pk)
    gone.name_en = "Zorka Circle"
    gone.save()
    programme("contest", summary_en="With the Zorka Circle")
    withdraw(read_before, "safety")
    assert not Card.objects.filter(slug="contest").exists()


def test_a_name_is_found_in_cards_of_before_the_column_that_it_is_sought_in():
    gone = organisation("gone", name_en="Zorka Circle")
    programme("contest", summary_en="With the Zorka Circle")
    OwnWords.objects.update(words="")
    withdraw(gone, "safety")
    assert not Card.objects.filter(slug="contest").exists()


def test_a_point_of_the_gazetteer_moves_in_wholes_whose_part_shows_its_own():
    place = belarus()["mstsislaw"]
    runs = organisation("runs", precision="exact")
    contest = programme("contest", roles=[("organiser", runs)], precision="exact")
    event("day", programme=contest, locations=[place], precision="exact", lat=54.0, lon=31.0)
    place.lat = 55.0
    place.save()
    assert proven() == []
    assert "55.0" in Card.objects.get(slug="contest").body


def test_roles_of_parts_are_given_on_as_they_are_after_a_withdrawal_and_a_new_name():
    gone, other = organisation("gone"), organisation("other")
    whole = programme("whole")
    contest = programme("contest", parent=whole)
    sixth = edition("sixth", programme=contest)
    event("final", edition=sixth, roles=[("funder", gone), ("partner", other)])
    role(contest, gone, "partner")
    other.slug = "renamed"
    other.save()
    assert proven() == []
    withdraw(gone, "safety")
    assert proven() == []
    given = CardGiven.objects.filter(whole=whole.public_id, group="role")
    assert set(given.values_list("value", flat=True)) == {"partner:renamed"}


@pytest.mark.parametrize("name", ['The "Circle", {Zorka} \\', 'Zorka}","ru":null}', "Final", ""])
def test_a_name_is_exchanged_in_the_texts_of_cards_and_of_their_wholes(name):
    funder = organisation("funder", name_en="Old final", name_be="Стары", name_ru="Старый")
    contest = programme("contest", parent=programme("whole", summary_en="Old and new"))
    sixth = edition("sixth", programme=contest, name_en="Old sixth")
    event("final", edition=sixth, roles=[("funder", funder)], summary_en="The final")
    for name_en in (name, "Old final", name):
        funder.name_en = name_en
        funder.save()
        assert proven() == []
    whole = Card.objects.get(slug="whole")
    [given] = orjson.loads(whole.body)["reach_roles"]
    assert given["organisation"]["name"]["en"] == (name or None)
    assert f"{sign_of('programme')}old" in whole.search_text.words.split()


def test_a_name_is_exchanged_in_the_text_alone_where_nothing_else_is_another():
    funder = organisation("funder", name_en="Zorka")
    programme("contest", roles=[("funder", funder)])
    text, reference = Card.objects.get(slug="contest").body, reference_to(funder)
    new = reference | {"name": reference["name"] | {"en": "Zaria"}}
    after, before = renamed(text, {reference["id"]: new})
    assert after == text.replace('"Zorka"', '"Zaria"')
    assert before == [reference["name"]]
    assert renamed(text, {reference["id"]: reference}) == (text, [])
    assert renamed(text, {reference["id"]: new | {"slug": "zaria"}}) is None
    assert renamed(text, {reference["id"]: None}) is None
    assert renamed(Card.objects.get(slug="funder").body, {reference["id"]: new}) is None


def test_in_a_circle_of_programmes_nothing_stays_that_nobody_says():
    with writing():
        first = programme("first")
        second = programme("second", parent=first)
    Programme.objects.filter(pk=first.pk).update(parent=second)
    day = event("day", programme=second, dates="2016-02-03")
    assert Card.objects.get(slug="first").active_start.year == 2016
    day.state = State.REVIEW
    day.save()
    assert proven() == []
    assert not Card.objects.of("programme").filter(active_start__year=2016).exists()


def test_a_street_may_be_said_where_the_exact_place_is_shown(client):
    day = event(
        "day",
        locations=[belarus()["mstsislaw"]],
        precision="exact",
        description_be="вул. Леніна, 5",
    )
    assert scan(day) == []
    day.precision = "town"
    day.save()
    assert scan(day) != []


def test_a_new_name_of_many_asks_as_often_as_one_of_one():
    def statements(number):
        sixth = edition(f"of-{number}")
        for n in range(number):
            initiative(f"project-{number}-{n}", edition=sixth)
        with CaptureQueriesContext(connection) as queries:
            Initiative.objects.filter(edition=sixth).update(name_en=f"New {number}")
        return len(queries)

    statements(2)  # the new word is one of names from now on
    assert statements(1) == statements(6)


def test_what_waits_for_no_record_is_forgotten_at_a_rebuild():

    WaitingWords.objects.create(
        type="event", public_id="7f0c4a52-0000-4000-8000-000000000001", words="x"
    )
    assert proven() != []
    call_command("cards", "--rebuild", verbosity=0)
    assert proven() == []


def test_a_rename_exchanges_names_in_wholes_and_parts_and_writes_nothing_beside_them():
    """The words apart: what the parts give is the same, and so are the terms."""
    place = belarus()["mstsislaw"]
    hive = organisation("hive", name_en="Old Hive", name_be="Стары вулей")
    whole = programme("whole", name_en="Hive lessons")
    season = edition("season", programme=whole, number=1)
    for number in range(4):
        roles = [("organiser", hive)]
        event(f"day-{number}", edition=season, roles=roles, locations=[place], dates="2015-03")
    bees = organisation("bees", name_en="Bees")
    role(whole, bees)
    assert Card.objects.get(slug="whole").body.count("Old Hive") == 1  # by what parts give alone
    others = CardTerm.stored.exclude(card__slug="hive")  # whose place in order is another
    parts, terms = (list(rows.order_by("pk").values()) for rows in (CardGiven.objects, others))
    with CaptureQueriesContext(connection) as queries:
        hive.name_en, hive.name_be = "New Comb", "Новы вулей"
        hive.save()
    written = [each["sql"] for each in queries if not each["sql"].startswith(("SELECT", "DECLARE"))]
    beside = ("cards_cardgiven", "cards_termcount", "cards_cardspan", "cards_cardpoint")
    assert [sql for sql in written if any(name in sql for name in beside)] == []
    assert list(CardGiven.objects.order_by("pk").values()) == parts
    assert list(others.order_by("pk").values()) == terms
    named = Card.objects.filter(body__contains="New Comb").values_list("slug", flat=True)
    assert set(named) == {"hive", "whole", "season", *(f"day-{n}" for n in range(4))}
    assert not Card.objects.filter(body__contains="Old Hive").exists()
    words = SearchText.objects.get(card__slug="whole").words.split()
    assert f"{sign_of('programme')}hiue" in words  # in its own name
    assert f"{sign_of('programme')}old" not in words
    assert proven() == []


def test_a_rename_beside_another_change_leaves_that_to_be_settled():
    place = belarus()["mstsislaw"]
    hive = organisation("hive", name_en="Old Hive")
    whole = programme("whole")
    first = event("first", programme=whole, roles=[("organiser", hive)])
    event("second", programme=whole, roles=[("organiser", hive)])
    with writing():
        hive.name_en = "New Comb"
        hive.save()
        first.placements.create(location=place)
    assert "New Comb" in Card.objects.get(slug="whole").body
    with writing():
        hive.slug, hive.name_en = "comb", "Comb"
        hive.save()
    assert proven() == []
