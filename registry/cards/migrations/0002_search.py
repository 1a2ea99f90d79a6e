"""The word index beside `SearchText`: FTS5 on SQLite, GIN over tsvector on PostgreSQL."""

from django.db import migrations

SQLITE = (
    """
    CREATE VIRTUAL TABLE cards_words USING fts5(
        names, words, content='cards_searchtext', content_rowid='card_id',
        tokenize='ascii', prefix='2 3', detail='column'
    );
    """,
    """
    CREATE TRIGGER cards_words_insert AFTER INSERT ON cards_searchtext BEGIN
        INSERT INTO cards_words(rowid, names, words) VALUES (new.card_id, new.names, new.words);
    END;
    """,
    """
    CREATE TRIGGER cards_words_delete AFTER DELETE ON cards_searchtext BEGIN
        INSERT INTO cards_words(cards_words, rowid, names, words)
        VALUES ('delete', old.card_id, old.names, old.words);
    END;
    """,
    """
    CREATE TRIGGER cards_words_update AFTER UPDATE ON cards_searchtext BEGIN
        INSERT INTO cards_words(cards_words, rowid, names, words)
        VALUES ('delete', old.card_id, old.names, old.words);
        INSERT INTO cards_words(rowid, names, words) VALUES (new.card_id, new.names, new.words);
    END;
    """,
)
# The text is folded already: split at spaces, no parser that would see numbers or hosts in it. As
# columns, for as expressions the words would be folded into a tsvector anew for each row that is
# looked at, which the planner takes for cheap. A search never waits for a list of pending words: the
# writer puts them in their place at once.
POSTGRESQL = """
ALTER TABLE cards_searchtext
    ADD COLUMN words_vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED,
    ADD COLUMN names_vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(names, ' '))) STORED;
CREATE INDEX cards_words_all ON cards_searchtext USING gin (words_vector) WITH (fastupdate = off);
CREATE INDEX cards_words_names ON cards_searchtext USING gin (names_vector) WITH (fastupdate = off);
CREATE INDEX cards_name_begins ON cards_searchname (name text_pattern_ops, type);
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            schema_editor.execute(statement, params=None)
    else:
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):
    dependencies = [("cards", "0001_tables")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
