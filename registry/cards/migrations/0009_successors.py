from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0008_renewal")]

    operations = [
        migrations.CreateModel(
            name="Successor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.CharField(max_length=20)),
                ("public_id", models.UUIDField()),
                ("into", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("type", "public_id"), name="successor_once")
                ],
            },
        ),
    ]
