"""What was deleted leaves the files of the database as well.

A deleted row stays on its page until another one is written over it. Both databases can write all
of their pages anew; what readers ask for waits meanwhile for the table that is at work, on SQLite
those who write do.
"""

import time

from django.db import OperationalError, ProgrammingError, connection, transaction

# Behind a reader who takes long everybody else would wait: then it is tried again later.
PATIENCE = "SET lock_timeout = '10s'"
OTHERS = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= %s::bigint AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < %s
    )"""


def scrub():
    """Of no byte of what was deleted or overwritten is anything left in the database's files.

    Of PostgreSQL's write-ahead log the server's own settings decide: see docs/deploy.md.
    """
    if connection.vendor == "sqlite":
        _scrub_sqlite()
    else:
        _scrub_postgresql()


def _scrub_sqlite():
    with connection.cursor() as cursor:
        # An index of words marks what was deleted, and keeps it until its pieces are put together.
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"INSERT INTO {name}({name}) VALUES ('rebuild')")  # noqa: S608
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            raise OperationalError("The log of SQLite is being read: it is tried again.")


def _scrub_postgresql():
    with connection.cursor() as cursor:
        _wait_for_others(cursor)
        cursor.execute(PATIENCE)
        try:
            cursor.execute("VACUUM (FULL, ANALYZE)")
            # The planner keeps samples of columns, and those of before are deleted rows of its own.
            cursor.execute("VACUUM FULL pg_statistic")
        finally:
            cursor.execute("RESET lock_timeout")
        try:
            with transaction.atomic():
                cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
        except (OperationalError, ProgrammingError):  # rights that the registry need not have
            pass


def _wait_for_others(cursor):
    """VACUUM keeps what anybody can still see: who reads, and who writes in any of the server's
    databases, since before now."""
    cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text, clock_timestamp()")
    now = cursor.fetchone()
    for _ in range(100):
        cursor.execute(OTHERS, now)
        if cursor.fetchone()[0]:
            return
        time.sleep(0.1)
    raise OperationalError("Somebody reads or writes since long: it is tried again.")
