from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    """So that `migrate` alone makes a database ready; the table is that of the `logins` cache."""
    call_command(
        "createcachetable", "login_failures", database=schema_editor.connection.alias, verbosity=0
    )


class Migration(migrations.Migration):
    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
