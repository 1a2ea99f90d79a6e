"""From which database cards are read (`tests/ops/test_replicas.py` asks real replicas)."""

import pytest
from django.contrib.auth.models import User

from registry.cards import replicas
from registry.cards.changeset import writing
from registry.cards.models import Card


@pytest.mark.django_db(transaction=True)
def test_what_writes_reads_from_the_primary_wherever_it_was_asked():
    token = replicas._alias.set("replica1")
    try:
        router = replicas.Router()
        assert router.db_for_read(Card) == "replica1"
        assert router.db_for_read(User) is None
        with writing():
            assert router.db_for_read(Card) == "default"
            assert replicas.reading().alias == "default"
        assert router.db_for_read(Card) == "replica1"
    finally:
        replicas._alias.reset(token)
