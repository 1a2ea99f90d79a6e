"""Codes and uncertain dates as model fields."""

from django.core.exceptions import ValidationError
from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

from . import dates


def validate_edtf(value):
    try:
        dates.parse(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class CodeField(models.CharField):
    """One of `choices`, held by the database as well: `loaddata` validates nothing."""

    # Other than for a plain column of text, new choices change the table.
    non_db_attrs = tuple(name for name in models.CharField.non_db_attrs if name != "choices")

    def db_check(self, connection):
        codes = [code for code, _label in self.flatchoices] + [""] * self.blank
        values = ", ".join(f"'{code}'" for code in codes)
        return f"{connection.ops.quote_name(self.column)} IN ({values})"


class EdtfField(models.CharField):
    """A date or interval as the source gives it, in EDTF: `2016-02/2016-10`, `XXXX-03-21`.

    With `bounds=("earliest", "latest")` two date columns of the model follow from it: the first
    and the last day that it can mean, null where a side is open, unknown or without a year.
    """

    description = _("date in EDTF")

    def __init__(self, *args, bounds=None, **options):
        self.bounds = bounds
        options.setdefault("max_length", 40)
        options.setdefault("blank", True)
        options.setdefault("default", "")
        options.setdefault(
            "help_text",
            _(
                "2016, 2016-02, 2016-02-29, 2016-02/2016-10, 2013/.. (goes on), "
                "../2015, 2013-23 (autumn), 2013~ (about), XXXX-03-21 (year not stated)."
            ),
        )
        super().__init__(*args, **options)
        self.validators.append(validate_edtf)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        options["bounds"] = self.bounds
        return name, path, args, options

    def derived(self, value):
        """{column: day} for the two columns of bounds; an invalid text gives none."""
        if not self.bounds:
            return {}
        try:
            span = dates.parse(value) if value else None
        except ValueError:
            span = None
        start, end = (span.start, span.end) if span else (None, None)
        return {
            self.bounds[0]: start.earliest if start else None,
            self.bounds[1]: end.latest if end else None,
        }


def renew_checks(app_label):
    """For the end of a migration with new codes: what their tables check.

    Django alters checks of its own types alone, so on PostgreSQL the codes of before would stay the
    only ones; SQLite makes the table anew anyway.
    """

    def renew(apps, editor):
        if editor.connection.vendor == "sqlite":
            return
        for model in apps.get_app_config(app_label).get_models():
            kept = {constraint.name for constraint in model._meta.constraints}
            for field in model._meta.local_fields:
                if isinstance(field, CodeField):
                    table, column = model._meta.db_table, field.column
                    for name in editor._constraint_names(model, [column], check=True, exclude=kept):
                        editor.execute(editor._delete_check_sql(model, name))
                    name = editor._create_index_name(table, [column], suffix="_check")
                    check = field.db_check(editor.connection)
                    editor.execute(editor._create_check_sql(model, name, check))

    return migrations.RunPython(renew, migrations.RunPython.noop)
