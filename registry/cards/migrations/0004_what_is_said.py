from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0003_read_from_indexes")]

    operations = [
        migrations.AddField(
            model_name="searchtext", name="said", field=models.TextField(default="")
        ),
    ]
