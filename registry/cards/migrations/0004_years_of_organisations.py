"""The years of the programmes of each organisation are counted."""

from django.db import migrations


def doubt(apps, schema_editor):
    # How they are counted is a matter of later code: until then nobody is told them.
    if apps.get_model("cards", "Card").objects.exists():
        row = {"type": "", "group": "", "value": "", "among": ""}
        apps.get_model("cards", "TermCount").objects.get_or_create(**row, defaults={"cards": 0})


class Migration(migrations.Migration):
    dependencies = [("cards", "0003_term_counts")]

    operations = [migrations.RunPython(doubt, migrations.RunPython.noop)]
