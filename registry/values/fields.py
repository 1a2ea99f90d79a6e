"""Text that people type, codes and uncertain dates as model fields."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import migrations, models
from django.utils.translation import gettext_lazy as _

from .dates.edtf import parse
from .folding import without_invisible

# BCP 47 without what would carry a name: no private use, no extension, known variants alone.
LANGUAGE_TAG = (
    r"[a-z]{2,3}(-(Arab|Armn|Cyrl|Geor|Grek|Hebr|Latn))?(-([A-Z]{2}|[0-9]{3}))?"
    r"(-(1959acad|tarask|luna1918|petr1708))?"
)


class Typed(models.Field):
    """A column of text without what nobody sees: it hides a name from whoever looks for it.

    All ways into the database lead through here: forms, fixtures, one row or many at once. To the
    database and to migrations it is the column of Django that it stands for.
    """

    def to_python(self, value):
        value = super().to_python(value)
        return without_invisible(value) if isinstance(value, str) else value

    def deconstruct(self):
        name, _path, args, options = super().deconstruct()
        own = next(base for base in type(self).__mro__ if base.__module__.startswith("django."))
        return name, f"django.db.models.{own.__name__}", args, options


class TypedCharField(Typed, models.CharField):
    pass


class TypedTextField(Typed, models.TextField):
    pass


class TypedURLField(Typed, models.URLField):
    pass


class TypedEmailField(Typed, models.EmailField):
    pass


class TypedSlugField(Typed, models.SlugField):
    pass


class ShapedField(TypedCharField):
    """A text of one shape, or none; held by the database as well: `loaddata` validates nothing.

    `shape` is a regular expression that Python and both databases read alike.
    """

    shape = ""
    sentence = _("A code is written otherwise.")
    written: object = ""  # how, beside each of them in a form

    def __init__(self, *args, shape="", **options):
        self.shape = shape or self.shape
        options.setdefault("help_text", self.written)
        super().__init__(*args, **options)
        self.validators.append(RegexValidator(rf"^({self.shape})\Z", self.sentence))

    def deconstruct(self):
        name, _path, args, options = super().deconstruct()
        path = f"{type(self).__module__}.{type(self).__qualname__}"
        if self.written:
            options.pop("help_text", None)  # it concerns no table
        return name, path, args, options | {"shape": self.shape}

    def db_check(self, connection):
        column = connection.ops.quote_name(self.column)
        matches = "REGEXP" if connection.vendor == "sqlite" else "~"
        return f"{column} = '' OR {column} {matches} '^({self.shape})$'"


class LanguageField(ShapedField):
    """A language as BCP 47 writes it: be, be-Latn, be-tarask."""

    shape = LANGUAGE_TAG
    sentence = _("Write the code of a language: be, ru, en, or be-Latn for Latin letters.")
    written = _("Its code: be, ru, en, or be-Latn for Latin letters.")


class LanguagesField(ShapedField):
    """Several, with single spaces between them."""

    shape = f"{LANGUAGE_TAG}( {LANGUAGE_TAG})*"
    sentence = _("Write the codes of languages with single spaces between: be ru.")
    written = _("Their codes, with single spaces between: be ru.")


def validate_edtf(value):
    try:
        parse(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


# Lists in which a term may have a number, and what numbers look like there: 15150, Q1234, 16.6.
CODE_LISTS = ("OECD-DAC", "SDG", "COFOG", "ICNPO", "ISCED-F", "EuroVoc", "Wikidata")
NUMBER_OF_CODE = r"Q?[0-9]{1,12}([.][0-9a-z]{1,3}){0,3}"


def validate_codes(codes):
    known = isinstance(codes, dict) and codes.keys() <= set(CODE_LISTS)
    if not known or not all(
        isinstance(value, str) and re.fullmatch(NUMBER_OF_CODE, value) for value in codes.values()
    ):
        raise ValidationError(
            _('Write codes as {"OECD-DAC": "15150"}; the lists are %(lists)s.'),
            params={"lists": ", ".join(CODE_LISTS)},
        )


class CodesField(models.JSONField):
    """Numbers in public lists, {list: number}; held by the database as well."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.validators.append(validate_codes)

    def db_check(self, connection):
        column = connection.ops.quote_name(self.column)
        pair = rf'"({"|".join(CODE_LISTS)})": "{NUMBER_OF_CODE}"'
        shape = rf"^[{{]({pair}(, {pair})*)?[}}]$"
        if connection.vendor == "sqlite":
            return f"{super().db_check(connection)} AND {column} REGEXP '{shape}'"
        return f"{column}::text ~ '{shape}'"


def hold_checks(app, *columns):
    """The step of a migration after the AlterField of columns, "model.column", whose check changed.

    SQLite makes the table anew, check included; on PostgreSQL Django leaves the old check, or none.
    """

    def hold(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            return
        quote = schema_editor.quote_name
        for model_name, name in (column.split(".") for column in columns):
            model = apps.get_model(app, model_name)
            field, table = model._meta.get_field(name), model._meta.db_table
            check = quote(f"{table}_{field.column}_check")  # as PostgreSQL names it
            schema_editor.execute(
                f"ALTER TABLE {quote(table)} DROP CONSTRAINT IF EXISTS {check}, "
                f"ADD CONSTRAINT {check} CHECK ({field.db_check(schema_editor.connection)})",
                params=None,
            )

    return migrations.RunPython(hold, migrations.RunPython.noop)


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
        super().__init__(*args, **options)
        self.validators.append(validate_edtf)

    def deconstruct(self):
        name, path, args, options = super().deconstruct()
        options["bounds"] = self.bounds
        options.pop("help_text", None)  # how dates are written concerns no table
        return name, path, args, options

    def derived(self, value):
        """{column: day} for the two columns of bounds; an invalid text gives none."""
        if not self.bounds:
            return {}
        try:
            span = parse(value) if value else None
        except ValueError:
            span = None
        start, end = (span.start, span.end) if span else (None, None)
        return {
            self.bounds[0]: start.earliest if start else None,
            self.bounds[1]: end.latest if end else None,
        }
