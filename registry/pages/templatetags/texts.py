"""Texts of a card in the reader's language, marked where they are in another."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django import template
from django.utils import translation
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

from registry.cards.read import printed_in
from registry.values.texts import IN_LANGUAGE, OWN_NAMES, chosen, spoken

register = template.Library()

LETTER = re.compile(r"[^\W\d_]")


@register.filter
def localised(text):
    """The bare words of a text object, for titles and attributes."""
    return spoken(text)


@register.simple_tag
def localised_html(text):
    """The words; those of another language are marked as such and followed by its name."""
    if not isinstance(text, dict):
        return text or ""
    words, language = chosen(text)
    if not words or language == translation.get_language():
        return words
    return format_html(
        '<span lang="{}">{}</span> <span class="quiet small">({})</span>',
        language,
        words,
        IN_LANGUAGE[language],
    )


@register.simple_tag
def names(named):
    """The names of several things in one line, with no space before a comma."""
    return mark_safe(", ".join(conditional_escape(localised_html(each["name"])) for each in named))  # noqa: S308 - escaped


@register.simple_tag
def localised_words(text, capital=False):
    """The words, marked where they are of another language; its name is said elsewhere."""
    if not isinstance(text, dict):
        return text or ""
    said, language = chosen(text)
    said = capfirst(said) if capital else said
    return in_its_language(said, language)


@register.simple_tag
def language_of(text):
    """The attribute `lang` for an element that holds a text object and nothing else."""
    language = chosen(text)[1]
    return format_html(' lang="{}"', language) if is_foreign(language) else ""


def is_foreign(language):
    # WCAG 2.2, 3.1.2: what is read aloud needs to know the language of each part.
    return bool(language) and language != translation.get_language()


def in_its_language(words, language):
    """The words, in an element that says their language where it is not that of the page."""
    if not words or not is_foreign(language):
        return words
    return format_html('<span lang="{}">{}</span>', language, words)


@register.simple_tag
def printed(words, sources):
    """Words as a source has them, which are in its language where all sources have the same."""
    return in_its_language(words, printed_in(sources))


@register.simple_tag
def prose(text):
    """The paragraphs of a longer text."""
    words, language = chosen(text)
    if not words:
        return ""
    paragraphs = [" ".join(part.split()) for part in words.split("\n\n") if part.strip()]
    if language == translation.get_language():
        return format_html_join("\n", "<p>{}</p>", ((part,) for part in paragraphs))
    return format_html(
        '<p class="quiet small">({})</p>\n{}',
        IN_LANGUAGE[language],
        format_html_join("\n", '<p lang="{}">{}</p>', ((language, part) for part in paragraphs)),
    )


@register.simple_tag
def other_languages(text):
    """[(language, words)] of the names that the page's own does not show."""
    shown = spoken(text)
    # Turned round twice: of equal names the first language stays, and so does the order.
    found = {text[code]: code for code in reversed(OWN_NAMES) if text.get(code)}
    found.pop(shown, None)
    return [(code, words) for words, code in reversed(found.items())]


@register.simple_tag
def common_language(cards):
    """The one other language in which all of several names are shown, or ""."""
    languages = {chosen(card["name"])[1] for card in cards}
    language = languages.pop() if len(languages) == 1 and len(cards) > 1 else ""
    return "" if language == translation.get_language() else language


@register.filter
def in_language(language):
    return IN_LANGUAGE[language]


@register.filter
def spoken_language(code):
    """Belarusian, for "be"; a code that has no name is shown as it is."""
    return _named_language(code, translation.get_language())


@lru_cache(maxsize=100)  # Babel looks the code up anew each time, for half a millisecond
def _named_language(code, language):
    try:
        # BCP 47 has a hyphen where Babel expects an underscore.
        return Locale.parse(code, sep="-").get_display_name(language)
    except (UnknownLocaleError, ValueError):
        return code
