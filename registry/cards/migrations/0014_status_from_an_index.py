"""What the status of a day is counted by stands in the index by which it is looked for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0013_holders_of_roles")]

    operations = [
        migrations.RemoveIndex("card", "card_end"),
        migrations.AddIndex(
            "card",
            models.Index(fields=["type", "end", "start", "uncertain"], name="card_end"),
        ),
    ]
