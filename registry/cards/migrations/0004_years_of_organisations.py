"""The years of the programmes of each organisation are counted."""

from django.db import migrations


def fill(apps, schema_editor):
    from registry.cards.term_counts import recount

    recount()


class Migration(migrations.Migration):
    dependencies = [("cards", "0003_term_counts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
