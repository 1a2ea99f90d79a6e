"""On PostgreSQL words are looked up through their index, however common they are.

To match a word with the text of a card costs the planner next to nothing, and so it reads all texts
where a word is common: each is unpacked for that, which takes a hundred times as long.
"""

from django.db import migrations

# A function with a setting of its own is planned by itself; with its number of rows the cards are
# looked up by their keys.
POSTGRESQL = """
CREATE OR REPLACE FUNCTION cards_with_{column}(asked tsquery) RETURNS SETOF bigint
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 200 SET enable_seqscan = off
    AS 'SELECT card_id FROM cards_searchtext WHERE {column}_vector @@ asked';
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for column in ("words", "names"):
            schema_editor.execute(POSTGRESQL.format(column=column), params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for column in ("words", "names"):
            schema_editor.execute(f"DROP FUNCTION IF EXISTS cards_with_{column}(tsquery)")


class Migration(migrations.Migration):
    dependencies = [("cards", "0005_heads")]

    operations = [migrations.RunPython(make, remove)]
