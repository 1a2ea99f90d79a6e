"""A text in the three languages of the registry, and which one stands in where it is missing."""

LANGUAGES = ("en", "be", "ru")


# Which language steps in where a text is missing, in this order (docs/contract.md).
FALLBACK = {"en": ("en", "be", "ru"), "be": ("be", "ru", "en"), "ru": ("ru", "be", "en")}


def spoken(text, language):
    """The text in the language or the one that stands in for it; "" where there is none."""
    return next((text[code] for code in FALLBACK[language] if text.get(code)), "")
