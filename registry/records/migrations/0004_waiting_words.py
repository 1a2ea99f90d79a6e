from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0003_what_waits_for_staff")]

    operations = [migrations.RenameModel(old_name="Waiting", new_name="WaitingWords")]
