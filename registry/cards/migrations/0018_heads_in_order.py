"""What maps say of a card is read in the order of the list, and nothing else for it."""

from django.db import migrations, models

FILL = """
    UPDATE cards_cardhead SET
        type = (SELECT type FROM cards_card WHERE cards_card.id = card_id),
        sort = (SELECT sort FROM cards_card WHERE cards_card.id = card_id)
"""


class Migration(migrations.Migration):
    dependencies = [("cards", "0017_sets_of_cards")]

    operations = [
        migrations.AddField(
            "cardhead", "type", models.CharField(max_length=20, default=""), preserve_default=False
        ),
        migrations.AddField(
            "cardhead", "sort", models.CharField(max_length=140, default=""), preserve_default=False
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex("cardhead", models.Index(fields=["type", "sort"], name="head_sort")),
    ]
