from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0010_merges")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="digests",
            field=models.TextField(
                default="", help_text="what the ledger has of the words, by lines"
            ),
        ),
    ]
