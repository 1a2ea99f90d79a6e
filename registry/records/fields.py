"""Codes and uncertain dates as model fields."""

from django.core.exceptions import ValidationError
from django.db import models
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
