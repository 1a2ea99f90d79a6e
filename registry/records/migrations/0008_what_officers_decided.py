from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0007_texts_that_are_fine")]

    operations = [
        migrations.AddField(
            model_name="lastshown",
            name="decided",
            field=models.JSONField(
                default=dict,
                help_text="the places as officers have decided since; nothing if they did not",
            ),
        ),
    ]
