"""The sets of cards that have each term are those of the cards, and withheld ones are left out."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from registry.cards import statuses
from registry.cards.changeset import writing
from registry.cards.clock import today
from registry.cards.flush import Flush
from registry.cards.models import Card, CardBit, Counter, Deferred, TermCount, TermSet
from registry.cards.proof import differences
from registry.cards.term_counts import of_types
from registry.cards.term_sets import keys_of, move, packed, rows_of, set_of, unpacked
from registry.listings.sets import Sets
from registry.ops import due
from tests.support.factories import programme
from tests.support.world import populate

pytestmark = pytest.mark.django_db


@given(st.sets(st.integers(0, 100_000), max_size=300))
def test_a_set_is_stored_as_it_is(bits):
    cards = set_of(bits)
    assert cards.bit_count() == len(bits)
    assert unpacked(packed(cards)) == cards


def test_sparse_sets_take_little_room():
    assert len(packed(set_of([5, 99_000]))) < 100


def test_the_check_names_a_wrong_set_and_the_rebuild_mends_it():
    programme("contest", dates="2016", kind="contest")
    assert list(differences()) == []
    sets = TermSet.stored.filter(type="programme")
    sets.filter(group="kind").update(cards=packed(6))
    sets.filter(group="begins").delete()
    assert list(differences()) == [
        "set of programme kind contest: is of other cards",
        "set of programme begins 2016: is missing",
    ]
    call_command("cards", rebuild=True)
    assert list(differences()) == []


@pytest.mark.parametrize("held", [0, 1])
def test_a_set_that_a_write_finds_wrong_is_told_and_mended_within_an_hour(held, caplog):
    contest = programme("contest", kind=("contest", "training")[held])
    wrong = TermSet.stored.filter(type="programme", group="kind")
    kind = ("contest", "training")
    of = {"type": "programme", "group": "kind", "value": kind[0]}
    TermSet.stored.update_or_create(**of, defaults={"cards": packed(2 + held)})
    assert not TermCount.in_doubt().exists()
    contest.kind = kind[1 - held]
    contest.save()
    assert TermCount.in_doubt().exists()
    assert ["Kept sets were not those" in line for line in caplog.messages] == [True]
    assert [line for line in differences() if line.startswith("set of programme kind")]
    assert "counts in doubt" in [name for name, _told in due.run(at_once=True)]
    assert list(differences()) == []
    assert not TermCount.in_doubt().exists()
    assert [unpacked(each.cards) for each in wrong.all()] == [1]


def test_the_check_names_a_card_without_a_bit():
    programme("contest")
    CardBit.stored.all().delete()
    assert "sets of programme: a card has no bit" in list(differences())


def test_a_card_without_a_bit_keeps_nobody_from_writing():
    first, second = programme("first", dates="2016"), programme("second", dates="2016")
    TermSet.stored.all().delete()
    CardBit.stored.all().delete()
    first.kind = "contest"
    first.save()
    second.delete()
    assert list(differences()) == []


def test_nothing_is_left_in_a_set_of_what_is_gone_and_the_room_is_used_again():
    first, second = programme("first", dates="2016"), programme("second", dates="2016")
    first.delete()
    assert list(differences()) == []
    call_command("cards", rebuild=True)
    assert list(CardBit.stored.values_list("bit", flat=True)) == [0]
    second.delete()
    assert not TermSet.stored.exists()
    assert not CardBit.stored.exists()


def test_what_is_written_anew_keeps_its_bit():
    """Its number stays, and what is kept under that: who has read the sets looks for it by them."""
    first, second = programme("first", dates="2016"), programme("second", dates="2016")
    before = dict(CardBit.stored.values_list("card__public_id", "bit"))
    with writing():
        Flush().render(type(first), [first.pk], force=True)
    assert dict(CardBit.stored.values_list("card__public_id", "bit")) == before
    assert list(differences()) == []
    second.delete()
    assert list(differences()) == []


def test_what_was_made_of_bits_of_before_a_rebuild_is_asked_for_by_nobody():
    programme("contest")
    number = Counter.current().number
    call_command("cards", rebuild=True)
    assert Counter.current().number > number


def test_a_save_that_changes_words_alone_touches_no_set():
    contest = programme("contest", dates="2016", kind="contest")
    contest.description_en = "Something else"
    with CaptureQueriesContext(connection) as queries:
        contest.save()
    assert any("cards_searchtext" in each["sql"] for each in queries)
    assert not any("cards_termset" in each["sql"] for each in queries)


def test_days_and_statuses_are_those_of_the_columns():
    now = today()
    near = [now + timedelta(days=n) for n in (-400, -1, 0, 1, 400)]
    spans = [f"{a}/{b}" for a in near for b in near if a <= b]
    for dates in (*spans, "", f"{now}/", f"/{now}", f"{near[0]}/..", f"../{near[-1]}", "XXXX-03"):
        programme(dates=dates)
    sets = Sets("programme")
    sets.want_days()
    by_status = sets.by_status(now)

    def those(condition):
        cards = Card.objects.filter(condition, type="programme")
        return set_of(cards.values_list("place__bit", flat=True))

    for status, condition in statuses.conditions(now).items():
        assert by_status[status] == those(condition), status
    assert sets.dated == those(statuses.dated())


def test_a_card_with_gaps_is_in_the_years_of_its_spans_alone():
    spans = [(date(y, 2, 1), date(z, 3, 1)) for y, z in ((2010, 2011), (2014, 2014), (2016, 2020))]
    cards = [spans, [(date(2011, 1, 1), date.max)], [(date.min, date(2014, 1, 1))]]
    for bit, active in enumerate(cards):
        keys = keys_of("event", (), (*active[0], False), active)
        move(gained=rows_of("event", bit, keys))
    sets = Sets("event")
    sets.want_years()
    for year in range(2008, 2024):
        there = [any(a.year <= year <= b.year for a, b in active) for active in cards]
        assert sets.in_year(year) == sum(1 << bit for bit in range(3) if there[bit]), year
    assert sum(sets.spans(0b111).values()) == 5


def test_what_is_withheld_is_in_no_set():
    populate()
    every = Sets("programme").every
    assert every.bit_count() == of_types(["programme"])["programme"]
    first = Card.objects.filter(type="programme")[0]
    Deferred.objects.create(type="programme", public_id=first.public_id, card=first, how=0, rank=0)
    bit = first.place.bit
    with CaptureQueriesContext(connection) as queries:
        assert Sets("programme").every == every & ~(1 << bit)
    # By a second one it could be gone from what is withheld, and still be in the sets.
    assert len(queries) == 1


def test_a_wrong_set_makes_a_wrong_number_and_keeps_nobody_from_the_page():
    programme("contest", dates="2016")
    TermSet.stored.filter(type="programme", group="ends").delete()
    sets = Sets("programme")
    sets.want_years()
    assert sets.spans(sets.every) == {}
