"""A text in the three languages of the registry: the words that are said to a reader, and their
language where another one stepped in.
"""

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from .bodies import TextObject

LANGUAGES = ("en", "be", "ru")
OWN_NAMES = {"en": "English", "be": "Беларуская", "ru": "Русский"}
IN_LANGUAGE = {"en": _("in English"), "be": _("in Belarusian"), "ru": _("in Russian")}

# Which language steps in where a text is missing, in this order (docs/contract.md). No other order
# stands anywhere, or a name and what is said of it would be in different languages.
FALLBACK = {"en": ("en", "be", "ru"), "be": ("be", "ru", "en"), "ru": ("ru", "be", "en")}


def reader_language():
    """The active language; a command may run in one that texts do not have."""
    language = (get_language() or "")[:2]
    return language if language in LANGUAGES else LANGUAGES[0]


def chosen(text, language=None):
    """(words, their language) in the language, or the reader's; ("", "") where there are none."""
    for code in FALLBACK[language or reader_language()] if text else ():
        if text.get(code):
            return text[code], code
    return "", ""


def spoken(text: TextObject | None, language=None) -> str:
    """The words alone."""
    words = text.get(language) if text and language else None
    if words and isinstance(words, str):  # as nearly always
        return words
    return chosen(text, language)[0]


def is_text(value):
    return isinstance(value, dict) and tuple(value) == LANGUAGES


def in_language(value, language):
    """The value with each text object as one string, at every depth.

    Where another language stepped in, the object that holds the text says so:
    {"name": "Спорт Регион", "fallback": {"name": "ru"}}.
    """
    if isinstance(value, list):
        return [one if one.__class__ is str else in_language(one, language) for one in value]
    if not isinstance(value, dict):
        return value
    found, fallback = {}, {}
    for key, inner in value.items():
        # Most are neither: in a file of everything a call for each would cost more than the rest.
        kind = inner.__class__
        if kind is dict and tuple(inner) == LANGUAGES:
            words = inner[language]
            if not words:
                words, its = chosen(inner, language)
                if words:
                    fallback[key] = its
            found[key] = words or None
        elif kind is dict or kind is list:
            found[key] = in_language(inner, language) if inner else inner
        else:
            found[key] = inner
    if fallback:
        found["fallback"] = fallback
    return found


def in_all_languages(say):
    """A text object of what the function says in each language."""
    text = {}
    for language in LANGUAGES:
        with override(language):
            text[language] = str(say())
    return text
