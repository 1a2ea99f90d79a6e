from django.db import migrations

import registry.reports.models
import registry.values.fields


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="reference",
            field=registry.values.fields.TypedCharField(
                default="", editable=False, max_length=9, verbose_name="number"
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="report",
            name="reference",
            field=registry.values.fields.TypedCharField(
                default=registry.reports.models.new_reference,
                editable=False,
                max_length=9,
                verbose_name="number",
            ),
        ),
    ]
