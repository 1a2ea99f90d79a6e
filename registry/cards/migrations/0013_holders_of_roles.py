"""How often each role is held in programmes is counted."""

from importlib import import_module

from django.db import migrations

# How they are counted is a matter of later code: until then nobody is told them.
doubt = import_module("registry.cards.migrations.0004_years_of_organisations").doubt


class Migration(migrations.Migration):
    dependencies = [("cards", "0012_words_by_kind")]

    operations = [migrations.RunPython(doubt, migrations.RunPython.noop)]
