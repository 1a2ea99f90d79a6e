"""The first keys of a card and where it is are kept beside it."""

import django.db.models.deletion
import orjson
from django.db import migrations, models


def fill(apps, schema_editor):
    # Later code would do as well: of cards it reads the bodies alone.
    from registry.cards.heads import row_of
    from registry.cards.index_rows import HEAD
    from registry.cards.loader import batches

    card, head = apps.get_model("cards", "Card"), apps.get_model("cards", "CardHead")
    for rows in batches(card.objects.order_by("pk").values_list("pk", "body").iterator()):
        told = [dict(zip(HEAD, row_of(orjson.loads(body)), strict=False)) for _, body in rows]
        for row in told:
            del row["type"], row["sort"]  # columns of later
        keys = [key for key, _ in rows]
        head.objects.bulk_create(
            head(card_id=key, **row) for key, row in zip(keys, told, strict=True)
        )


class Migration(migrations.Migration):
    dependencies = [("cards", "0004_years_of_organisations")]

    operations = [
        migrations.CreateModel(
            name="CardHead",
            fields=[
                (
                    "card",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="head",
                        serialize=False,
                        to="cards.card",
                    ),
                ),
                ("identity", models.CharField(max_length=36)),
                ("slug", models.TextField()),
                ("name", models.TextField()),
                ("en", models.TextField()),
                ("be", models.TextField()),
                ("ru", models.TextField()),
                ("geometry", models.TextField()),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
