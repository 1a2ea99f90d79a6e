import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0006_words_by_their_index")]

    operations = [
        migrations.AlterField(
            model_name="deferred",
            name="how",
            field=models.SmallIntegerField(choices=[(0, "Anew"), (1, "Names"), (2, "Places")]),
        ),
        migrations.RenameModel(old_name="CardPart", new_name="CardGiven"),
        migrations.RenameModel(old_name="SearchSaid", new_name="OwnWords"),
        migrations.AlterField(
            model_name="ownwords",
            name="card",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="own_words",
                serialize=False,
                to="cards.card",
            ),
        ),
    ]
