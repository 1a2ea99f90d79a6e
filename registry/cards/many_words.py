"""Many words are put into PostgreSQL's index of them together.

What is written waits in a list beside the index (`fastupdate`), and is put into it in the order of
words as soon as the list is long: a card after the other would look up each of its words anew. Each
search reads that list, so a connection lets little wait (`PLANNING` in the settings).
"""

from contextlib import contextmanager

from django.db import connection

SOME = 200  # cards: of fewer it is not worth three statements
LONG = "4MB"
# Whoever does not own an index may not do this; the next to write into it does it unasked.
EMPTIED = """SELECT gin_clean_pending_list(oid) FROM pg_class
WHERE oid IN (to_regclass('cards_words_all'), to_regclass('cards_words_names'))
AND pg_has_role(relowner, 'USAGE')"""


@contextmanager
def together(number):
    """Within this the words of so many cards are written."""
    if number < SOME or connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL gin_pending_list_limit = '{LONG}'")
        yield
        cursor.execute("SET LOCAL gin_pending_list_limit TO DEFAULT")
        cursor.execute(EMPTIED)
