"""What has not ended is counted from an index alone on PostgreSQL too, which keeps no key in one by
itself; it plans with less, and unpacks texts in less."""

from django.db import migrations, models

PACKED = (
    """SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"""
)


def tune(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        # These counts are found by one index, whichever their values are: to liken each that is
        # asked for to the hundred most common ones takes longer than to find it. Not of the type:
        # that there is none of a type must be known, or it is looked for in all of them.
        for column in ('"group"', "value", "among"):
            cursor.execute(f"ALTER TABLE cards_termcount ALTER {column} SET STATISTICS 1")
        if apps.get_model("cards", "TermCount").objects.exists():
            cursor.execute("ANALYZE cards_termcount")
        # Half of what a page of the API takes of the database is to unpack its cards.
        cursor.execute(PACKED)
        if cursor.fetchone() == (True,):
            cursor.execute("ALTER TABLE cards_card ALTER body SET COMPRESSION lz4")


class Migration(migrations.Migration):
    dependencies = [("cards", "0014_status_from_an_index")]

    operations = [
        migrations.RemoveIndex("card", "card_end"),
        migrations.AddIndex(
            "card",
            models.Index(fields=["type", "end", "start", "uncertain", "id"], name="card_end"),
        ),
        migrations.RunPython(tune, migrations.RunPython.noop),
    ]
