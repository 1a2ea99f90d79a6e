from django.db import migrations, models

import registry.values.fields


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_reference"),
    ]

    operations = [
        migrations.AddField(
            model_name="report",
            name="dates",
            field=models.CharField(blank=True, max_length=100, verbose_name="when"),
        ),
        migrations.AddField(
            model_name="report",
            name="place",
            field=models.CharField(blank=True, max_length=200, verbose_name="where"),
        ),
        migrations.AddField(
            model_name="report",
            name="source",
            field=models.CharField(blank=True, max_length=500, verbose_name="where it can be read"),
        ),
        migrations.AddField(
            model_name="report",
            name="suggested",
            field=registry.values.fields.CodeField(
                blank=True,
                choices=[
                    ("programme", "a programme or project"),
                    ("event", "an event"),
                    ("organisation", "an organisation"),
                ],
                default="",
                max_length=12,
                verbose_name="suggested record",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="what",
            field=models.CharField(blank=True, max_length=200, verbose_name="what"),
        ),
        migrations.AddField(
            model_name="report",
            name="who",
            field=models.CharField(blank=True, max_length=300, verbose_name="who"),
        ),
        migrations.AlterField(
            model_name="report",
            name="text",
            field=models.TextField(blank=True, max_length=4000, verbose_name="text"),
        ),
    ]
