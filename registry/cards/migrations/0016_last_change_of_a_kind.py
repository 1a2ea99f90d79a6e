"""The last change of a kind of cards is found at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0015_what_postgresql_looks_at")]

    operations = [
        migrations.AddIndex("card", models.Index(fields=["type", "number"], name="card_number")),
    ]
