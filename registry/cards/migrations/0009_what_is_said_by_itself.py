"""What cards say themselves moves to a table of its own.

The column is dropped as it is: Django would make the table anew on SQLite, and the triggers that
feed the word index would be lost with the old one."""

import django.db.models.deletion
from django.db import migrations, models

COPY = "INSERT INTO cards_searchsaid (card_id, words) SELECT card_id, said FROM cards_searchtext"
DROP = "ALTER TABLE cards_searchtext DROP COLUMN said"


class Migration(migrations.Migration):
    dependencies = [("cards", "0008_cards_are_withheld_without_locking_them")]

    operations = [
        migrations.CreateModel(
            name="SearchSaid",
            fields=[
                (
                    "card",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_said",
                        serialize=False,
                        to="cards.card",
                    ),
                ),
                ("words", models.TextField()),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(COPY),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP)],
            state_operations=[migrations.RemoveField(model_name="searchtext", name="said")],
        ),
    ]
