"""Many rows are changed by one statement, and their words wait for nobody afterwards."""

from datetime import date

import pytest
from django.db import DataError, connection, transaction

from registry.cards.many_words import SOME, together
from registry.cards.models import Card, SearchText
from registry.cards.sql import update
from tests.support.factories import programme

pytestmark = pytest.mark.django_db
ON_POSTGRESQL = connection.vendor == "postgresql"
VALUES = ("slug", "number", "parent", "start", "uncertain", "updated_at")


@pytest.fixture
def cards():
    for name in ("first", "second", "third"):
        programme(name)
    return list(Card.stored.order_by("number"))


def test_rows_that_are_changed_at_once_hold_what_each_was_given(cards):
    moment = cards[0].updated_at
    given = {
        cards[0].pk: ("it's", 1001, None, date(988, 1, 2), True, moment),
        cards[1].pk: ('"100 %"', 1002, cards[0].public_id, date.max, False, moment),
    }
    update(Card, VALUES, "id", [(*values, key) for key, values in given.items()])
    assert {key: tuple(row) for key, *row in Card.stored.values_list("pk", *VALUES)} == given | {
        cards[2].pk: tuple(getattr(cards[2], name) for name in VALUES)
    }


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite knows no length")
def test_a_text_that_is_too_long_is_refused_and_not_cut_off(cards):
    with pytest.raises(DataError), transaction.atomic():
        update(Card, ("sort",), "id", [("0" * 141, card.pk) for card in cards])


@pytest.mark.skipif(not ON_POSTGRESQL, reason="FTS5 keeps no such list")
def test_nothing_waits_beside_the_index_after_much_was_written(cards):
    usual = shown("gin_pending_list_limit")
    with together(SOME):
        update(SearchText, ("words",), "card", [("pe·new pe·words", card.pk) for card in cards])
        assert shown("gin_pending_list_limit") != usual
    assert shown("gin_pending_list_limit") == usual == "64kB"
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('cards_words_all')")
        assert cursor.fetchone() == (0,)  # pages that were left
        found = "SELECT count(*) FROM cards_searchtext WHERE words_vector @@ '''pe·new'''::tsquery"
        cursor.execute(found)
        assert cursor.fetchone() == (len(cards),)


def shown(setting):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        return cursor.fetchone()[0]
