"""The cards that have each term stand together, as bits, so that lists are counted by them."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

# What they hold is a matter of later code: they are made with the counts, once all has migrated.
doubt = import_module("registry.cards.migrations.0004_years_of_organisations").doubt


class Migration(migrations.Migration):
    dependencies = [("cards", "0016_last_change_of_a_kind")]

    operations = [
        migrations.CreateModel(
            name="CardBit",
            fields=[
                (
                    "card",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="place",
                        serialize=False,
                        to="cards.card",
                    ),
                ),
                ("type", models.CharField(max_length=20)),
                ("bit", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("type", "bit"), name="bit_once")],
            },
        ),
        migrations.CreateModel(
            name="TermSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=20)),
                ("group", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=230)),
                ("cards", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("type", "group", "value"), name="term_set_once")
                ],
            },
            managers=[("stored", django.db.models.manager.Manager())],
        ),
        migrations.RunPython(doubt, migrations.RunPython.noop),
    ]
