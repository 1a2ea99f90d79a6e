"""How many cards have each term is kept beside them."""

from django.db import migrations, models


def fill(apps, schema_editor):
    # Later models would do as well: of cards it reads the bodies alone.
    from registry.cards.term_counts import recount

    recount()


class Migration(migrations.Migration):
    dependencies = [("cards", "0002_search")]

    operations = [
        migrations.CreateModel(
            name="TermCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=20)),
                ("group", models.CharField(max_length=30)),
                ("value", models.CharField(max_length=230)),
                ("among", models.CharField(max_length=10)),
                ("cards", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("type", "group", "value", "among"), name="count_once"
                    )
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
