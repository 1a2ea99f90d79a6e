"""PostgreSQL says how many cards have words, and whether any, without handing out their keys, which
takes as long as to find them; and it finds them in a quarter of the pages.

Of what the index of words names each row is looked at, to know whether it is there still. The texts
stood in these rows: now they stand beside them, where they are read for no search.
"""

from django.db import migrations

NARROW = """
ALTER TABLE cards_searchtext SET (toast_tuple_target = 128);
ALTER TABLE cards_searchtext
    DROP COLUMN words_vector,
    DROP COLUMN names_vector,
    ALTER COLUMN names TYPE text USING names || '',
    ALTER COLUMN words TYPE text USING words || '',
    ADD COLUMN words_vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED,
    ADD COLUMN names_vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(names, ' '))) STORED;
CREATE INDEX cards_words_all ON cards_searchtext USING gin (words_vector) WITH (fastupdate = on);
CREATE INDEX cards_words_names ON cards_searchtext USING gin (names_vector) WITH (fastupdate = on);
"""
# With a setting of its own each is planned by itself, as those of 0006 are. Of cards that nobody may
# read there are none, or a few for a while: to take out their number is quicker than to leave out
# each of them.
NUMBER = """
CREATE OR REPLACE FUNCTION cards_number_with_words(asked tsquery) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE SET enable_seqscan = off
    AS 'SELECT (SELECT COUNT(*) FROM cards_searchtext WHERE words_vector @@ asked) - (
            SELECT COUNT(*) FROM cards_deferred, LATERAL (
                SELECT words_vector FROM cards_searchtext
                WHERE cards_searchtext.card_id = cards_deferred.card_id OFFSET 0
            ) withheld WHERE words_vector @@ asked
        )';
"""
ANY = """
CREATE OR REPLACE FUNCTION cards_any_with_words(asked tsquery) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE SET enable_seqscan = off
    AS 'SELECT EXISTS (
            SELECT FROM cards_searchtext
            WHERE words_vector @@ asked AND card_id NOT IN (SELECT card_id FROM cards_deferred)
        )';
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in (NARROW, NUMBER, ANY):
        schema_editor.execute(statement, params=None)
    if apps.get_model("cards", "SearchText").objects.exists():
        schema_editor.execute("ANALYZE cards_searchtext", params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION cards_number_with_words(tsquery)", params=None)
        schema_editor.execute("DROP FUNCTION cards_any_with_words(tsquery)", params=None)
        schema_editor.execute(
            "ALTER TABLE cards_searchtext RESET (toast_tuple_target)", params=None
        )


class Migration(migrations.Migration):
    dependencies = [("cards", "0019_words_put_together")]

    operations = [migrations.RunPython(make, remove)]
