"""Statements that are put together once give what their querysets would."""

import pytest
from django.db.models import Q

from registry.cards.models import Card, TermCount
from registry.cards.prepared import Prepared
from registry.locations.views import events_in, organisations_in, places_inside
from registry.pages.detail import first_having, having
from tests.support.world import populate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    populate()


def keys(cards):
    return [card.pk for card in cards]


def test_it_finds_what_the_queryset_finds_for_each_value(world):
    asked = first_having("programme", "location", 6)
    found = {slug: keys(asked.found(slug)) for slug in ("mstsislaw-district", "belarus", "nowhere")}
    assert found == {slug: keys(having("programme", "location", slug)[:6]) for slug in found}
    assert found["belarus"]
    assert not found["nowhere"]
    card = asked.found("belarus")[0]
    assert card.updated_at.tzinfo
    assert [vars(card)[field.attname] for field in Card._meta.fields] == [
        vars(Card.objects.get(pk=card.pk))[field.attname] for field in Card._meta.fields
    ]


def test_a_statement_is_put_together_once_and_asked_of_lists_of_any_length(
    world, django_assert_num_queries
):
    slugs = sorted(Card.objects.of("location").values_list("slug", flat=True))
    asked = Prepared(lambda slugs: Card.objects.of("location").filter(slug__in=slugs))
    assert len(slugs) > 4
    for number in range(len(slugs) + 1):
        with django_assert_num_queries(1 if number else 0):
            found = asked.found(slugs[:number])
        assert sorted(card.slug for card in found) == slugs[:number]
    assert len(asked.known) <= len(slugs).bit_length() + 1
    assert asked.found(["belarus", "belarus"])[0].slug == "belarus"


def test_an_empty_list_in_one_part_of_a_union_leaves_the_others(world):
    rows = TermCount.objects.filter(type="programme", among="").values_list("group", "cards")
    asked = Prepared(
        lambda group, values: rows.filter(group=group, value__in=values).union(
            rows.filter(group=""), all=True
        )
    )
    assert len(asked.rows("location", [])) == 1
    assert len(asked.rows("location", ["belarus"])) == 2


def test_what_was_typed_is_a_value_and_never_a_part_of_the_statement(world):
    asked = first_having("programme", "location", 6)
    sql = asked.statement("belarus")[0]
    for typed in ("' OR 1=1 --", "100%", "%s", "\ue0000", 'a"b'):
        assert asked.statement(typed)[0] == sql
        assert asked.found(typed) == []


def test_a_value_that_would_change_the_statement_is_refused():
    with pytest.raises(ValueError, match="as it is"):
        Prepared(lambda value: Card.objects.filter(slug=value.upper() + "a")).found("a")
    with pytest.raises(ValueError, match="as it is"):
        Prepared(lambda value: Card.objects.filter(Q(slug="a"))).found("a")


def test_nothing_is_kept_of_what_was_asked_for(world):
    inside = places_inside("en")
    assert inside.found(["belarus"])
    for asked in (inside.cards, inside.newest):
        assert asked.known
        assert "belarus" not in str(asked.known)
    several = (*organisations_in(), *events_in(Card.objects.first().start))
    for asked in (first_having("programme", "location", 6), *several):
        asked.found("belarus")
        assert asked.known
        assert "belarus" not in str(asked.known)


def test_numbers_and_ids_are_asked_for_as_the_database_has_them(world):
    by_key = Prepared(lambda keys: Card.objects.filter(pk__in=keys).order_by("pk"))
    by_id = Prepared(lambda kind, ids: Card.objects.filter(type=kind, public_id__in=ids))
    cards = list(Card.objects.of("programme").order_by("pk"))
    assert len(cards) > 2
    for some in (cards[:1], cards[1:], cards):
        assert by_key.found([card.pk for card in some]) == some
        assert {*by_id.found("programme", [card.public_id for card in some])} == {*some}
    assert not by_id.found("event", [card.public_id for card in cards])
