"""How many cards have each term is kept beside them."""

from django.db import migrations, models


def doubt(apps, schema_editor):
    # How they are counted is a matter of later code: until then nobody is told them.
    if apps.get_model("cards", "Card").objects.exists():
        row = {"type": "", "group": "", "value": "", "among": ""}
        apps.get_model("cards", "TermCount").objects.get_or_create(**row, defaults={"cards": 0})


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
        migrations.RunPython(doubt, migrations.RunPython.noop),
    ]
