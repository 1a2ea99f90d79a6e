from datetime import timedelta

from django.db import migrations, models


def end_on_the_next_day(apps, schema_editor):
    """Until now these ended before they began. What ends when it begins has no end."""
    events = apps.get_model("programmes", "Event").objects.filter(earliest=models.F("latest"))
    events.filter(end_time=models.F("start_time")).update(end_time=None)
    for event in events.filter(end_time__lt=models.F("start_time")):
        event.latest += timedelta(days=1)
        event.save(update_fields=["latest"])


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0002_typed_text_is_checked"),
        ("programmes", "0003_speaker_mode_formats_approaches"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="end_time",
            field=models.TimeField(
                blank=True,
                help_text="Earlier than the beginning: on the next day, as from 22:00 to 02:00.",
                null=True,
                verbose_name="ends at",
            ),
        ),
        migrations.AlterField(
            model_name="historicalevent",
            name="end_time",
            field=models.TimeField(
                blank=True,
                help_text="Earlier than the beginning: on the next day, as from 22:00 to 02:00.",
                null=True,
                verbose_name="ends at",
            ),
        ),
        migrations.RunPython(end_on_the_next_day, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("start_time__isnull", True),
                    ("end_time__isnull", True),
                    ("earliest__isnull", True),
                    ("latest__isnull", True),
                    ("earliest__lt", models.F("latest")),
                    ("start_time__lt", models.F("end_time")),
                    _connector="OR",
                ),
                name="event_hours",
                violation_error_message="An event ends after it begins. If it ends at night, its hours say so: from 22:00 to 02:00 it ends on the next day.",
            ),
        ),
    ]
