"""Codes of places in the lists of their countries: KATOTTG, TERYT."""

import uuid

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import registry.values.fields


class Migration(migrations.Migration):
    dependencies = [
        ("locations", "0002_typed_text_is_checked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalLocationIdentifier",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                (
                    "scheme",
                    registry.values.fields.ShapedField(
                        help_text="The country and the name of its list, as in UA-KATOTTG or PL-TERYT.",
                        max_length=30,
                        shape="[A-Z]{2}-[A-Z0-9]{2,27}",
                        verbose_name="list",
                    ),
                ),
                (
                    "value",
                    registry.values.fields.ShapedField(
                        max_length=40, shape="[0-9A-Z][0-9A-Z./-]{0,39}", verbose_name="code"
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="locations.location",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical code of a country's list",
                "verbose_name_plural": "historical codes of countries' lists",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LocationIdentifier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "scheme",
                    registry.values.fields.ShapedField(
                        help_text="The country and the name of its list, as in UA-KATOTTG or PL-TERYT.",
                        max_length=30,
                        shape="[A-Z]{2}-[A-Z0-9]{2,27}",
                        verbose_name="list",
                    ),
                ),
                (
                    "value",
                    registry.values.fields.ShapedField(
                        max_length=40, shape="[0-9A-Z][0-9A-Z./-]{0,39}", verbose_name="code"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identifiers",
                        to="locations.location",
                    ),
                ),
            ],
            options={
                "verbose_name": "code of a country's list",
                "verbose_name_plural": "codes of countries' lists",
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("value", ""), _negated=True),
                        fields=("scheme", "value"),
                        name="location_identifier_once",
                        violation_error_message="Another place has this code.",
                    )
                ],
            },
        ),
    ]
