"""Entries and their other names by the words in them, whether they have a card or not.

Staff search drafts and what is withdrawn as well, of which no card says anything. So the databases
keep an index of the words in each column `folded`: FTS5 on SQLite, which triggers write, and GIN on
PostgreSQL. It is made after the migrations and not by one of them: on SQLite a later one that makes
a table anew would silently take the triggers away.
"""

from django.db import connection, connections
from django.db.models.expressions import RawSQL

MOST = 2000  # of what a word finds, the newest: common words would find nearly all there is

POSTGRESQL = "array_to_tsvector(array_remove(string_to_array(folded, ' '), ''))"
DELETED = "INSERT INTO {0}_words({0}_words, rowid, folded) VALUES ('delete', old.id, old.folded);"
INSERTED = "INSERT INTO {0}_words(rowid, folded) VALUES (new.id, new.folded);"
SQLITE = {
    "{0}_words": "CREATE VIRTUAL TABLE {0}_words USING fts5(folded, content='{0}',"
    " content_rowid='id', tokenize='ascii', detail='none')",
    "{0}_words_insert": f"CREATE TRIGGER {{0}}_words_insert AFTER INSERT ON {{0}}"
    f" BEGIN {INSERTED} END",
    "{0}_words_delete": f"CREATE TRIGGER {{0}}_words_delete AFTER DELETE ON {{0}}"
    f" BEGIN {DELETED} END",
    "{0}_words_update": "CREATE TRIGGER {0}_words_update AFTER UPDATE OF folded ON {0}"
    f" WHEN old.folded IS NOT new.folded BEGIN {DELETED} {INSERTED} END",
}


def make_word_indexes(app_config, using="default", **kwargs):
    """Listens to `post_migrate`: makes what is not there of the indexes of the app's models."""
    models = [model for model in app_config.get_models() if getattr(model, "folds", None)]
    own = connections[using]
    tables = set(own.introspection.table_names()) if models else ()
    make = _make_on_sqlite if own.vendor == "sqlite" else _make_on_postgresql
    for name in [model._meta.db_table for model in models]:
        if name in tables:
            with own.cursor() as cursor:
                make(cursor, name)


def _make_on_sqlite(cursor, name):
    cursor.execute("SELECT name FROM sqlite_master")
    present = {row[0] for row in cursor.fetchall()}
    missing = [sql for made, sql in SQLITE.items() if made.format(name) not in present]
    for sql in missing:
        cursor.execute(sql.format(name))
    if missing:  # there may be rows that it has not seen
        cursor.execute(f"INSERT INTO {name}_words({name}_words) VALUES ('rebuild')")  # noqa: S608 - a table's name


def _make_on_postgresql(cursor, name):
    # Not IF NOT EXISTS: that waits for the table, and is refused in the middle of a transaction.
    cursor.execute("SELECT to_regclass(%s)", [f"{name}_words"])
    if cursor.fetchone()[0] is None:
        cursor.execute(
            f"CREATE INDEX {name}_words ON {name} USING gin ({POSTGRESQL}) WITH (fastupdate = off)"
        )


def having_words(model, words):
    """The keys of the rows in whose names there is a word for each of these that begins like it:
    [[the ways in which a word may begin]]. The newest of them, if they are many."""
    own, sqlite = model._meta.db_table, connection.vendor == "sqlite"
    word, either, every = ('"{}" *', " OR ", " AND ") if sqlite else ("'{}':*", " | ", " & ")
    asked = every.join(f"({either.join(map(word.format, ways))})" for ways in words)
    # Of what is put together here only names of tables vary; what was typed is a parameter.
    if sqlite:
        found, key = f"SELECT rowid FROM {own}_words WHERE {own}_words MATCH %s", "rowid"  # noqa: S608
    else:
        found, key = f"SELECT id FROM {own} WHERE {POSTGRESQL} @@ %s::tsquery", "id"  # noqa: S608
    return RawSQL(f"{found} ORDER BY {key} DESC LIMIT {MOST}", [asked])  # noqa: S611
