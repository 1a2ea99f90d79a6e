"""The column is added as it is: Django would make the table anew on SQLite, and the triggers that
feed the word index would be lost with the old one."""

from django.db import migrations, models

ADD = "ALTER TABLE cards_searchtext ADD COLUMN said text NOT NULL DEFAULT ''"


class Migration(migrations.Migration):
    dependencies = [("cards", "0004_reach")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD)],
            state_operations=[
                migrations.AddField(
                    model_name="searchtext", name="said", field=models.TextField(default="")
                )
            ],
        ),
    ]
