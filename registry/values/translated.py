"""Text that people read, in the three languages of the registry.

Three plain columns and nothing else: no fourth column whose content depends on the language of
whoever saved last, no rewriting of queries between the code and the database, and "" (never
NULL) for what is missing. Why no package: docs/decisions.
"""

from typing import cast

from django.utils.text import format_lazy

from .bodies import TextObject
from .fields import TypedCharField, TypedTextField
from .texts import IN_LANGUAGE, LANGUAGES, spoken


class Translated:
    """`name = Translated(_("name"), max_length=200)` makes name_en, name_be and name_ru.

    Read as an attribute it is the text in the active language, or in the one that stands in.
    """

    def __init__(self, label, max_length=None, help_text=""):
        self.label, self.max_length, self.help_text = label, max_length, help_text

    def contribute_to_class(self, model, name):
        self.name = name
        for language in LANGUAGES:
            self._column(language).contribute_to_class(model, f"{name}_{language}")
        setattr(model, name, self)

    def _column(self, language):
        label = format_lazy("{} {}", self.label, IN_LANGUAGE[language])
        options = {"blank": True, "default": "", "help_text": self.help_text}
        if self.max_length:
            return TypedCharField(label, max_length=self.max_length, **options)
        return TypedTextField(label, **options)

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return spoken(texts(instance, self.name))


def texts(instance, name) -> TextObject:
    """{"en": …, "be": …, "ru": …} with None for what is missing: a text object of the API."""
    found = {code: getattr(instance, f"{name}_{code}") or None for code in LANGUAGES}
    return cast(TextObject, found)


def columns(*names):
    """The column names of translated attributes, language by language."""
    return [f"{name}_{language}" for name in names for language in LANGUAGES]
