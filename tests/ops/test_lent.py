"""What the pool knows of a connection to PostgreSQL before it lends it."""

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from registry.ops import lent

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no pool"),
]


@pytest.fixture
def ours():
    where = connection.connection.info
    with lent.Lent.connect(where.dsn, password=where.password, autocommit=True) as ours:
        yield ours


def test_a_connection_that_answered_a_moment_ago_is_not_asked_again(ours, monkeypatch):
    ConnectionPool.check_connection(ours)
    asked = []
    monkeypatch.setattr(psycopg.Connection, "execute", lambda *given: asked.append(given))
    ConnectionPool.check_connection(ours)
    assert not asked
    monkeypatch.setattr(lent, "FRESH", 0)
    ConnectionPool.check_connection(ours)
    assert len(asked) == 1


def test_one_that_the_server_has_ended_is_lent_to_nobody(ours):
    ConnectionPool.check_connection(ours)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ours.info.backend_pid])
        assert cursor.fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError):
        ConnectionPool.check_connection(ours)
    with pytest.raises(psycopg.OperationalError):  # nor when that is known already
        ConnectionPool.check_connection(ours)
