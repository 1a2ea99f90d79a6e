"""Each word of a card's text begins with a sign of its kind: who looks for one in cards of one kind
meets no card of another. Words of names are as they were, and those of one name alone are few."""

from django.db import migrations

KIND = "substr(type, 1, 1) || substr(type, length(type)) || '·'"
SAID = f"""
UPDATE cards_searchtext SET words = (
    SELECT coalesce(sign || replace(nullif(plain, ''), ' ', ' ' || sign), '') FROM (
        SELECT {KIND} AS sign,
            trim(replace(' ' || words || ' ', ' ··' || type || ' ', ' ')) AS plain
        FROM cards_card WHERE id = card_id
    ) AS card
)
"""  # noqa: S608 - of a constant
UNSAID = f"""
UPDATE cards_searchtext SET words = (
    SELECT trim(trim(replace(' ' || words, ' ' || {KIND}, ' ')) || ' ··' || type)
    FROM cards_card WHERE id = card_id
)
"""  # noqa: S608 - of a constant
# What changes all texts has no index beside it. The sign is three letters long, so beginnings of
# two or three letters are in texts of five or six.
SQLITE = """
CREATE VIRTUAL TABLE cards_words USING fts5(
    names, words, content='cards_searchtext', content_rowid='card_id',
    tokenize='ascii', prefix='{prefix}', detail='column'
)
"""
TRIGGERS = {
    "insert": ("INSERT", ["new"]),
    "delete": ("DELETE", ["old"]),
    "update": ("UPDATE", ["old", "new"]),
}
WRITTEN = {
    "old": """INSERT INTO cards_words(cards_words, rowid, names, words)
        VALUES ('delete', old.card_id, old.names, old.words);""",
    "new": """INSERT INTO cards_words(rowid, names, words)
        VALUES (new.card_id, new.names, new.words);""",
}
INDEX = "CREATE INDEX cards_words_all ON cards_searchtext USING gin (words_vector) WITH (fastupdate = off)"


def written_anew(statement, prefix):
    def change(apps, schema_editor):
        if schema_editor.connection.vendor != "sqlite":
            schema_editor.execute("DROP INDEX cards_words_all", params=None)
            schema_editor.execute(statement, params=None)
            schema_editor.execute(INDEX, params=None)
            return
        for name in TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER cards_words_{name}", params=None)
        schema_editor.execute("DROP TABLE cards_words", params=None)
        schema_editor.execute(statement, params=None)
        schema_editor.execute(SQLITE.format(prefix=prefix), params=None)
        for name, (event, rows) in TRIGGERS.items():
            written = " ".join(WRITTEN[row] for row in rows)
            schema_editor.execute(
                f"CREATE TRIGGER cards_words_{name} AFTER {event} ON cards_searchtext"
                f" BEGIN {written} END",
                params=None,
            )
        schema_editor.execute(
            "INSERT INTO cards_words(cards_words) VALUES ('rebuild')", params=None
        )

    return change


class Migration(migrations.Migration):
    dependencies = [("cards", "0011_kinds_among_words")]

    operations = [migrations.RunPython(written_anew(SAID, "2 3 5 6"), written_anew(UNSAID, "2 3"))]
